"""Time as an argument: whoever needs it is handed a clock."""

from __future__ import annotations

import time
from typing import Protocol

from rainbow.kernel.samples import UnixNs


class Clock(Protocol):
    """Three readings that must not be mixed up."""

    def time_ns(self) -> UnixNs:
        """Wall clock, for time stamps only: it may be set back."""

    def monotonic_s(self) -> float:
        """For intervals and deadlines; never goes back."""

    def cpu_s(self) -> float:
        """CPU time of this process."""


class SystemClock:
    """This machine's clocks."""

    def time_ns(self) -> UnixNs:
        """Nanoseconds since 1970 UTC."""
        return UnixNs(time.time_ns())

    def monotonic_s(self) -> float:
        """Seconds since some point in the past."""
        return time.monotonic()

    def cpu_s(self) -> float:
        """User and system time of all threads."""
        return time.process_time()
