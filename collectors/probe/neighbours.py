"""Neighbours of all protocols: LLDP (both MIBs and what vendors made of them), CDP and its copies."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import mac, text
from collectors.neighbours import CHASSIS_MAC, PORT_MAC, chassis_text, port_text
from collectors.probe.facts import ProbedNeighbour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.probe.facts import ProbedInterface
    from collectors.probe.walks import Walks


class LldpTables(NamedTuple):
    """Where a MIB keeps LLDP's tables. ``local_at`` is the place of the local port in the remote table's index."""

    name: str
    remote: str
    chassis_subtype: int
    local_port: str
    local_at: int
    width: int
    is_if_index: bool


LLDP = (
    LldpTables("LLDP-MIB", "1.0.8802.1.1.2.1.4.1.1", 4, "1.0.8802.1.1.2.1.3.7.1", 1, 3, False),  # noqa: FBT003 - a table row
    LldpTables("LLDP-V2-MIB", "1.3.111.2.802.1.1.13.1.4.1.1", 5, "1.3.111.2.802.1.1.13.1.3.7.1", 1, 4, True),  # noqa: FBT003
    LldpTables(
        "TIMETRA-LLDP-MIB",
        "1.3.6.1.4.1.6527.3.1.2.59.4.1.1",
        4,
        "1.3.6.1.4.1.6527.3.1.2.59.3.1.1",
        1,
        4,
        True,  # noqa: FBT003
    ),
)
"""lldpRemTable: time mark, lldpLocPortNum, index. lldpV2RemTable: time mark, ifIndex, destination, index.
tmnxLldpRemTable: time mark, ifIndex, destination, index."""
BRIDGE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
"""dot1dBasePortIfIndex (BRIDGE-MIB): some agents number LLDP's local ports as bridge ports."""
CDP_CACHE = "1.3.6.1.4.1.9.9.23.1.2.1.1"
CDP_ADDRESS, CDP_VERSION, CDP_DEVICE, CDP_PORT, CDP_PLATFORM = 4, 5, 6, 7, 8
FDP_CACHE = "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1"
"""snFdpCacheTable (FOUNDRY-SN-SWITCH-GROUP-MIB): ifIndex, running number; device 3, address 5, version 6, port 7,
platform 8."""
FDP_DEVICE, FDP_VERSION, FDP_PORT, FDP_PLATFORM = 3, 6, 7, 8
EDP = "1.3.6.1.4.1.1916.1.13.2.1"
"""extremeEdpTable (EXTREME-EDP-MIB): ifIndex and neighbour id; name 3, slot 4... port 5, 6."""
MIKROTIK = "1.3.6.1.4.1.14988.1.1.11.1.1"
"""mtxrNeighborTable (MIKROTIK-MIB): address 2, MAC 3, version 4, platform 5, identity 6, ifIndex 8."""
_HEX_MAC = re.compile(r"^(?:[0-9a-f]{2}[ :-]){5}[0-9a-f]{2}$", re.IGNORECASE)
_MAC_BYTES = 6
_LONGEST_NAME = 24
TP_LINK = "1.3.6.1.4.1.11863.6.35.1.2.2.1"
"""lldpNeighborInfoTable (TPLINK-LLDPINFO-MIB): local port 1, chassis id 4, port id 6, port description 8, system name
9, system description 10."""


class _Local(NamedTuple):
    by_index: Mapping[int, ProbedInterface]
    by_name: Mapping[str, ProbedInterface]


async def read_neighbours(walks: Walks, interfaces: list[ProbedInterface]) -> list[ProbedNeighbour]:
    """Neighbours by every protocol, each once.

    Raises:
        DeviceError: the device stopped answering.
    """
    by_name: dict[str, ProbedInterface] = {}
    for port in interfaces:
        for word in (port.if_name, port.if_descr, port.if_alias):
            by_name.setdefault(word, port)
    local = _Local({port.if_index: port for port in interfaces}, by_name)
    found: dict[tuple[object, ...], ProbedNeighbour] = {}
    for tables in LLDP:
        for heard in await _lldp(walks, tables, local):
            found.setdefault((heard.if_index, heard.system, heard.port, heard.chassis), heard)
    for part in (_cdp, _fdp, _mikrotik, _tp_link):
        for heard in await part(walks, local):
            found.setdefault((heard.protocol, heard.if_index, heard.system, heard.port), heard)
    return list(found.values())


