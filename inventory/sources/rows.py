"""Rows of a plant file, each with its place; everything wrong with a file becomes a finding, nothing is raised."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.sources.values import shown
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from inventory.sources.layers import Layer

PLANT = "plant"
"""Sub-folder of a city that holds the plant."""
MAX_FILE_BYTES = 256 * 2**20
"""A city of 2,000 switches has 10 MB; a bigger file is not a plant file."""
MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>")
"""What git writes where two changes meet."""
WGS84_NAMES = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file. ``values`` by column, ``geometry`` as parsed JSON."""

    where: str
    values: Mapping[str, object]
    geometry: object = None


@dataclass(slots=True)
class Findings:
    """Collects what is wrong. ``incomplete`` holds the collections whose file could not be read to its end."""

    items: list[Finding] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)

    def error(self, code: str, where: str, record: str, *, message: str, cure: str) -> None:
        """Note one error."""
        self.items.append(
            Finding(code=code, severity=Severity.ERROR, where=where, record=record, message=message, cure=cure)
        )


def read_rows(folder: Path, layer: Layer, findings: Findings) -> Iterator[Row]:
    """The rows of one layer's file, lazily."""
    where = f"{PLANT}/{layer.file}"
    raw = _bytes(folder / PLANT / layer.file, where, layer, findings)
    if raw is None:
        findings.incomplete.add(layer.attribute)
        return iter(())
    decoded = _decoded(raw, where, layer, findings)
    if decoded is None:
        findings.incomplete.add(layer.attribute)
        return iter(())
    rows = _features if layer.geometry else _records
    return rows(decoded, where, layer, findings)


