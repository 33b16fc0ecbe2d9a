"""A Kalman filter for a level and its slope (local linear trend) that a wild day moves little. Pure.

Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, 2.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

CLIP = 2.5
"""Innovations count no further than so many of their deviations (Huber)."""
SLOPE_DRIFT = 0.0008
"""How much a slope may change from day to day, dB a day: what was still yesterday can rise today."""
_WIDE_SLOPE = 0.002


@dataclass(slots=True, kw_only=True)
class Trend:
    """``walk_db``: what the level wanders in a day by itself."""

    walk_db: float
    level: float = 0.0
    slope: float = 0.0
    _var_level: float = 1.0
    _covar: float = 0.0
    _var_slope: float = _WIDE_SLOPE**2
    days: int = 0

    def copy(self) -> Trend:
        """The same, to look ahead with."""
        return Trend(
            walk_db=self.walk_db,
            level=self.level,
            slope=self.slope,
            _var_level=self._var_level,
            _covar=self._covar,
            _var_slope=self._var_slope,
            days=self.days,
        )

    def add(self, value: float | None, noise_db: float) -> None:
        """One more day; None where nothing was read."""
        if self.days == 0:
            if value is not None:
                self.level, self._var_level, self.days = value, noise_db**2, 1
            return
        level = self.level + self.slope
        var_level = self._var_level + 2 * self._covar + self._var_slope + self.walk_db**2
        covar = self._covar + self._var_slope
        var_slope = self._var_slope + SLOPE_DRIFT**2
        if value is None:
            self.level, self._var_level, self._covar, self._var_slope = level, var_level, covar, var_slope
            return
        spread = var_level + noise_db**2
        most = CLIP * spread**0.5
        surprise = min(max(value - level, -most), most)
        gain, turn = var_level / spread, covar / spread
        self.level, self.slope = level + gain * surprise, self.slope + turn * surprise
        self._var_level = (1 - gain) * var_level
        self._var_slope = var_slope - turn * covar
        self._covar = (1 - gain) * covar
        self.days += 1

    @property
    def slope_deviation(self) -> float:
        """How sure the slope is, dB a day."""
        return math.sqrt(self._var_slope)
