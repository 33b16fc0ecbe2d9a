"""One event, one incident: what a finding belongs to, and what is part of something larger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents.belonging import holders_of, owner, part_of
from incidents.diagnosis import Finding
from incidents.evidence import Onset
from incidents.ground import Ground
from incidents.incident import Cause, Incident, Status, Verdict
from inventory.entities import Code
from simulator.city import generate
from topology.cut_index import CutIndex

CUT = Verdict(cause=Cause.CUT, codes=(Code("T"),), score=20.0, share=1.0)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


def incident(number: int, *links: str) -> Incident:
    return Incident(
        number=number,
        status=Status.OPEN,
        verdict=CUT,
        opened_s=60.0,
        good_s=0.0,
        bad_s=60.0,
        changed_s=60.0,
        links=tuple(map(Code, links)),
    )


def found(*links: str) -> Finding:
    onset = Onset(good_s=0.0, bad_s=60.0)
    held = frozenset(map(Code, links))
    return Finding(verdict=CUT, alternatives=(), onset=onset, links=held, devices=frozenset())


@pytest.mark.parametrize(
    ("links", "number"),
    [
        ("CDEF", 2),  # half of the first and all of the second: trenches that cross
        ("ABCDEF", 1),  # all of both: they were one
        ("AB", 1),
        ("E", 2),
        ("G", None),
    ],
)
def test_a_finding_belongs_to_the_oldest_incident_it_holds_most_of(links: str, number: int | None) -> None:
    told = [incident(1, *"ABCD"), incident(2, *"CDEF")]
    holders = holders_of((item, ()) for item in told)
    assert owner(found(*links), holders, ()) == number
    assert owner(found(*links), holders, {1, 2}) is None


def test_a_switch_whose_links_another_incident_holds_is_part_of_it(ground: Ground) -> None:
    device, far = next((code, far) for code, far in ground.far_ends.items() if len(far) > 1)
    links = [link for link, _far in far]
    dark = replace(incident(2, links[0]), devices=(device,))
    assert part_of(dark, [incident(1, *links, "X")], ground) == 1
    assert part_of(dark, [incident(1, links[0], "X")], ground) is None
    assert part_of(replace(dark, devices=(Code("no-such-switch"),)), [incident(1, *links, "X")], ground) is None
