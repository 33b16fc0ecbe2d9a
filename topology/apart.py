"""How far apart two ways through the ground lie: sampled along one, measured to the other. Flat, exact to a metre."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

STEP_M = 4.0
"""Between two samples; a crossing is near (3 m) for longer than that. On ways of more than 80 km it is longer."""
MOST_SAMPLES = 20_000
_METRES_PER_DEGREE = 111_320.0
_MOST_AT_ONCE = 2_000_000
_NOTHING_M = 1e-3


class Drawing:
    """The lines of a plant's sections on a flat plane, in metres from one of its places."""

    def __init__(self, plant: Plant) -> None:
        self._origin = next(iter(plant.nodes.values())).point
        self._lines = {section.code: self.flat(section.line) for section in plant.sections}

    def flat(self, line: Sequence[LonLat]) -> Floats:
        """Places in metres east and north, a row each."""
        scale = np.array([math.cos(math.radians(self._origin[1])), 1.0], dtype=np.float64) * _METRES_PER_DEGREE
        found: Floats = (np.asarray(line, dtype=np.float64).reshape(-1, 2) - np.asarray(self._origin)) * scale
        return found

    def pieces(self, sections: Sequence[Code]) -> tuple[Floats, Floats, Ints]:
        """The straight pieces of sections: (start, stop, number of the section)."""
        lines = [self._lines[code] for code in sections]
        return (
            np.concatenate([*(line[:-1] for line in lines), np.zeros((0, 2))]),
            np.concatenate([*(line[1:] for line in lines), np.zeros((0, 2))]),
            np.repeat(np.arange(len(lines), dtype=np.int64), [len(line) - 1 for line in lines]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Apart:
    """Samples along one way, a row each: metres to the other way, the section it is on, the other's nearest section.

    ``metres`` each sample stands for. What lies round the ends is in neither.
    """

    distance: Floats
    metres: Floats
    section: Ints
    nearest: Ints


def apart(
    drawing: Drawing, one: Sequence[Code], other: Sequence[Code], ends: Sequence[LonLat], *, zone_m: float
) -> Apart:
    """Samples on the sections of ``one`` against those of ``other``, but for ``zone_m`` round the places ``ends``.

    Sections are numbered in the order given. Cost: the samples of the one times the bends of the other.
    """
    places = drawing.flat(ends)
    starts, stops, section = _short(*_outside(*drawing.pieces(one), places, zone_m))
    others, other_stops, owner = _outside(*drawing.pieces(other), places, zone_m)
    distance, nearest = _nearest((starts + stops) / 2.0, others, other_stops)
    return Apart(distance=distance, metres=np.hypot(*(stops - starts).T), section=section, nearest=owner[nearest])


def _nearest(points: Floats, starts: Floats, stops: Floats) -> tuple[Floats, Ints]:
    """The distance of each point to the nearest piece, and which it is."""
    distance = np.full(len(points), math.inf)
    nearest = np.zeros(len(points), dtype=np.int64)
    ways = stops - starts
    length = np.maximum((ways * ways).sum(axis=1), 1e-12)
    rows = max(1, _MOST_AT_ONCE // max(1, len(starts)))
    for begin in range(0, len(points) if len(starts) else 0, rows):
        some = points[begin : begin + rows, None, :] - starts[None, :, :]
        along = np.clip((some * ways[None, :, :]).sum(axis=2) / length, 0.0, 1.0)
        off = np.hypot(*np.moveaxis(some - along[:, :, None] * ways[None, :, :], 2, 0))
        nearest[begin : begin + rows] = off.argmin(axis=1)
        distance[begin : begin + rows] = off.min(axis=1)
    return distance, nearest


def _outside(starts: Floats, stops: Floats, owner: Ints, places: Floats, zone_m: float) -> tuple[Floats, Floats, Ints]:
    """What of the pieces lies further than ``zone_m`` from every place: where a circle takes a middle, two remain."""
    for place in places:
        ways, from_place = stops - starts, starts - place
        length2 = np.maximum((ways * ways).sum(axis=1), 1e-12)
        foot = -(from_place * ways).sum(axis=1) / length2
        half2 = foot**2 - ((from_place**2).sum(axis=1) - zone_m**2) / length2
        half, is_hit = np.sqrt(np.maximum(half2, 0.0)), half2 > 0.0
        enters = np.where(is_hit, np.clip(foot - half, 0.0, 1.0), 1.0)[:, None]
        leaves = np.where(is_hit, np.clip(foot + half, 0.0, 1.0), 1.0)[:, None]
        starts, stops = (
            np.concatenate([starts, starts + leaves * ways]),
            np.concatenate([starts + enters * ways, stops]),
        )
        owner = np.tile(owner, 2)
        kept = np.hypot(*(stops - starts).T) > _NOTHING_M
        starts, stops, owner = starts[kept], stops[kept], owner[kept]
    return starts, stops, owner


def _short(starts: Floats, stops: Floats, owner: Ints) -> tuple[Floats, Floats, Ints]:
    """The pieces, cut to ``STEP_M`` at most."""
    length = np.hypot(*(stops - starts).T)
    count = np.ceil(length / max(STEP_M, float(length.sum()) / MOST_SAMPLES)).astype(np.int64)
    piece = np.repeat(np.arange(len(starts)), count)
    place = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    step = (stops - starts)[piece] / count[piece, None]
    begin = starts[piece] + place[:, None] * step
    return begin, begin + step, owner[piece]
