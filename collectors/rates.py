"""Counters to rates: the right rate or a gap, never a spike.

What is told apart (RFC 2863, 3.1.5 and ifCounterDiscontinuityTime):

- a 32-bit counter that wrapped: counted on, where no more than one wrap can have happened in the interval;
- a counter that was reset, an agent that restarted, a device that rebooted: a gap;
- a clock that was stepped, a poll that came too soon: a gap;
- a value no line of that speed can have counted: a gap.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

UPTIME_TICKS = 1 << 32
"""sysUpTime is 32 bits of 1/100 s: it wraps after 497 days, which is no reboot."""
TICKS_PER_S = 100.0
SHORTEST_S = 0.5
"""Two readings closer than that say more about the agent's cache than about the line."""
DRIFT_S = 2.0
"""The device's clock and ours may disagree by that much over an interval, and by DRIFT_SHARE of it.

No switch boots in less, so no reboot hides in it; an answer that took longer than that gives a gap."""
DRIFT_SHARE = 0.02
CACHE_S = 15.0
"""Agents cache counters for so long: an interval may show that much more than its own traffic."""
FASTEST_BPS = 800e9
"""Assumed where the speed of a port is unknown."""
SMALLEST_FRAME_BITS = 672
"""64 bytes, preamble and gap (IEEE 802.3): sets the highest packet rate of a line."""
BITS_PER_OCTET = 8


class Counts(Enum):
    """What a counter counts, and so what bounds it."""

    OCTETS = "octets"
    PACKETS = "packets"
    EVENTS = "events"
    """Errors and discards: 32 bits by the MIB, on lines of any speed."""


class CounterSpec(NamedTuple):
    """One counter: what it counts, its width in bits (32 or 64), and what one count is worth in the rate."""

    counts: Counts
    bits: int
    factor: float


class Reading(NamedTuple):
    """Counters of one port at one time. ``at_s`` is monotonic, ticks are the device's; None is not read."""

    at_s: float
    uptime_ticks: int | None
    discontinuity_ticks: int | None
    values: Sequence[int | None]


def rates(
    before: Reading, after: Reading, specs: Sequence[CounterSpec], *, speed_bps: float
) -> tuple[float | None, ...]:
    """Rates per second between two readings, None for a gap; ``speed_bps`` 0 where it is unknown.

    Where the speed is unknown a 32-bit counter that went down is a gap: wrap and reset cannot be told apart.
    """
    seconds = interval_s(before, after)
    if seconds is None:
        return (None,) * len(specs)
    line_bits = (speed_bps or FASTEST_BPS) * (seconds + CACHE_S)
    pairs = zip(before.values, after.values, specs, strict=True)
    return tuple([_rate(first, last, spec, seconds, line_bits) for first, last, spec in pairs])


def interval_s(before: Reading, after: Reading) -> float | None:
    """Seconds between two readings of counters that ran on in between, else None."""
    seconds = after.at_s - before.at_s
    if seconds < SHORTEST_S or before.discontinuity_ticks != after.discontinuity_ticks:
        return None
    if restarted(before.uptime_ticks, after.uptime_ticks, seconds):
        return None
    return seconds


def restarted(before_ticks: int | None, after_ticks: int | None, seconds: float) -> bool:
    """Whether the device's own clock did not run on for as long as ours: a restart, or a step of one of them."""
    if before_ticks is None or after_ticks is None:
        return (before_ticks is None) != (after_ticks is None)
    theirs_s = ((after_ticks - before_ticks) % UPTIME_TICKS) / TICKS_PER_S
    return abs(theirs_s - seconds) > DRIFT_S + DRIFT_SHARE * seconds


def _rate(first: int | None, last: int | None, spec: CounterSpec, seconds: float, line_bits: float) -> float | None:
    if first is None or last is None:
        return None
    ceiling = line_bits / (BITS_PER_OCTET if spec.counts is Counts.OCTETS else SMALLEST_FRAME_BITS)
    wraps_unseen = spec.bits == 32 and ceiling >= 1 << 32  # noqa: PLR2004 - the width itself
    if wraps_unseen and spec.counts is not Counts.EVENTS:
        return None
    delta = last - first
    if delta < 0:
        if spec.bits != 32 or wraps_unseen:  # noqa: PLR2004
            return None
        delta += 1 << 32
    return delta * spec.factor / seconds if 0 <= delta <= ceiling else None
