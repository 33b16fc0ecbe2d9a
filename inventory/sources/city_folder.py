"""A city's plant as files: GeoJSON for what has a place, CSV for the rest, in ``CITY/plant/``, or one GeoPackage.

Text files hold WGS84 longitude, latitude (RFC 7946); CSV is UTF-8 with commas. All mistakes in all files are collected.
"""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from inventory.checks import check, errors, references
from inventory.entities import Provenance, Record, TrenchSection
from inventory.geodesy import length_m
from inventory.plant import Plant
from inventory.sources.layers import LAYERS, PROVENANCE, Layer
from inventory.sources.rows import PLANT, Findings, Row, read_rows
from inventory.sources.values import Fault, plain, shown
from rainbow.kernel.errors import InputError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.garbage import uncollected
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from inventory.entities import LonLat

CITY_MEMBER = "rainbow_city"
"""Foreign member (RFC 7946, 6.1) of ``sites.geojson`` with the city's name; ``city.toml`` overrules it."""
HEAD_BYTES = 4096
GEOPACKAGE = "plant.gpkg"
"""A city folder holds this file, or the folder of text files."""
_EMPTY = frozenset({None, ""})
_CITY_MEMBER_TEXT = re.compile(rf'"{CITY_MEMBER}"\s*:\s*("(?:[^"\\]|\\.)+")')


class _Judge(Protocol):
    """Says what is wrong with a plant of which some may be unread."""

    def __call__(self, plant: Plant, /, *, unread: references.Unread) -> list[Finding]: ...


@dataclass(slots=True)
class _Reading:
    """What is being read: the records so far, where they stand, what is wrong."""

    findings: Findings = field(default_factory=Findings)
    where: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def refuse(self, row: Row, column: str, fault: Fault) -> None:
        self.findings.error(
            fault.code,
            row.where,
            shown_code(row),
            message=f"{column}: {fault.message}",
            cure=fault.cure,
        )


def shown_code(row: Row) -> str:
    """What to call a row in a message: its code, else its id, else nothing."""
    return next((shown(row.values[name]).strip("'") for name in ("code", "id") if row.values.get(name)), "?")


def read_plant(folder: Path) -> Plant:
    """The plant of a city folder, free of error findings.

    Raises:
        InputError: files are missing or hold mistakes; ``findings`` has all errors of all files.
    """
    plant, findings = _load(folder, errors)
    if findings:
        raise InputError(
            ngettext(
                "the plant of {folder} has {count} mistake", "the plant of {folder} has {count} mistakes", len(findings)
            ).format(folder=folder, count=len(findings)),
            findings=findings,
        )
    return plant


def inspect(folder: Path) -> tuple[Plant, tuple[Finding, ...]]:
    """A city folder's plant as far as it can be read, and everything to say about it: errors first, then by file.

    Raises:
        InputError: the folder itself is not there; bad files are findings.
    """
    order = list(Severity)
    plant, findings = _load(folder, check)
    return plant, tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _load(folder: Path, judge: _Judge) -> tuple[Plant, list[Finding]]:
    """The plant as far as it can be read, and what is found in files and by ``judge``."""
    reading = _Reading()
    source = _source(folder)
    with uncollected():
        collections = {layer.attribute: _records(source, layer, reading) for layer in LAYERS}
        city = _city_name(folder, source)
        plant = Plant(city=city, where=reading.where, **collections)  # type: ignore[arg-type] # layers say so
        unread = references.Unread(kinds=frozenset(reading.findings.incomplete), codes=frozenset(reading.dropped))
        return plant, [*reading.findings.items, *judge(plant, unread=unread)]


def _source(folder: Path) -> _Text | _Package:
    """What holds the plant: the folder's text files, its GeoPackage, or the file itself."""
    if folder.is_file():
        return _Package(folder)
    if not folder.is_dir():
        raise InputError(
            _("there is no city folder {folder}").format(folder=folder),
            cure=_("make one: rainbow simulate new-city {folder}").format(folder=folder),
        )
    package = folder / GEOPACKAGE
    if package.is_file() and (folder / PLANT).is_dir():
        raise InputError(
            _("{folder} holds two plants: the folder {name} and the file {file}").format(
                folder=folder, name=PLANT, file=GEOPACKAGE
            ),
            cure=_("keep the one that is true, and move the other away"),
        )
    if package.is_file():
        return _Package(package)
    if not (folder / PLANT).is_dir():
        raise InputError(
            _("{folder} is no city folder: it has no folder {name}").format(folder=folder, name=PLANT),
            cure=_("name a folder that holds city.toml and plant/"),
        )
    return _Text(folder)


