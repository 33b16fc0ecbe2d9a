"""Rates against an exact model of a counting device: the right rate or a gap, never a spike."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from collectors.rates import CACHE_S, UPTIME_TICKS, CounterSpec, Counts, Reading, interval_s, rates

WIDE = CounterSpec(Counts.OCTETS, 64, 8)
NARROW = CounterSpec(Counts.OCTETS, 32, 8)
BOOT_S = 20


@dataclass(frozen=True)
class Step:
    """What happens between two polls: load is a share of the line speed, ``at`` a share of the time."""

    seconds: int
    load: float
    event: str
    at: float


steps = st.builds(
    Step,
    seconds=st.integers(1, 400),
    load=st.floats(0, 1),
    event=st.sampled_from(["", "", "", "", "cleared", "announced"]),
    at=st.floats(0.01, 0.9),
)
reboots = st.builds(
    Step,
    seconds=st.integers(2 * BOOT_S, 400),  # a device that boots answers nobody
    load=st.floats(0, 1),
    event=st.just("reboot"),
    at=st.floats(0.01, 0.5),
)


class Line:
    """An interface with exact counts. ``cleared`` resets the counter without a word, ``announced`` by RFC 2863."""

    def __init__(self, *, bits: int, speed_bps: int, start: int, uptime_s: int) -> None:
        self.modulo = 1 << bits
        self.speed_bps = speed_bps
        self.count = start
        self.now_s = 1000.0
        self.uptime_ticks = uptime_s * 100
        self.discontinuity = 0

    def reading(self) -> Reading:
        return Reading(self.now_s, self.uptime_ticks % UPTIME_TICKS, self.discontinuity, (self.count % self.modulo,))

    def run(self, step: Step) -> int:
        """Octets counted in the interval, wherever they were lost again."""
        sent = int(step.seconds * step.load * self.speed_bps / 8)
        self.now_s += step.seconds
        self.uptime_ticks += step.seconds * 100
        self.count += sent
        if step.event:
            self.count = int(sent * (1 - step.at))
        if step.event == "reboot":
            self.uptime_ticks = max(0, int((step.seconds * (1 - step.at) - BOOT_S) * 100))
            self.discontinuity = 0  # none since the agent began anew (RFC 2863, ifCounterDiscontinuityTime)
        if step.event == "announced":
            self.discontinuity = self.uptime_ticks % UPTIME_TICKS
        return sent


@settings(max_examples=300, deadline=None)
@given(
    bits=st.sampled_from([32, 64]),
    speed_bps=st.sampled_from([10**7, 10**8, 10**9, 10**10, 10**11]),
    below_end=st.integers(1, 1 << 31),
    uptime_s=st.sampled_from([1, 3600, UPTIME_TICKS // 100 - 100]),
    course=st.lists(steps | reboots, min_size=1, max_size=8),
)
@example(  # a wrap of a 32-bit counter in a long interval on a quick line: it could have wrapped twice
    bits=32, speed_bps=10**9, below_end=1000, uptime_s=1, course=[Step(60, 0.9, "", 0.5)]
)
@example(  # two resets told at the same time of day of two lives
    bits=32,
    speed_bps=10**7,
    below_end=1,
    uptime_s=1,
    course=[Step(40, 0.0, "reboot", 0.5), Step(1, 0.0, "announced", 0.5)] * 2,
)
@example(bits=32, speed_bps=10**7, below_end=1000, uptime_s=UPTIME_TICKS // 100 - 100, course=[Step(300, 0.9, "", 0.5)])
def test_a_rate_is_exact_or_a_gap(bits: int, speed_bps: int, below_end: int, uptime_s: int, course: list[Step]) -> None:
    line = Line(bits=bits, speed_bps=speed_bps, start=(1 << bits) - below_end, uptime_s=uptime_s)
    spec = WIDE if bits == 64 else NARROW
    for step in course:
        wrap_is_near = line.uptime_ticks % UPTIME_TICKS > UPTIME_TICKS - 1000 * 100
        assume(not (step.event == "reboot" and wrap_is_near))  # a reboot in the quarter of an hour every 497 days
        if bits == 64 and not step.event and line.count + speed_bps * step.seconds >= line.modulo:
            line.count %= 1 << 40  # no 64-bit counter wraps in a century
        before = line.reading()
        sent = line.run(step)
        (rate,) = rates(before, line.reading(), (spec,), speed_bps=speed_bps)
        may_wrap_twice = bits == 32 and speed_bps * (step.seconds + CACHE_S) / 8 >= 1 << 32
        if step.event in {"reboot", "announced"} or may_wrap_twice:
            assert rate is None
        elif step.event == "cleared":
            assert rate is None or rate <= speed_bps * (1 + CACHE_S / step.seconds)
        else:
            assert rate == pytest.approx(sent * 8 / step.seconds)


def at(seconds: float, value: int | None, *, uptime: int | None = 0, mark: int | None = 0) -> Reading:
    ticks = None if uptime is None else int(uptime + seconds * 100)
    return Reading(seconds, ticks, mark, (value,))


def one(before: Reading, after: Reading, spec: CounterSpec = WIDE, speed_bps: float = 1e9) -> float | None:
    return rates(before, after, (spec,), speed_bps=speed_bps)[0]


def test_plain_rate() -> None:
    assert one(at(0, 1000), at(60, 1000 + 7500)) == 1000.0


def test_unread_is_a_gap_not_zero() -> None:
    assert one(at(0, None), at(60, 5)) is None
    assert one(at(0, 5), at(60, None)) is None


def test_agents_that_cache_may_show_more_than_the_line_for_a_while() -> None:
    line_speed_for_70_s = 10**9 // 8 * 70
    assert one(at(0, 0), at(60, line_speed_for_70_s)) is not None
    assert one(at(0, 0), at(60, 2 * line_speed_for_70_s)) is None


def test_unknown_speed_takes_no_wrap_on_trust() -> None:
    assert one(at(0, (1 << 32) - 10), at(60, 10), NARROW, speed_bps=0) is None
    assert one(at(0, (1 << 32) - 10), at(60, 10), NARROW, speed_bps=1e7) == pytest.approx(20 * 8 / 60)


def test_a_64_bit_counter_that_went_down_did_not_wrap() -> None:
    assert one(at(0, 1000), at(60, 500), speed_bps=1e10) is None
    assert one(at(0, (1 << 40) + 1000), at(60, 1 << 40), speed_bps=1e10) is None


def test_packets_are_bounded_by_the_smallest_frame() -> None:
    packets = CounterSpec(Counts.PACKETS, 64, 1)
    most = 1e9 / 672 * (60 + CACHE_S)
    assert one(at(0, 0), at(60, int(most)), packets) is not None
    assert one(at(0, 0), at(60, int(most) + 2), packets) is None


def test_error_counters_wrap_at_32_bits_and_are_a_gap_on_quick_lines() -> None:
    errors = CounterSpec(Counts.EVENTS, 32, 1)
    assert one(at(0, (1 << 32) - 6), at(60, 54), errors, speed_bps=1e9) == 1.0
    assert one(at(0, (1 << 32) - 6), at(60, 54), errors, speed_bps=1e12) is None
    assert one(at(0, 6), at(60, 66), errors, speed_bps=1e12) == 1.0


def test_uptime_that_wraps_is_no_reboot() -> None:
    end = UPTIME_TICKS - 3000
    before, after = Reading(0, end, 0, (0,)), Reading(60, (end + 6000) % UPTIME_TICKS, 0, (7500,))
    assert one(before, after) == 1000.0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (at(0, 0), at(0.4, 10)),  # too soon
        (at(60, 0), at(0, 10)),  # backwards
        (at(0, 0, uptime=500_000), at(60, 10, uptime=0)),  # rebooted
        (at(0, 0, uptime=0), at(60, 10, uptime=1000)),  # its clock or ours was stepped by 10 s
        (at(0, 0), at(60, 10, uptime=None)),  # uptime hidden from now on
        (at(0, 0), at(60, 10, mark=1)),  # discontinuity
        (at(0, 0), at(60, 10, mark=None)),
    ],
)
def test_intervals_without_a_rate(before: Reading, after: Reading) -> None:
    assert interval_s(before, after) is None
    assert one(before, after) is None


def test_small_drift_between_clocks_is_none() -> None:
    assert interval_s(at(0, 0), at(300, 10, uptime=700)) == 300
    assert interval_s(at(0, 0), at(300, 10, uptime=900)) is None


def test_devices_that_hide_their_uptime_still_have_rates() -> None:
    assert one(at(0, 0, uptime=None), at(60, 7500, uptime=None)) == 1000.0
