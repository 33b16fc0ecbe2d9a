"""Readings of a maker nobody has a row for yet: what its own tree says of itself.

The maker's whole tree is walked once. Taken is only what cannot be something else: tables with the columns of
ENTITY-SENSOR-MIB, software that others sell as well, and text that names its own unit, such as "-5.12 dBm".
Whole numbers without a unit are left alone: a level off by powers of ten is worse than none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.optics.sensors import PRECISION, SCALE, STATUS, TYPE
from collectors.probe.entity_sensors import SensorSource, read_entity_sensors
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.probe.vendor_sensors import read_tables
from collectors.vendors.family import ENTERPRISES
from collectors.vendors.numbers import measure
from collectors.vendors.oem import FIXED, found_in
from collectors.vendors.row import Column, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities, Ports
    from collectors.probe.walks import Walks

_VALUE = re.compile(
    r"^\s*[-+]?\d+(?:\.\d+)?\s*(dBm|mW|uW|V|mV|mA|uA|°C|℃|C|degrees C|rpm|%)\s*(?:[:(/\[].*|normal|ok)?\s*$",
    re.IGNORECASE,
)
_KINDS: Mapping[str, Kind] = {
    "dbm": Kind.DBM,
    "mw": Kind.DBM,
    "uw": Kind.DBM,
    "v": Kind.VOLTAGE,
    "mv": Kind.VOLTAGE,
    "ma": Kind.CURRENT,
    "ua": Kind.CURRENT,
    "°c": Kind.TEMPERATURE,
    "℃": Kind.TEMPERATURE,
    "c": Kind.TEMPERATURE,
    "degrees c": Kind.TEMPERATURE,
    "rpm": Kind.FANSPEED,
    "%": Kind.PERCENT,
}
SOURCE = "the unit stands in the value"
_SENSOR_COLUMN = re.compile(r"(.+)\.4\.(\d+)$")
_RANGES = {TYPE: (1, 14), SCALE: (1, 17), PRECISION: (-8, 9), STATUS: (1, 3)}
"""Least and most: EntitySensorDataType, -DataScale, -Precision and -Status (RFC 3433)."""
_LEAST_ROWS = 2


async def read_unknown(
    walks: Walks, object_id: str, entities: Entities, ports: Ports
) -> list[ProbedSensor | NoReading]:
    """All such readings below the maker's number, and of software that stands elsewhere whoever sells it.

    Raises:
        DeviceError: the device stopped answering.
    """
    number = object_id.removeprefix(ENTERPRISES).partition(".")[0]
    if not object_id.startswith(ENTERPRISES) or not number.isdecimal():
        return []
    root = f"{ENTERPRISES}{number}"
    rows = await walks.column(root)
    found: list[ProbedSensor | NoReading] = []
    for place in sensor_tables(rows):
        source = SensorSource(f"{root}.{place}", f"{root}.{place} (the columns of ENTITY-SENSOR-MIB)")
        found += await read_entity_sensors(walks, entities, source)
    tables = (*found_in(f"{root}.{index}" for index in rows), *FIXED)
    found += await read_tables(walks, tables, entities, ports)
    return found + list(_self_described(root, rows, ports))


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


def _self_described(root: str, rows: Mapping[str, SnmpValue], ports: Ports) -> Iterator[ProbedSensor | NoReading]:
    for index, raw in rows.items():
        if not isinstance(raw, bytes) or not (match := _VALUE.match(text(raw))):
            continue
        oid = f"{root}.{index}"
        kind = _KINDS[match.group(1).casefold()]
        column = Column(sub="", name="", kind=kind, label="")
        measured = measure(column, raw)
        descr = _("value of {oid}").format(oid=oid)
        if measured.value is None:
            yield NoReading(oid=oid, descr=descr, reason=measured.reason)
            continue
        yield ProbedSensor(
            kind=kind.value,
            descr=descr,
            value=measured.value,
            unit=column.shown_unit,
            oid=oid,
            source=SOURCE,
            if_name=_port(index, ports) if kind is Kind.DBM else "",
        )


def _port(index: str, ports: Ports) -> str:
    """A light level's port where the last number of its index is an ifIndex: light is measured at ports alone."""
    return ports.by_index.get(int(index.rpartition(".")[2]), "")
