"""The border to GDAL: layers of any file it reads, shapes in WGS84, everything typed from here on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from inventory.entities import LonLat

WGS84 = "EPSG:4326"
DECIMALS = 7
"""Of degrees: 1 cm. Positions that were transformed are rounded to it, or no two systems would ever agree."""
CANNOT_READ = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError)


pyogrio.set_gdal_config_options({"GDAL_PAM_ENABLED": "NO"})  # reading leaves no .aux.xml beside the file


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLayer:
    """A layer as GDAL gives it. ``shapes`` is None for a table; ``rows`` hold None where a cell is empty."""

    names: tuple[str, ...]
    rows: tuple[dict[str, object], ...]
    fids: tuple[int, ...]
    shapes: tuple[BaseGeometry | None, ...] | None
    crs: str | None


def layers_of(file: Path) -> tuple[str, ...]:
    """The names of all layers.

    Raises:
        InputError: GDAL cannot open the file.
    """
    try:
        return _listed(file, file.stat().st_mtime_ns)
    except (OSError, *CANNOT_READ) as error:
        raise InputError(
            _("{file} cannot be opened: {error}").format(file=file, error=error),
            cure=_("name a GeoPackage, or another file that GDAL reads"),
        ) from None


@lru_cache(maxsize=8)
def _listed(file: Path, _written_ns: int) -> tuple[str, ...]:
    return tuple(str(name) for name, _kind in pyogrio.list_layers(str(file)))


def raw_layer(file: Path, name: str) -> RawLayer:
    """All of a layer. Raises one of ``CANNOT_READ``."""
    meta, fids, geometry, columns = pyogrio.raw.read(str(file), layer=name, return_fids=True, datetime_as_string=True)
    names = tuple(str(item) for item in meta["fields"])
    rows = tuple(
        {column: _plain(columns[place][index]) for place, column in enumerate(names)} for index in range(len(fids))
    )
    shapes = None
    if geometry is not None:
        shapes = tuple(shapely.from_wkb(geometry, on_invalid="ignore").tolist())
    crs = meta.get("crs")
    return RawLayer(
        names=names,
        rows=rows,
        fids=tuple(int(fid) for fid in fids),
        shapes=shapes,
        crs=None if crs is None else str(crs),
    )


def _plain(value: object) -> object:
    """A cell as JSON would hold it; NaN is nothing."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN differs from itself


def transform_between(source: str, target: str) -> Transformer | None:
    """What turns coordinates of one system into another's, longitude or east first; None where they are the same.

    Raises:
        InputError: one of the systems is unknown.
    """
    try:
        first, second = CRS.from_user_input(source), CRS.from_user_input(target)
        if first.equals(second, ignore_axis_order=True):
            return None
        return Transformer.from_crs(first, second, always_xy=True)
    except (CRSError, ProjError) as error:
        raise InputError(
            _("the coordinate system {name} is unknown: {error}").format(name=target, error=error),
            cure=_("name one as EPSG:25832"),
        ) from None


def moved(shape: BaseGeometry, transform: Transformer | None) -> BaseGeometry:
    """A shape in another coordinate system."""
    return shape if transform is None else shapely.transform(shape, _mover(transform))


def _mover(transform: Transformer) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    def move(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transform.transform(pairs[:, 0], pairs[:, 1]))

    return move


def as_geojson(shape: BaseGeometry | None, transform: Transformer | None) -> dict[str, object] | None:
    """A shape as parsed GeoJSON, without height; other shapes than points and lines without coordinates."""
    if shape is None or shape.is_empty:
        return None
    flat = moved(shapely.force_2d(shape), transform)
    kind = str(flat.geom_type)
    if kind == "Point":
        return {"type": kind, "coordinates": list(_pairs(flat, rounded=transform is not None)[0])}
    if kind in {"LineString", "MultiLineString"}:
        lines = [list(map(list, _pairs(line, rounded=transform is not None))) for line in _parts(flat)]
        return {"type": kind, "coordinates": lines[0] if kind == "LineString" else lines}
    return {"type": kind}


def _parts(shape: BaseGeometry) -> Sequence[BaseGeometry]:
    parts: list[BaseGeometry] = list(shapely.get_parts(shape))
    return parts


def _pairs(line: BaseGeometry, *, rounded: bool) -> list[LonLat]:
    pairs = shapely.get_coordinates(line).tolist()
    return [(round(x, DECIMALS), round(y, DECIMALS)) if rounded else (x, y) for x, y in pairs]
