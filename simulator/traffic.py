"""Load on simulated lines: a pure function of time, so that any counter can be worked out when it is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

DAY_S = 86_400.0
_BUSIEST_S = 39_600.0
"""The middle of a working day, UTC: 11 o'clock."""
_DAY_SHARE, _WAVE_SHARE = 0.55, 0.35
"""Swing of the load over a day and within minutes; together below 1, so that no counter ever runs backwards."""
_FRAME_OCTETS = (280.0, 1100.0)
_WAVE_S = (90.0, 900.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Load of one way of a line. Times are seconds since the city began, ``day_s`` what time of day that was."""

    mean_octets_ps: float
    frame_octets: float
    wave_s: float
    wave_turn: float
    day_s: float

    @classmethod
    def of(cls, rng: random.Random, *, mean_bps: float, day_s: float) -> Flow:
        """A flow of this mean with a habit of its own."""
        return cls(
            mean_octets_ps=mean_bps / 8,
            frame_octets=rng.uniform(*_FRAME_OCTETS),
            wave_s=rng.uniform(*_WAVE_S),
            wave_turn=rng.uniform(0, math.tau),
            day_s=day_s + rng.uniform(-3600, 3600),
        )

    def octets(self, at_s: float) -> float:
        """The integral of the load, of which only differences mean something: octets between two times."""
        day = math.tau / DAY_S
        wave = math.tau / self.wave_s
        swing = _DAY_SHARE / day * math.sin(day * (at_s + self.day_s - _BUSIEST_S))
        swing += _WAVE_SHARE / wave * math.sin(wave * at_s + self.wave_turn)
        return self.mean_octets_ps * (at_s + swing)


@dataclass(slots=True)
class Meter:
    """Octets that a flow really carried: it stands while the line is down."""

    flow: Flow
    _carried: float = 0.0
    _since_s: float | None = None

    def start(self, at_s: float) -> None:
        """The line is up from now on."""
        if self._since_s is None:
            self._since_s = at_s

    def stop(self, at_s: float) -> None:
        """The line is down from now on."""
        self._carried = self.octets(at_s)
        self._since_s = None

    def octets(self, at_s: float) -> float:
        """Octets so far."""
        if self._since_s is None:
            return self._carried
        return self._carried + max(0.0, self.flow.octets(at_s) - self.flow.octets(self._since_s))
