"""The plant on the map: GeoJSON (RFC 7946) with the state of each feature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inventory.entities import Site
from planner.wording import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Cable, LonLat, Structure, TrenchSection
    from planner.network import Network
    from planner.picture import Picture

MEDIA_TYPE = "application/geo+json"
GEOJSON: dict[int | str, dict[str, object]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "A FeatureCollection (RFC 7946)"}
}
"""How an operation of the API describes such an answer."""
DIGITS = 7
"""Digits of a degree: a centimetre."""


def sections_geojson(network: Network, picture: Picture) -> bytes:
    """All trench sections; ``takes`` is the weight that its cut alone takes down, 0 for none."""
    return collection(section_feature(network, picture, section) for section in network.plant.sections)


def section_feature(network: Network, picture: Picture, section: TrenchSection) -> dict[str, object]:
    """A trench section with its state."""
    cut = network.single_cuts.get(section.code)
    return _feature(
        "LineString",
        [_position(point) for point in section.line],
        {
            "code": section.code,
            "name": section.name,
            "from": network.label(section.from_node),
            "to": network.label(section.to_node),
            "length_m": round(section.length_m, 1),
            "status": str(section.status),
            "state": str(picture.sections[section.code]),
            "links": len(network.plant.links_in.get(section.code, ())),
            "takes": cut.weight if cut is not None else 0,
        },
    )


def sites_geojson(network: Network, picture: Picture) -> bytes:
    """All sites."""
    return collection(node_feature(site, picture) for site in network.plant.sites)


def structures_geojson(network: Network, picture: Picture) -> bytes:
    """All structures: handholes, cabinets, lamps."""
    return collection(node_feature(structure, picture) for structure in network.plant.structures)


def node_feature(node: Site | Structure, picture: Picture) -> dict[str, object]:
    """A site or structure with its state."""
    state = picture.nodes.get(node.code)
    properties: dict[str, object] = {
        "code": node.code,
        "name": node.name,
        "kind": str(node.kind),
        "shape": kind_of(node),
        "status": str(node.status),
        "criticality": int(node.criticality),
        "state": str(state) if state is not None else None,
    }
    if isinstance(node, Site):
        properties |= {"is_hub": node.is_hub, "address": node.address}
    else:
        properties |= {"has_siren": node.has_siren}
    return _feature("Point", _position(node.point), properties)


def site_point(site: Site, properties: dict[str, object]) -> dict[str, object]:
    """A site with properties of another kind than its state."""
    return _feature("Point", _position(site.point), properties)


def line_feature(line: Iterable[LonLat], properties: dict[str, object]) -> dict[str, object]:
    """A line that is no trench yet."""
    return _feature("LineString", [_position(point) for point in line], properties)


def cable_feature(network: Network, cable: Cable, *, used: int) -> dict[str, object]:
    """A cable along its trenches; one whose way nobody knows has no geometry."""
    plant = network.plant
    lines = [[_position(point) for point in plant.section[code].line] for code in cable.route]
    properties: dict[str, object] = {
        "code": cable.code,
        "name": cable.name,
        "from": network.label(cable.from_node),
        "to": network.label(cable.to_node),
        "strands": cable.strand_count,
        "used": used,
        "status": str(cable.status),
    }
    geometry = {"type": "MultiLineString", "coordinates": lines} if lines else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _position(point: LonLat) -> list[float]:
    return [round(point[0], DIGITS), round(point[1], DIGITS)]


def _feature(
    kind: str, coordinates: list[object] | list[float] | list[list[float]], properties: dict[str, object]
) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def marked(feature: dict[str, object], **more: object) -> dict[str, object]:
    """The feature with further properties before its own."""
    properties = feature["properties"]
    return {**feature, "properties": {**more, **properties}} if isinstance(properties, dict) else feature


def collection(features: Iterable[dict[str, object]]) -> bytes:
    """A FeatureCollection."""
    document = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
