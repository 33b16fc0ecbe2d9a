"""Entries of buildings: trench sections that reach a building through one hole in its wall.

Two sections that have not parted ``ENTRY_M`` metres from the building are one entry, whatever the map says: a drawing
is a metre off in places. A section that ends sooner, at a joint of two, goes on as the next: where a surveyor parts a
trench changes no entry. A straight line longer than ``SKETCH_M`` is a sketch between two places and shows no entry.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.entities import Code, LonLat, TrenchSection

    Point = tuple[float, float]

ENTRY_M = 3.0
APART_M = 2.0
SKETCH_M = 500.0
_METRES_PER_DEGREE = 111_320.0
"""Of latitude; flat geometry is exact enough for the last metres before a wall."""


def entries(sections: Iterable[TrenchSection], buildings: Iterable[Code]) -> dict[Code, list[tuple[Code, ...]]]:
    """For each building its entries, each as the sections that share it. Cost: linear; a square of a building's own."""
    known = set(buildings)
    ground = tuple(sections)
    joint: dict[Code, list[TrenchSection]] = {}
    for section in ground:
        for node in (section.from_node, section.to_node):
            joint.setdefault(node, []).append(section)
    at: dict[Code, list[tuple[Code, Point]]] = {}
    for section in ground:
        for end in (section.from_node, section.to_node):
            point = _outside(_way(section, end, known, joint)) if end in known else None
            if point is not None:
                at.setdefault(end, []).append((section.code, point))
    return {building: _together(ways) for building, ways in at.items()}


def _way(
    section: TrenchSection, start: Code, known: set[Code], joint: Mapping[Code, Sequence[TrenchSection]]
) -> list[LonLat]:
    """The line from a building on, through joints, until it is long enough to tell where it goes."""
    line, walked, seen = [*_from(section, start)], section.length_m, {section.code}
    node = section.to_node if start == section.from_node else section.from_node
    while walked < ENTRY_M and node not in known:
        others = [other for other in joint[node] if other.code not in seen]
        if len(others) != 1:
            break
        section = others[0]
        seen.add(section.code)
        line += _from(section, node)[1:]
        walked += section.length_m
        node = section.to_node if node == section.from_node else section.from_node
    return line


def _from(section: TrenchSection, node: Code) -> tuple[LonLat, ...]:
    return section.line if node == section.from_node else section.line[::-1]


def _outside(line: Sequence[LonLat]) -> Point | None:
    """The place ``ENTRY_M`` along a line in metres from its start, or its end; None where it shows no way."""
    flat = list(_flat(line))
    left = ENTRY_M
    for before, after in pairwise(flat):
        length = math.dist(before, after)
        if length > SKETCH_M:
            return None
        if length >= left:
            share = left / length
            return before[0] + (after[0] - before[0]) * share, before[1] + (after[1] - before[1]) * share
        left -= length
    return flat[-1] if left < ENTRY_M else None


def _flat(line: Sequence[LonLat]) -> Iterator[Point]:
    east = math.cos(math.radians(line[0][1])) * _METRES_PER_DEGREE
    for lon, lat in line:
        yield (lon - line[0][0]) * east, (lat - line[0][1]) * _METRES_PER_DEGREE


def _together(ways: Sequence[tuple[Code, Point]]) -> list[tuple[Code, ...]]:
    """Sections whose places hang together by less than ``APART_M``."""
    found: list[list[tuple[Code, Point]]] = []
    for code, point in ways:
        near = [entry for entry in found if any(math.dist(point, other) < APART_M for _code, other in entry)]
        found = [entry for entry in found if entry not in near]
        found.append([*(way for entry in near for way in entry), (code, point)])
    return [tuple(code for code, _point in entry) for entry in found]
