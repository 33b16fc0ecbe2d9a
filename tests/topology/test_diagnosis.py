"""Probable causes: simulated cuts with missing and wrong states, and the cases a person would test by hand."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from topology_plants import a_plant, a_section, a_site, c, cs, ring_city, way

from benchmarks.localisation import Snapshots, doubles, singles
from inventory.entities import RouteKnown
from topology.cut_index import CutIndex
from topology.diagnosis import Diagnostician
from topology.rates import rates_of
from topology.receivers import Sight, sight
from topology.settings import TopologySettings
from topology.states import LinkState
from topology.windows import Window, window

if TYPE_CHECKING:
    from inventory.entities import Code

MANY = int(os.environ.get("RAINBOW_MANY", "1"))
"""From 10 on the figures are taken on a city of 2,000 switches and 10,000 cuts."""
SWITCHES, CUTS = (2_000, 10_000) if MANY >= 10 else (300, 250)
RATES = rates_of(TopologySettings())


def diagnostician(index: CutIndex) -> Diagnostician:
    return Diagnostician(index=index, rates=RATES, wrong=0.01)


def all_states(index: CutIndex, down: str) -> dict[Code, LinkState]:
    fallen = set(cs(down))
    return {link: LinkState.DOWN if link in fallen else LinkState.UP for link in index.net.links}


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("light", [False, True])
def test_cuts_are_found_and_probabilities_mean_what_they_say(light: bool) -> None:  # noqa: FBT001 - both ways
    city = Snapshots(SWITCHES, light=light)
    told = singles(city, CUTS)
    assert len(told.places) > CUTS / 2
    assert told.share(1) >= 0.95
    assert told.share(3) >= 0.99
    assert told.sure > len(told.places) / 3
    assert told.right >= 0.9 * told.sure
    assert told.lone > CUTS / 20
    assert told.bold <= 0.01 * told.lone
    if light:  # three witnesses a link: the one that is down stands out among the readings that are wrong
        assert told.paths >= 0.9 * told.lone
    if MANY >= 10:
        assert told.p99_s < 0.1
    asked, both = doubles(city, CUTS // 5)
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


def light_of(index: CutIndex, **sights: tuple[Sight, Sight]) -> dict[Code, Sight]:
    """What the receivers at both ends of some links see."""
    links = index.plant.link
    ends = {code: (links[c(code)].a, links[c(code)].b) for code in sights}
    return {end: seen for code, pair in sights.items() for end, seen in zip(ends[code], pair, strict=True)}


BOTH_DARK, BOTH_LIT = (Sight.DARK, Sight.DARK), (Sight.LIT, Sight.LIT)


def test_light_outvotes_a_state_that_is_wrong() -> None:
    index = CutIndex.of(ring_city())
    made = diagnostician(index)
    states = all_states(index, "L1 L3 L5")
    assert made.diagnose(states).unexplained == cs("L5")
    found = made.diagnose(states, light=light_of(index, L5=BOTH_LIT))
    assert (found.events[0].trenches, found.unexplained) == (cs("E"), ())
    late = made.diagnose(all_states(index, "L1"), light=light_of(index, L1=BOTH_DARK, L3=BOTH_DARK))
    assert (late.causes[0].trenches, late.causes[0].contradicted) == (cs("E"), ())


def test_light_that_says_nothing_changes_nothing() -> None:
    index = CutIndex.of(ring_city())
    made = diagnostician(index)
    for down in ("L1 L3", "L2", "L4 L5", "L1 L2"):
        states = all_states(index, down)
        dim = light_of(index, **dict.fromkeys(index.net.links, (Sight.DIM, Sight.DIM)))
        assert made.diagnose(states, light=dim) == made.diagnose(states, light={}) == made.diagnose(states)
        assert made.diagnose(states, light={c("NO-PORT"): Sight.DARK}) == made.diagnose(states)


def test_light_missing_in_one_direction_names_the_sender_and_no_cut() -> None:
    index = CutIndex.of(ring_city())
    states = all_states(index, "L2")
    one_way = diagnostician(index).diagnose(states, light=light_of(index, L2=(Sight.LIT, Sight.DARK))).causes[0]
    assert (one_way.path, one_way.sender) == ("L2", "SW-A:L2a")
    both = diagnostician(index).diagnose(states, light=light_of(index, L2=BOTH_DARK)).causes[0]
    assert (both.path, both.sender) == ("L2", None)


def test_the_window_leaves_out_where_other_links_have_light() -> None:
    """L1 runs HALL, HOLE (E, 100 m), A (T1, 100 m); L3 shares E. With L3 up only T1 is left, 100 to 200 m away."""
    index = CutIndex.of(ring_city())
    states = all_states(index, "L1")
    alone = diagnostician(index).diagnose(states).causes[0]
    assert alone.window == Window(link=c("L1"), start=c("HALL"), near_m=100.0, far_m=200.0)
    del states[c("L3")]
    unsure = diagnostician(index).diagnose(states).causes[0]
    assert unsure.window == Window(link=c("L1"), start=c("HALL"), near_m=0.0, far_m=200.0)
    seen = diagnostician(index).diagnose(states, light=light_of(index, L3=BOTH_LIT)).causes[0]
    assert seen.window == alone.window


def test_a_cable_of_unknown_route_has_no_window_and_one_laid_backwards_has() -> None:
    plant = ring_city()
    link = plant.link[c("L1")]
    assert window(plant, link, cs("T1")) == Window(link=c("L1"), start=c("HALL"), near_m=100.0, far_m=200.0)
    turned = tuple(
        replace(cable, from_node=cable.to_node, to_node=cable.from_node, route=cable.route[::-1])
        for cable in plant.cables
    )
    assert window(replace(plant, cables=turned), link, cs("T1")) == window(plant, link, cs("T1"))
    vague = tuple(replace(cable, route_known=RouteKnown.PARTIAL) for cable in plant.cables)
    assert window(replace(plant, cables=vague), link, cs("T1")) is None
    assert window(plant, link, cs("T5")) is None


@pytest.mark.parametrize(
    ("received", "expected", "baseline", "seen"),
    [
        (-40.0, None, False, Sight.DARK),
        (-35.0, -10.0, False, Sight.DARK),
        (-34.0, None, False, Sight.LIT),
        (-26.0, -10.0, False, Sight.DARK),
        (-15.9, -10.0, False, Sight.LIT),
        (-16.0, -10.0, False, Sight.DIM),
        (-11.1, -10.0, True, Sight.DIM),
        (-10.9, -10.0, True, Sight.LIT),
        (-3.0, -10.0, True, Sight.LIT),
    ],
)
def test_levels_are_judged_by_how_well_the_expected_one_is_known(
    received: float,
    expected: float | None,
    baseline: bool,  # noqa: FBT001
    seen: Sight,
) -> None:
    assert sight(received, expected, from_baseline=baseline) is seen
