"""Places and lines: the coordinate system, places near the city, lines that end at their nodes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.geodesy import distance_m, length_m
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.entities import LonLat, Node, Record, TrenchSection
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

OUTLIER_M = 100_000.0
OUTLIER_SPREADS = 15.0
"""A place is an outlier beyond both: so many metres, and so many times the median distance from the middle."""
END_TOLERANCE_M = 5.0
"""A line may end so far beside its node: a site's point is the building, the trench ends at its wall."""
LENGTH_TOLERANCE_M = 0.5
LENGTH_TOLERANCE = 0.01
NO_LENGTH_M = 0.01
NORTHINGS = (5_200_000.0, 6_150_000.0)
EASTINGS = (
    (200_000.0, 900_000.0, "EPSG:25832"),
    (2_400_000.0, 2_700_000.0, "EPSG:31466"),
    (3_300_000.0, 3_700_000.0, "EPSG:31467"),
    (4_300_000.0, 4_700_000.0, "EPSG:31468"),
    (5_300_000.0, 5_700_000.0, "EPSG:31469"),
    (32_200_000.0, 32_900_000.0, "EPSG:4647"),
)
"""Germany in metres north of the equator, and east in UTM, Gauss-Krueger and UTM with the zone before it."""


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on nodes and trench sections."""
    nodes: tuple[Node, ...] = (*plant.sites, *plant.structures, *plant.route_nodes)
    yield from _outside(plant, nodes)
    inside = [node for node in nodes if is_wgs84([node.point])]
    yield from _outliers(plant, inside)
    for section in plant.sections:
        if is_wgs84(section.line):
            yield from _line(plant, section)
            yield from _ends(plant, section)
    yield from _drawn_twice(plant)
    yield from _lonely(plant)


def is_wgs84(line: Iterable[LonLat]) -> bool:
    """Whether all points are possible longitudes and latitudes."""
    return all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in line)  # noqa: PLR2004 - the globe


def _outside(plant: Plant, nodes: Iterable[Node]) -> Iterator[Finding]:
    bad: list[tuple[Record, LonLat]] = [(node, node.point) for node in nodes if not is_wgs84([node.point])]
    for section in plant.sections:
        bad.extend([(section, point) for point in section.line if not is_wgs84([point])][:1])
    for record, (lon, lat) in bad:
        yield fault(
            plant,
            record,
            "RB-3001",
            message=_("{lon:.7g}, {lat:.7g} is no longitude and latitude in degrees").format(lon=lon, lat=lat),
            cure=_(
                "these look like metres of a projected system such as {system}: export the layer as EPSG:4326"
            ).format(system=_system(lon, lat)),
        )


def _system(east: float, north: float) -> str:
    """Which system of Germany a pair of metres is likely of."""
    if not NORTHINGS[0] <= north <= NORTHINGS[1]:
        return "EPSG:3857"
    return next((system for first, last, system in EASTINGS if first <= east <= last), "EPSG:25832")


def _outliers(plant: Plant, nodes: list[Node]) -> Iterator[Finding]:
    if len(nodes) < 3:  # noqa: PLR2004 - of two places neither is the outlier
        return
    middle = (median(node.point[0] for node in nodes), median(node.point[1] for node in nodes))
    away_m = [distance_m(node.point, middle) for node in nodes]
    limit_m = max(OUTLIER_M, OUTLIER_SPREADS * median(away_m))
    for node, distance in zip(nodes, away_m, strict=True):
        if distance <= limit_m:
            continue
        lon, lat = node.point
        swapped = is_wgs84([(lat, lon)]) and distance_m((lat, lon), middle) <= limit_m
        yield fault(
            plant,
            node,
            "RB-3002" if swapped else "RB-3003",
            message=_("it lies {distance:.0f} km from the middle of the plant").format(distance=distance / 1000),
            cure=_("write longitude first: [{lat}, {lon}]").format(lat=lat, lon=lon)
            if swapped
            else _("mend its coordinates {lon}, {lat}").format(lon=lon, lat=lat),
        )


def _line(plant: Plant, section: TrenchSection) -> Iterator[Finding]:
    drawn_m = length_m(section.line)
    if not _fits(section, drawn_m):
        turned = [(lat, lon) for lon, lat in section.line]
        if is_wgs84(turned) and _fits(section, length_m(turned)):
            yield fault(
                plant,
                section,
                "RB-3002",
                message=_("its line has the length it says only with longitude and latitude swapped"),
                cure=_("write longitude first: export the layer as EPSG:4326 in the order of GeoJSON"),
            )
            return
        yield fault(
            plant,
            section,
            "RB-3005",
            message=_("length_m is {given:.1f} m, its line measures {drawn:.1f} m on the ellipsoid").format(
                given=section.length_m, drawn=drawn_m
            ),
            cure=_("leave length_m out, or mend the line; lengths on a map plane are too long"),
        )
    elif drawn_m < NO_LENGTH_M:
        yield fault(
            plant,
            section,
            "RB-3006",
            message=_("its line has no length"),
            cure=_("draw its way, unless both nodes stand at one place"),
        )


def _fits(section: TrenchSection, drawn_m: float) -> bool:
    return abs(section.length_m - drawn_m) <= LENGTH_TOLERANCE_M + LENGTH_TOLERANCE * drawn_m


def _drawn_twice(plant: Plant) -> Iterator[Finding]:
    seen: dict[tuple[LonLat, ...], TrenchSection] = {}
    for section in plant.sections:
        line = min(section.line, section.line[::-1])
        first = seen.setdefault(line, section)
        if first is not section and len(set(line)) > 1:
            yield fault(
                plant,
                section,
                "RB-3008",
                message=_("{other} has the same line").format(other=first.code),
                cure=_("remove one of the two; what lies side by side in one trench is ducts of one section"),
            )


def _lonely(plant: Plant) -> Iterator[Finding]:
    met = {node for section in plant.sections for node in (section.from_node, section.to_node)}
    for node in plant.route_nodes:
        if node.code not in met:
            yield fault(
                plant,
                node,
                "RB-3009",
                message=_("no trench section ends here"),
                cure=_("remove it, or name it as an end of the section that passes"),
            )


def _ends(plant: Plant, section: TrenchSection) -> Iterator[Finding]:
    first, last = plant.nodes[section.from_node], plant.nodes[section.to_node]
    if not section.line or not is_wgs84([first.point, last.point]):
        return
    begins, ends = section.line[0], section.line[-1]
    off_m = max(_apart_m(begins, first.point), _apart_m(ends, last.point))
    if off_m <= END_TOLERANCE_M:
        return
    turned = max(_apart_m(ends, first.point), _apart_m(begins, last.point)) <= END_TOLERANCE_M
    yield fault(
        plant,
        section,
        "RB-3004",
        message=_("its line runs from {end} to {begin}").format(begin=first.code, end=last.code)
        if turned
        else _("its line ends {off:.0f} m beside {begin} or {end}").format(off=off_m, begin=first.code, end=last.code),
        cure=_("turn the line round, or swap from_node and to_node")
        if turned
        else _("snap the line's ends to its nodes, or name the nodes it ends at"),
    )


def _apart_m(a: LonLat, b: LonLat) -> float:
    return 0.0 if a == b else distance_m(a, b)
