"""A city whose trenches are drawn in many sections: no answer may depend on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.entities import Code, RouteNode

if TYPE_CHECKING:
    from inventory.entities import TrenchSection
    from inventory.plant import Plant


def parted(plant: Plant, pieces: int) -> Plant:
    """The same city with every trench in so many sections, as a careful surveyor would draw it."""
    parts: dict[Code, tuple[Code, ...]] = {}
    sections: list[TrenchSection] = []
    nodes: list[RouteNode] = []
    for section in plant.sections:
        (x1, y1), (x2, y2) = section.line[0], section.line[-1]
        stops = [(x1 + (x2 - x1) * n / pieces, y1 + (y2 - y1) * n / pieces) for n in range(pieces + 1)]
        between = [Code(f"{section.code}/N{n}") for n in range(1, pieces)]
        nodes += [RouteNode(id=code, code=code, point=at) for code, at in zip(between, stops[1:-1], strict=True)]
        ends = [section.from_node, *between, section.to_node]
        made = [
            replace(
                section,
                id=f"{section.id}/{n}",
                code=Code(f"{section.code}/{n}"),
                from_node=ends[n],
                to_node=ends[n + 1],
                line=(stops[n], stops[n + 1]),
                length_m=section.length_m / pieces,
            )
            for n in range(pieces)
        ]
        parts[section.code] = tuple(piece.code for piece in made)
        sections += made
    return replace(
        plant,
        sections=tuple(sections),
        route_nodes=(*plant.route_nodes, *nodes),
        cables=tuple(replace(cable, route=_along(cable.route, parts), containers=()) for cable in plant.cables),
        ducts=tuple(replace(duct, route=_along(duct.route, parts)) for duct in plant.ducts),
    )


def _along(route: tuple[Code, ...], parts: dict[Code, tuple[Code, ...]]) -> tuple[Code, ...]:
    """The pieces of a route; within a section in its own order, which no question here depends on."""
    return tuple(piece for code in route for piece in parts[code])
