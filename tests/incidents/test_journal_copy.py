"""A leader's incidents at the collector that stands by: what it would go on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incidents.engine import State
from incidents.incident import Cause, Incident, Status, Verdict
from incidents.journal import Journal
from incidents.journal_copy import adopt, copy_of, join_taken
from incidents.notify import Due, Memory, Told
from inventory.entities import Code
from rainbow.kernel.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def incident(number: int, *, closed: bool = False) -> Incident:
    return Incident(
        number=number,
        status=Status.CLOSED if closed else Status.OPEN,
        verdict=Verdict(cause=Cause.CUT, codes=(Code(f"TR-{number}"),), score=5.0),
        opened_s=float(number),
        good_s=0.0,
        bad_s=1.0,
        changed_s=2.0,
        closed_s=9.0 if closed else None,
    )


class Pair:
    def __init__(self, folder: Path) -> None:
        self.leader, self.deputy = Journal(folder / "a.sqlite"), Journal(folder / "b.sqlite")

    def step(self, *incidents: Incident, send: bool = False, changed: tuple[int, ...] | None = None) -> None:
        told = {f"night/{item.number}": Told(cause=Cause.CUT, codes=item.verdict.codes, lost=()) for item in incidents}
        state = State(incidents=incidents, next_number=99)
        due = [Due(channel="night", incident=item) for item in incidents] if send else []
        self.leader.save(state, Memory(told=told), due, now_s=10.0, keep_s=1e9)
        join_taken(self.leader, adopt(self.deputy, copy_of(self.leader, changed)))


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_who_stands_by_would_go_on_from_the_same_step(pair: Pair) -> None:
    pair.step(incident(1), send=True)
    assert pair.deputy.load() == pair.leader.load()
    assert pair.deputy.incidents() == pair.leader.incidents()
    assert pair.deputy.to_send() == pair.leader.to_send() != []
    (waiting,) = pair.leader.to_send()
    pair.leader.sent(waiting[0], done=True, most_tries=3)
    adopt(pair.deputy, copy_of(pair.leader, ()))
    assert pair.deputy.to_send() == []


def test_a_step_carries_what_it_changed_and_no_more(pair: Pair) -> None:
    pair.step(incident(1, closed=True), incident(2))
    small = copy_of(pair.leader, {2})
    assert b"TR-2" in small
    assert small.count(b"TR-1") < copy_of(pair.leader, None).count(b"TR-1")
    pair.step(incident(2, closed=True), changed=(2,))
    assert pair.deputy.incidents() == pair.leader.incidents()
    assert len(pair.deputy.incidents()) == 2


def test_all_of_it_takes_the_place_of_what_another_lead_left(pair: Pair) -> None:
    pair.step(incident(1))
    pair.deputy.save(State(incidents=(incident(7),)), Memory(), [], now_s=1.0, keep_s=1e9)
    adopt(pair.deputy, copy_of(pair.leader, None))
    assert [item.number for item in pair.deputy.incidents()] == [1]


def test_who_took_an_incident_is_known_to_both_wherever_it_was_noted(pair: Pair) -> None:
    pair.step(incident(1), incident(2))
    pair.leader.acknowledge(1, "KL", 5.0)
    pair.deputy.acknowledge(2, "MZ", 6.0)
    pair.step(incident(1), incident(2), changed=(1, 2))
    both = {1: ("KL", 5.0), 2: ("MZ", 6.0)}
    assert (pair.leader.acknowledgements(), pair.deputy.acknowledgements()) == (both, both)


def test_what_is_no_copy_changes_nothing(pair: Pair) -> None:
    pair.step(incident(1))
    for wrong in (b"", b"{}", b'{"whole": true, "state": 5}'):
        with pytest.raises(StoreError, match="is none"):
            adopt(pair.deputy, wrong)
    broken = copy_of(pair.leader, None).replace(b'"open"', b'"open", 5')
    with pytest.raises(StoreError):
        adopt(pair.deputy, broken)
    assert pair.deputy.load() == pair.leader.load()
    assert len(pair.deputy.incidents()) == 1
