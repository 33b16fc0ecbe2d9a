"""Where on the map an event of an OTDR trace is: metres of light to metres of trench.

Light travels more metres than the trench has: coiled slack and the sheath's windings. Documented coils are placed at
their nodes; what is left over is spread evenly over the cable's route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown
from inventory.geodesy import point_at
from inventory.lightpath.budget import HopKind, hops
from inventory.loss import route_m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Cable, Code, LonLat, Slack, TrenchSection
    from inventory.lightpath.graph import LightGraph, LightPath
    from inventory.plant import Plant

LEAST_UNCERTAIN_M = 2.0
"""No drawing and no OTDR is better than this."""
INDEX_ERROR = 0.002
"""An OTDR's distance is off by so much where its group index is not the fibre's (1.4677 against 1.4682 and winding)."""
NEAR_M = 25.0
"""Nearer than this to a closure or panel an event is rather there than on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtdrPlace:
    """Where an event is. ``point`` and ``section`` are None where the cable's route is not documented there.

    ``coil``: the node where the event lies in coiled slack. ``node`` is the nearest node of the route and ``node_m``
    the way along the trench to it. ``uncertain_m`` is how far off the place may be along the route.
    """

    strand: str
    cable: Code
    in_cable_m: float
    point: LonLat | None
    section: Code | None
    in_section_m: float
    coil: Code | None
    node: Code
    node_m: float
    uncertain_m: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a cable: a section passed in one direction, or a coil at a node."""

    length_m: float
    section: TrenchSection | None
    begin: Code
    end: Code


def locate(graph: LightGraph, path: LightPath, metres: float) -> OtdrPlace | None:
    """The place ``metres`` of light after the path's begin; None beyond its end."""
    passed_m = 0.0
    for hop in hops(graph, path):
        if hop.kind is not HopKind.STRAND:
            continue
        if metres <= passed_m + hop.length_m and hop.record is not None:
            cable = graph.plant.cable[hop.record]
            forward = hop.node == cable.to_node
            return _in_cable(graph.plant, cable, hop.name, metres - passed_m, hop.length_m, forward=forward)
        passed_m += hop.length_m
    return None


def optical_length_m(graph: LightGraph, path: LightPath) -> float:
    """Metres of glass on a path: what an OTDR should show to its end."""
    return sum(hop.length_m for hop in hops(graph, path))


def _in_cable(plant: Plant, cable: Cable, strand: str, metres: float, optical_m: float, *, forward: bool) -> OtdrPlace:
    documented_m = route_m(plant, cable) + sum(coil.metres for coil in cable.slack)
    begin, end = (cable.from_node, cable.to_node) if forward else (cable.to_node, cable.from_node)
    near, near_m = (begin, metres) if metres <= optical_m / 2 else (end, optical_m - metres)
    if cable.route_known is not RouteKnown.FULL or not cable.route or documented_m <= 0:
        return OtdrPlace(
            strand=strand,
            cable=cable.code,
            in_cable_m=metres,
            point=plant.nodes[near].point if near_m <= NEAR_M else None,
            section=None,
            in_section_m=0.0,
            coil=None,
            node=near,
            node_m=near_m,
            uncertain_m=max(LEAST_UNCERTAIN_M, optical_m),
        )
    pieces = list(_pieces(plant, cable))
    if not forward:
        pieces = [_Piece(item.length_m, item.section, item.end, item.begin) for item in reversed(pieces)]
    scale = documented_m / optical_m if optical_m > 0 else 1.0
    spread_m = abs(optical_m - documented_m) / 2
    uncertain_m = max(LEAST_UNCERTAIN_M, spread_m + metres * INDEX_ERROR)
    return _on_piece(plant, cable, strand, metres, pieces, scale, uncertain_m)


def _on_piece(
    plant: Plant, cable: Cable, strand: str, metres: float, pieces: list[_Piece], scale: float, uncertain_m: float
) -> OtdrPlace:
    left_m = metres * scale
    piece = pieces[-1]
    for piece in pieces:
        if left_m <= piece.length_m:
            break
        left_m -= piece.length_m
    left_m = min(left_m, piece.length_m)
    section = piece.section
    first = left_m <= piece.length_m / 2
    if section is None:
        return OtdrPlace(
            strand=strand,
            cable=cable.code,
            in_cable_m=metres,
            point=plant.nodes[piece.begin].point,
            section=None,
            in_section_m=0.0,
            coil=piece.begin,
            node=piece.begin,
            node_m=0.0,
            uncertain_m=uncertain_m,
        )
    along_m = left_m if piece.begin == section.from_node else piece.length_m - left_m
    return OtdrPlace(
        strand=strand,
        cable=cable.code,
        in_cable_m=metres,
        point=point_at(section.line, along_m),
        section=section.code,
        in_section_m=along_m,
        coil=None,
        node=piece.begin if first else piece.end,
        node_m=left_m if first else piece.length_m - left_m,
        uncertain_m=uncertain_m,
    )


def _pieces(plant: Plant, cable: Cable) -> Iterator[_Piece]:
    """Sections and coils of a cable with a full route, from its first node on."""
    coils = list(cable.slack)
    here = cable.from_node
    for section in (plant.section[code] for code in cable.route):
        yield from _coils(coils, here)
        there = section.to_node if here == section.from_node else section.from_node
        yield _Piece(section.length_m, section, here, there)
        here = there
    yield from _coils(coils, here)
    for coil in coils:  # at a node the route does not pass: lengths must still add up
        yield _Piece(coil.metres, None, coil.node, coil.node)


def _coils(coils: list[Slack], here: Code) -> Iterator[_Piece]:
    for coil in [item for item in coils if item.node == here]:
        coils.remove(coil)
        yield _Piece(coil.metres, None, here, here)
