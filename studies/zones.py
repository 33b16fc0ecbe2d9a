"""Zones: trenches that one storm, one building site or one summer of works may hit together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inventory.entities import Site
from topology.graph import GroupKind
from topology.whatif import in_circle

if TYPE_CHECKING:
    from inventory.entities import Code, LonLat, TrenchSection
    from topology.cut_index import CutIndex

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Trenches, by number, that carry light. ``name`` is the most critical site among their ends, else a node."""

    name: Code
    trenches: tuple[int, ...]


def zones_of(index: CutIndex, *, side_m: float, circle: tuple[float, ...] = ()) -> list[Zone]:
    """Squares of a map, or the one circle (longitude, latitude, metres); trenches belong where their middle lies.

    Raises:
        TopologyError: the circle has no size.
    """
    groups = index.net.groups[GroupKind.TRENCH]
    lit = [number for number in np.flatnonzero(groups.sizes).tolist() if groups.codes[number] in index.plant.section]
    if circle:
        inside = set(in_circle(index.plant, (circle[0], circle[1]), circle[2]))
        return _named(index, [[number for number in lit if groups.codes[number] in inside]])
    squares: dict[tuple[int, int], list[int]] = {}
    for number in lit:
        lon, lat = _middle(index.plant.section[groups.codes[number]])
        scale = METRES_PER_DEGREE * math.cos(math.radians(lat))
        square = math.floor(lon * scale / side_m), math.floor(lat * METRES_PER_DEGREE / side_m)
        squares.setdefault(square, []).append(number)
    return _named(index, [squares[square] for square in sorted(squares)])


def _middle(section: TrenchSection) -> LonLat:
    (a, b), (c, d) = section.line[0], section.line[-1]
    return (a + c) / 2, (b + d) / 2


def _named(index: CutIndex, squares: list[list[int]]) -> list[Zone]:
    groups, plant = index.net.groups[GroupKind.TRENCH], index.plant
    found = []
    for trenches in squares:
        sections = [plant.section[groups.codes[number]] for number in trenches]
        ends = {end for section in sections for end in (section.from_node, section.to_node)}
        best = min(
            ends, key=lambda code: (not isinstance(plant.nodes[code], Site), *index.naming.rank(code)), default=None
        )
        if best is not None:
            found.append(Zone(name=best, trenches=tuple(trenches)))
    return found
