"""Neighbours by CDP, its copies, and the protocols vendors had before LLDP. A protocol with CDP's table is one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import mac, text
from collectors.lldp_identifiers import address_text, plain_mac
from collectors.probe.neighbour_record import neighbour

if TYPE_CHECKING:
    from collectors.client import SnmpValue
    from collectors.probe.facts import ProbedNeighbour
    from collectors.probe.neighbour_record import LocalPorts
    from collectors.probe.walks import Walks

_MAC_OCTETS = 6


class Cache(NamedTuple):
    """A table indexed by the ifIndex and a running number; the numbers are its columns."""

    protocol: str
    root: str
    address: int = 4
    version: int = 5
    device: int = 6
    port: int = 7
    platform: int = 8


CACHES = (
    Cache("cdp", "1.3.6.1.4.1.9.9.23.1.2.1.1"),  # cdpCacheTable (CISCO-CDP-MIB)
    Cache("isdp", "1.3.6.1.4.1.4413.1.1.39.1.2.1.1"),  # agentIsdpCacheTable (FASTPATH-ISDP-MIB), and its brands
    Cache("isdp", "1.3.6.1.4.1.4526.10.39.1.2.1.1"),
    Cache("isdp", "1.3.6.1.4.1.4526.11.39.1.2.1.1"),
    Cache("isdp", "1.3.6.1.4.1.674.10895.5000.2.6132.1.1.39.1.2.1.1"),
    Cache("fdp", "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1", device=3, address=5, version=6),  # snFdpCacheTable
)
EDP = "1.3.6.1.4.1.1916.1.13.2.1"
"""extremeEdpTable (EXTREME-EDP-MIB): index ifIndex and neighbour id; name 3, software 4, slot 5, port 6."""
SONMP = "1.3.6.1.4.1.45.1.6.13.2.1.1"
"""s5EnMsTopNmmTable (S5-ETH-MULTISEG-TOPOLOGY-MIB): index slot, port, address, segment; address 3, segment 4, MAC 5."""
_THIS_SYSTEM = "0"
"""The slot and the port of SONMP's row that stands for the device itself."""
MIKROTIK = "1.3.6.1.4.1.14988.1.1.11.1.1"
"""mtxrNeighborTable (MIKROTIK-MIB): address 2, MAC 3, version 4, platform 5, identity 6, ifIndex 8."""
TP_LINK = "1.3.6.1.4.1.11863.6.35.1.2.2.1"
"""lldpNeighborInfoTable (TPLINK-LLDPINFO-MIB): local port 1, chassis id 4, port id 6, port description 8, system name
9, system description 10."""


async def read_caches(walks: Walks, local: LocalPorts) -> list[ProbedNeighbour]:
    """Neighbours by all of these protocols.

    Raises:
        DeviceError: the device stopped answering.
    """
    found = []
    for cache in CACHES:
        found += await _cache(walks, cache, local)
    for part in (_edp, _sonmp, _mikrotik, _tp_link):
        found += await part(walks, local)
    return found


async def _cache(walks: Walks, cache: Cache, local: LocalPorts) -> list[ProbedNeighbour]:
    devices = await walks.column(f"{cache.root}.{cache.device}")
    if not devices:
        return []
    numbers = (cache.address, cache.version, cache.port, cache.platform)
    columns = [await walks.column(f"{cache.root}.{number}") for number in numbers]
    found = []
    for index, raw in devices.items():
        address, version, port, platform = (rows.get(index, "") for rows in columns)
        words = address_text(address) if isinstance(address, bytes) else text(address)
        found.append(
            neighbour(
                cache.protocol,
                local.by_index.get(int(index.partition(".")[0])),
                system=_device_id(raw),
                port=text(port),
                platform=text(platform),
                system_descr=text(version),
                mac=_device_id(raw) if _is_mac(raw) else "",
                addresses=(words,) if words else (),
            )
        )
    return found


def _device_id(raw: SnmpValue) -> str:
    """cdpCacheDeviceId: a name, or a hardware address."""
    return mac(raw) if isinstance(raw, bytes) and _is_mac(raw) else text(raw)


def _is_mac(raw: SnmpValue) -> bool:
    return isinstance(raw, bytes) and len(raw) == _MAC_OCTETS and not raw.isascii()


async def _edp(walks: Walks, local: LocalPorts) -> list[ProbedNeighbour]:
    names = await walks.column(f"{EDP}.3")
    columns = [await walks.column(f"{EDP}.{number}") for number in (4, 5, 6)] if names else []
    found = []
    for index, raw in names.items():
        software, slot, port = (text(rows.get(index, "")) for rows in columns)
        found.append(
            neighbour(
                "edp",
                local.by_index.get(int(index.partition(".")[0])),
                system=text(raw),
                port=f"{slot}:{port}" if slot not in {"", "0"} else port,
                system_descr=software,
            )
        )
    return found


async def _sonmp(walks: Walks, local: LocalPorts) -> list[ProbedNeighbour]:
    segments = await walks.column(f"{SONMP}.4")
    addresses = await walks.column(f"{SONMP}.3") if segments else {}
    macs = await walks.column(f"{SONMP}.5") if segments else {}
    found = []
    for index, segment in segments.items():
        slot, _dot, rest = index.partition(".")
        port = rest.partition(".")[0]
        if {slot, port} == {_THIS_SYSTEM} or not isinstance(segment, int):
            continue
        address, hardware = addresses.get(index, b""), macs.get(index, b"")
        words = address_text(address) if isinstance(address, bytes) else text(address)
        found.append(
            neighbour(
                "sonmp",
                local.by_name.get(f"{slot}/{port}") or (local.by_name.get(port) if slot in {"0", "1"} else None),
                system=words,
                port=f"{segment >> 8}/{segment & 0xFF}" if segment > 0xFF else str(segment),  # noqa: PLR2004 - an octet
                mac=mac(hardware) if isinstance(hardware, bytes) else text(hardware),
                addresses=(words,) if words else (),
            )
        )
    return found


async def _mikrotik(walks: Walks, local: LocalPorts) -> list[ProbedNeighbour]:
    names = await walks.column(f"{MIKROTIK}.6")
    columns = [await walks.column(f"{MIKROTIK}.{number}") for number in (2, 3, 4, 5, 8)] if names else []
    found = []
    for index, raw in names.items():
        address, hardware, version, platform, if_index = (rows.get(index, "") for rows in columns)
        found.append(
            neighbour(
                "mndp",
                local.by_index.get(if_index) if isinstance(if_index, int) else None,
                system=text(raw),
                port="",
                mac=mac(hardware) if isinstance(hardware, bytes) else text(hardware),
                platform=text(platform),
                system_descr=text(version),
                addresses=(text(address),) if address else (),
            )
        )
    return found


async def _tp_link(walks: Walks, local: LocalPorts) -> list[ProbedNeighbour]:
    places = await walks.column(f"{TP_LINK}.1")
    columns = [await walks.column(f"{TP_LINK}.{number}") for number in (4, 6, 8, 9, 10)] if places else []
    found = []
    for index, place in places.items():
        chassis, port, descr, system, details = (text(rows.get(index, "")) for rows in columns)
        ending = text(place)
        port_here = next((one for name, one in local.by_name.items() if name.endswith(f" {ending}")), None)
        hardware = plain_mac(chassis)
        found.append(
            neighbour(
                "lldp",
                port_here or local.by_name.get(ending),
                system=system,
                port=port,
                port_descr=descr,
                chassis=hardware,
                mac=hardware if ":" in hardware else "",
                system_descr=details,
            )
        )
    return found
