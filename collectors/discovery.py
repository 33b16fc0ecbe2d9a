"""What rarely changes about a device: its ports' names, indexes and descriptions, its sensors, its neighbours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from collectors.cleaning import text
from collectors.hearing import hear
from collectors.neighbours import Said
from collectors.optics.sensors import AnySensor, Ports, find_sensors
from collectors.reading import Identity
from collectors.tables import (
    ETHERNET_TYPES,
    IF_ALIAS,
    IF_DESCR,
    IF_NAME,
    IF_NUMBER,
    IF_TABLE_LAST_CHANGE,
    IF_TYPE,
    SYS_DESCR,
    SYS_NAME,
    SYS_OBJECT_ID,
)
from collectors.vendors.families import FAMILIES
from collectors.vendors.family import family_of
from rainbow.kernel.errors import BadReply, DeviceError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Mapping, Sequence

    from collectors.client import SnmpClient, SnmpValue
    from collectors.vendors.family import Family

    T = TypeVar("T")

ENT_LAST_CHANGE = "1.3.6.1.2.1.47.1.4.1.0"
"""entLastChangeTime: a module was plugged or pulled."""
LLDP_LAST_CHANGE = "1.0.8802.1.1.2.1.2.1.0"
"""lldpStatsRemTablesLastChangeTime: a neighbour came or went."""
PORT_MARKS = (IF_NUMBER, IF_TABLE_LAST_CHANGE)
WATCHED = (*PORT_MARKS, ENT_LAST_CHANGE, LLDP_LAST_CHANGE)
"""Read with each poll where the device has them: a change means discovery now, not in an hour."""


class FoundPort(NamedTuple):
    """A port to read. ``raw_name`` is what ifName gave, to see when an index comes to mean another port."""

    if_index: int
    if_name: str
    raw_name: SnmpValue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was found. ``watched`` holds the change marks the device has; ``said`` its neighbours.

    ``descriptions`` by the port's name, empty where none is configured; ports of which nothing was read are absent.
    """

    ports: tuple[FoundPort, ...]
    sensors: tuple[AnySensor, ...]
    said: Said
    descriptions: Mapping[str, str] = field(default_factory=dict)
    watched: Mapping[str, SnmpValue] = field(default_factory=dict)
    system: str = ""
    description: str = ""
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    """Whether all parts were read: one that was too slow may be read when the device has less to do."""


async def discover(client: SnmpClient, *, plant_ports: Collection[str], part_s: float) -> Layout:
    """Read a device's layout.

    Ports are what the device has, other parts are welcome: their failure within ``part_s`` seconds is a note.

    Raises:
        DeviceError: the ports could not be read.
    """
    reply = await client.get_many([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME, *WATCHED])
    system = reply.values
    object_id = str(system.get(SYS_OBJECT_ID, ""))
    found, notes = await find_ports(client, plant_ports, family_of(FAMILIES, object_id))
    if not system and not found.all and reply.uptime_ticks is None:
        raise BadReply(
            _("it answers, but with nothing in it: no sysUpTime, no sysDescr, no port"),
            cure=_(
                "let the profile's community or user read MIB-2 (the device's SNMP view); else report it to the vendor"
            ),
        )
    by_index = {port.if_index: port.if_name for port in found.all}
    notes.extend(
        _("port {if_name} of the plant does not exist at the device").format(if_name=if_name)
        for if_name in sorted(set(plant_ports) - set(by_index.values()))
    )
    aliases = await _welcome(client.walk(IF_ALIAS), part_s, _("descriptions of ports"), notes)
    names = Ports(by_index, found.by_name)
    sensors = await _welcome(find_sensors(client, object_id, names), part_s, _("light levels"), notes)
    name = text(system.get(SYS_NAME, ""))
    said = await _welcome(hear(client, ports=names, system=name), part_s, _("neighbours"), notes)
    return Layout(
        ports=found.wanted,
        sensors=tuple(sensors or ()),
        descriptions=_descriptions(found, aliases or {}),
        said=said or Said(Identity(names=frozenset(filter(None, [name]))), ()),
        watched={oid: system[oid] for oid in WATCHED if oid in system},
        system=name,
        description=text(system.get(SYS_DESCR, "")),
        notes=tuple(notes),
        is_whole=None not in (aliases, sensors, said),
    )


class Found(NamedTuple):
    """All ports, those to read, and every name a port goes by."""

    all: tuple[FoundPort, ...]
    wanted: tuple[FoundPort, ...]
    by_name: Mapping[str, str]


async def find_ports(
    client: SnmpClient, plant_ports: Collection[str], family: Family | None
) -> tuple[Found, list[str]]:
    """Ports by ifType, and all the plant knows. Of two that answer to one name of the plant the first is meant."""
    types = await client.walk(IF_TYPE)
    names = await client.walk(IF_NAME)
    descriptions = await client.walk(IF_DESCR)
    ports: dict[str, FoundPort] = {}
    by_name: dict[str, str] = {}
    wanted = []
    notes = []
    for index in types:
        if not index.isdecimal():
            continue
        words = [text(names.get(index, "")), text(descriptions.get(index, ""))]
        if family is not None and family.slot_ports:
            words.insert(0, family.front_name(words[0] or words[1], int(index)))
        if_name = _port_name(int(index), words, plant_ports, ports)
        if ambiguous := next((word for word in words if word in plant_ports and word in ports), ""):
            notes.append(
                _(
                    "two ports are named {if_name}: the plant's is taken for the first, the second is called {other}"
                ).format(if_name=ambiguous, other=if_name)
            )
        ports[if_name] = port = FoundPort(int(index), if_name, names.get(index))
        by_name.update({word: if_name for word in words if word and word not in by_name})
        if types[index] in ETHERNET_TYPES or if_name in plant_ports:
            wanted.append(port)
    return Found(tuple(ports.values()), tuple(wanted), by_name), notes


def _port_name(if_index: int, words: Sequence[str], plant_ports: Collection[str], taken: Collection[str]) -> str:
    """As the plant names it, be it by any of its names; else the first free one, or one with the index behind it."""
    free = [word for word in words if word and word not in taken]
    for word in free:
        if word in plant_ports:
            return word
    return free[0] if free else f"{next(filter(None, words), 'if')}#{if_index}"


def _descriptions(found: Found, aliases: Mapping[str, SnmpValue]) -> dict[str, str]:
    """What somebody wrote. Some switches put the port's own name there where nobody did."""
    said = {port.if_name: text(aliases[index]) for port in found.wanted if (index := str(port.if_index)) in aliases}
    return {name: "" if found.by_name.get(words) == name else words for name, words in said.items()}


async def _welcome(part: Coroutine[None, None, T], seconds: float, what: str, notes: list[str]) -> T | None:
    """A part of discovery that may fail."""
    try:
        async with asyncio.timeout(seconds):
            return await part
    except TimeoutError:
        notes.append(_("{what} not read: it took longer than {seconds:g} s").format(what=what, seconds=seconds))
    except DeviceError as error:
        notes.append(_("{what} not read: {error}").format(what=what, error=error.message))
    return None
