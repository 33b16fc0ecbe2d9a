"""XTrasse 2.0 (JSON-FG), Germany's exchange format for broadband routes.

Two plans can be written. *Ausbau* (BRA) is the build: trench sections, ducts, cables, chambers, cabinets, house
entries. *Infrastrukturatlas* (ISA) is what the federal infrastructure atlas asks for: glass, ducts, points of
presence, lamps and access points, each with availability, funding, use, accuracy, and the mark of an exemption for
reasons of security (section 79, 3 TKG). Positions are EPSG:25832, depths metres (BRA) or centimetres (ISA).

What cannot be drawn (a cable whose way is unknown) is left out and named: an atlas must not show an invention.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import (
    NO_DUCT,
    DuctKind,
    SiteKind,
    Status,
    Structure,
    StructureKind,
)
from inventory.redaction import route_is_known, standing
from inventory.risk import containers_of, line_through, sections_through
from inventory.sources.gis_raw import WGS84, transform_between

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pyproj import Transformer

    from inventory.entities import Cable, Code, Duct, LonLat, Record, Site, TrenchSection
    from inventory.plant import Plant
    from inventory.sources.atlas_settings import AtlasSettings

    Json = dict[str, object]

SRID = 25832
CRS = f"EPSG:{SRID}"
CRS_URI = f"http://www.opengis.net/def/crs/EPSG/0/{SRID}"
SCHEMA = "https://gitlab.opencode.de/xleitstelle/xtrasse/spezifikation/-/raw/main/json/featurecollection.json"
"""Names the schema; nobody has to fetch it."""
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "rainbow-fibre/xtrasse")

METHODS = {"open": "1000", "drill": "3000", "plough": "4000", "milling": "60002", "trenching": "6000", "aerial": "9000"}
"""Words of a section's ``method`` and the code list legeverfahren; others are left out."""
SURFACES = {"carriageway": "1000", "asphalt": "1000", "footpath": "40001", "cycleway": "40002", "green": "5000"}
COLOURS = {
    "red": "1000", "green": "1100", "blue": "1200", "yellow": "1300", "white": "1400", "grey": "1500",
    "brown": "1600", "violet": "1700", "turquoise": "1800", "black": "1900", "orange": "2000", "pink": "2100",
}  # fmt: skip
MICRODUCTS = {"7x0,75": "1100", "7x1,5": "1200", "10x1,0": "2100", "10x2,0": "2200", "12x1,1": "3100", "12x2,0": "3200"}
ACCURACY_M = ((0.1, "1000"), (1.0, "2000"), (10.0, "3000"))
WORST_ACCURACY = "4000"
TAKEN, RESERVED, ON_REQUEST = "1000", "2000", "4000"
"""Availability: in use, kept for own plans, on request."""


@dataclass(slots=True)
class _Writer:
    """Collects features of one plan."""

    plant: Plant
    plan_id: str
    transform: Transformer | None
    features: list[Json] = field(default_factory=list)
    left_out: list[Code] = field(default_factory=list)

    def add(self, kind: str, record: Record, shape: Json, properties: Json) -> None:
        """One feature that belongs to the plan."""
        belongs = "gehoertZuISA" if kind.startswith("ISA") else "gehoertZuBRA"
        whole = {
            "uuid": identity(record),
            "title": record.code,
            **({"beschreibung": record.name} if record.name else {}),
            belongs: self.plan_id,
            **properties,
        }
        self.features.append(feature(kind, identity(record), shape, whole))

    def line(self, line: Sequence[LonLat]) -> Json:
        """A LineString in the plan's system."""
        return {"type": "LineString", "coordinates": [self._moved(point) for point in line]}

    def lines(self, line: Sequence[LonLat]) -> Json:
        """A MultiLineString of one line."""
        return {"type": "MultiLineString", "coordinates": [[self._moved(point) for point in line]]}

    def points(self, point: LonLat) -> Json:
        """A MultiPoint of one point."""
        return {"type": "MultiPoint", "coordinates": [self._moved(point)]}

    def _moved(self, point: LonLat) -> list[float]:
        if self.transform is None:
            return list(point)
        x, y = self.transform.transform(*point)
        return [round(float(x), 3), round(float(y), 3)]

    def extent(self) -> Json:
        """The rectangle around all of the plant."""
        points = [self._moved(node.point) for node in self.plant.nodes.values()]
        points += [self._moved(point) for section in self.plant.sections for point in section.line]
        xs, ys = [point[0] for point in points] or [0.0], [point[1] for point in points] or [0.0]
        left, right, bottom, top = min(xs) - 1, max(xs) + 1, min(ys) - 1, max(ys) + 1
        ring = [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]
        return {"type": "Polygon", "coordinates": [ring]}


