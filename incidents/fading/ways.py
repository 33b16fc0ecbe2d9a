"""What is watched: one direction of one link, its loss by day, with steps taken out and logged. Pure.

Loss is sent less received light as the two modules tell it, so a laser that ages does not move it as far as its
monitor diode sees that. Means of a day, not medians: the daily swing dithers readings rounded to 0.1 dB.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code

STEP_DB = 0.12
"""Least step told from noise: twice what a trend of 0.02 dB a day moves the two medians apart, and more."""
STEP_NOISES = 4.5
_ONE_DAY_SHARE = 0.6
_LEAST_JUMP_DB = 0.1
"""A step happens within a day, a trend does not."""
DAYS_AFTER, DAYS_BEFORE = 3, 5
_LEAST_AFTER, _LEAST_BEFORE = 2, 3
BASE_DAYS = 5
_NOISE_DAYS = 40
_MAD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction of a link, from one interface to the other. ``wavelength_nm`` is None where nobody said it."""

    link: Code
    sender: Code
    receiver: Code
    wavelength_nm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Loss that jumped within a day: a patch, a cleaning, a module changed. ``size_db`` below nought is a gain."""

    way: Way
    day: int
    size_db: float


class Course:
    """The loss of one way day by day. What is two days old is final: only then is a step told from an outlier."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.steps: list[Step] = []
        self.clean: list[float | None] = []
        self._first: list[float] = []
        self._raw: list[float | None] = []
        self._offset_db = 0.0

    def level(self, loss_db: float | None) -> float | None:
        """Today's loss above what it was at first, known steps taken out; None until a base is known."""
        if loss_db is None:
            return None
        if len(self._first) < BASE_DAYS:
            self._first.append(loss_db)
            return None
        return loss_db - median(self._first) - self._offset_db

    def add(self, level_db: float | None) -> None:
        """Take today's level, less what all ways have in common, and settle the day before yesterday."""
        self._raw.append(None if level_db is None else level_db + self._offset_db)
        day = len(self._raw) - DAYS_AFTER
        if day < 0:
            return
        if (size_db := self._step_at(day)) is not None:
            self.steps.append(Step(way=self.way, day=day, size_db=size_db))
            self._offset_db += size_db
        self.clean.append(self._moved(self._raw[day]))

    @property
    def tail(self) -> list[float | None]:
        """The days that are not final yet."""
        return [self._moved(item) for item in self._raw[len(self.clean) :]]

    @property
    def noise_db(self) -> float:
        """How far one day's mean lies beside the truth."""
        return noise_db(self.clean)

    def _moved(self, value: float | None) -> float | None:
        return None if value is None else value - self._offset_db

    def _step_at(self, day: int) -> float | None:
        before = [item for item in self.clean[-DAYS_BEFORE:] if item is not None]
        after = [item for item in self.tail if item is not None]
        last, first = (self.clean[-1] if self.clean else None), self._moved(self._raw[day])
        if len(before) < _LEAST_BEFORE or len(after) < _LEAST_AFTER or last is None or first is None:
            return None
        size_db = median(after) - median(before)
        least_db = max(STEP_DB, STEP_NOISES * self.noise_db)
        if abs(size_db) < least_db or (first - last) / size_db < max(_ONE_DAY_SHARE, _LEAST_JUMP_DB / abs(size_db)):
            return None
        return size_db


def noise_db(values: Sequence[float | None]) -> float:
    """Noise of daily means by the median difference of neighbours: steps and trends do not move it; 0 at first."""
    newest = values[-_NOISE_DAYS:]
    moves = [abs(b - a) for a, b in pairwise(newest) if a is not None and b is not None]
    return _MAD * median(moves) / 2**0.5 if len(moves) >= _NOISE_DAYS // 4 else 0.0
