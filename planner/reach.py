"""What a line or a circle on the map touches. Pure.

Distances are taken on a plane that touches the earth at the shape: within a city that is good to a few centimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.entities import Code, LonLat, TrenchSection
    from inventory.plant import Plant

    Metres = tuple[float, float]

METRES_A_DEGREE = 111_320.0
"""Of latitude, and of longitude at the equator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A line, or with one point a circle, that touches all within ``reach_m`` of it."""

    line: tuple[LonLat, ...]
    reach_m: float


def touched_sections(plant: Plant, shape: Shape) -> Iterator[Code]:
    """Trench sections that come within reach, in the plant's order. Cost: linear in the points of the plant."""
    plane = _Plane(shape)
    for section in plant.sections:
        if plane.may_touch(section) and plane.touches(section.line):
            yield section.code


def touched_nodes(plant: Plant, shape: Shape) -> Iterator[Code]:
    """Sites and structures with a switch that stand within reach, in the plant's order."""
    plane = _Plane(shape)
    for code in plant.devices_at:
        if plane.touches((plant.nodes[code].point,)):
            yield code


class _Plane:
    """The shape in metres around its first point."""

    def __init__(self, shape: Shape) -> None:
        longitude, latitude = shape.line[0]
        self._origin = (longitude, latitude)
        self._scale = (METRES_A_DEGREE * cos(radians(latitude)), METRES_A_DEGREE)
        self._reach_m = shape.reach_m
        self._line = self._metres(shape.line)
        self._low, self._high = _box(shape.line)
        self._margin = tuple(shape.reach_m / scale for scale in self._scale)

    def may_touch(self, section: TrenchSection) -> bool:
        low, high = _box(section.line)
        return all(
            low[axis] <= self._high[axis] + self._margin[axis] and high[axis] >= self._low[axis] - self._margin[axis]
            for axis in (0, 1)
        )

    def touches(self, line: Sequence[LonLat]) -> bool:
        ours, theirs = list(_pieces(self._line)), list(_pieces(self._metres(line)))
        return any(_distance_m(one, other) <= self._reach_m for one in ours for other in theirs)

    def _metres(self, line: Iterable[LonLat]) -> list[Metres]:
        (east, north), (wide, high) = self._origin, self._scale
        return [((longitude - east) * wide, (latitude - north) * high) for longitude, latitude in line]


def _box(line: Sequence[LonLat]) -> tuple[LonLat, LonLat]:
    across, up = [point[0] for point in line], [point[1] for point in line]
    return (min(across), min(up)), (max(across), max(up))


def _pieces(line: Sequence[Metres]) -> Iterator[tuple[Metres, Metres]]:
    if len(line) == 1:
        yield line[0], line[0]
    yield from pairwise(line)


def _distance_m(one: tuple[Metres, Metres], other: tuple[Metres, Metres]) -> float:
    """Between two straight pieces: nothing where they cross, else from an end of one to the other."""
    if _cross(one, other):
        return 0.0
    return min(
        *(_to_piece_m(point, other) for point in one),
        *(_to_piece_m(point, one) for point in other),
    )


def _cross(one: tuple[Metres, Metres], other: tuple[Metres, Metres]) -> bool:
    """Whether each has the other's ends on both sides of it; mere touching is left to the distances."""
    return _side(one, other[0]) * _side(one, other[1]) < 0 and _side(other, one[0]) * _side(other, one[1]) < 0


def _side(piece: tuple[Metres, Metres], point: Metres) -> float:
    (x1, y1), (x2, y2) = piece
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)


def _to_piece_m(point: Metres, piece: tuple[Metres, Metres]) -> float:
    (x1, y1), (x2, y2) = piece
    along_x, along_y = x2 - x1, y2 - y1
    squared = along_x**2 + along_y**2
    part = ((point[0] - x1) * along_x + (point[1] - y1) * along_y) / squared if squared else 0.0
    part = min(1.0, max(0.0, part))
    return hypot(point[0] - x1 - part * along_x, point[1] - y1 - part * along_y)