@dataclass(frozen=True, slots=True)
class _Text:
    """The folder of GeoJSON and CSV."""

    folder: Path

    def rows(self, layer: Layer, findings: Findings) -> Iterator[Row]:
        return read_rows(self.folder, layer, findings)

    def city(self) -> str:
        with contextlib.suppress(OSError, ValueError), (self.folder / PLANT / "sites.geojson").open("rb") as file:
            if found := _CITY_MEMBER_TEXT.search(file.read(HEAD_BYTES).decode(errors="replace")):
                return str(json.loads(found[1]))
        return ""


@dataclass(frozen=True, slots=True)
class _Package:
    """One GeoPackage; its library is loaded only where there is one."""

    file: Path

    def rows(self, layer: Layer, findings: Findings) -> Iterator[Row]:
        from inventory.sources.geopackage import read_layer  # noqa: PLC0415 - see above

        return read_layer(self.file, layer, findings)

    def city(self) -> str:
        from inventory.sources.geopackage import city_of  # noqa: PLC0415 - see above

        return city_of(self.file)


def _records(source: _Text | _Package, layer: Layer, reading: _Reading) -> tuple[Record, ...]:
    records = []
    for row in source.rows(layer, reading.findings):
        record = _record(layer, row, reading)
        if record is None:
            reading.dropped.add(str(row.values.get("code", "")).strip())
        else:
            before = reading.where.get(record.code)
            reading.where[record.code] = f"{before}, {row.where}" if before else row.where
            records.append(record)
    return tuple(records)


def _record(layer: Layer, row: Row, reading: _Reading) -> Record | None:
    """The record of a row, or None with findings."""
    before = len(reading.findings.items)
    values = _values(layer, row, reading)
    if layer.geometry:
        geometry = _GEOMETRIES[layer.geometry](row.geometry)
        if isinstance(geometry, Fault):
            reading.refuse(row, "geometry", geometry)
        values[layer.geometry] = geometry
    return None if len(reading.findings.items) > before else _made(layer, values)


def _values(layer: Layer, row: Row, reading: _Reading) -> dict[str, object]:
    values: dict[str, object] = {}
    cells = row.values
    for column in layer.columns:
        raw = cells.get(column.name)
        if raw is not None and raw != "":
            value = column.parse(raw)
            if isinstance(value, Fault):
                reading.refuse(row, column.name, value)
            else:
                values[column.name] = value
        elif column.required:
            reading.refuse(row, column.name, Fault(message=_("is empty"), cure=_("fill it in")))
        elif column.empty is not None:
            values[column.name] = column.empty
    return values


def _made(layer: Layer, values: dict[str, object]) -> Record:
    origin = tuple((name, values.pop(name)) for name in PROVENANCE if name in values)
    if origin:
        values["provenance"] = _provenance(origin)
    line = values.get("line")
    if layer.make is TrenchSection and "length_m" not in values and isinstance(line, tuple):
        values["length_m"] = length_m(line)
    return layer.make(**values)


@lru_cache(maxsize=4096)
def _provenance(origin: tuple[tuple[str, object], ...]) -> Provenance:
    """Most records of a plant come from the same survey."""
    return Provenance(**dict(origin))  # type: ignore[arg-type] # the layer's parsers made them


def _point(raw: object) -> LonLat | Fault:
    kind, coordinates = _typed(raw)
    found = _pair(coordinates) if kind == "Point" else None
    if found is None:
        return Fault(
            message=_("{value} is not a point").format(value=shown(raw)),
            cure=_('write {{"type": "Point", "coordinates": [7.7689, 49.4447]}}: longitude first').format(),
            code="RB-1014",
        )
    return found


