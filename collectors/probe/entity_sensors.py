"""Sensors by ENTITY-SENSOR-MIB (RFC 3433) and CISCO-ENTITY-SENSOR-MIB, with their names, ports and limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.optics.sensor_table import (
    BEYOND,
    CISCO_ROOT,
    NONOPERATIONAL,
    PRECISION,
    SCALE,
    SIXTH,
    STANDARD_ROOT,
    STATUS,
    TYPE,
    UNAVAILABLE,
    VALUE,
    kind_of,
    whole_number,
    worth,
)
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.vendors.numbers import Measured, Said, believable, light_level, measure_said, possible
from collectors.vendors.row import UNITS, Column, Convert, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities
    from collectors.probe.walks import Walks

CISCO_LIMITS = "1.3.6.1.4.1.9.9.91.1.2.1.1"
"""entSensorThresholdTable: severity 2, relation 3, value 4, by entity and a running number."""
ARISTA_LIMITS = "1.3.6.1.4.1.30065.3.12.1.1.1"
"""aristaEntSensorThresholdTable (ARISTA-ENTITY-SENSOR-MIB): low warning 1, low critical 2, high warning 3, high 4."""
_TRUTH = {1: "true", 2: "false"}
_LIGHT = re.compile(r"(?<![a-z])(?:rx|tx|receiv|transmit|optical|light|laser)", re.IGNORECASE)
_MOST_MODULE_W = 0.2
"""An optical power in watts; more is a power supply."""
_GREATER = frozenset({3, 4})
_SEVERE = frozenset({20, 30})
_MINOR = 10


class SensorSource(NamedTuple):
    """A table with the columns of entPhySensorTable, and whose limits it has."""

    root: str
    name: str
    is_cisco: bool = False
    is_arista: bool = False


STANDARD = SensorSource(STANDARD_ROOT, "ENTITY-SENSOR-MIB entPhySensorValue")
ARISTA = STANDARD._replace(is_arista=True)
CISCO = SensorSource(CISCO_ROOT, "CISCO-ENTITY-SENSOR-MIB entSensorValue", is_cisco=True)


class _Tables(NamedTuple):
    source: SensorSource
    kinds: Mapping[str, SnmpValue]
    scales: Mapping[str, SnmpValue]
    precisions: Mapping[str, SnmpValue]
    values: Mapping[str, SnmpValue]
    states: Mapping[str, SnmpValue]
    sixth: Mapping[str, SnmpValue]
    limits: Mapping[str, dict[str, int]]
    entities: Entities

    def oid(self, index: str) -> str:
        return f"{self.source.root}.{VALUE}.{index}"


async def read_entity_sensors(
    walks: Walks, entities: Entities, source: SensorSource = STANDARD
) -> list[ProbedSensor | NoReading]:
    """All rows of the sensor table; empty where the device has none.

    Raises:
        DeviceError: the device stopped answering.
    """
    root = source.root
    kinds = await walks.column(f"{root}.{TYPE}")
    values = await walks.column(f"{root}.{VALUE}")
    if not values:
        return []
    limits: dict[str, dict[str, int]] = {}
    if source.is_cisco:
        limits = await _cisco_limits(walks)
    elif source.is_arista:
        limits = await _arista_limits(walks)
    tables = _Tables(
        source=source,
        kinds=kinds,
        scales=await walks.column(f"{root}.{SCALE}"),
        precisions=await walks.column(f"{root}.{PRECISION}"),
        values=values,
        states=await walks.column(f"{root}.{STATUS}"),
        sixth=await walks.column(f"{root}.{SIXTH}"),
        limits=limits,
        entities=entities,
    )
    return [made for index in values for made in _readings(tables, index)]


async def _cisco_limits(walks: Walks) -> dict[str, dict[str, int]]:
    severities = await walks.column(f"{CISCO_LIMITS}.2")
    relations = await walks.column(f"{CISCO_LIMITS}.3")
    found: dict[str, dict[str, int]] = {}
    for index, value in (await walks.column(f"{CISCO_LIMITS}.4")).items():
        severity = severities.get(index)
        side = "high" if relations.get(index) in _GREATER else "low"
        if not isinstance(value, int) or (severity not in _SEVERE and severity != _MINOR):
            continue
        name = f"{side}_alarm" if severity in _SEVERE else f"{side}_warn"
        found.setdefault(index.partition(".")[0], {}).setdefault(name, value)
    return found


async def _arista_limits(walks: Walks) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for column, name in ((1, "low_warn"), (2, "low_alarm"), (3, "high_warn"), (4, "high_alarm")):
        for index, value in (await walks.column(f"{ARISTA_LIMITS}.{column}")).items():
            if isinstance(value, int) and abs(value) < BEYOND:
                found.setdefault(index, {})[name] = value
    return found


def _readings(tables: _Tables, index: str) -> Iterator[ProbedSensor | NoReading]:
    displayed = None if tables.source.is_cisco else tables.sixth.get(index)
    kind, unit = kind_of(tables.kinds.get(index), displayed)
    raw = whole_number(tables.values[index])
    if kind is None or raw is None:
        return
    count = 1.0 if kind is Kind.STATE else worth(tables.scales, tables.precisions, index)
    if count is None or (reason := _why_not(tables, index, raw)):
        reason = _("the sensor's scale or precision is missing or impossible") if count is None else reason
        yield NoReading(oid=tables.oid(index), descr=_name(tables, index), reason=reason)
        return
    factor = unit * count
    if kind is Kind.POWER and tables.entities.port(index) and _LIGHT.search(tables.entities.words(index)):
        level = light_level(raw, factor, Convert.WATT_TO_DBM)
        yield _reading(tables, index, Kind.DBM, level, factor, Convert.WATT_TO_DBM)
    yield _reading(tables, index, kind, _measured(kind, raw, factor), factor, Convert.NOTHING)


def _why_not(tables: _Tables, index: str, raw: int) -> str:
    """Why a row is no reading whatever its kind; empty where it may be one."""
    status = tables.states.get(index)
    if status == UNAVAILABLE:
        return _("the device says the sensor is unavailable")
    if status == NONOPERATIONAL:
        return _("the device says it is broken")
    if abs(raw) >= BEYOND:
        return _("{raw} stands for a value out of the sensor's range").format(raw=raw)
    return ""


def _measured(kind: Kind, raw: int, factor: float) -> Measured:
    if kind is Kind.STATE:
        return Measured(raw)
    if kind is Kind.DBM:
        return light_level(raw, factor, Convert.NOTHING)
    return measure_said(Column(sub="", name="", kind=kind, label="", factor=factor), Said(raw, ""))


def _reading(
    tables: _Tables, index: str, kind: Kind, measured: Measured, factor: float, convert: Convert
) -> ProbedSensor | NoReading:
    name = _name(tables, index)
    if measured.value is None:
        return NoReading(oid=tables.oid(index), descr=name, reason=measured.reason)
    return ProbedSensor(
        kind=kind.value,
        descr=name,
        value=measured.value,
        unit=UNITS[kind],
        oid=tables.oid(index),
        source=tables.source.name,
        if_name=tables.entities.port(index),
        lane=tables.entities.lane(index),
        state=_TRUTH.get(int(measured.value), "") if kind is Kind.STATE else "",
        limits=_limits(tables.limits.get(index, {}), kind, factor, convert),
        column=Column(sub="", name="", kind=kind, label="", factor=factor, convert=convert),
    )


def _limits(raw: Mapping[str, int], kind: Kind, factor: float, convert: Convert) -> dict[str, float]:
    scaled = {}
    for name, value in raw.items():
        if convert is Convert.WATT_TO_DBM:
            found = light_level(value, factor, convert)
        else:
            found = possible(kind, value * factor)
        if found.value is not None:
            scaled[name] = found.value
    return believable(scaled)


def _name(tables: _Tables, index: str) -> str:
    """The sensor's own title; where it does not name its holder, the holder's stands before it."""
    title = tables.entities.title(index)
    measured = tables.sixth.get(index) if tables.source.is_cisco else None
    if isinstance(measured, int) and measured > 0:
        holder = tables.entities.title(str(measured))
        if holder and holder not in title:
            return f"{holder} - {title}"
    if not title:
        title = _("sensor {index}").format(index=index)
    return title
