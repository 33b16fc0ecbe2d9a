"""What a device is called by its neighbours, and whom it hears itself, by every protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.lldp_identifiers import chassis_text, port_text
from collectors.neighbours import Said
from collectors.probe.facts import ProbedInterface
from collectors.probe.neighbours import V1, V2, LldpTables, read_neighbours
from collectors.probe.walks import Walks
from collectors.reading import Heard, Identity
from rainbow.kernel.errors import BadReply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.client import SnmpClient
    from collectors.optics.entities import Ports
    from collectors.probe.facts import ProbedNeighbour

LOCAL_SYSTEMS = ("1.0.8802.1.1.2.1.3", "1.3.111.2.802.1.1.13.1.3")
"""lldpLocalSystemData of both MIBs: below it the chassis' subtype 1, the chassis 2 and the system's name 3."""


async def hear(client: SnmpClient, *, ports: Ports, system: str) -> Said:
    """The device's own names by LLDP and IF-MIB, and its neighbours: LLDP's, and others' on ports LLDP is silent on.

    Raises:
        DeviceError: nothing was heard, and a table could not be read to its end.
    """
    walks = Walks(client)
    identity = await _identity(walks, ports, system)
    neighbours = [one for one in await read_neighbours(walks, _interfaces(ports)) if one.if_name]
    if walks.faults and not neighbours:
        raise BadReply(next(iter(walks.faults.values())))
    by_lldp = {one.if_name for one in neighbours if one.protocol == "lldp"}
    heard = (_heard(one) for one in neighbours if one.protocol == "lldp" or one.if_name not in by_lldp)
    return Said(identity, tuple(dict.fromkeys(heard)))


async def _identity(walks: Walks, ports: Ports, system: str) -> Identity:
    """Every way the device may name itself and its ports to others."""
    scalars = await walks.values([f"{root}.{column}.0" for root in LOCAL_SYSTEMS for column in (1, 2, 3)])
    names = {system}
    for root in LOCAL_SYSTEMS:
        kind, chassis, name = (scalars.get(f"{root}.{column}.0", "") for column in (1, 2, 3))
        names |= {chassis_text(kind if isinstance(kind, int) else 0, chassis), text(name)}
    words = {name: name for name in ports.by_index.values()}
    words |= {word: name for word, name in ports.by_name.items() if word not in words}
    for tables in (V1, V2):
        for said, if_name in await _own_words(walks, tables, ports):
            words.setdefault(said, if_name)
    words.pop("", None)
    return Identity(names=frozenset(filter(None, names)), ports=words)


async def _own_words(walks: Walks, tables: LldpTables, ports: Ports) -> list[tuple[str, str]]:
    """What LLDP tells others of each port, with the port's if_name."""
    subtypes, identifiers, descriptions = [await walks.column(f"{tables.local_port}.{column}") for column in (2, 3, 4)]
    found = []
    for number, raw in identifiers.items():
        kind = subtypes.get(number)
        said = (port_text(kind if isinstance(kind, int) else 0, raw), text(descriptions.get(number, "")))
        if if_name := _local_port(number, said, ports):
            found += [(word, if_name) for word in said]
    return found


def _local_port(number: str, said: Iterable[str], ports: Ports) -> str:
    """The if_name behind an LLDP port number: by its identifier or description, else the number is the ifIndex."""
    for word in said:
        if if_name := ports.by_name.get(word):
            return if_name
    return ports.by_index.get(int(number), "") if number.isdecimal() else ""


def _interfaces(ports: Ports) -> list[ProbedInterface]:
    """The ports under the names of the poll, which their neighbours are wanted by, and IF-MIB's other name."""
    others: Mapping[str, str] = {name: word for word, name in ports.by_name.items() if word != name}
    return [
        ProbedInterface(
            if_index=index,
            if_name=name,
            if_descr=others.get(name, ""),
            if_alias="",
            if_type="",
            high_speed_mbps=None,
            mtu=None,
            phys_address="",
            admin_status=None,
            oper_status=None,
            counters={},
        )
        for index, name in ports.by_index.items()
    ]


def _heard(neighbour: ProbedNeighbour) -> Heard:
    """The neighbour as polls keep it; an address stands for a chassis or a name it does not say."""
    address = next(iter(neighbour.addresses), "")
    return Heard(
        if_name=neighbour.if_name,
        chassis=neighbour.chassis or neighbour.mac or address,
        port=neighbour.port,
        port_name=neighbour.port_descr,
        system=neighbour.system or address,
    )
