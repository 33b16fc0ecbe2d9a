"""What the tree of a maker nobody has a row for shows of itself: copies of the sensor table, software others sell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.vendors.family import ENTERPRISES
from collectors.vendors.oem import found_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from collectors.client import SnmpValue
    from collectors.vendors.row import Table

TYPE, SCALE, PRECISION, VALUE, STATUS = 1, 2, 3, 4, 5
"""Columns of entPhySensorTable (ENTITY-SENSOR-MIB), and of vendors' copies of it."""
_SENSOR_COLUMN = re.compile(r"(.+)\.4\.(\d+)$")
_RANGES = {TYPE: (1, 14), SCALE: (1, 17), PRECISION: (-8, 9), STATUS: (1, 3)}
"""Least and most: EntitySensorDataType, -DataScale, -Precision and -Status (RFC 3433)."""
_LEAST_ROWS = 2


@dataclass(frozen=True, slots=True)
class MakerTree:
    """All rows below a maker's number, keyed by the rest of the OID."""

    root: str
    rows: Mapping[str, SnmpValue]

    def sensor_roots(self) -> list[str]:
        """Where tables stand with the columns of entPhySensorTable."""
        return [f"{self.root}.{place}" for place in sensor_tables(self.rows)]

    def tables(self) -> tuple[Table, ...]:
        """The tables of software that is sold under many names."""
        return found_in(f"{self.root}.{index}" for index in self.rows)


async def read_tree(walk: Callable[[str], Awaitable[Mapping[str, SnmpValue]]], object_id: str) -> MakerTree | None:
    """The maker's whole tree in one walk; None where the sysObjectID names no maker.

    Raises:
        DeviceError: from ``walk``.
    """
    rest = object_id.lstrip(".")
    number = rest.removeprefix(ENTERPRISES).partition(".")[0]
    if not rest.startswith(ENTERPRISES) or not number.isdecimal():
        return None
    root = f"{ENTERPRISES}{number}"
    return MakerTree(root, await walk(root))


def sensor_tables(rows: Mapping[str, SnmpValue]) -> list[str]:
    """Where tables begin whose columns are those of entPhySensorTable, by what may stand in them."""
    indexes: dict[str, list[str]] = {}
    for oid, raw in rows.items():
        if isinstance(raw, int) and (match := _SENSOR_COLUMN.match(oid)):
            indexes.setdefault(match.group(1), []).append(match.group(2))
    return [
        place for place, found in indexes.items() if len(found) >= _LEAST_ROWS and _is_sensor_table(rows, place, found)
    ]


def _is_sensor_table(rows: Mapping[str, SnmpValue], place: str, indexes: list[str]) -> bool:
    """Every row in range, and either several types or a scale: a table of ones alone may be anything."""
    columns = {column: [rows.get(f"{place}.{column}.{index}") for index in indexes] for column in _RANGES}
    if not any(value is not None for value in columns[STATUS]):
        del columns[STATUS]  # left out by some agents
    for column, values in columns.items():
        least, most = _RANGES[column]
        if not all(isinstance(value, int) and least <= value <= most for value in values):
            return False
    return len(set(columns[TYPE])) > 1 and len(set(columns[SCALE]) | set(columns[PRECISION])) > 1
