"""What lies within some metres of a place: what a digger at work there could hit, and who would notice.

Positions are as good as the drawing: a search should be wider than its accuracy by some metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from inventory.checks.geometry import is_wgs84
from inventory.corridor import flat_line, plane_around
from inventory.lightpath.joints import IDLE
from inventory.redaction import standing
from inventory.risk import containers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A trench section, site or structure with its distance from the place, 0 where it touches."""

    code: Code
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Everything in the circle, nearest first, and what runs through it.

    ``unknown`` are cables whose way is not documented in full: they may lie here too.
    """

    sections: tuple[Near, ...]
    nodes: tuple[Near, ...]
    ducts: tuple[Code, ...]
    cables: tuple[Code, ...]
    strands: int
    strands_in_use: int
    links: tuple[Code, ...]
    services: tuple[Code, ...]
    unknown: tuple[Code, ...]


def around(plant: Plant, line: Sequence[LonLat], metres: float) -> Around:
    """What lies within ``metres`` of a point or line in WGS84."""
    plane = plane_around(line[0])
    shape = shapely.Point(plane.transform(*line[0])) if len(line) == 1 else flat_line(plane, tuple(line))
    sections = [
        Near(code=item.code, metres=round(float(flat_line(plane, item.line).distance(shape)), 1))
        for item in plant.sections
        if len(item.line) > 1 and is_wgs84(item.line)
    ]
    nodes = [
        Near(code=node.code, metres=round(float(shapely.Point(plane.transform(*node.point)).distance(shape)), 1))
        for node in standing(plant)
    ]
    hit = _within(sections, metres)
    here = {item.code for item in hit}
    cables = [cable for cable in plant.cables if not here.isdisjoint(cable.route)]
    codes = {cable.code for cable in cables}
    links = [link for link in plant.links if link.status not in IDLE and not codes.isdisjoint(plant.cables_of(link))]
    used = {strand for link in links for strand in plant.strands_of(link) if strand.cable in codes}
    places = {plant.node_of(end) for link in links for end in (link.a, link.b)}
    services = {service.code for place in places for service in plant.services_at.get(place, ())}
    return Around(
        sections=hit,
        nodes=_within(nodes, metres),
        ducts=tuple(
            dict.fromkeys(
                [duct.code for duct in plant.ducts if not here.isdisjoint(duct.route)]
                + [duct for cable in cables for duct in containers_of(plant, cable)]
            )
        ),
        cables=tuple(cable.code for cable in cables),
        strands=sum(cable.strand_count for cable in cables),
        strands_in_use=len(used),
        links=tuple(link.code for link in links),
        services=tuple(sorted(services)),
        unknown=tuple(cable.code for cable in plant.cables if cable.route_known != "full" and cable.code not in codes),
    )


def _within(found: list[Near], metres: float) -> tuple[Near, ...]:
    return tuple(sorted((item for item in found if item.metres <= metres), key=lambda item: (item.metres, item.code)))
