"""Transceiver sensors in vendors' tables: the columns a poll needs, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.optics.units import Quantity
from collectors.vendors.families import FAMILIES
from collectors.vendors.family import family_of
from collectors.vendors.instances import instances, says_something
from collectors.vendors.numbers import FLOOR_DBM, measure, measure_said, numbers_in
from collectors.vendors.oem import FIXED
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities, Ports
    from collectors.vendors.instances import Instance
    from collectors.vendors.row import Column, Table

    Walk = Callable[[str], Awaitable[Mapping[str, SnmpValue]]]

MILLI_PER_UNIT = 1000.0


class VendorSensor(NamedTuple):
    """One reading in a vendor's table. ``part`` counts the numbers of a text that holds one for each lane."""

    if_name: str
    lane: str
    quantity: Quantity
    value_oid: str
    column: Column
    part: int
    status_oid: str = ""


def optical_tables(object_id: str) -> tuple[Table, ...]:
    """The tables that hold light received, by port: the vendor's, or of a maker without a row those others sell too."""
    family = family_of(FAMILIES, object_id)
    tables = family.tables if family is not None else FIXED
    return tuple(table for table in tables if has_receiver(table))


def has_receiver(table: Table) -> bool:
    """Whether the table holds light received."""
    return bool(_receivers(table))


def _receivers(table: Table) -> list[Column]:
    return [column for column in table.columns if column.quantity is Quantity.RX]


async def find_vendor_sensors(
    tables: tuple[Table, ...], walk: Walk, entities: Callable[[], Awaitable[Entities]], ports: Ports
) -> list[VendorSensor]:
    """The sensors of the ports with a receiver, each port's from the first table that has it; others cost a walk.

    Raises:
        DeviceError: from ``walk``.
    """
    sensors: list[VendorSensor] = []
    for table in tables:
        receivers = _receivers(table)
        if not any([await walk(table.oid(column.sub)) for column in receivers]):
            continue
        optical = tuple(column for column in table.columns if column.quantity is not None)
        found = await instances(table, optical, walk, await entities(), ports)
        known = {sensor.if_name for sensor in sensors}
        sensors += _plugged([instance for instance in found if instance.port and instance.port not in known])
    return sensors


def _plugged(found: list[Instance]) -> list[VendorSensor]:
    """The sensors of ports that hold a module: one with neither light nor warmth nor current is an empty cage."""
    plugged = {instance.port for instance in found if says_something(instance)}
    return [sensor for instance in found if instance.port in plugged for sensor in _sensors(instance)]


def _sensors(instance: Instance) -> Iterator[VendorSensor]:
    quantity = instance.column.quantity
    if quantity is None:
        return
    numbers = len(numbers_in(instance.raw)) if instance.column.several else 1
    for part in range(max(1, numbers)):
        lane = str(part + 1) if numbers > 1 else instance.lane
        yield VendorSensor(instance.port, lane, quantity, instance.oid, instance.column, part)


def reading(sensor: VendorSensor, raw: SnmpValue) -> float | None:
    """The reading in dBm, mA or °C; None where there is none, and where a level is the floor that means no light."""
    if sensor.column.several:
        numbers = numbers_in(raw)
        value = measure_said(sensor.column, numbers[sensor.part]).value if sensor.part < len(numbers) else None
    else:
        value = measure(sensor.column, raw).value
    if value is None or (sensor.column.kind is Kind.DBM and value <= FLOOR_DBM):
        return None
    if sensor.quantity is Quantity.BIAS and sensor.column.unit != "mA":
        return value * MILLI_PER_UNIT
    return value
