"""A clock for deleting: it follows the wall clock, but not a leap of it.

A clock that stands ten years ahead for a minute (a dead battery, a bad time server) must not make the store delete
everything. This one gains no more than an hour on true time each time it is asked; a leap back is followed at once, it
deletes nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rainbow.kernel.samples import UnixNs
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("rainbow.clock")

NS = 1_000_000_000
GAIN_NS = 3600 * NS
"""Asked every quarter of an hour, a city that was switched off for a month has caught up after a week."""
WORTH_SAYING_NS = 24 * 3600 * NS


class PatientClock:
    """Call it for the time to delete by. ``seen`` is a time that certainly was: the newest reading of the store."""

    def __init__(self, wall: Callable[[], UnixNs], steady_ns: Callable[[], int], *, seen: int | None = None) -> None:
        self._wall = wall
        self._steady_ns = steady_ns
        self._asked_ns = steady_ns()
        self._time_ns = wall() if seen is None else min(wall(), seen + GAIN_NS)
        self._said = False

    def __call__(self) -> UnixNs:
        """Nanoseconds since 1970."""
        now_ns = self._steady_ns()
        wall_ns, allowed_ns = self._wall(), self._time_ns + (now_ns - self._asked_ns) + GAIN_NS
        self._asked_ns = now_ns
        self._time_ns = min(wall_ns, allowed_ns)
        ahead = wall_ns - self._time_ns > WORTH_SAYING_NS
        if ahead and not self._said:
            log.warning(
                _("the clock has leapt %.0f h ahead: old readings are deleted step by step, look at the time service"),
                (wall_ns - self._time_ns) / 3600 / NS,
            )
        self._said = ahead
        return UnixNs(self._time_ns)
