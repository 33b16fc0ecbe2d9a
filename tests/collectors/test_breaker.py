"""The breaker spaces a failing device's polls out and forgets at the first answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collectors.breaker import Breaker


def breaker() -> Breaker:
    return Breaker(failures=3, pause_s=60, max_pause_s=600)


def test_asks_each_round_until_it_opens() -> None:
    tested = breaker()
    for now_s in (0.0, 60.0):
        tested.failed(now_s)
        assert not tested.is_open
        assert tested.allows(now_s)
    tested.failed(120)
    assert tested.is_open
    assert not tested.allows(179.9)
    assert tested.allows(180)


def test_pauses_double_up_to_the_longest() -> None:
    tested = breaker()
    pauses = []
    for _turn in range(9):
        tested.failed(0)
        pauses.append(next(second for second in range(10_000) if tested.allows(second)))
    assert pauses == [0, 0, 60, 120, 240, 480, 600, 600, 600]


def test_an_answer_closes_it_and_keeps_the_count() -> None:
    tested = breaker()
    for _turn in range(5):
        tested.failed(0)
    tested.succeeded()
    assert not tested.is_open
    assert tested.allows(0)
    assert tested.errors == 5


@given(st.integers(1, 5000))
def test_never_longer_than_the_longest_pause(failures: int) -> None:
    tested = Breaker(failures=1, pause_s=60, max_pause_s=600, in_a_row=failures - 1)
    tested.failed(1000.0)
    assert tested.allows(1600.0)
