"""The columns of ENTITY-SENSOR-MIB (RFC 3433), of Cisco's and of others' copies, and what agents make of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.vendors.numbers import first_number
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue

STANDARD_ROOT, CISCO_ROOT = "1.3.6.1.2.1.99.1.1.1", "1.3.6.1.4.1.9.9.91.1.1.1.1"
"""entPhySensorTable of ENTITY-SENSOR-MIB, and entSensorValueTable of CISCO-ENTITY-SENSOR-MIB."""
TYPE, SCALE, PRECISION, VALUE, STATUS, SIXTH = 1, 2, 3, 4, 5, 6
"""Columns of entPhySensorTable (ENTITY-SENSOR-MIB), and of vendors' copies of it.

``SIXTH`` is entPhySensorUnitsDisplay; at Cisco's copy it is entSensorMeasuredEntity.
"""
_SENSOR_COLUMN = re.compile(r"(.+)\.4\.(\d+)$")
_RANGES = {TYPE: (1, 14), SCALE: (1, 17), PRECISION: (-8, 9), STATUS: (1, 3)}
"""Least and most: EntitySensorDataType, -DataScale, -Precision and -Status (RFC 3433)."""
_LEAST_ROWS = 2
_NO_PREFIX = 9
_LEAST_PRECISION, _MOST_PRECISION = -8, 9
_KINDS: Mapping[int, Kind] = {
    3: Kind.VOLTAGE,
    4: Kind.VOLTAGE,
    5: Kind.CURRENT,
    6: Kind.POWER,
    7: Kind.FREQUENCY,
    8: Kind.TEMPERATURE,
    9: Kind.HUMIDITY,
    10: Kind.FANSPEED,
    11: Kind.AIRFLOW,
    12: Kind.STATE,
    14: Kind.DBM,
}
"""EntitySensorDataType; 14 is Cisco's and other vendors' addition."""
_BY_UNIT: Mapping[str, tuple[Kind, float]] = {
    "dbm": (Kind.DBM, 1.0),
    "%": (Kind.PERCENT, 1.0),
    "percent": (Kind.PERCENT, 1.0),
    "%rh": (Kind.HUMIDITY, 1.0),
    "v": (Kind.VOLTAGE, 1.0),
    "volt": (Kind.VOLTAGE, 1.0),
    "volts": (Kind.VOLTAGE, 1.0),
    "mv": (Kind.VOLTAGE, 1e-3),
    "millivolts": (Kind.VOLTAGE, 1e-3),
    "a": (Kind.CURRENT, 1.0),
    "amperes": (Kind.CURRENT, 1.0),
    "ma": (Kind.CURRENT, 1e-3),
    "milliamperes": (Kind.CURRENT, 1e-3),
    "w": (Kind.POWER, 1.0),
    "watts": (Kind.POWER, 1.0),
    "mw": (Kind.POWER, 1e-3),
    "milliwatts": (Kind.POWER, 1e-3),
    "uw": (Kind.POWER, 1e-6),
    "microwatts": (Kind.POWER, 1e-6),
    "c": (Kind.TEMPERATURE, 1.0),
    "°c": (Kind.TEMPERATURE, 1.0),
    "celsius": (Kind.TEMPERATURE, 1.0),
    "degrees c": (Kind.TEMPERATURE, 1.0),
    "degrees celsius": (Kind.TEMPERATURE, 1.0),
    "rpm": (Kind.FANSPEED, 1.0),
    "hz": (Kind.FREQUENCY, 1.0),
}
"""Units named in entPhySensorUnitsDisplay where the type is "other" or unknown, and what one is in the kind's unit."""
UNAVAILABLE, NONOPERATIONAL = 2, 3
"""EntitySensorStatus; an agent that sends anything else than these two and 1 does not have the column right."""
_UNITS, _WHOLE = 9, 0
"""The scale "units" and no decimal places: what is left to assume where an agent has no such column at all."""
BEYOND = 1_000_000_000
"""EntitySensorValue: this and its negative stand for overflow and underflow (RFC 3433)."""


def kind_of(number: SnmpValue | None, displayed: SnmpValue | None) -> tuple[Kind | None, float]:
    """The kind by the type, else by the unit the agent displays; and what one such unit is in the kind's."""
    kind = _KINDS.get(number) if isinstance(number, int) else None
    if kind is None and isinstance(displayed, bytes | str):
        return _BY_UNIT.get(text(displayed).casefold(), (None, 1.0))
    return kind, 1.0


def whole_number(raw: SnmpValue | None) -> int | None:
    """The value; some agents send the integer as text."""
    if isinstance(raw, bytes) and (said := first_number(raw)) is not None and said.number.is_integer():
        return int(said.number)
    return raw if isinstance(raw, int) else None


def worth(scales: Mapping[str, SnmpValue], precisions: Mapping[str, SnmpValue], index: str) -> float | None:
    """What one count is worth; a column the agent does not have at all is taken for "units" and whole numbers."""
    return scale_factor(scales.get(index) if scales else _UNITS, precisions.get(index) if precisions else _WHOLE)


def scale_factor(scale: SnmpValue | None, precision: SnmpValue | None) -> float | None:
    """What one count is worth in the plain unit: EntitySensorDataScale and -Precision (RFC 3433, 3).

    None where either is missing or outside the standard: a level off by powers of ten is worse than none.
    """
    if not isinstance(scale, int) or not isinstance(precision, int):
        return None
    if not 1 <= scale <= 2 * _NO_PREFIX - 1 or not _LEAST_PRECISION <= precision <= _MOST_PRECISION:
        return None
    return float(10.0 ** (3 * (scale - _NO_PREFIX) - precision))


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
