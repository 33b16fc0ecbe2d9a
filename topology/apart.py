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
    Bools = NDArray[np.bool_]

STEP_M = 4.0
"""Between two samples; a crossing is near (3 m) for longer than that. On ways of more than 80 km it is longer."""
MOST_SAMPLES = 20_000
_METRES_PER_DEGREE = 111_320.0
_MOST_AT_ONCE = 2_000_000


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
    starts, stops, section = drawing.pieces(one)
    starts, stops, section = _cut(starts, stops, section, np.ones(len(starts), dtype=np.bool_))
    points, metres = (starts + stops) / 2.0, np.hypot(*(stops - starts).T)
    kept = _off(points, places) > zone_m
    points, metres, section = points[kept], metres[kept], section[kept]
    # Only near the ends the other way need be in small pieces, to leave out those in the zone.
    starts, stops, owner = drawing.pieces(other)
    starts, stops, owner = _cut(starts, stops, owner, _come_near(starts, stops, places, zone_m + STEP_M))
    kept = _off((starts + stops) / 2.0, places) > zone_m
    distance, nearest = _nearest(points, starts[kept], stops[kept])
    return Apart(distance=distance, metres=metres, section=section, nearest=owner[kept][nearest])


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


def _off(points: Floats, places: Floats) -> Floats:
    """How far each point is from the nearest of the places."""
    found: Floats = np.hypot(*np.moveaxis(points[:, None, :] - places[None, :, :], 2, 0)).min(axis=1)
    return found


def _come_near(starts: Floats, stops: Floats, places: Floats, reach_m: float) -> Bools:
    found = np.zeros(len(starts), dtype=np.bool_)
    ways = stops - starts
    length = np.maximum((ways * ways).sum(axis=1), 1e-12)
    for place in places:
        along = np.clip(((place - starts) * ways).sum(axis=1) / length, 0.0, 1.0)
        found |= np.hypot(*(starts + along[:, None] * ways - place).T) <= reach_m
    return found


def _cut(starts: Floats, stops: Floats, owner: Ints, is_cut: Bools) -> tuple[Floats, Floats, Ints]:
    """The pieces, some of them cut to ``STEP_M`` at most."""
    length = np.hypot(*(stops - starts).T)
    wanted = np.ceil(length / max(STEP_M, float(length.sum()) / MOST_SAMPLES)).astype(np.int64)
    count = np.where(is_cut, np.maximum(wanted, 1), 1)
    piece = np.repeat(np.arange(len(starts)), count)
    place = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    step = (stops - starts)[piece] / count[piece, None]
    begin = starts[piece] + place[:, None] * step
    return begin, begin + step, owner[piece]
