"""Finding a device's transceiver sensors, and turning their raw numbers into samples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.optics.entities import ENT_ALIAS, ENT_CONTAINED_IN, ENT_DESCR, ENT_NAME, Entities, Ports
from collectors.optics.maker_tree import read_tree
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
from collectors.optics.units import Quantity, Unit
from collectors.optics.vendor_light import (
    MILLI_PER_UNIT,
    VendorSensor,
    find_vendor_sensors,
    has_receiver,
    optical_tables,
    reading,
)
from collectors.vendors.families import FAMILIES
from collectors.vendors.family import family_of
from collectors.vendors.numbers import FLOOR_DBM, light_level
from collectors.vendors.row import Convert, Kind
from rainbow.kernel.metrics import OPTICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.client import SnmpClient, SnmpValue
    from collectors.optics.vendor_light import Walk
    from collectors.vendors.row import Table
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

__all__ = [
    "AnySensor",
    "Entities",
    "Ports",
    "Sensor",
    "find_sensors",
    "level_dbm",
    "light_values",
    "roots_for",
]

_UNITS = {
    Kind.CURRENT: Unit.AMPERE,
    Kind.POWER: Unit.WATT,
    Kind.TEMPERATURE: Unit.CELSIUS,
    Kind.DBM: Unit.DBM,
}
_LIGHT = frozenset({Kind.POWER, Kind.DBM})
_OTHERS = frozenset({1, 2})
"""EntitySensorDataType "other" and "unknown": the unit displayed says what it is."""
_RX = re.compile(r"(?<![a-z])(?:rx|receiv|input)", re.IGNORECASE)
_TX = re.compile(r"(?<![a-z])(?:tx|transmit|output)", re.IGNORECASE)


class Sensor(NamedTuple):
    """One reading to take at each poll. ``status_oid`` is empty where the table has none."""

    if_name: str
    lane: str
    quantity: Quantity
    unit: Unit
    factor: float
    value_oid: str
    status_oid: str


AnySensor = Sensor | VendorSensor


def roots_for(object_id: str) -> tuple[str, ...]:
    """The sensor tables to look at, by sysObjectID."""
    family = family_of(FAMILIES, object_id)
    return (CISCO_ROOT, STANDARD_ROOT) if family is not None and family.cisco_sensors else (STANDARD_ROOT,)


async def find_sensors(client: SnmpClient, object_id: str, ports: Ports) -> list[AnySensor]:
    """The transceiver sensors of a device's ports, from the first table that has any.

    The vendor's own tables come before the standard one, the tree of a maker without a row last.

    Raises:
        DeviceError: a table could not be read to its end.
    """
    if vendor := await _in_tables(client, optical_tables(object_id), ports):
        return vendor
    if standard := await _in_sensor_tables(client, roots_for(object_id), ports):
        return standard
    if family_of(FAMILIES, object_id) is not None:
        return []
    tree = await read_tree(client.walk, object_id)
    if tree is None:
        return []
    tables = tuple(table for table in tree.tables() if has_receiver(table))
    return await _in_sensor_tables(client, tree.sensor_roots(), ports) or await _in_tables(client, tables, ports)


async def _in_tables(client: SnmpClient, tables: tuple[Table, ...], ports: Ports) -> list[AnySensor]:
    walks = _Walks(client)
    return [*await find_vendor_sensors(tables, walks.walk, lambda: _entities(walks.walk, ports), ports)]


async def _in_sensor_tables(client: SnmpClient, roots: Iterable[str], ports: Ports) -> list[AnySensor]:
    for root in roots:
        if found := await _in_sensor_table(client, root, ports):
            return [*found]
    return []


async def _in_sensor_table(client: SnmpClient, root: str, ports: Ports) -> list[Sensor]:
    types = await client.walk(f"{root}.{TYPE}")
    displayed = {}
    if root != CISCO_ROOT and _OTHERS.intersection(types.values()):
        displayed = await client.walk(f"{root}.{SIXTH}")
    kinds = {index: kind_of(number, displayed.get(index)) for index, number in types.items()}
    if not any(kind in _LIGHT for kind, _unit in kinds.values()):
        return []  # no light is measured here: spare the device five more walks
    scales = await client.walk(f"{root}.{SCALE}")
    precisions = await client.walk(f"{root}.{PRECISION}")
    entities = await _entities(client.walk, ports)
    found = []
    for index, (kind, per_unit) in kinds.items():
        unit = _UNITS.get(kind) if kind is not None else None
        count = worth(scales, precisions, index)
        if unit is None or count is None:
            continue
        quantity = _quantity(unit, entities.words(index))
        if_name = entities.port(index) if quantity is not None else ""
        if quantity is not None and if_name:
            oids = (f"{root}.{VALUE}.{index}", f"{root}.{STATUS}.{index}")
            found.append(Sensor(if_name, entities.lane(index), quantity, unit, per_unit * count, *oids))
    return found


async def _entities(walk: Walk, ports: Ports) -> Entities:
    return Entities(
        names=await walk(ENT_NAME),
        descriptions=await walk(ENT_DESCR),
        containers=await walk(ENT_CONTAINED_IN),
        aliases=await walk(ENT_ALIAS),
        ports=ports,
    )


class _Walks:
    """Walks of one discovery, each made once: several tables look into the same columns."""

    def __init__(self, client: SnmpClient) -> None:
        self._client = client
        self._known: dict[str, Mapping[str, SnmpValue]] = {}

    async def walk(self, root: str) -> Mapping[str, SnmpValue]:
        """The rows below ``root``."""
        if root not in self._known:
            self._known[root] = await self._client.walk(root)
        return self._known[root]


def _quantity(unit: Unit, words: str) -> Quantity | None:
    if unit is Unit.AMPERE:
        return Quantity.BIAS
    if unit is Unit.CELSIUS:
        return Quantity.TEMPERATURE
    receives, sends = _RX.search(words), _TX.search(words)
    if bool(receives) == bool(sends):
        return None
    return Quantity.RX if receives else Quantity.TX


def light_values(
    sensors: Sequence[AnySensor], values: Mapping[str, SnmpValue]
) -> dict[tuple[str, str], dict[Field, Value]]:
    """Fields of OPTICS by port and lane.

    Where a receiver reads no light, ``rx_dbm`` is absent and ``light`` is "no reading"; the same where the sensor
    says it does not work.
    """
    found: dict[tuple[str, str], dict[Field, Value]] = {}
    for sensor in sensors:
        raw = values.get(sensor.value_oid)
        number = whole_number(raw)
        if raw is None or (isinstance(sensor, Sensor) and number is None):
            continue
        fields = found.setdefault((sensor.if_name, sensor.lane), {})
        if isinstance(sensor, VendorSensor):
            _add_value(fields, sensor.quantity, reading(sensor, raw))
            continue
        works = values.get(sensor.status_oid) not in {UNAVAILABLE, NONOPERATIONAL}
        _add(fields, sensor, number if works and number is not None and abs(number) < BEYOND else None)
    return {place: fields for place, fields in found.items() if fields}


def level_dbm(raw: int, factor: float, unit: Unit) -> float | None:
    """A light level, None where there is none: darkness (:data:`FLOOR_DBM` and below) is none to a poll."""
    level = light_level(raw, factor, Convert.WATT_TO_DBM if unit is Unit.WATT else Convert.NOTHING).value
    return level if level is not None and level > FLOOR_DBM else None


def _add(fields: dict[Field, Value], sensor: Sensor, raw: int | None) -> None:
    value = None
    if raw is not None and sensor.quantity in {Quantity.RX, Quantity.TX}:
        value = level_dbm(raw, sensor.factor, sensor.unit)
    elif raw is not None:
        value = raw * sensor.factor * (MILLI_PER_UNIT if sensor.quantity is Quantity.BIAS else 1.0)
    _add_value(fields, sensor.quantity, value)


_FIELDS: Mapping[Quantity, Field] = {
    Quantity.RX: OPTICS.rx_dbm,
    Quantity.TX: OPTICS.tx_dbm,
    Quantity.BIAS: OPTICS.bias_ma,
    Quantity.TEMPERATURE: OPTICS.temperature_c,
}


def _add_value(fields: dict[Field, Value], quantity: Quantity, value: float | None) -> None:
    """A receiver always says whether it sees light; of two tables' readings of one receiver the first counts."""
    if quantity is Quantity.RX and OPTICS.rx_dbm not in fields:
        fields[OPTICS.light] = int(value is not None)
    if value is not None:
        fields.setdefault(_FIELDS[quantity], value)
