"""Where readings belong: the ports of a device, its physical entities, and the tables its family keeps sensors in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from collectors.optics.entities import ENT_ALIAS, ENT_CONTAINED_IN, ENT_DESCR, ENT_NAME, Entities, Ports
from collectors.probe.entity_sensors import ARISTA, CISCO, STANDARD
from collectors.probe.facts import ProbedSensor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.probe.entity_sensors import SensorSource
    from collectors.probe.facts import NoReading, ProbedInterface, ProbedTransceiver
    from collectors.probe.walks import Walks
    from collectors.vendors.family import Family


def sensor_sources(family: Family) -> tuple[SensorSource, ...]:
    """Cisco's own table says more than the standard's, which some of its software has instead."""
    if family.cisco_sensors:
        return (CISCO, STANDARD)
    return (ARISTA,) if family.arista_limits else (STANDARD,)


def ports_of(interfaces: Iterable[ProbedInterface]) -> Ports:
    """Ports by their ifIndex as text: names need not be unique."""
    by_name: dict[str, str] = {}
    found = list(interfaces)
    for words in ((port.if_name, port.if_index) for port in found):
        by_name.setdefault(words[0], str(words[1]))
    for port in found:
        by_name.setdefault(port.if_descr, str(port.if_index))
    by_name.pop("", None)
    return Ports({port.if_index: str(port.if_index) for port in found}, by_name)


async def read_entities(walks: Walks, ports: Ports) -> Entities:
    """ENTITY-MIB's tree.

    Raises:
        DeviceError: the device stopped answering.
    """
    return Entities(
        names=await walks.column(ENT_NAME),
        descriptions=await walks.column(ENT_DESCR),
        containers=await walks.column(ENT_CONTAINED_IN),
        aliases=await walks.column(ENT_ALIAS),
        ports=ports,
    )


def no_entities(ports: Ports) -> Entities:
    """What stands for ENTITY-MIB where it could not be read."""
    return Entities(names={}, descriptions={}, containers={}, aliases={}, ports=ports)


_Placed = TypeVar("_Placed", "ProbedSensor", "ProbedTransceiver")


def placed(reading: _Placed, by_index: dict[str, ProbedInterface]) -> _Placed:
    """The reading with its port's ifIndex and name, which stands before its own where it does not name it."""
    port = by_index.get(reading.if_name)
    if port is None:
        return reading
    if not isinstance(reading, ProbedSensor):
        return replace(reading, if_index=port.if_index, if_name=port.if_name)
    is_named = any(name and name in reading.descr for name in (port.if_name, port.if_descr))
    descr = reading.descr if is_named else f"{port.if_name} {reading.descr}"
    return replace(reading, if_index=port.if_index, if_name=port.if_name, descr=descr)


def once(readings: Iterable[ProbedSensor | NoReading]) -> Iterable[ProbedSensor | NoReading]:
    """A value read through two tables is one reading."""
    seen = set()
    for reading in readings:
        key = (reading.oid, reading.kind, reading.lane) if isinstance(reading, ProbedSensor) else (reading.oid,)
        if key not in seen:
            seen.add(key)
            yield reading
