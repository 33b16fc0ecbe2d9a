"""Circuit breaker: a device that keeps failing is asked less often, and never costs the others anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Breaker:
    """State of one device. ``errors`` counts all failures since the start, ``in_a_row`` those since the last success.

    Times are monotonic seconds and handed in. Pauses double from ``pause_s`` up to ``max_pause_s``.
    """

    failures: int
    pause_s: float
    max_pause_s: float
    errors: int = 0
    in_a_row: int = 0
    _closed_until_s: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether polls are spaced out."""
        return self.in_a_row >= self.failures

    def allows(self, now_s: float) -> bool:
        """Whether the device may be asked now: always while closed, once a pause while open."""
        return not self.is_open or now_s >= self._closed_until_s

    def hinted(self) -> None:
        """The device gave a sign of life: it may be asked at once."""
        self._closed_until_s = 0.0

    def succeeded(self) -> None:
        """The device answered: back to every round."""
        self.in_a_row = 0

    def failed(self, now_s: float) -> None:
        """The device failed; from the given number of failures on, pause before the next try."""
        self.errors += 1
        self.in_a_row += 1
        if self.is_open:
            doublings = min(self.in_a_row - self.failures, 32)  # far beyond any pause, far below float's end
            self._closed_until_s = now_s + min(self.pause_s * 2**doublings, self.max_pause_s)