def identity(record: Record) -> str:
    """The record's own UUID; one made of its id where that is none."""
    try:
        return str(uuid.UUID(record.id))
    except ValueError:
        return str(uuid.uuid5(_IDS, record.id))


def feature(kind: str, identifier: str, place: Json, properties: Json) -> Json:
    """A feature of JSON-FG in a projected system: its ``place`` counts, ``geometry`` is for WGS84 only."""
    return {
        "type": "Feature",
        "id": identifier,
        "featureType": kind,
        "properties": properties,
        "time": None,
        "geometry": None,
        "place": place,
        "coordRefSys": CRS_URI,
    }


def collection(features: Sequence[Json]) -> str:
    """The whole document."""
    head: Json = {
        "type": "FeatureCollection",
        "coordRefSys": CRS_URI,
        "links": [{"href": SCHEMA, "rel": "describedby", "type": "application/schema+json", "title": "XTrasse 2.0"}],
        "features": list(features),
    }
    return json.dumps(head, ensure_ascii=False, indent=1) + "\n"


def build_plan(plant: Plant) -> tuple[str, tuple[Code, ...]]:
    """The plan of the build (BRA) as text, and what could not be drawn."""
    writer = _Writer(plant, str(uuid.uuid5(_IDS, f"{plant.city}/BRA")), transform_between(WGS84, CRS))
    for section in plant.sections:
        _section(writer, section)
    for duct in plant.ducts:
        _duct(writer, duct)
    for cable in plant.cables:
        _cable(writer, cable)
    for node in standing(plant):
        _node(writer, node)
    plan: Json = {
        "uuid": writer.plan_id,
        "name": plant.city,
        "hatBRAObjekt": [item["id"] for item in writer.features],
    }
    whole = [feature("BRAAusbauPlan", writer.plan_id, writer.extent(), plan), *writer.features]
    return collection(whole), tuple(writer.left_out)


def atlas_plan(plant: Plant, settings: AtlasSettings, *, exempt: Collection[Code] = ()) -> tuple[str, tuple[Code, ...]]:
    """The delivery to the infrastructure atlas (ISA) as text, and what could not be drawn.

    ``exempt`` are those of :func:`inventory.protection.exempt_codes`, found before anything was taken out.
    """
    writer = _Writer(plant, str(uuid.uuid5(_IDS, f"{plant.city}/ISA")), transform_between(WGS84, CRS))
    used = {duct for cable in plant.cables for duct in containers_of(plant, cable)}
    for cable in plant.cables:
        if not route_is_known(cable):
            writer.left_out.append(cable.code)
        elif cable.status is Status.IN_SERVICE:
            line = line_through(plant, cable.route, cable.from_node)
            common = _atlas(cable, settings, TAKEN, exempt=cable.code in exempt)
            writer.add(
                "ISAGlasfaser", cable, writer.lines(line), common | {"verlegetiefe": _depth_cm(plant, cable.route)}
            )
    for duct in plant.ducts:
        route = sections_through(plant, duct.code)
        if route and duct.status is Status.IN_SERVICE:
            line = line_through(plant, route, duct.from_node)
            free = RESERVED if duct.reserve else ON_REQUEST
            common = _atlas(duct, settings, TAKEN if duct.code in used else free, exempt=duct.code in exempt)
            writer.add("ISALehrrohr", duct, writer.lines(line), common | {"verlegetiefe": _depth_cm(plant, route)})
    for node in standing(plant):
        _atlas_node(writer, node, settings, exempt=node.code in exempt)
    person: Json = {
        "vorUndZuname": settings.contact.name,
        "telefon": settings.contact.telephone,
        "eMail": settings.contact.email,
    }
    plan: Json = {
        "uuid": writer.plan_id,
        "name": plant.city,
        "inhaberTyp": "1000" if settings.is_owner else "2000",
        "kontaktMitnutzung": person,
        "kontaktGIS": person,
        "hatISAObjekt": [item["id"] for item in writer.features],
    }
    whole = [feature("ISAPlan", writer.plan_id, writer.extent(), plan), *writer.features]
    return collection(whole), tuple(writer.left_out)


def _section(writer: _Writer, section: TrenchSection) -> None:
    properties: Json = {}
    if section.owner:
        properties["netzbetreiber"] = section.owner
    if section.method in METHODS:
        properties["legeverfahren"] = METHODS[section.method]
        properties["bauweise"] = {"open": "1000", "aerial": "3000"}.get(section.method, "2000")
    if section.surface in SURFACES:
        properties["baugrund"] = SURFACES[section.surface]
    if section.depth_m is not None:
        properties["grabentiefe"] = {"value": section.depth_m, "uom": "m"}
    writer.add("BRABreitbandtrasseAbschnitt", section, writer.line(section.line), properties)