def _bytes(path: Path, where: str, layer: Layer, findings: Findings) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        if layer.optional:
            return layer.empty_file.encode()
        findings.error(
            "RB-1001",
            where,
            layer.file,
            message=_("the file is missing"),
            cure=_("add it; with nothing to describe it holds {holds}").format(holds=layer.empty_file),
        )
        return None
    except (OSError, ValueError) as error:
        findings.error(
            "RB-1002",
            where,
            layer.file,
            message=_("the file cannot be read: {error}").format(error=error),
            cure=_("mend its rights or what stands in its place"),
        )
        return None
    if len(raw) > MAX_FILE_BYTES:
        findings.error(
            "RB-1003",
            where,
            layer.file,
            message=_("the file is larger than {limit} MiB").format(limit=MAX_FILE_BYTES // 2**20),
            cure=_("a plant file is much smaller; see what was exported"),
        )
        return None
    return raw


def _decoded(raw: bytes, where: str, layer: Layer, findings: Findings) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        findings.error(
            "RB-1002",
            f"{where}:{line}",
            layer.file,
            message=_("byte {position} is not UTF-8").format(position=error.start),
            cure=_("save the file with the character set Unicode (UTF-8), not Latin-1, Windows-1252 or UTF-16"),
        )
        return None


def _records(content: str, where: str, layer: Layer, findings: Findings) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            place, line = f"{where}:{line}", reader.line_num + 1
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _header_fits(header, place, layer, findings):
                    findings.incomplete.add(layer.attribute)
                    return
            elif any(cells):
                if len(cells) == len(header):
                    yield Row(place, dict(zip(header, cells, strict=True)))
                else:
                    _wrong_width(cells, header, place, layer, findings)
    except csv.Error as error:
        findings.incomplete.add(layer.attribute)
        findings.error(
            "RB-1004",
            f"{where}:{line}",
            layer.file,
            message=_("the row cannot be parsed: {error}").format(error=error),
            cure=_("mend the quotes: a quoted cell ends with one, and a quote inside is doubled"),
        )
    if header is None:
        _header_fits([], f"{where}:1", layer, findings)
        findings.incomplete.add(layer.attribute)


def _wrong_width(cells: Sequence[str], header: Sequence[str], place: str, layer: Layer, findings: Findings) -> None:
    findings.incomplete.add(layer.attribute)
    named = header.index("code") if "code" in header else 0
    torn = cells[0].startswith(MERGE_MARKS)
    findings.error(
        "RB-1008",
        place,
        shown(cells[named if named < len(cells) and cells[named] else 0]).strip("'"),
        message=_("the row has {count} cells, the header {wanted}").format(count=len(cells), wanted=len(header)),
        cure=_("two people changed these rows: keep what is true of both, and remove the marks")
        if torn
        else _("put cells that hold a comma in double quotes; keep empty cells"),
    )


def _header_fits(header: Sequence[str], place: str, layer: Layer, findings: Findings) -> bool:
    """Whether the columns are those of the layer; one finding for each that is not."""
    for separator, name in ((";", _("semicolon")), ("\t", _("tab"))):
        if any(separator in cell for cell in header):
            findings.error(
                "RB-1005",
                place,
                layer.file,
                message=_("the columns are separated by {name}").format(name=name),
                cure=_("save the file as CSV with the separator comma"),
            )
            return False
    before = len(findings.items)
    unknown_columns([name for name in header if name not in layer.names], place, layer, findings)
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.error(
            "RB-1007",
            place,
            layer.file,
            message=_("the column {name} stands twice").format(name=shown(name)),
            cure=_("keep one of them"),
        )
    for column in layer.columns:
        if column.required and column.name not in header:
            findings.error(
                "RB-1006",
                place,
                layer.file,
                message=_("the column {name} is missing").format(name=column.name),
                cure=_("add it; the columns are {names}").format(names=",".join(layer.names)),
            )
    return len(findings.items) == before


def unknown_columns(names: Sequence[str], place: str, layer: Layer, findings: Findings, record: str = "") -> None:
    """A finding for each column a layer does not have, with the nearest it has."""
    for name in names:
        near = get_close_matches(name, layer.names, n=1)
        findings.error(
            "RB-1007",
            place,
            record or layer.file,
            message=_("the column {name} is unknown").format(name=shown(name)),
            cure=_("did you mean {near}?").format(near=near[0])
            if near
            else _("remove it; known are {names}").format(names=", ".join(layer.names)),
        )


def _features(content: str, where: str, layer: Layer, findings: Findings) -> Iterator[Row]:
    collection = _collection(content, where, layer, findings)
    if collection is None:
        findings.incomplete.add(layer.attribute)
        return
    _known_crs(collection.get("crs"), where, layer, findings)
    features = collection["features"]
    columns = set(layer.names)
    seen: set[str] = set()
    for number, feature in enumerate(features if isinstance(features, list) else (), start=1):
        place = f"{where}: feature {number}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(feature, dict) or not isinstance(properties, dict):
            findings.incomplete.add(layer.attribute)
            findings.error(
                "RB-1004",
                place,
                layer.file,
                message=_("this is no feature with properties"),
                cure=_('write {{"type": "Feature", "properties": {{...}}, "geometry": {{...}}}}').format(),
            )
            continue
        unknown = [name for name in properties if name not in columns and name not in seen]
        seen.update(unknown)
        unknown_columns(unknown, place, layer, findings, str(properties.get("code", layer.file)))
        yield Row(place, properties, feature.get("geometry"))


def _collection(content: str, where: str, layer: Layer, findings: Findings) -> dict[str, object] | None:
    try:
        value = json.loads(content, parse_constant=str)  # NaN is a text then, and no number to any column
    except json.JSONDecodeError as error:
        message, place = error.msg, f"{where}:{error.lineno}"
    except (ValueError, RecursionError) as error:
        message, place = str(error), where
    else:
        if isinstance(value, dict) and isinstance(value.get("features"), list):
            return value
        message, place = _("it is no GeoJSON FeatureCollection"), where
    findings.error(
        "RB-1004",
        place,
        layer.file,
        message=_("the file cannot be parsed: {message}").format(message=message),
        cure=_("export the layer as GeoJSON (RFC 7946) anew, or mend the line"),
    )
    return None


def _known_crs(crs: object, where: str, layer: Layer, findings: Findings) -> None:
    """RFC 7946 has WGS84 only; older writers name the system in ``crs``."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if name not in WGS84_NAMES:
        findings.error(
            "RB-1009",
            where,
            layer.file,
            message=_("the coordinate system is {name}, not WGS84").format(name=shown(name)),
            cure=_("export the layer with the coordinate system EPSG:4326"),
        )
