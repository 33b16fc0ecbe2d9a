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
    plane = plane_around(sections[0].line[0])
    lines = [flat_line(plane, item.line) for item in sections]
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="dwithin", distance=near_m)
    found = []
    for one, other in sorted({(min(a, b), max(a, b)) for a, b in zip(left.tolist(), right.tolist(), strict=True)}):
        if one == other:
            continue
        beside_m = float(lines[one].intersection(lines[other].buffer(near_m)).length)
        shared = {sections[one].from_node, sections[one].to_node} & {sections[other].from_node, sections[other].to_node}
        allowance_m = len(shared) * 2 * near_m  # both lines leave the common node through its circle
        if beside_m - allowance_m >= LEAST_BESIDE_M:
            found.append(Corridor(a=sections[one].code, b=sections[other].code, beside_m=beside_m))
    return tuple(found)


def plane_around(middle: LonLat) -> Transformer:
    """A plane that is true around the plant: azimuthal equidistant, within 1e-4 over a city."""
    lon, lat = middle
    return Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=m", always_xy=True)


def flat_line(plane: Transformer, line: tuple[LonLat, ...]) -> shapely.LineString:
    """A line on a plane."""
    xs, ys = plane.transform([lon for lon, _lat in line], [lat for _lon, lat in line])
    return shapely.LineString(list(zip(xs, ys, strict=True)))
