"""Cables: a route without gaps from end to end, ends where something stands, lengths that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import RouteKnown, RouteNode
from inventory.loss import route_m
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Cable
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

SHEATH_TOLERANCE_M = 0.5
SHEATH_TOLERANCE = 0.01


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on cables."""
    for cable in plant.cables:
        yield from _route(plant, cable)
        yield from _lengths(plant, cable)
        yield from _ends(plant, cable)


def _route(plant: Plant, cable: Cable) -> Iterator[Finding]:
    if cable.route_known is RouteKnown.NONE:
        if cable.route:
            yield fault(
                plant,
                cable,
                "RB-4004",
                message=_("route_known is none, yet the route has {count} sections").format(count=len(cable.route)),
                cure=_("set route_known to full or partial, or clear the route"),
            )
        return
    if len(set(cable.route)) < len(cable.route):
        twice = next(section for section in cable.route if cable.route.count(section) > 1)
        yield fault(
            plant,
            cable,
            "RB-4007",
            message=_("its route passes {section} twice").format(section=twice),
            cure=_("remove one, unless the cable really turns back"),
        )
    if cable.route_known is RouteKnown.FULL:
        yield from _full(plant, cable)


def _full(plant: Plant, cable: Cable) -> Iterator[Finding]:
    if not cable.route:
        if cable.from_node != cable.to_node:
            yield fault(
                plant,
                cable,
                "RB-4003",
                message=_("route_known is full, yet there is no route from {begin} to {end}").format(
                    begin=cable.from_node, end=cable.to_node
                ),
                cure=_("name its trench sections in order, or set route_known to none"),
            )
        return
    here = cable.from_node
    for section in (plant.section[code] for code in cable.route):
        if here not in {section.from_node, section.to_node}:
            yield _gap(plant, cable, here, section.code)
            return
        here = section.to_node if here == section.from_node else section.from_node
    if here != cable.to_node:
        yield fault(
            plant,
            cable,
            "RB-4002",
            message=_("its route ends at {here}, the cable at {end}").format(here=here, end=cable.to_node),
            cure=_("add the sections that lead on, or mend to_node"),
        )


def _gap(plant: Plant, cable: Cable, here: str, section: str) -> Finding:
    first, last = plant.section[cable.route[0]], plant.section[cable.route[-1]]
    turned = cable.from_node in {last.from_node, last.to_node} and cable.to_node in {first.from_node, first.to_node}
    begins = here == cable.from_node and section == first.code
    return fault(
        plant,
        cable,
        "RB-4002" if begins else "RB-4001",
        message=_("its route does not begin at {here}: {section} does not touch it").format(here=here, section=section)
        if begins
        else _("its route has a gap at {here}: {section} does not touch it").format(here=here, section=section),
        cure=_("turn the order of the route round: it runs from from_node to to_node")
        if turned
        else _("name all sections in the order the cable passes them"),
    )


def _lengths(plant: Plant, cable: Cable) -> Iterator[Finding]:
    way_m = route_m(plant, cable)
    least_m = way_m * (1 - SHEATH_TOLERANCE) - SHEATH_TOLERANCE_M
    for rule, name, value in (("RB-4005", "sheath_m", cable.sheath_m), ("RB-4006", "optical_m", cable.optical_m)):
        if value is not None and value < least_m:
            yield fault(
                plant,
                cable,
                rule,
                message=_("{name} is {value:.1f} m, its route measures {route:.1f} m").format(
                    name=name, value=value, route=way_m
                ),
                cure=_("mend the length or the route; a cable is never shorter than its way"),
            )


def _ends(plant: Plant, cable: Cable) -> Iterator[Finding]:
    for node in dict.fromkeys((cable.from_node, cable.to_node)):
        if isinstance(plant.nodes[node], RouteNode):
            yield fault(
                plant,
                cable,
                "RB-4008",
                message=_("it ends at {node}, a route node where nothing stands").format(node=node),
                cure=_("make {node} a structure (handhole, cabinet ...), or name the one it ends in").format(node=node),
            )
