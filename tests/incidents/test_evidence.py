"""When something began, out of readings that contradict each other."""

from __future__ import annotations

import pytest

from incidents.beliefs import Beliefs, hear
from incidents.evidence import Onset, Suspect, consensus
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
