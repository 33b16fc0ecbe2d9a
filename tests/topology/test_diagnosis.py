"""Probable causes: simulated cuts with missing and wrong states, and the cases a person would test by hand."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest
from topology_plants import a_plant, a_section, a_site, cs, ring_city, way

from simulator.city import generate
from topology.cut_index import CutIndex
from topology.diagnosis import Diagnostician
from topology.graph import GroupKind
from topology.rates import rates_of
from topology.settings import TopologySettings
from topology.states import LinkState

if TYPE_CHECKING:
    from inventory.entities import Code
    from topology.diagnosis import Cause

MANY = int(os.environ.get("RAINBOW_MANY", "1"))
"""From 10 on the figures are taken on a city of 2,000 switches and 10,000 cuts."""
SWITCHES, CUTS = (2_000, 10_000) if MANY >= 10 else (300, 250)
MISSING, WRONG = 0.05, 0.01
RATES = rates_of(TopologySettings())


def diagnostician(index: CutIndex) -> Diagnostician:
    return Diagnostician(index=index, rates=RATES, wrong=WRONG)


def all_states(index: CutIndex, down: str) -> dict[Code, LinkState]:
    fallen = set(cs(down))
    return {link: LinkState.DOWN if link in fallen else LinkState.UP for link in index.net.links}


class Snapshots:
    """Cuts of a city by the metre, and what a collector with gaps and errors sees of them."""

    def __init__(self) -> None:
        self.index = CutIndex.of(generate(2, SWITCHES).plant)
        self.chance = random.Random(1)
        groups = self.index.net.groups[GroupKind.TRENCH]
        self.takes = {code: set(self.index.members(GroupKind.TRENCH, code)) for code in groups.codes}
        self.used = [code for code, links in self.takes.items() if links]
        self.lengths = [self.index.plant.section[code].length_m for code in self.used]

    def cut(self) -> Code:
        return self.chance.choices(self.used, weights=self.lengths)[0]

    def seen(self, fallen: set[Code]) -> dict[Code, LinkState]:
        found = {}
        for link in self.index.net.links:
            if self.chance.random() >= MISSING:
                down = (link in fallen) != (self.chance.random() < WRONG)
                found[link] = LinkState.DOWN if down else LinkState.UP
        return found

    def shown(self, states: dict[Code, LinkState], links: set[Code]) -> int:
        return sum(states.get(link) is LinkState.DOWN for link in links)


def place_of(code: Code, causes: tuple[Cause, ...]) -> int:
    return next((place for place, cause in enumerate(causes) if code in cause.trenches), len(causes) + 9)


@pytest.mark.timeout(3_600)
def test_a_cut_that_shows_on_two_links_is_first_and_probabilities_mean_what_they_say() -> None:
    city = Snapshots()
    made = diagnostician(city.index)
    places, sure, right, slow, lone, bold = [], 0, 0, [], 0, 0
    for _ in range(CUTS):
        code = city.cut()
        states = city.seen(city.takes[code])
        start = time.thread_time()
        found = made.diagnose(states)
        slow.append(time.thread_time() - start)
        if city.shown(states, city.takes[code]) < 2:
            lone += 1
            bold += bool(found.causes) and found.causes[0].path is None and found.causes[0].probability >= 0.9
            continue
        places.append(place_of(code, found.causes))
        if found.causes[0].probability >= 0.9:
            sure += 1
            right += places[-1] == 0
    assert len(places) > CUTS / 2
    assert sum(place == 0 for place in places) >= 0.95 * len(places)
    assert sum(place < 3 for place in places) >= 0.99 * len(places)
    assert sure > len(places) / 3
    assert right >= 0.9 * sure
    assert bold <= 0.02 * lone
    if MANY >= 10:
        assert sorted(slow)[int(0.99 * len(slow))] < 0.1


@pytest.mark.timeout(3_600)
def test_two_cuts_at_once_are_both_named() -> None:
    city = Snapshots()
    made = diagnostician(city.index)
    both = asked = 0
    for _ in range(CUTS // 5):
        one, other = city.cut(), city.cut()
        states = city.seen(city.takes[one] | city.takes[other])
        own = (city.takes[one] - city.takes[other], city.takes[other] - city.takes[one])
        if min(city.shown(states, links) for links in own) < 2:
            continue
        asked += 1
        named = {code for event in made.diagnose(states).events for code in event.trenches}
        both += {one, other} <= named
    assert asked > CUTS / 20
    assert both >= 0.9 * asked


def test_a_cut_entry_is_named_with_what_it_explains() -> None:
    index = CutIndex.of(ring_city())
    found = diagnostician(index).diagnose(all_states(index, "L1 L3"))
    (event,) = found.events
    assert (event.trenches, event.explains, event.contradicted) == (cs("E"), cs("L1 L3"), ())
    assert event.cut_share < 1.0, "the hall's power would look the same"
    assert event.powerless == cs("HALL")
    assert not found.unexplained


def test_one_link_down_is_a_path_and_never_a_confident_trench() -> None:
    index = CutIndex.of(ring_city())
    cause = diagnostician(index).diagnose(all_states(index, "L2")).causes[0]
    assert cause.path == "L2"
    assert cause.trenches == cs("T2")
    assert cause.cut_share < 0.5


def test_all_links_of_one_node_down_is_power_where_no_trench_takes_them_all() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B"), a_site("C")],
        sections=[
            a_section(f"T{n}", *ends) for n, ends in enumerate([("HUB", "A"), ("A", "B"), ("A", "C"), ("B", "C")])
        ],
        ways=[
            way("L0", "HUB", "A", "T0"),
            way("L1", "A", "B", "T1"),
            way("L2", "A", "C", "T2"),
            way("L3", "B", "C", "T3"),
        ],
    )
    index = CutIndex.of(plant)
    found = diagnostician(index).diagnose(all_states(index, "L0 L1 L2"))
    assert (found.causes[0].powerless, found.causes[0].cut_share) == (cs("A"), 0.0)
    assert found.causes[0].probability > 0.9


def test_an_unknown_state_joins_what_only_it_could_tell_apart() -> None:
    index = CutIndex.of(ring_city())
    states = all_states(index, "L3 L1 L2")
    del states[cs("L2")[0]]
    found = diagnostician(index).diagnose(states)
    assert "E" in found.causes[0].trenches
    states = all_states(index, "L4 L5")
    del states[cs("L5")[0]]
    told = diagnostician(index).diagnose(states).causes[0]
    assert told.path == "L4"


def test_nothing_down_is_nothing_to_explain() -> None:
    index = CutIndex.of(ring_city())
    found = diagnostician(index).diagnose(all_states(index, ""))
    assert (found.events, found.causes, found.unexplained) == ((), (), ())
    assert diagnostician(index).diagnose({}).events == ()
