"""Files for other programs: GeoJSON with heights for a digital twin, KML for a globe. One way only: nothing reads them.

Heights are the depth below the ground, negative, or metres above sea level where the ground's height is given; glass
and ducts lie as deep as their trench, what stands on the ground is at 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from inventory.entities import Structure
from inventory.redaction import route_is_known, standing
from inventory.risk import sections_through
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Cable, Code, LonLat, Site, TrenchSection
    from inventory.plant import Plant

    Point3 = tuple[float, float, float]

USUAL_DEPTH_M = 0.6
"""Where a section does not say how deep it is; such features are marked ``depth_known: false``."""


def geojson_3d(plant: Plant, *, ground_m: float = 0.0) -> str:
    """One FeatureCollection: trenches, ducts and cables as lines in the ground, sites and structures on it."""
    features = [*_sections(plant, ground_m), *_ducts(plant, ground_m), *_cables(plant, ground_m)]
    features += [_standing(item, ground_m) for item in standing(plant)]
    head = {
        "type": "FeatureCollection",
        "name": plant.city,
        "height_reference": "sea level" if ground_m else "ground",
        "features": features,
    }
    return (
        json.dumps(head, ensure_ascii=False, indent=None, separators=(",", ":")).replace(
            '{"type":"Feature",', '\n{"type":"Feature",'
        )
        + "\n"
    )


def _feature(layer: str, code: str, geometry: dict[str, object], **properties: object) -> dict[str, object]:
    known = {name: value for name, value in properties.items() if value not in {None, ""}}
    return {"type": "Feature", "properties": {"layer": layer, "code": code, **known}, "geometry": geometry}


def _sections(plant: Plant, ground_m: float) -> Iterator[dict[str, object]]:
    for section in plant.sections:
        yield _feature(
            "sections",
            section.code,
            {"type": "LineString", "coordinates": _below(section, section.line, ground_m)},
            status=str(section.status),
            surface=section.surface,
            depth_m=section.depth_m,
            depth_known=section.depth_m is not None,
        )


def _ducts(plant: Plant, ground_m: float) -> Iterator[dict[str, object]]:
    for duct in plant.ducts:
        if route := sections_through(plant, duct.code):
            line = _along(plant, route, duct.from_node, ground_m)
            yield _feature(
                "ducts",
                duct.code,
                {"type": "LineString", "coordinates": line},
                status=str(duct.status),
                make=duct.make,
                outer_mm=duct.outer_mm,
                depth_known=_depth_known(plant, route),
            )


def _cables(plant: Plant, ground_m: float) -> Iterator[dict[str, object]]:
    for cable in plant.cables:
        if route_is_known(cable):
            yield _feature(
                "cables",
                cable.code,
                {"type": "LineString", "coordinates": _along(plant, cable.route, cable.from_node, ground_m)},
                status=str(cable.status),
                strands=cable.strand_count,
                outer_mm=cable.outer_mm,
                depth_known=_depth_known(plant, cable.route),
            )


def _standing(node: Site | Structure, ground_m: float) -> dict[str, object]:
    lon, lat = node.point
    kind = "structures" if isinstance(node, Structure) else "sites"
    return _feature(
        kind,
        node.code,
        {"type": "Point", "coordinates": [lon, lat, ground_m]},
        name=node.name,
        kind=str(node.kind),
        status=str(node.status),
    )


def _depth_known(plant: Plant, route: Sequence[Code]) -> bool:
    return all(plant.section[code].depth_m is not None for code in route)


def _below(section: TrenchSection, line: Sequence[LonLat], ground_m: float) -> list[Point3]:
    depth_m = USUAL_DEPTH_M if section.depth_m is None else section.depth_m
    return [(lon, lat, round(ground_m - depth_m, 2)) for lon, lat in line]


def _along(plant: Plant, route: Sequence[Code], begin: Code, ground_m: float) -> list[Point3]:
    """One line through the sections of a route, from its first node on."""
    found: list[Point3] = []
    here = begin
    for section in (plant.section[code] for code in route):
        ahead = section.from_node == here
        points = _below(section, section.line if ahead else section.line[::-1], ground_m)
        found.extend(points[1:] if found and found[-1] == points[0] else points)
        here = section.to_node if ahead else section.from_node
    return found


def kml(plant: Plant) -> str:
    """A KML document with a folder for each layer, lines coloured as in QGIS."""
    folders = (
        (_("sites"), "place", [_placemark(item.code, item.label, "place", point=item.point) for item in plant.sites]),
        (
            _("structures"),
            "thing",
            [_placemark(item.code, str(item.kind), "thing", point=item.point) for item in plant.structures],
        ),
        (
            _("trenches"),
            "trench",
            [_placemark(item.code, _metres(item), "trench", line=item.line) for item in plant.sections],
        ),
        (_("cables"), "cable", [_cable_mark(plant, item) for item in plant.cables if route_is_known(item)]),
    )
    body = "\n".join(
        f"<Folder><name>{escape(name)}</name>\n" + "\n".join(marks) + "\n</Folder>" for name, _style, marks in folders
    )
    styles = "".join(
        f'<Style id="{name}"><LineStyle><color>{colour}</color><width>{width}</width></LineStyle></Style>'
        for name, colour, width in (("trench", "ff70675b", 3), ("cable", "ffb27200", 2))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(plant.city)}</name>{styles}\n{body}\n</Document></kml>\n"
    )


def _metres(section: TrenchSection) -> str:
    return f"{section.length_m:.0f} m, {section.status}"


def _cable_mark(plant: Plant, cable: Cable) -> str:
    line = [(lon, lat) for lon, lat, _height in _along(plant, cable.route, cable.from_node, 0.0)]
    said = _("{count} strands, {status}").format(count=cable.strand_count, status=cable.status)
    return _placemark(cable.code, said, "cable", line=line)


def _placemark(name: str, said: str, style: str, *, point: LonLat | None = None, line: Sequence[LonLat] = ()) -> str:
    if point is not None:
        shape = f"<Point><coordinates>{point[0]},{point[1]}</coordinates></Point>"
    else:
        points = " ".join(f"{lon},{lat}" for lon, lat in line)
        shape = f"<LineString><tessellate>1</tessellate><coordinates>{points}</coordinates></LineString>"
    return (
        f"<Placemark><name>{escape(name)}</name><description>{escape(said)}</description>"
        f"<styleUrl>#{style}</styleUrl>{shape}</Placemark>"
    )