def _line(raw: object) -> tuple[LonLat, ...] | Fault:
    kind, coordinates = _typed(raw)
    if kind == "MultiLineString" and isinstance(coordinates, list) and len(coordinates) == 1:
        kind, coordinates = "LineString", coordinates[0]  # QGIS writes single lines so
    if kind == "LineString" and isinstance(coordinates, list) and len(coordinates) > 1:
        pairs = [_pair(item) for item in coordinates]
        found = tuple(pair for pair in pairs if pair is not None)
        if len(found) == len(pairs):
            return found
    return Fault(
        message=_("{value} is not a line of two points or more").format(value=shown(raw)),
        cure=_("draw one LineString from the section's first node to its last"),
        code="RB-1014",
    )


_GEOMETRIES = {"point": _point, "line": _line}


def _typed(raw: object) -> tuple[object, object]:
    return (raw.get("type"), raw.get("coordinates")) if isinstance(raw, dict) else (None, None)


def _pair(raw: object) -> LonLat | None:
    """Longitude and latitude of a GeoJSON position; a height is left out."""
    if not isinstance(raw, list) or len(raw) < 2:  # noqa: PLR2004 - a position is a pair
        return None
    lon, lat = raw[0], raw[1]
    if type(lon) not in {int, float} or type(lat) not in {int, float}:
        return None
    with contextlib.suppress(OverflowError):
        pair = float(lon), float(lat)
        return pair if abs(pair[0]) != float("inf") and abs(pair[1]) != float("inf") else None
    return None


def _city_name(folder: Path, source: _Text | _Package) -> str:
    """``[city] name`` of city.toml, else what the plant's files say, else the folder's or file's name."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        name = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))["city"]["name"]
        if isinstance(name, str) and name:
            return name
    return source.city() or folder.resolve().stem


def write_plant(plant: Plant, folder: Path, *, kinds: Collection[str] | None = None) -> None:
    """Write all files of a plant into ``folder/plant``, or only those of some collections; equal plants, equal bytes.

    ``read_plant`` gives the same plant back, but for texts that are empty where the record's default is not.
    """
    target = folder / PLANT
    target.mkdir(parents=True, exist_ok=True)
    for layer in LAYERS:
        if kinds is not None and layer.attribute not in kinds:
            continue
        records: tuple[Record, ...] = getattr(plant, layer.attribute)
        if layer.optional and not records:
            (target / layer.file).unlink(missing_ok=True)
            continue
        content = _geojson(plant, layer, records) if layer.geometry else _csv(layer, records)
        (target / layer.file).write_bytes(content.encode())


def _plain_values(layer: Layer, record: Record) -> dict[str, str | int | float | bool | None]:
    return {name: plain(getattr(record.provenance if name in PROVENANCE else record, name)) for name in layer.names}


def _csv(layer: Layer, records: tuple[Record, ...]) -> str:
    table = [_plain_values(layer, record) for record in records]
    names = [
        column.name
        for column in layer.columns
        if not column.rare or any(row[column.name] not in _EMPTY for row in table)
    ]
    rows = [",".join(names), *(",".join(_cell(row[name]) for name in names) for row in table)]
    return "\n".join([*rows, ""])


def _cell(value: str | float | bool | None) -> str:  # noqa: FBT001 - a cell is what it holds
    """One CSV cell. Python 3.11's writer leaves a lone carriage return unquoted and splits the row there."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if any(letter in text for letter in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _geojson(plant: Plant, layer: Layer, records: tuple[Record, ...]) -> str:
    """One feature a line, so that a changed record is a changed line in version control."""
    head: dict[str, str] = {"type": "FeatureCollection"}
    if layer.attribute == "sites":
        head[CITY_MEMBER] = plant.city
    features = ",\n".join(_feature(layer, record) for record in records)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{features}\n]}}\n'


def _feature(layer: Layer, record: Record) -> str:
    properties = {name: value for name, value in _plain_values(layer, record).items() if value not in _EMPTY}
    coordinates: object = getattr(record, layer.geometry)
    kind = "Point" if layer.geometry == "point" else "LineString"
    return json.dumps(
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}},
        ensure_ascii=False,
    )
