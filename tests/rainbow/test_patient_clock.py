"""The clock that deletes by: a leap ahead costs hours, not everything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rainbow.kernel.samples import UnixNs
from rainbow.patient_clock import GAIN_NS, PatientClock

HOUR_NS = 3_600_000_000_000
START = 1_700_000_000_000_000_000


class Clocks:
    """A wall clock that somebody turns, and a steady one."""

    def __init__(self) -> None:
        self.wall = UnixNs(START)
        self.steady = 0

    def passes(self, hours: float, *, leap: float = 0.0) -> None:
        self.steady += int(hours * HOUR_NS)
        self.wall = UnixNs(self.wall + int((hours + leap) * HOUR_NS))

    def patient(self, seen: int | None = None) -> PatientClock:
        return PatientClock(lambda: self.wall, lambda: self.steady, seen=seen)


def test_it_is_the_wall_clock_while_nobody_turns_it() -> None:
    clocks = Clocks()
    patient = clocks.patient()
    for _turn in range(100):
        clocks.passes(0.25)
        assert patient() == clocks.wall


def test_ten_years_ahead_for_a_day_take_four_days_at_most() -> None:
    clocks = Clocks()
    patient = clocks.patient()
    clocks.passes(0, leap=10 * 365 * 24)
    for _turn in range(96):
        clocks.passes(0.25)
        patient()
    assert patient() - START < 5.1 * 24 * HOUR_NS
    clocks.passes(0, leap=-10 * 365 * 24)
    assert patient() == clocks.wall == START + 24 * HOUR_NS


def test_a_start_with_a_wrong_clock_goes_by_the_newest_reading() -> None:
    clocks = Clocks()
    clocks.passes(0, leap=1000)
    assert clocks.patient(seen=START)() <= START + 2 * GAIN_NS
    assert clocks.patient(seen=clocks.wall)() == clocks.wall


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(-1e5, 1e5)), max_size=30))
def test_it_is_never_ahead_of_the_wall_nor_gains_more_than_an_hour_a_time(turns: list[tuple[float, float]]) -> None:
    clocks = Clocks()
    patient = clocks.patient()
    before = patient()
    for hours, leap in turns:
        clocks.passes(hours, leap=leap)
        now = patient()
        assert now <= clocks.wall
        assert now - before <= int(hours * HOUR_NS) + GAIN_NS
        before = now
