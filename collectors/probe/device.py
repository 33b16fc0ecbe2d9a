"""Reading everything from one device, part by part; no part's failure costs another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from collectors.cleaning import text
from collectors.optics.entities import ENTITY
from collectors.probe.entity_sensors import read_entity_sensors
from collectors.probe.facts import NoReading, Probed, ProbedSensor
from collectors.probe.interfaces import read_interfaces
from collectors.probe.neighbours import read_neighbours
from collectors.probe.places import no_entities, once, placed, ports_of, read_entities, sensor_sources
from collectors.probe.transceivers import read_transceivers
from collectors.probe.unknown_maker import read_unknown
from collectors.probe.vendor_ports import front_named, read_port_lists
from collectors.probe.vendor_sensors import read_tables
from collectors.probe.walks import Walks
from collectors.tables import ENTERPRISES, SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from collectors.vendors.families import FAMILIES, NAMES, STANDARD_TABLES
from collectors.vendors.family import Family, family_of
from rainbow.kernel.errors import DeviceError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from collectors.client import SnmpClient
    from collectors.probe.facts import ProbedInterface, ProbedNeighbour, ProbedTransceiver

    T = TypeVar("T")

SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
TICKS_PER_S = 100
CHASSIS = 3
NOTHING = Family(vendor="")


class _Parts(NamedTuple):
    """What the tables gave; sensors and transceivers still name their port by its ifIndex as text."""

    interfaces: list[ProbedInterface]
    sensors: list[ProbedSensor | NoReading]
    transceivers: list[ProbedTransceiver]
    neighbours: list[ProbedNeighbour]
    model: str


async def probe(client: SnmpClient, *, address: str, deadline_s: float) -> Probed:
    """All that can be read within the deadline.

    Raises:
        DeviceError: not even the system group could be read.
    """
    walks = Walks(client)
    late: list[NoReading] = []
    async with asyncio.timeout(deadline_s):
        system = await walks.values([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME, SYS_UP_TIME])
    object_id = str(system.get(SYS_OBJECT_ID, "")).lstrip(".")
    family = family_of(FAMILIES, object_id) or NOTHING
    end_s = asyncio.get_running_loop().time() + deadline_s
    parts = await _read_parts(walks, family, object_id, end_s, late)
    ticks = system.get(SYS_UP_TIME)
    descr = text(system.get(SYS_DESCR, ""))
    by_index = {str(port.if_index): port for port in parts.interfaces}
    late.extend(NoReading(oid=oid, descr=_("table"), reason=why) for oid, why in walks.faults.items())
    return Probed(
        address=address,
        sys_name=text(system.get(SYS_NAME, "")),
        sys_descr=descr,
        sys_object_id=object_id,
        uptime_s=ticks / TICKS_PER_S if isinstance(ticks, int) else None,
        vendor=family.vendor or _enterprise(object_id),
        model=parts.model,
        interfaces=tuple(parts.interfaces),
        sensors=tuple(
            placed(reading, by_index) for reading in once(parts.sensors) if isinstance(reading, ProbedSensor)
        ),
        transceivers=tuple(placed(module, by_index) for module in parts.transceivers),
        neighbours=tuple(parts.neighbours),
        no_reading=(*(reading for reading in parts.sensors if isinstance(reading, NoReading)), *late),
    )


def _enterprise(object_id: str) -> str:
    """The name of a vendor without a row, else what stands for one nobody knows."""
    number = object_id.removeprefix(ENTERPRISES).partition(".")[0]
    if name := NAMES.get(number):
        return name
    return _("enterprise {number}").format(number=number) if object_id.startswith(ENTERPRISES) else ""


async def _read_parts(walks: Walks, family: Family, object_id: str, end_s: float, late: list[NoReading]) -> _Parts:
    async def part(what: str, reading: Coroutine[None, None, T], nothing: T) -> T:
        try:
            async with asyncio.timeout_at(end_s):
                return await reading
        except TimeoutError:
            late.append(NoReading(oid="", descr=what, reason=walks.late()))
        except DeviceError as error:
            late.append(NoReading(oid="", descr=what, reason=error.message))
        return nothing

    interfaces = await part(_("interfaces"), read_interfaces(walks), [])
    interfaces += await part(_("interfaces"), read_port_lists(walks, family.ports, interfaces), [])
    interfaces = front_named(interfaces, family)
    ports = ports_of(interfaces)
    neighbours = await part(_("neighbours"), read_neighbours(walks, interfaces), [])
    entities = await part(_("physical entities"), read_entities(walks, ports), None) or no_entities(ports)
    sensors: list[ProbedSensor | NoReading] = []
    for source in sensor_sources(family):
        sensors += await part(_("sensors"), read_entity_sensors(walks, entities, source), [])
    sensors += await part(_("vendor sensors"), read_tables(walks, family.tables, entities, ports), [])
    sensors += await part(_("standard sensors"), read_tables(walks, STANDARD_TABLES, entities, ports), [])
    if family is NOTHING or not sensors:
        sensors += await part(_("vendor sensors"), read_unknown(walks, object_id, entities, ports), [])
    transceivers = await part(_("transceivers"), read_transceivers(walks, entities, ports, family.modules), [])
    model = await part(_("model"), _model(walks, family), "")
    return _Parts(interfaces, sensors, transceivers, neighbours, model)


async def _model(walks: Walks, family: Family) -> str:
    """The vendor's own object, else the chassis of ENTITY-MIB, else its first entity with a model."""
    for oid in family.model:
        for raw in (await walks.column(oid)).values():
            if words := text(raw):
                return words
    classes = await walks.column(f"{ENTITY}.5")
    models = {index: text(raw) for index, raw in (await walks.column(f"{ENTITY}.13")).items()}
    first = next((words for words in models.values() if words), "")
    return next((words for index, words in models.items() if words and classes.get(index) == CHASSIS), first)
