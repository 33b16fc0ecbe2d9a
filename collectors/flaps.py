"""What comes and goes again and again is told once, held, and told once more when it is calm. Pure."""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.entities import Code

CHANGES = 6
"""So many changes within the window are no work on the line any more: three times down and up."""
_NS = 1_000_000_000


class Verdict(Enum):
    """What to do about a change."""

    TELL = "tell"
    BEGINS = "begins"
    """The first one held: say that it flaps."""
    HOLD = "hold"


class Flaps:
    """Changes of objects over time. ``window_s`` is also how long a held one must be calm."""

    def __init__(self, *, window_s: float, changes: int = CHANGES) -> None:
        self._window_ns = int(window_s * _NS)
        self._changes = changes
        self._times: dict[Code, deque[int]] = {}
        self._held: set[Code] = set()

    @property
    def held(self) -> frozenset[Code]:
        """Who flaps right now."""
        return frozenset(self._held)

    def changed(self, code: Code, time_ns: int) -> Verdict:
        """Note a change."""
        times = self._times.setdefault(code, deque(maxlen=self._changes))
        times.append(time_ns)
        if code in self._held:
            return Verdict.HOLD
        if len(times) == self._changes and times[-1] - times[0] <= self._window_ns:
            self._held.add(code)
            return Verdict.BEGINS
        return Verdict.TELL

    def calmed(self, time_ns: int) -> list[Code]:
        """Those that did not change for a whole window; they are told of again from now on."""
        calm = sorted(code for code in self._held if time_ns - self._times[code][-1] >= self._window_ns)
        for code in calm:
            self._held.discard(code)
            del self._times[code]
        return calm
