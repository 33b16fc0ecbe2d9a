"""Neighbours by LLDP: both MIBs, and what vendors made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text
from collectors.lldp_identifiers import CHASSIS_MAC, PORT_MAC, address_text, chassis_text, port_text
from collectors.probe.neighbour_caches import read_caches
from collectors.probe.neighbour_record import LocalPorts, neighbour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.probe.facts import ProbedInterface, ProbedNeighbour
    from collectors.probe.walks import Walks


class LldpTables(NamedTuple):
    """Where a MIB keeps LLDP's tables.

    ``first`` is the column of the remote chassis' subtype. The remote index is a time mark, the local port, with
    ``by_if_index`` (then the local port is an ifIndex) a destination address, and a running number.
    ``addresses`` is the interface subtype of a management address, whose index goes on with the address itself.
    """

    remote: str
    first: int
    local_port: str
    addresses: str
    by_if_index: bool

    @property
    def width(self) -> int:
        """How many numbers the remote index has."""
        return 3 + self.by_if_index


V1, V2, TIMETRA = (
    LldpTables(
        remote="1.0.8802.1.1.2.1.4.1.1",
        first=4,
        local_port="1.0.8802.1.1.2.1.3.7.1",
        addresses="1.0.8802.1.1.2.1.4.2.1.3",
        by_if_index=False,
    ),
    LldpTables(
        remote="1.3.111.2.802.1.1.13.1.4.1.1",
        first=5,
        local_port="1.3.111.2.802.1.1.13.1.3.7.1",
        addresses="1.3.111.2.802.1.1.13.1.4.2.1.3",
        by_if_index=True,
    ),
    LldpTables(
        remote="1.3.6.1.4.1.6527.3.1.2.59.4.1.1",
        first=4,
        local_port="1.3.6.1.4.1.6527.3.1.2.59.3.1.1",
        addresses="1.3.6.1.4.1.6527.3.1.2.59.4.2.1.3",
        by_if_index=True,
    ),
)
"""LLDP-MIB, LLDP-V2-MIB and TIMETRA-LLDP-MIB."""
BRIDGE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
"""dot1dBasePortIfIndex (BRIDGE-MIB): some agents number LLDP's local ports as bridge ports."""
_LONGEST_NAME = 24


async def read_neighbours(walks: Walks, interfaces: list[ProbedInterface]) -> list[ProbedNeighbour]:
    """Neighbours by every protocol, each once.

    Raises:
        DeviceError: the device stopped answering.
    """
    local = LocalPorts.of(interfaces)
    found: dict[tuple[object, ...], ProbedNeighbour] = {}
    for tables in (V1, V2, TIMETRA):
        for heard in await _lldp(walks, tables, local):
            found.setdefault((heard.if_index, heard.system, heard.port, heard.chassis), heard)
    for heard in await read_caches(walks, local):
        found.setdefault((heard.protocol, heard.if_index, heard.system, heard.port), heard)
    return list(found.values())


async def _lldp(walks: Walks, tables: LldpTables, local: LocalPorts) -> list[ProbedNeighbour]:
    ports = await walks.column(f"{tables.remote}.{tables.first + 3}")
    systems = await walks.column(f"{tables.remote}.{tables.first + 5}")
    if not ports and not systems:
        return []
    columns = [await walks.column(f"{tables.remote}.{column}") for column in range(tables.first, tables.first + 7)]
    own = [await walks.column(f"{tables.local_port}.{column}") for column in (2, 3, 4)]
    bridge = {} if tables.by_if_index else await walks.column(BRIDGE_PORT)
    addresses = _addresses(await walks.column(tables.addresses), tables.width)
    found = []
    for index in {**ports, **systems}:
        parts = index.split(".")
        if len(parts) == tables.width:
            by_index = tables.by_if_index
            port = local.by_index.get(int(parts[1])) if by_index else _local_port(parts[1], [*own, bridge], local)
            found.append(_heard(index, columns, port, addresses.get(index, ())))
    return found


def _heard(
    index: str,
    columns: list[Mapping[str, SnmpValue]],
    local: ProbedInterface | None,
    addresses: tuple[str, ...],
) -> ProbedNeighbour:
    chassis_kind, chassis, port_kind, port, port_descr, system, details = (rows.get(index, "") for rows in columns)
    chassis_words = chassis_text(_number(chassis_kind), chassis)
    port_words = port_text(_number(port_kind), port)
    is_mac, is_port_mac = chassis_kind == CHASSIS_MAC, port_kind == PORT_MAC
    return neighbour(
        "lldp",
        local,
        system=text(system) or _short(text(details)),
        port=port_words,
        port_descr=text(port_descr),
        chassis=chassis_words,
        mac=chassis_words if is_mac else port_words if is_port_mac else "",
        system_descr=text(details),
        addresses=addresses,
    )


def _short(words: str) -> str:
    """What stands for a system's name where it sends none: its description, if that could be a name."""
    return words if len(words) <= _LONGEST_NAME else ""


def _addresses(rows: Mapping[str, SnmpValue], width: int) -> dict[str, tuple[str, ...]]:
    """Management addresses by the index of the neighbour they belong to."""
    found: dict[str, tuple[str, ...]] = {}
    for index in rows:
        arcs = index.split(".")
        family, octets = arcs[width : width + 1], arcs[width + 2 :]
        if not family or not all(arc.isdecimal() and int(arc) < 256 for arc in (*family, *octets)):  # noqa: PLR2004 - octets
            continue
        if words := address_text(bytes(map(int, (*family, *octets)))):
            place = ".".join(arcs[:width])
            found[place] = (*found.get(place, ()), words)
    return found


def _local_port(number: str, own: list[Mapping[str, SnmpValue]], local: LocalPorts) -> ProbedInterface | None:
    """The port behind lldpLocPortNum: by its identifier or description, else a bridge port's or ifIndex itself."""
    subtypes, identifiers, descriptions, bridge = own
    said = (port_text(_number(subtypes.get(number)), identifiers.get(number, "")), text(descriptions.get(number, "")))
    for word in said:
        if word and word in local.by_name:
            return local.by_name[word]
    if (port := local.by_mac.get(said[0])) is not None:
        return port
    for index in (bridge.get(number), int(number)):
        if isinstance(index, int) and (port := local.by_index.get(index)) is not None:
            return port
    return local.by_index.get(int(said[0])) if said[0].isdecimal() else None


def _number(raw: SnmpValue | None) -> int:
    return raw if isinstance(raw, int) else 0
