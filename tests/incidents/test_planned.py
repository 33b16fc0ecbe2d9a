"""Work that was planned while everything was well, held against what is down since."""

from __future__ import annotations

import pytest

from incidents.engine import Window
from incidents.ground import Ground
from incidents.incident import Cause, Incident, Status, Verdict
from incidents.messages import Wording
from incidents.planned import SOON_S, conflicts, links_of, soon
from inventory.entities import Code
from rainbow.kernel.texts import use
from simulator.city import generate
from topology.cut_index import CutIndex


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


def a_cut(ground: Ground, trench: Code) -> Incident:
    return Incident(
        number=1,
        status=Status.OPEN,
        verdict=Verdict(cause=Cause.CUT, codes=(trench,), score=50.0, share=1.0),
        opened_s=0.0,
        good_s=0.0,
        bad_s=0.0,
        changed_s=0.0,
        links=ground.plant.links_in[trench],
    )


def on(*codes: Code, begins_s: float = 0.0) -> Window:
    return Window(codes=codes, begins_s=begins_s, ends_s=begins_s + 3600.0)


def pair(ground: Ground) -> tuple[Code, Code]:
    """Two trenches that take together what neither takes alone."""
    for trench, links in sorted(ground.plant.links_in.items()):
        _sites, hold = ground.next_to_fall(frozenset(links))
        if hold:
            return trench, hold[0]
    raise AssertionError("no such pair")


def test_work_that_takes_more_beside_a_cut_has_to_wait(ground: Ground) -> None:
    cut, work = pair(ground)
    held = ground.plant.links_in
    both = ground.index.lost([cut, work])
    together = {*both.sites, *both.structures} - ground.lost(held[cut]) - ground.lost(held[work])
    (found,) = conflicts(ground, [a_cut(ground, cut)], [on(work), on(cut)])
    assert (found.window.codes, set(found.takes)) == ((work,), together)
    assert conflicts(ground, [], [on(work)]) == []
    with use("en"):
        assert f"Put off the work planned on {work}" in Wording(ground).body(a_cut(ground, cut), [found])


def test_work_is_on_all_that_people_name(ground: Ground) -> None:
    link = min(ground.ends)
    end = ground.ends[link][0]
    device = ground.device_of[end]
    assert links_of(ground, [link]) == links_of(ground, [end]) == {link}
    assert links_of(ground, [device]) == ground.links_of_devices({device})
    assert links_of(ground, [ground.node_of[device]]) >= links_of(ground, [device])
    assert links_of(ground, [Code("nothing")]) == frozenset()


def test_a_message_at_night_speaks_of_the_next_day_only() -> None:
    near, far, over = on(begins_s=1_000.0), on(begins_s=SOON_S + 2_000.0), on(begins_s=-9_000.0)
    assert soon([near, far, over], 1_500.0) == [near]
