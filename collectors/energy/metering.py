"""One device's meters: found once, then asked for again and again in a few requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from collectors.energy.balance import DeviceEnergy, balance
from collectors.energy.meters import UPS_KINDS, UPS_SOURCES, matters, sends_light
from collectors.optics.units import Quantity
from collectors.poll import rebooted
from collectors.probe.entity_sensors import read_entity_sensors
from collectors.probe.facts import ProbedSensor
from collectors.probe.interfaces import ADMIN, OPER, STATES, read_port_states
from collectors.probe.places import once, placed, ports_of, read_entities, sensor_sources
from collectors.probe.vendor_ports import front_named
from collectors.probe.vendor_sensors import read_tables
from collectors.probe.walks import Walks
from collectors.tables import SYS_OBJECT_ID
from collectors.vendors.families import FAMILIES, STANDARD_TABLES
from collectors.vendors.family import Family, family_of
from collectors.vendors.numbers import measure
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpClient, SnmpValue
    from collectors.probe.facts import ProbedInterface
    from collectors.vendors.row import Column, Table

FOUND_AGAIN_S = 6 * 3600.0
"""How often a device's meters are looked for anew: supplies and modules are seldom changed."""
_NO_LIMITS = ("", "", "", "")


class _Meters(NamedTuple):
    """What was found; ``ports`` are those that send light."""

    sensors: tuple[ProbedSensor, ...]
    ports: tuple[ProbedInterface, ...]
    found_at_s: float


class Metering:
    """The meters of one device. Not shared between tasks."""

    def __init__(self) -> None:
        self._meters: _Meters | None = None
        self._uptime_ticks: int | None = None

    async def read(self, client: SnmpClient, now_s: float) -> DeviceEnergy:
        """The device's energy now.

        Raises:
            DeviceError: it gave no complete answer.
        """
        if self._meters is None or now_s - self._meters.found_at_s >= FOUND_AGAIN_S:
            self._meters = await _find(client, now_s)
        meters = self._meters
        states = [f"{column}.{port.if_index}" for port in meters.ports for column in (ADMIN, OPER)]
        oids = [*dict.fromkeys(reading.oid for reading in meters.sensors), *states]
        if not oids:
            return balance((), ())
        reply = await client.get_many(oids)
        if rebooted(self._uptime_ticks, reply.uptime_ticks):
            self._meters = None  # ports may have other numbers now: looked for anew next time, this time is a gap
            self._uptime_ticks = None
            return balance((), ())
        self._uptime_ticks = reply.uptime_ticks
        sensors = [now for reading in meters.sensors if (now := _again(reading, reply.values)) is not None]
        return balance([_port_again(port, reply.values) for port in meters.ports], sensors)


async def _find(client: SnmpClient, now_s: float) -> _Meters:
    walks = Walks(client)
    object_id = str((await walks.values([SYS_OBJECT_ID])).get(SYS_OBJECT_ID, "")).lstrip(".")
    family = family_of(FAMILIES, object_id) or Family(vendor="")
    interfaces = front_named(await read_port_states(walks), family)
    ports = ports_of(interfaces)
    entities = await read_entities(walks, ports)
    readings = []
    for source in sensor_sources(family):
        readings += await read_entity_sensors(walks, entities, source)
    tables = [shown for table in (*family.tables, *STANDARD_TABLES) if (shown := _of_energy(table)) is not None]
    readings += await read_tables(walks, tuple(tables), entities, ports)
    by_index = {str(port.if_index): port for port in interfaces}
    known = (placed(reading, by_index) for reading in once(readings) if isinstance(reading, ProbedSensor))
    sensors = tuple(reading for reading in known if reading.column is not None and matters(reading))
    lit = {reading.if_index for reading in sensors if sends_light(reading)}
    return _Meters(sensors, tuple(port for port in interfaces if port.if_index in lit), now_s)


def _of_energy(table: Table) -> Table | None:
    """The table with nothing but what a balance is made of."""
    columns = tuple(replace(column, limits=_NO_LIMITS) for column in table.columns if _is_wanted(column))
    return replace(table, columns=columns) if columns else None


def _is_wanted(column: Column) -> bool:
    is_meter = column.kind is Kind.POWER or column.kind in UPS_KINDS or column.name in UPS_SOURCES
    return is_meter or column.quantity is Quantity.TX


def _again(reading: ProbedSensor, values: Mapping[str, SnmpValue]) -> ProbedSensor | None:
    """The reading as of this answer, None where there is none."""
    raw, column = values.get(reading.oid), reading.column
    if raw is None or column is None:
        return None
    value = measure(column, raw).value
    if value is None:
        return None
    return replace(reading, value=value, state=column.states.get(int(value), "") if column.states else reading.state)


def _port_again(port: ProbedInterface, values: Mapping[str, SnmpValue]) -> ProbedInterface:
    admin, oper = (_state(values.get(f"{column}.{port.if_index}")) for column in (ADMIN, OPER))
    return replace(port, admin_status=admin, oper_status=oper)


def _state(raw: SnmpValue | None) -> str | None:
    return STATES[raw] if isinstance(raw, int) and 0 < raw < len(STATES) else None