async def _lldp(walks: Walks, tables: LldpTables, local: _Local) -> list[ProbedNeighbour]:
    first = tables.chassis_subtype
    ports = await walks.column(f"{tables.remote}.{first + 3}")
    systems = await walks.column(f"{tables.remote}.{first + 5}")
    if not ports and not systems:
        return []
    chassis_subtypes, chassis, port_subtypes, _ports, descriptions, _systems, details = [
        await walks.column(f"{tables.remote}.{column}") for column in range(first, first + 7)
    ]
    own = [await walks.column(f"{tables.local_port}.{column}") for column in (2, 3, 4)]
    bridge = await walks.column(BRIDGE_PORT) if not tables.is_if_index else {}
    found = []
    for index in {**ports, **systems}:
        parts = index.split(".")
        if len(parts) < tables.width:
            continue
        port = _local_port(parts[tables.local_at], tables, [*own, bridge], local)
        chassis_subtype, port_subtype = _number(chassis_subtypes.get(index)), _number(port_subtypes.get(index))
        chassis_words = chassis_text(chassis_subtype, chassis.get(index, ""))
        port_words = port_text(port_subtype, ports.get(index, ""))
        is_mac = chassis_subtype == CHASSIS_MAC
        found.append(
            _neighbour(
                "lldp",
                port,
                system=text(systems.get(index, "")) or _short(text(details.get(index, ""))),
                port=port_words,
                port_descr=text(descriptions.get(index, "")),
                chassis=chassis_words,
                mac=chassis_words if is_mac else port_words if port_subtype == PORT_MAC else "",
                system_descr=text(details.get(index, "")),
            )
        )
    return found


def _short(words: str) -> str:
    """What stands for a system's name where it sends none: its description, if that could be a name."""
    return words if len(words) <= _LONGEST_NAME else ""


def _local_port(
    number: str, tables: LldpTables, own: list[Mapping[str, SnmpValue]], local: _Local
) -> ProbedInterface | None:
    """The port behind lldpLocPortNum: by its identifier or description, else a bridge port's or ifIndex itself."""
    if tables.is_if_index:
        return local.by_index.get(int(number))
    subtypes, identifiers, descriptions, bridge = own
    said = (port_text(_number(subtypes.get(number)), identifiers.get(number, "")), text(descriptions.get(number, "")))
    for word in said:
        if word and word in local.by_name:
            return local.by_name[word]
    by_mac = {port.phys_address: port for port in reversed(list(local.by_index.values())) if port.phys_address}
    if said[0] in by_mac and sum(port.phys_address == said[0] for port in local.by_index.values()) == 1:
        return by_mac[said[0]]
    for index in (bridge.get(number), int(number)):
        if isinstance(index, int) and (port := local.by_index.get(index)) is not None:
            return port
    return local.by_index.get(int(said[0])) if said[0].isdecimal() else None


def _number(raw: SnmpValue | None) -> int:
    return raw if isinstance(raw, int) else 0


async def _cdp(walks: Walks, local: _Local) -> list[ProbedNeighbour]:
    names = await walks.column(f"{CDP_CACHE}.{CDP_DEVICE}")
    if not names:
        return []
    ports = await walks.column(f"{CDP_CACHE}.{CDP_PORT}")
    platforms = await walks.column(f"{CDP_CACHE}.{CDP_PLATFORM}")
    versions = await walks.column(f"{CDP_CACHE}.{CDP_VERSION}")
    addresses = await walks.column(f"{CDP_CACHE}.{CDP_ADDRESS}")
    found = []
    for index, raw in names.items():
        address = addresses.get(index)
        found.append(
            _neighbour(
                "cdp",
                local.by_index.get(int(index.partition(".")[0])),
                system=_device_id(raw),
                port=text(ports.get(index, "")),
                platform=text(platforms.get(index, "")),
                system_descr=text(versions.get(index, "")),
                mac=mac(raw) if isinstance(raw, bytes) and len(raw) == _MAC_BYTES and not raw.isascii() else "",
                addresses=(str(IPv4Address(address)),) if isinstance(address, bytes) and len(address) == 4 else (),  # noqa: PLR2004 - octets of an address
            )
        )
    return found


