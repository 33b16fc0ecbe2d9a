"""Since when a loss rises and by how much so far: a flat line that turns into a ramp, fitted to the kept days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_DAYS, MOST_DAYS = 4, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The first day of the ramp, counted from the first of the values, and what it has gained since."""

    day: int
    gained_db: float


def onset(values: Sequence[float | None]) -> Onset | None:
    """The turn that fits best by least squares; None for fewer than two weeks. Cost: days squared, of 150 at most."""
    offset = max(0, len(values) - MOST_DAYS)
    known = [(day, value) for day, value in enumerate(values[offset:]) if value is not None]
    if len(known) < 14:  # noqa: PLR2004 - two weeks
        return None
    last = known[-1][0]
    fits = [(_fit(known, turn), turn) for turn in range(known[0][0], last - LEAST_DAYS + 1)]
    (_error, slope), turn = min(fits, key=lambda item: item[0][0])
    return Onset(day=offset + turn, gained_db=slope * (last - turn))


def _fit(known: Sequence[tuple[int, float]], turn: int) -> tuple[float, float]:
    """Squared error and slope of a flat line up to ``turn`` and a ramp from there."""
    count = len(known)
    ramp = [max(0, day - turn) for day, _value in known]
    mean_x = sum(ramp) / count
    mean_y = sum(value for _day, value in known) / count
    spread = sum((x - mean_x) ** 2 for x in ramp)
    shared = sum((x - mean_x) * (value - mean_y) for x, (_day, value) in zip(ramp, known, strict=True))
    total = sum((value - mean_y) ** 2 for _day, value in known)
    slope = shared / spread if spread else 0.0
    return total - slope * shared, slope
