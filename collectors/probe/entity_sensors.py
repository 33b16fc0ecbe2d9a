"""Sensors by ENTITY-SENSOR-MIB (RFC 3433) and CISCO-ENTITY-SENSOR-MIB, with their names, ports and limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text
from collectors.optics.sensors import PRECISION, SCALE, STATUS, STATUS_OK, TYPE, VALUE, scale_factor
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.vendors.numbers import Measured, Said, believable, light_level, measure_said, possible
from collectors.vendors.row import Column, Convert, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities
    from collectors.probe.walks import Walks

STANDARD_ROOT = "1.3.6.1.2.1.99.1.1.1"
CISCO_ROOT = "1.3.6.1.4.1.9.9.91.1.1.1.1"
CISCO_LIMITS = "1.3.6.1.4.1.9.9.91.1.2.1.1"
"""entSensorThresholdTable: severity 2, relation 3, value 4, by entity and a running number."""
ARISTA_LIMITS = "1.3.6.1.4.1.30065.3.12.1.1.1"
"""aristaEntSensorThresholdTable (ARISTA-ENTITY-SENSOR-MIB): low warning 1, low critical 2, high warning 3, high 4."""
UNITS_DISPLAY = 6
"""entPhySensorUnitsDisplay; at Cisco's copy the column is entSensorMeasuredEntity."""
MEASURED_ENTITY = 6
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
_BY_UNIT: Mapping[str, Kind] = {"dbm": Kind.DBM, "%": Kind.PERCENT, "percent": Kind.PERCENT}
"""Units named in entPhySensorUnitsDisplay where the type is "other" or unknown."""
_TRUTH = {1: "true", 2: "false"}
_LIGHT = re.compile(r"(?<![a-z])(?:rx|tx|receiv|transmit|optical|light|laser)", re.IGNORECASE)
_MOST_MODULE_W = 0.2
"""An optical power in watts; more is a power supply."""
_UNAVAILABLE = 2
_BEYOND = 1_000_000_000
"""EntitySensorValue: this and its negative stand for overflow and underflow (RFC 3433)."""
_GREATER = frozenset({3, 4})
_SEVERE = frozenset({20, 30})
_MINOR = 10


class _Tables(NamedTuple):
    root: str
    kinds: Mapping[str, SnmpValue]
    scales: Mapping[str, SnmpValue]
    precisions: Mapping[str, SnmpValue]
    values: Mapping[str, SnmpValue]
    states: Mapping[str, SnmpValue]
    sixth: Mapping[str, SnmpValue]
    limits: Mapping[str, dict[str, int]]
    entities: Entities
    is_cisco: bool


async def read_entity_sensors(
    walks: Walks, entities: Entities, *, is_cisco: bool, is_arista: bool
) -> list[ProbedSensor | NoReading]:
    """All rows of the sensor table; empty where the device has none.

    Raises:
        DeviceError: the device stopped answering.
    """
    root = CISCO_ROOT if is_cisco else STANDARD_ROOT
    kinds = await walks.column(f"{root}.{TYPE}")
    values = await walks.column(f"{root}.{VALUE}")
    if not values:
        return []
    limits: dict[str, dict[str, int]] = {}
    if is_cisco:
        limits = await _cisco_limits(walks)
    elif is_arista:
        limits = await _arista_limits(walks)
    tables = _Tables(
        root=root,
        kinds=kinds,
        scales=await walks.column(f"{root}.{SCALE}"),
        precisions=await walks.column(f"{root}.{PRECISION}"),
        values=values,
        states=await walks.column(f"{root}.{STATUS}"),
        sixth=await walks.column(f"{root}.{UNITS_DISPLAY}"),
        limits=limits,
        entities=entities,
        is_cisco=is_cisco,
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
            if isinstance(value, int) and abs(value) < _BEYOND:
                found.setdefault(index, {})[name] = value
    return found


def _readings(tables: _Tables, index: str) -> Iterator[ProbedSensor | NoReading]:
    kind = _kind(tables, index)
    raw = tables.values[index]
    if kind is None or not isinstance(raw, int):
        return
    oid = f"{tables.root}.{VALUE}.{index}"
    name = _name(tables, index)
    factor = scale_factor(tables.scales.get(index), tables.precisions.get(index))
    if factor is None and kind is not Kind.STATE:
        yield NoReading(oid=oid, descr=name, reason=_("the sensor's scale or precision is missing or impossible"))
        return
    status = tables.states.get(index)
    if status is not None and status != STATUS_OK:
        unavailable = status == _UNAVAILABLE
        reason = _("the device says the sensor is unavailable") if unavailable else _("the device says it is broken")
        yield NoReading(oid=oid, descr=name, reason=reason)
        return
    if abs(raw) >= _BEYOND and kind is not Kind.STATE:
        yield NoReading(
            oid=oid, descr=name, reason=_("{raw} stands for a value out of the sensor's range").format(raw=raw)
        )
        return
    worth = factor if factor is not None else 1.0
    port = tables.entities.port(index)
    if kind is Kind.POWER and port and _LIGHT.search(tables.entities.words(index)):
        level = light_level(raw, worth, Convert.WATT_TO_DBM)
        yield _reading(tables, index, Kind.DBM, level, worth, Convert.WATT_TO_DBM)
    yield _reading(tables, index, kind, _measured(kind, raw, worth), worth, Convert.NOTHING)


def _measured(kind: Kind, raw: int, factor: float) -> Measured:
    if kind is Kind.STATE:
        return Measured(raw)
    if kind is Kind.DBM:
        return light_level(raw, factor, Convert.NOTHING)
    return measure_said(Column(sub="", name="", kind=kind, label="", factor=factor), Said(raw, ""))


def _reading(
    tables: _Tables, index: str, kind: Kind, measured: Measured, factor: float, convert: Convert
) -> ProbedSensor | NoReading:
    oid = f"{tables.root}.{VALUE}.{index}"
    name = _name(tables, index)
    if measured.value is None:
        return NoReading(oid=oid, descr=name, reason=measured.reason)
    port = tables.entities.port(index)
    return ProbedSensor(
        kind=kind.value,
        descr=name,
        value=measured.value,
        unit=Column(sub="", name="", kind=kind, label="").shown_unit,
        oid=oid,
        source=("CISCO-ENTITY-SENSOR-MIB entSensorValue" if tables.is_cisco else "ENTITY-SENSOR-MIB entPhySensorValue"),
        if_name=port,
        lane=tables.entities.lane(index),
        state=_TRUTH.get(int(measured.value), "") if kind is Kind.STATE else "",
        limits=_limits(tables.limits.get(index, {}), kind, factor, convert),
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


def _kind(tables: _Tables, index: str) -> Kind | None:
    number = tables.kinds.get(index)
    kind = _KINDS.get(number) if isinstance(number, int) else None
    if kind is None and not tables.is_cisco:
        kind = _BY_UNIT.get(text(tables.sixth.get(index, "")).casefold())
    return kind


def _name(tables: _Tables, index: str) -> str:
    """The sensor's own title; where it does not name its holder, the holder's stands before it."""
    title = tables.entities.title(index)
    measured = tables.sixth.get(index) if tables.is_cisco else None
    if isinstance(measured, int) and measured > 0:
        holder = tables.entities.title(str(measured))
        if holder and holder not in title:
            return f"{holder} - {title}"
    if not title:
        title = _("sensor {index}").format(index=index)
    return title
