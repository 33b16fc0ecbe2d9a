"""Where along a link a fault may lie: what a person with an OTDR at one end has to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Code, Link, TrenchSection
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Between ``near_m`` and ``far_m`` of trench from ``start``, the link's first node; light goes some metres more."""

    link: Code
    start: Code
    near_m: float
    far_m: float


def window(plant: Plant, link: Link, sections: Collection[Code]) -> Window | None:
    """From the nearest to the farthest of these sections along a link; None where its way is not documented."""
    cables = [plant.cable[code] for code in plant.cables_of(link)]
    if not cables or any(cable.route_known is not RouteKnown.FULL for cable in cables):
        return None
    places = [(start, stop) for section, start, stop in _along(plant, link) if section.code in sections]
    if not places:
        return None
    return Window(
        link=link.code,
        start=plant.node_of(link.a),
        near_m=min(start for start, _stop in places),
        far_m=max(stop for _start, stop in places),
    )


def _along(plant: Plant, link: Link) -> Iterator[tuple[TrenchSection, float, float]]:
    """Each section a link passes, from its first end on, with the metres at which it is entered and left."""
    here, metres = plant.node_of(link.a), 0.0
    for cable in (plant.cable[code] for code in dict.fromkeys(strand.cable for strand in link.strands)):
        forth = cable.from_node == here
        for code in cable.route if forth else cable.route[::-1]:
            section = plant.section[code]
            yield section, metres, metres + section.length_m
            metres += section.length_m
        here = cable.to_node if forth else cable.from_node
