"""Where things without a place of their own are shown on a map: a cable in its trenches, a device at its site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from inventory.risk import sections_through

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

    from inventory.entities import Cable, Code, Duct, Link
    from inventory.plant import Plant

POINT, LINE, LINES = "Point", "LineString", "MultiLineString"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The shapes of one collection, in the order of its records, and their common type."""

    kind: str
    shapes: Sequence[BaseGeometry]


def places(plant: Plant, collection: str) -> Places | None:
    """The shapes of a collection in WGS84; None for what is shown nowhere."""
    if collection in {"sites", "structures", "route_nodes"}:
        return Places(kind=POINT, shapes=[shapely.Point(item.point) for item in getattr(plant, collection)])
    if collection in {"devices", "closures", "panels", "passives"}:
        nodes = (plant.nodes[item.node] for item in getattr(plant, collection))
        return Places(kind=POINT, shapes=[shapely.Point(node.point) for node in nodes])
    if collection == "sections":
        return Places(kind=LINE, shapes=[shapely.LineString(item.line) for item in plant.sections])
    if (shape_of := _LINES.get(collection)) is not None:
        return Places(kind=LINES, shapes=[shape_of(plant, item) for item in getattr(plant, collection)])
    return None


def _cable(plant: Plant, cable: Cable) -> shapely.MultiLineString:
    return _along(plant, cable.route, (cable.from_node, cable.to_node))


def _duct(plant: Plant, duct: Duct) -> shapely.MultiLineString:
    return _along(plant, sections_through(plant, duct.code), (duct.from_node, duct.to_node))


def _link(plant: Plant, link: Link) -> shapely.MultiLineString:
    return _along(plant, plant.sections_of(link), (plant.node_of(link.a), plant.node_of(link.b)))


def _along(plant: Plant, route: Sequence[Code], ends: tuple[Code, Code]) -> shapely.MultiLineString:
    """The lines of a route; the straight line between the ends where none is known."""
    lines = [plant.section[code].line for code in route]
    return shapely.MultiLineString(lines or [[plant.nodes[end].point for end in ends]])


_LINES: dict[str, Callable[..., shapely.MultiLineString]] = {"cables": _cable, "ducts": _duct, "links": _link}