def _duct(writer: _Writer, duct: Duct) -> None:
    route = sections_through(writer.plant, duct.code)
    if not route:
        writer.left_out.append(duct.code)
        return
    properties: Json = {"leitungstyp": "10003"}
    if duct.colour in COLOURS:
        properties["farbe"] = COLOURS[duct.colour]
    if duct.outer_mm is not None:
        properties["aussendurchmesser"] = {"value": duct.outer_mm / 1000, "uom": "m"}
    kinds = {DuctKind.PIPE: "BRASchutzrohr", DuctKind.BUNDLE: "BRAMikrorohrverbund", DuctKind.MICRODUCT: "BRAMikrorohr"}
    if duct.kind is not DuctKind.BUNDLE:
        properties["istReserveRohr"] = duct.reserve
    if duct.kind is DuctKind.MICRODUCT and duct.make in MICRODUCTS:
        properties["rohrtyp"] = MICRODUCTS[duct.make]
    if duct.parent and duct.kind is not DuctKind.PIPE:
        properties |= _around(writer.plant, duct)
    writer.add(kinds[duct.kind], duct, writer.line(line_through(writer.plant, route, duct.from_node)), properties)


def _around(plant: Plant, duct: Duct) -> Json:
    """What a duct lies in, where the format has a place for it: nothing lies in a microduct but a cable."""
    if duct.parent is None or plant.duct[duct.parent].kind is DuctKind.MICRODUCT:
        return {}
    outer = plant.duct[duct.parent]
    if outer.kind is DuctKind.PIPE:
        return {"schutzrohr": identity(outer)}
    return {"mikrorohrverbund": identity(outer)} if duct.kind is DuctKind.MICRODUCT else {}


def _cable(writer: _Writer, cable: Cable) -> None:
    if not route_is_known(cable):
        writer.left_out.append(cable.code)
        return
    properties: Json = {"art": "1000", "leitungstyp": "10001"}
    if cable.outer_mm is not None:
        properties["aussendurchmesser"] = {"value": cable.outer_mm / 1000, "uom": "m"}
    holders = {code for code in cable.containers if code != NO_DUCT}
    if len(holders) == 1:  # the format has place for one
        duct = writer.plant.duct[next(iter(holders))]
        names = {DuctKind.PIPE: "schutzrohr", DuctKind.BUNDLE: "mikrorohrverbund", DuctKind.MICRODUCT: "mikrorohr"}
        properties[names[duct.kind]] = identity(duct)
    writer.add("BRAKabel", cable, writer.line(line_through(writer.plant, cable.route, cable.from_node)), properties)


def _node(writer: _Writer, node: Site | Structure) -> None:
    if not isinstance(node, Structure):
        writer.add("BRAHausanschluss", node, writer.points(node.point), {})
    elif node.kind is StructureKind.CABINET:
        writer.add("BRAVerteiler", node, writer.points(node.point), {"art": "10002", "technik": "4000"})
    elif node.kind in {StructureKind.MAST, StructureKind.LAMP}:
        writer.add("BRAMast", node, writer.points(node.point), {})
    else:
        writer.add("BRASchacht", node, writer.points(node.point), {})


def _atlas_node(writer: _Writer, node: Site | Structure, settings: AtlasSettings, *, exempt: bool) -> None:
    common = _atlas(node, settings, TAKEN, exempt=exempt) | {"tiefe_hoehe": 0}
    if not isinstance(node, Structure):
        if node.is_hub or node.kind in {SiteKind.POP, SiteKind.TOWN_HALL}:
            writer.add("ISAPointOfPresence", node, writer.points(node.point), common)
        return
    if node.kind is StructureKind.LAMP:
        writer.add("ISAStrassenlaterne", node, writer.points(node.point), common | {"strom": "1000"})
    elif node.kind is not StructureKind.MAST:
        writer.add("ISAZugangspunkt", node, writer.points(node.point), common)


def _atlas(record: Record, settings: AtlasSettings, availability: str, *, exempt: bool) -> Json:
    accuracy_m = record.provenance.accuracy_m
    found: Json = {
        "foerderung": settings.funding,
        "verfuegbarkeit": availability,
        "nutzung": ["1000"],
        "ausnahmeISA": exempt,
    }
    if accuracy_m is not None:
        found["lagegenauigkeit"] = next((code for most, code in ACCURACY_M if accuracy_m <= most), WORST_ACCURACY)
    return found


def _depth_cm(plant: Plant, route: Iterable[Code]) -> int:
    """The shallowest depth on the way in centimetres, 0 where one is not known."""
    depths = [plant.section[code].depth_m for code in route]
    known = [depth for depth in depths if depth is not None]
    return round(min(known) * 100) if known and len(known) == len(depths) else 0
