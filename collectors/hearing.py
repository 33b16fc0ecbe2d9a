"""Neighbours of devices that keep them elsewhere than in LLDP-MIB: LLDP-V2-MIB, CDP and vendors' copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.neighbours import Said, read_neighbours
from collectors.probe.facts import ProbedInterface
from collectors.probe.neighbours import read_neighbours as read_every_protocol
from collectors.probe.walks import Walks
from collectors.reading import Heard, Identity

if TYPE_CHECKING:
    from collectors.client import SnmpClient
    from collectors.optics.entities import Ports
    from collectors.probe.facts import ProbedNeighbour


async def read_all_neighbours(client: SnmpClient, *, ports: Ports, system: str) -> Said:
    """What LLDP-MIB says, and where that is nothing, the other protocols.

    The identity also holds every name IF-MIB gives a port: CDP names ports by ifDescr.

    Raises:
        DeviceError: a table could not be read to its end.
    """
    said = await read_neighbours(client, names=ports.by_index, system=system)
    identity = Identity(names=said.identity.names, ports={**ports.by_name, **said.identity.ports})
    if said.heard:
        return Said(identity, said.heard)
    heard = await read_every_protocol(Walks(client), _interfaces(ports))
    return Said(identity, tuple(_heard(neighbour) for neighbour in heard if neighbour.if_name))


def _interfaces(ports: Ports) -> list[ProbedInterface]:
    """The ports under the names of the poll, which their neighbours are wanted by."""
    return [
        ProbedInterface(
            if_index=index,
            if_name=name,
            if_descr="",
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
    """The neighbour as polls keep it; an address stands for a chassis that says nothing of itself."""
    return Heard(
        if_name=neighbour.if_name,
        chassis=neighbour.chassis or neighbour.mac or next(iter(neighbour.addresses), ""),
        port=neighbour.port,
        port_name=neighbour.port_descr,
        system=neighbour.system,
    )
