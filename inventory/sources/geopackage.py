"""A city's plant as one GeoPackage: the same layers and columns as the text files, with places, and coloured in QGIS.

Records that have no place of their own get one to be seen by: a cable its trenches, a device its site. Reading takes
places from sites, structures, route nodes and trench sections only; all others follow their references. Any coordinate
system is read; positions come back in WGS84 with 7 decimals (1 cm).
"""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from inventory.sources.gis_places import places
from inventory.sources.gis_raw import (
    CANNOT_READ,
    WGS84,
    RawLayer,
    as_geojson,
    layers_of,
    moved,
    raw_layer,
    transform_between,
)
from inventory.sources.gis_styles import write_styles
from inventory.sources.layers import LAYERS, PROVENANCE
from inventory.sources.rows import Row, unknown_columns
from inventory.sources.values import plain
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pyproj import Transformer

    from inventory.entities import Record
    from inventory.plant import Plant
    from inventory.sources.layers import Layer
    from inventory.sources.rows import Findings

CITY_KEY = "rainbow_city"
PLACED = frozenset({"sites", "structures", "route_nodes", "sections"})
_DTYPES: Mapping[str, type] = {"float": np.float64, "int": np.int64, "bool": np.bool_}

pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})  # a file is written beside and then put in place


def write_geopackage(plant: Plant, file: Path, *, crs: str = WGS84) -> None:
    """Write all layers, empty ones too, into a new GeoPackage; an old one is replaced only when all is written.

    Raises:
        InputError: the coordinate system is unknown, or the file cannot be written.
    """
    transform = transform_between(WGS84, crs)
    fresh = file.with_name(f".{file.name}.new.gpkg")
    fresh.unlink(missing_ok=True)
    try:
        for layer in LAYERS:
            _write_layer(plant, layer, fresh, crs, transform)
        with sqlite3.connect(fresh) as database:
            write_styles(database)
        database.close()
        fresh.replace(file)
    except (OSError, RuntimeError, sqlite3.Error) as error:
        raise InputError(
            _("{file} cannot be written: {error}").format(file=file, error=error),
            cure=_("see whether the folder is there and may be written, and QGIS has closed the file"),
        ) from None
    finally:
        fresh.unlink(missing_ok=True)


def _write_layer(plant: Plant, layer: Layer, file: Path, crs: str, transform: Transformer | None) -> None:
    records: Sequence[Record] = getattr(plant, layer.attribute)
    shapes = places(plant, layer.attribute)
    geometry, kind = None, None
    if shapes is not None:
        kind = shapes.kind
        geometry = np.array([shapely.to_wkb(moved(item, transform)) for item in shapes.shapes], dtype=object)
    columns = [_column(layer, name, records) for name in layer.names]
    pyogrio.raw.write(
        str(file),
        geometry,
        [values for values, _mask in columns],
        np.array(layer.names, dtype=object),
        field_mask=[mask for _values, mask in columns],
        layer=layer.attribute,
        driver="GPKG",
        geometry_type=kind,
        crs=crs if kind else None,
        dataset_metadata={CITY_KEY: plant.city},
        dataset_options={"VERSION": "1.2"},  # what GDAL 3.6 of Debian reads without a warning
    )


def _column(layer: Layer, name: str, records: Sequence[Record]) -> tuple[object, object]:
    """Values of a column and which are absent."""
    raw = [plain(getattr(item.provenance if name in PROVENANCE else item, name)) for item in records]
    dtype = _DTYPES.get(_annotation(layer, name))
    mask = np.array([value is None for value in raw], dtype=bool)
    if dtype is None:
        return np.array(raw, dtype=object), mask
    return np.array([0 if value is None else value for value in raw], dtype=dtype), mask


def _annotation(layer: Layer, name: str) -> str:
    """``float`` of ``float | None``; grades and words are text."""
    if name == "accuracy_m":
        return "float"
    made = layer.make
    if not isinstance(made, type):
        return ""
    found = next((item.type for item in fields(made) if item.name == name), "")
    return str(found).partition("|")[0].strip()


def city_of(file: Path) -> str:
    """The city's name as the GeoPackage says it, or nothing."""
    try:
        metadata = pyogrio.read_info(str(file), layer="sites").get("dataset_metadata") or {}
    except CANNOT_READ:
        return ""
    return str(metadata.get(CITY_KEY, ""))


def crs_of(file: Path) -> str:
    """The coordinate system of the sites; WGS84 where the file does not say."""
    try:
        return str(pyogrio.read_info(str(file), layer="sites").get("crs") or WGS84)
    except CANNOT_READ:
        return WGS84


def read_layer(file: Path, layer: Layer, findings: Findings) -> Iterator[Row]:
    """The rows of a layer as the text files would give them."""
    name = layer.attribute
    where = f"{file.name}: {name}"
    if name not in layers_of(file):
        if not layer.optional:
            findings.incomplete.add(layer.attribute)
            findings.error(
                "RB-1001",
                where,
                name,
                message=_("the layer is missing"),
                cure=_("add it; its columns are {names}").format(names=", ".join(layer.names)),
            )
        return
    try:
        raw = raw_layer(file, name)
    except CANNOT_READ as error:
        findings.incomplete.add(layer.attribute)
        findings.error(
            "RB-1002",
            where,
            name,
            message=_("the layer cannot be read: {error}").format(error=error),
            cure=_("save it anew from QGIS"),
        )
        return
    unknown_columns([column for column in raw.names if column not in layer.names], where, layer, findings, name)
    shapes = _shapes(layer, raw, where, findings)
    for index, (fid, values) in enumerate(zip(raw.fids, raw.rows, strict=True)):
        yield Row(f"{where}, fid {fid}", values, shapes[index] if shapes else None)


def _shapes(layer: Layer, raw: RawLayer, where: str, findings: Findings) -> list[dict[str, object] | None] | None:
    """The shapes of layers whose records have their own place."""
    if layer.attribute not in PLACED or raw.shapes is None:
        return None
    if raw.crs is None:
        findings.error(
            "RB-1009",
            where,
            layer.attribute,
            message=_("the layer does not say its coordinate system"),
            cure=_("assign one in QGIS: Layer, Set CRS of Layer"),
        )
        return [None] * len(raw.shapes)
    transform = transform_between(raw.crs, WGS84)
    return [as_geojson(item, transform) for item in raw.shapes]
