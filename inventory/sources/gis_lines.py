"""Trenches drawn by others: any file of lines that GDAL reads becomes trench sections that meet at nodes.

A line's ends become route nodes; ends nearer than the tolerance to each other are one. Where a line ends on another's
middle there is no junction: topology follows references, and a crossing in the drawing may be a bridge. Such places
are counted, so that a person can look at them.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from inventory.entities import Code, Provenance, RouteNode, TrenchSection
from inventory.geodesy import distance_m, length_m
from inventory.plant import Plant
from inventory.sources.gis_raw import CANNOT_READ, WGS84, as_geojson, layers_of, raw_layer, transform_between
from inventory.sources.values import code as parse_code
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyproj import Transformer
    from shapely.geometry.base import BaseGeometry

    from inventory.entities import LonLat
    from inventory.sources.gis_raw import RawLayer

SNAP_M = 0.5
"""Ends nearer than this are one node: drawings are snapped, exports round."""
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "rainbow-fibre/lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLines:
    """What was made of a file of lines. ``loose``: ends that lie on another line's middle, by section."""

    plant: Plant
    loose: tuple[Code, ...]
    left_out: int


def read_lines(file: Path, *, layer: str = "", code_column: str = "", prefix: str = "TR") -> DrawnLines:
    """Sections and nodes of a file's lines, in the file's order.

    ``code_column`` names the column whose values become codes (made different where they are not); without one they
    count up. The same file gives the same ids.

    Raises:
        InputError: the file cannot be read, has no lines, or does not say its coordinate system.
    """
    name = layer or layers_of(file)[0]
    raw = _read(file, name)
    if code_column and code_column not in raw.names:
        raise InputError(
            _("{file} has no column {column}").format(file=file, column=code_column),
            cure=_("its columns are {names}").format(names=", ".join(raw.names)),
        )
    codes = [str(row[code_column]) for row in raw.rows] if code_column else []
    transform = _system(file, raw.crs)
    maker = _Maker(file.stem, prefix)
    left_out = 0
    for index, shape in enumerate(raw.shapes or ()):
        lines = list(_lines(shape, transform))
        left_out += not lines
        for line in lines:
            maker.section(line, codes[index] if codes else "")
    if not maker.sections:
        raise InputError(_("{file} has no lines").format(file=file), cure=_("name a layer of lines with --layer"))
    plant = Plant(city=file.stem, route_nodes=tuple(maker.nodes), sections=tuple(maker.sections))
    return DrawnLines(plant=plant, loose=tuple(_loose(plant)), left_out=left_out)


def _read(file: Path, layer: str) -> RawLayer:
    try:
        return raw_layer(file, layer)
    except CANNOT_READ as error:
        raise InputError(
            _("{file} cannot be read: {error}").format(file=file, error=error),
            cure=_("name a file and layer that GDAL reads; its layers are {names}").format(
                names=", ".join(layers_of(file))
            ),
        ) from None


def _system(file: Path, crs: str | None) -> Transformer | None:
    if crs is None:
        raise InputError(
            _("{file} does not say its coordinate system").format(file=file),
            cure=_("a shapefile needs its .prj beside it; or assign the system in QGIS and save anew"),
        )
    return transform_between(crs, WGS84)


def _lines(shape: BaseGeometry | None, transform: Transformer | None) -> Iterator[tuple[LonLat, ...]]:
    geojson = as_geojson(shape, transform) or {}
    parts = geojson.get("coordinates")
    if geojson.get("type") == "LineString":
        parts = [parts]
    if geojson.get("type") in {"LineString", "MultiLineString"} and isinstance(parts, list):
        yield from (tuple((pair[0], pair[1]) for pair in part) for part in parts if len(part) > 1)


@dataclass(slots=True)
class _Maker:
    """Makes sections, and nodes where they end."""

    source: str
    prefix: str
    nodes: list[RouteNode] = field(default_factory=list)
    sections: list[TrenchSection] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    near: dict[tuple[int, int], list[RouteNode]] = field(default_factory=dict)

    def section(self, line: tuple[LonLat, ...], wanted: str) -> None:
        code = self._code(wanted)
        first, last = self._node(line[0]), self._node(line[-1])
        self.sections.append(
            TrenchSection(
                id=self._id(code),
                code=code,
                from_node=first.code,
                to_node=last.code,
                line=line,
                length_m=length_m(line),
                provenance=Provenance(source=self.source),
            )
        )

    def _code(self, wanted: str) -> Code:
        parsed = parse_code(wanted) if wanted and wanted != "None" else None
        plain = parsed if isinstance(parsed, str) else f"{self.prefix}-{len(self.sections) + 1:04d}"
        code, more = plain, 2
        while code in self.taken:
            code, more = f"{plain}-{more}", more + 1
        self.taken.add(code)
        return Code(code)

    def _id(self, code: str) -> str:
        return str(uuid.uuid5(_IDS, f"{self.source}/{code}"))

    def _node(self, point: LonLat) -> RouteNode:
        """The node at a point, an existing one where it is near enough."""
        column, row = (math.floor(value / _CELL_DEGREES) for value in point)
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                for node in self.near.get((x, y), ()):
                    if distance_m(node.point, point) <= SNAP_M:
                        return node
        code = Code(f"{self.prefix}-N-{len(self.nodes) + 1:04d}")
        made = RouteNode(id=self._id(code), code=code, point=point, provenance=Provenance(source=self.source))
        self.nodes.append(made)
        self.near.setdefault((column, row), []).append(made)
        return made


_CELL_DEGREES = 1e-5
"""A cell of the search grid: over half a metre up to 60 degrees north."""


def _loose(plant: Plant) -> Iterator[Code]:
    """Sections an end of which lies on another one's middle."""
    lines = [shapely.LineString(item.line) for item in plant.sections]
    tree = shapely.STRtree(lines)
    for index, section in enumerate(plant.sections):
        for point in (section.line[0], section.line[-1]):
            hits = tree.query(shapely.Point(point), predicate="dwithin", distance=_CELL_DEGREES / 4)
            others = [plant.sections[hit] for hit in hits.tolist() if hit != index]
            if any(
                min(distance_m(point, other.line[0]), distance_m(point, other.line[-1])) > SNAP_M for other in others
            ):
                yield section.code
                break
