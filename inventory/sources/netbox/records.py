"""Records of the plant as rows of texts and numbers, and back: what stands in NetBox's field ``rainbow_record``. Pure.

A row holds the columns of the city's files, the place as ``lon`` and ``lat``; what is empty is left out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from inventory.entities import Provenance
from inventory.sources.layers import LAYERS, PROVENANCE
from inventory.sources.values import Fault, plain
from rainbow.kernel.errors import NetBoxError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.entities import Record
    from inventory.sources.layers import Column, Layer
    from inventory.sources.netbox.held import Row

_NOTHING = (None, "", False)


@cache
def layer_of(kind: str) -> Layer:
    """The file of a collection of the plant."""
    return next(layer for layer in LAYERS if layer.attribute == kind)


def row_of(kind: str, record: Record) -> Row:
    """A record as a row."""
    layer = layer_of(kind)
    row: Row = {}
    for name in layer.names:
        value = plain(getattr(record.provenance if name in PROVENANCE else record, name))
        if value not in _NOTHING:
            row[name] = value
    if layer.geometry == "point":
        row["lon"], row["lat"] = getattr(record, layer.geometry)
    return row


def record_of(kind: str, row: Row, where: str) -> Record:
    """The record of a row.

    Raises:
        NetBoxError: someone edited the row, and it is none any more.
    """
    layer = layer_of(kind)
    values: dict[str, object] = {}
    for column in layer.columns:
        if (raw := row.get(column.name)) is not None:
            values[column.name] = _parsed(column, raw, where)
        elif column.required:
            raise _faulty(where, column.name, _("is missing"))
        elif column.empty is not None:
            values[column.name] = column.empty
    if layer.geometry == "point":
        values["point"] = _point(row, where)
    origin = {name: values.pop(name) for name in PROVENANCE if name in values}
    if origin:
        values["provenance"] = Provenance(**origin)  # type: ignore[arg-type] # the layer's parsers made them
    return layer.make(**values)


def _parsed(column: Column, raw: str | float | bool, where: str) -> object:  # noqa: FBT001 - a value is what it is
    value = column.parse(raw)
    if isinstance(value, Fault):
        raise _faulty(where, column.name, value.message)
    return value


def _point(row: Row, where: str) -> tuple[float, float]:
    lon, lat = row.get("lon"), row.get("lat")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        return float(lon), float(lat)
    raise _faulty(where, "lon, lat", _("is missing"))


def _faulty(where: str, name: str, message: str) -> NetBoxError:
    return NetBoxError(
        _("{where}: rainbow_record: {name}: {message}").format(where=where, name=name, message=message),
        cure=_("the field rainbow_record is RAINBOW's own; undo the change in NetBox's change log"),
    )
