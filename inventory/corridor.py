"""Trench sections that lie beside each other: one excavator may take both though the drawing shows two.

A plan is a metre off in places, so sections nearer than ``NEAR_M`` are not apart whatever the map says. Where sections
only meet at a node they are near by nature: what counts is how many metres they run side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from pyproj import Transformer

from inventory.checks.geometry import is_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant

NEAR_M = 2.0
LEAST_BESIDE_M = 5.0
"""Shorter than this is a crossing or a junction, not a corridor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """Two sections side by side for ``beside_m`` metres (of the first)."""

    a: Code
    b: Code
    beside_m: float


def corridors(plant: Plant, *, near_m: float = NEAR_M) -> tuple[Corridor, ...]:
    """All pairs of sections that run nearer than ``near_m`` to each other, in file order. Cost: n log n by a tree."""
    sections = [item for item in plant.sections if len(item.line) > 1 and is_wgs84(item.line)]
    if not sections:
        return ()
    lines = flat_lines(plane_around(sections[0].line[0]), [item.line for item in sections])
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="dwithin", distance=near_m)
    allowed: dict[tuple[int, int], float] = {}
    for one, other in sorted({(min(a, b), max(a, b)) for a, b in zip(left.tolist(), right.tolist(), strict=True)}):
        shared = {sections[one].from_node, sections[one].to_node} & {sections[other].from_node, sections[other].to_node}
        allowance_m = len(shared) * 2 * near_m  # both lines leave the common node through its circle
        if one != other and lines[one].length - allowance_m >= LEAST_BESIDE_M:
            allowed[one, other] = allowance_m
    return tuple(
        Corridor(a=sections[one].code, b=sections[other].code, beside_m=beside_m)
        for (one, other), beside_m in _beside(lines, list(allowed), near_m)
        if beside_m - allowed[one, other] >= LEAST_BESIDE_M
    )


def _beside(
    lines: Sequence[shapely.LineString], pairs: Sequence[tuple[int, int]], near_m: float
) -> Iterator[tuple[tuple[int, int], float]]:
    """How many metres the first of each pair runs in the second's surroundings; each of these is made once."""
    others = sorted({other for _one, other in pairs})
    around = dict(zip(others, shapely.buffer([lines[item] for item in others], near_m, quad_segs=16), strict=True))
    common = shapely.intersection([lines[one] for one, _ in pairs], [around[other] for _, other in pairs])
    return zip(pairs, shapely.length(common).tolist(), strict=True)


def plane_around(middle: LonLat) -> Transformer:
    """A plane that is true around the plant: azimuthal equidistant, within 1e-4 over a city."""
    lon, lat = middle
    return Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=m", always_xy=True)


def flat_lines(plane: Transformer, lines: Sequence[Sequence[LonLat]]) -> Sequence[shapely.LineString]:
    """Lines on a plane, all transformed at once."""
    places = [place for line in lines for place in line]
    xs, ys = plane.transform([lon for lon, _lat in places], [lat for _lon, lat in places])
    owners = [number for number, line in enumerate(lines) for _place in line]
    found: Sequence[shapely.LineString] = shapely.linestrings(list(zip(xs, ys, strict=True)), indices=owners)
    return found


def flat_line(plane: Transformer, line: tuple[LonLat, ...]) -> shapely.LineString:
    """A line on a plane."""
    xs, ys = plane.transform([lon for lon, _lat in line], [lat for _lon, lat in line])
    return shapely.LineString(list(zip(xs, ys, strict=True)))