def _device_id(raw: SnmpValue) -> str:
    """cdpCacheDeviceId: a name, or a hardware address."""
    if isinstance(raw, bytes) and len(raw) == _MAC_BYTES and not raw.isascii():
        return mac(raw)
    return text(raw)


async def _fdp(walks: Walks, local: _Local) -> list[ProbedNeighbour]:
    names = await walks.column(f"{FDP_CACHE}.{FDP_DEVICE}")
    ports = await walks.column(f"{FDP_CACHE}.{FDP_PORT}") if names else {}
    platforms = await walks.column(f"{FDP_CACHE}.{FDP_PLATFORM}") if names else {}
    versions = await walks.column(f"{FDP_CACHE}.{FDP_VERSION}") if names else {}
    return [
        _neighbour(
            "fdp",
            local.by_index.get(int(index.partition(".")[0])),
            system=_device_id(raw),
            port=text(ports.get(index, "")),
            platform=text(platforms.get(index, "")),
            system_descr=text(versions.get(index, "")),
        )
        for index, raw in names.items()
    ]


async def _mikrotik(walks: Walks, local: _Local) -> list[ProbedNeighbour]:
    names = await walks.column(f"{MIKROTIK}.6")
    columns = [await walks.column(f"{MIKROTIK}.{number}") for number in (2, 3, 4, 5, 8)] if names else []
    found = []
    for index, raw in names.items():
        address, hardware, version, platform, if_index = (rows.get(index, "") for rows in columns)
        found.append(
            _neighbour(
                "mndp",
                local.by_index.get(_number(if_index)),
                system=text(raw),
                port="",
                mac=mac(hardware) if isinstance(hardware, bytes) else text(hardware),
                platform=text(platform),
                system_descr=text(version),
                addresses=(text(address),) if address else (),
            )
        )
    return found


async def _tp_link(walks: Walks, local: _Local) -> list[ProbedNeighbour]:
    places = await walks.column(f"{TP_LINK}.1")
    columns = [await walks.column(f"{TP_LINK}.{number}") for number in (4, 6, 8, 9, 10)] if places else []
    found = []
    for index, place in places.items():
        chassis, port, descr, system, details = (text(rows.get(index, "")) for rows in columns)
        ending = text(place)
        port_here = next((one for name, one in local.by_name.items() if name.endswith(f" {ending}")), None)
        found.append(
            _neighbour(
                "lldp",
                port_here or local.by_name.get(ending),
                system=system,
                port=port,
                port_descr=descr,
                chassis=_plain_mac(chassis),
                mac=_plain_mac(chassis) if _HEX_MAC.match(chassis) else "",
                system_descr=details,
            )
        )
    return found


def _neighbour(  # one keyword per part of the record
    protocol: str,
    local: ProbedInterface | None,
    *,
    system: str,
    port: str,
    port_descr: str = "",
    chassis: str = "",
    mac: str = "",
    platform: str = "",
    system_descr: str = "",
    addresses: tuple[str, ...] = (),
) -> ProbedNeighbour:
    return ProbedNeighbour(
        protocol=protocol,
        if_index=local.if_index if local else None,
        if_name=local.if_name if local else "",
        if_descr=local.if_descr if local else "",
        if_alias=local.if_alias if local else "",
        system=system,
        port=_plain_mac(port),
        port_descr=port_descr,
        chassis=chassis,
        mac=mac,
        platform=platform,
        system_descr=system_descr,
        addresses=addresses,
    )


def _plain_mac(words: str) -> str:
    """A hardware address written with spaces or dashes, as others write it."""
    return re.sub(r"[ -]", ":", words).lower() if _HEX_MAC.match(words) else words
