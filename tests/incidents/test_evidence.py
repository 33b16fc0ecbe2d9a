"""When something began, out of readings that contradict each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents.beliefs import Beliefs, hear
from incidents.evidence import Onset, Suspect, clusters, consensus
from incidents.readings import DeviceHeard, EndReading
from incidents.settings import IncidentSettings
from inventory.entities import Code


def sign(good_s: float, bad_s: float, nats: float = 5.0) -> Suspect:
    return Suspect(code=Code("L"), onset=Onset(good_s=good_s, bad_s=bad_s), nats=nats)


@pytest.mark.parametrize(
    ("signs", "began"),
    [
        ([sign(0, 60)], (0, 60)),
        ([sign(0, 60), sign(50, 110)], (50, 60)),
        ([sign(0, 60, 5), sign(60, 120, 10)], (60, 120)),
        ([sign(0, 60, 10), sign(60, 120, 5)], (0, 60)),
        ([sign(60, 60), sign(0, 70)], (60, 60.001)),
    ],
)
def test_most_of_the_evidence_says_when(signs: list[Suspect], began: tuple[float, float]) -> None:
    found = consensus(signs)
    assert (found.good_s, found.bad_s) == began


def test_one_good_reading_among_bad_ones_does_not_make_it_younger() -> None:
    beliefs, settings = Beliefs(), IncidentSettings()
    for minute, up in enumerate([True, False, False, False, True, False]):
        port = EndReading(interface=Code("P"), up=up)
        heard = DeviceHeard(device=Code("D"), at_s=60.0 * minute, answers=True, ends=(port,))
        beliefs = hear(beliefs, [heard], settings)
    assert beliefs.ports[Code("P")].good_s == 0.0


def test_readings_wrong_by_chance_do_not_part_the_links_of_a_cut_that_was_told() -> None:
    """Each of the two has several bad signs; a poll later, twenty single readings of other links have one time."""
    cut = [replace(sign(248, 260, 40.0), code=Code("L1")), replace(sign(260, 308, 37.0), code=Code("L2"))]
    chance = [replace(sign(330, 365), code=Code(f"C{number}")) for number in range(20)]
    assert {Code("L1"), Code("L2")} not in [item.links for item in clusters([*cut, *chance], [], 60.0)]
    first, rest = clusters([*cut, *chance], [], 60.0, [{Code("L1"), Code("L2")}])
    assert first.links == {Code("L1"), Code("L2")}
    assert first.onset == cut[0].onset
    assert rest.links == {item.code for item in chance}


def test_what_was_told_as_one_is_parted_where_its_own_signs_part_it() -> None:
    early, late = sign(0, 60, 20.0), replace(sign(180, 240, 10.0), code=Code("L2"))
    found = clusters([early, late], [], 60.0, [{Code("L"), Code("L2")}])
    assert [item.links for item in found] == [{Code("L")}, {Code("L2")}]
