"""Layers of the GIS-Nebenbestimmungen, which German funding asks for: a folder of GeoJSON, one file a layer.

Layer and column names and the codes below are those of version 5.1 (3 April 2023), section 3.2 *Netzplan*, as other
programs and the project agencies describe them in public; the text itself was not at hand. A code that no public source
confirms is left empty, and the command says so: a person fills it in. ``rb_code`` is RAINBOW's own column.
*Endverbraucher* is not written, for a plant knows buildings and no customers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import DuctKind, Site, SiteKind, Status, StructureKind
from inventory.redaction import route_is_known, standing
from inventory.risk import line_through, sections_through

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code, Duct, LonLat, Record, Structure
    from inventory.plant import Plant

    Json = dict[str, object]

POP, CABINET, CHAMBER = 12, 14, 31
SEALED, UNSEALED = 11, 12
NEW_DUCT, NEW_OTHERS = 2, 1
"""``zustand`` of what is to be built: another number for ducts than for the rest. That of what lies there already is
not confirmed."""
BUILT_KINDS = {
    SiteKind.POP: POP,
    SiteKind.TOWN_HALL: POP,
    StructureKind.CABINET: CABINET,
    StructureKind.HANDHOLE: CHAMBER,
    StructureKind.CLOSURE_PIT: CHAMBER,
}
SURFACES = {"asphalt": SEALED, "carriageway": SEALED, "footpath": SEALED, "cycleway": SEALED, "green": UNSEALED}
SINGLE_DUCTS = {(16, 12): 2, (12, 8): 3, (14, 10): 4, (7, 4): 5, (10, 6): 6}
BUNDLED_DUCTS = {(16, 12): 11, (12, 8): 12, (14, 10): 13, (10, 6): 14, (7, 4): 15, (20, 15): 16}
PIPES = {"DN50": 22, "DN40": 23, "DN32": 24, "DN100": 25}
PROTECTION_PIPE, OTHER_DUCT = 1, 99
NOT_THERE = frozenset({Status.PROPOSED, Status.DECOMMISSIONED})
TO_BUILD = frozenset({Status.PLANNED, Status.UNDER_CONSTRUCTION})
_SIZE = re.compile(r"(\d+)x(\d+(?:[.,]\d+)?)")


@dataclass(slots=True, kw_only=True)
class FundingLayers:
    """The layers by file name; ``open_codes`` counts columns left empty by name, ``left_out`` what cannot be drawn."""

    files: dict[str, list[Json]] = field(default_factory=dict)
    open_codes: dict[str, int] = field(default_factory=dict)
    left_out: list[Code] = field(default_factory=list)

    def add(self, layer: str, shape: Json, **properties: object) -> None:
        """One feature, numbered within its layer."""
        features = self.files.setdefault(layer, [])
        features.append({"type": "Feature", "properties": {"id": len(features) + 1, **properties}, "geometry": shape})
        for name, value in properties.items():
            if value is None:
                self.open_codes[f"{layer}.{name}"] = self.open_codes.get(f"{layer}.{name}", 0) + 1

    def texts(self) -> dict[str, str]:
        """The files' contents."""
        return {
            f"{name}.geojson": json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
            for name, features in self.files.items()
        }


BUILDINGS, TRENCHES, DUCTS, CABLES = "Bauten_und_Netztechnik", "Trassenbau", "Leerrohre", "Verbindungen"


def funding_layers(plant: Plant) -> FundingLayers:
    """What a plant can say in the layers; what is proposed or gone is left away."""
    layers = FundingLayers(files={name: [] for name in (BUILDINGS, TRENCHES, DUCTS, CABLES)})
    for node in standing(plant):
        if node.status not in NOT_THERE:
            _building(layers, node)
    for section in plant.sections:
        if section.status not in NOT_THERE:
            layers.add(
                TRENCHES,
                _line(section.line),
                trassenb=SURFACES.get(section.surface),
                mitverleg=0,
                rb_code=section.code,
            )
    for duct in plant.ducts:
        if duct.status not in NOT_THERE and not _bundled(plant, duct):
            _duct(plant, layers, duct)
    _cables(plant, layers)
    return layers


def _building(layers: FundingLayers, node: Site | Structure) -> None:
    art = BUILT_KINDS.get(node.kind)
    layers.add(
        BUILDINGS,
        {"type": "Point", "coordinates": list(node.point)},
        art=art,
        art_sonst="" if art is not None else str(node.kind),
        kollokatio=0,
        zustand=_state(node, NEW_OTHERS),
        bezeichner=node.code,
        id_tech=-1,
    )


def _duct(plant: Plant, layers: FundingLayers, duct: Duct) -> None:
    route = sections_through(plant, duct.code)
    if not route:
        layers.left_out.append(duct.code)
        return
    inside = [item for item in plant.ducts if item.parent == duct.code and item.status not in NOT_THERE]
    kind = _duct_kind(duct, inside)
    layers.add(
        DUCTS,
        _line(line_through(plant, route, duct.from_node)),
        lr_art=kind,
        lr_sonst=duct.make if kind == OTHER_DUCT else "",
        lr_anzahl=len(inside) if duct.kind is DuctKind.BUNDLE else 1,
        anzahl=1,
        lr_reserv=sum(item.reserve for item in inside) if duct.kind is DuctKind.BUNDLE else int(duct.reserve),
        lae_lr=_length_m(plant, route),
        zustand=_state(duct, NEW_DUCT),
        rb_code=duct.code,
    )


def _bundled(plant: Plant, duct: Duct) -> bool:
    """Whether a duct is told of by the bundle it is one of."""
    return duct.parent is not None and plant.duct[duct.parent].kind is DuctKind.BUNDLE


def _duct_kind(duct: Duct, inside: Sequence[Duct]) -> int:
    match duct.kind:
        case DuctKind.BUNDLE:
            return BUNDLED_DUCTS.get(_size(inside[0]) if inside else _size(duct), OTHER_DUCT)
        case DuctKind.MICRODUCT:
            return SINGLE_DUCTS.get(_size(duct), OTHER_DUCT)
    return PIPES.get(duct.make.replace(" ", "").upper(), PROTECTION_PIPE)


def _size(duct: Duct) -> tuple[int, int]:
    """Outer and inner diameter in mm: as measured, else from the trade's name (10x2,0 has walls of 2 mm)."""
    if duct.outer_mm is not None and duct.inner_mm is not None:
        return round(duct.outer_mm), round(duct.inner_mm)
    found = _SIZE.fullmatch(duct.make)
    return (int(found[1]), round(int(found[1]) - 2 * float(found[2].replace(",", ".")))) if found else (0, 0)


def _cables(plant: Plant, layers: FundingLayers) -> None:
    for cable in plant.cables:
        if cable.status in NOT_THERE:
            continue
        if not route_is_known(cable):
            layers.left_out.append(cable.code)
            continue
        layers.add(
            CABLES,
            _line(line_through(plant, cable.route, cable.from_node)),
            verb_art=None,
            v_a_sonst=f"{cable.strand_count} x {cable.fibre_type}",
            lae_kabel=round(cable.sheath_m or _length_m(plant, cable.route), 1),
            anzahl_f_a=cable.strand_count,
            f_a_reserv=None,
            zustand=_state(cable, NEW_OTHERS),
            rb_code=cable.code,
        )


def _state(record: Record, new: int) -> int | None:
    return new if record.status in TO_BUILD else None


def _length_m(plant: Plant, route: Sequence[Code]) -> float:
    return round(sum(plant.section[code].length_m for code in route), 1)


def _line(points: Sequence[LonLat]) -> Json:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}
