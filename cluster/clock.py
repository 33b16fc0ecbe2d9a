"""The two clocks of a cluster: one for how long ago, one for when."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Readings that must not be mixed up."""

    def boot_s(self) -> float:
        """Since the machine started, its sleep included: the age of a lease. Never goes back."""

    def unix_s(self) -> float:
        """Since 1970: when devices are due, the same on all machines."""


class MachineClock:
    """This machine's clocks (Linux)."""

    def boot_s(self) -> float:
        """``CLOCK_MONOTONIC`` stands still while the machine sleeps; a lease does not."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def unix_s(self) -> float:
        """The wall clock."""
        return time.time()
