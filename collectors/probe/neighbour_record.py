"""A device's own ports as its neighbours' tables name them, and the record of one neighbour."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from collectors.lldp_identifiers import plain_mac
from collectors.probe.facts import ProbedNeighbour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.probe.facts import ProbedInterface


class LocalPorts(NamedTuple):
    """Ports by ifIndex, by every name they have, and by hardware address where no other port has the same."""

    by_index: Mapping[int, ProbedInterface]
    by_name: Mapping[str, ProbedInterface]
    by_mac: Mapping[str, ProbedInterface]

    @classmethod
    def of(cls, interfaces: Iterable[ProbedInterface]) -> LocalPorts:
        """The ports of a device."""
        ports = list(interfaces)
        by_name: dict[str, ProbedInterface] = {}
        for port in ports:
            for word in (port.if_name, port.if_descr, port.if_alias):
                by_name.setdefault(word, port)
        counts = Counter(port.phys_address for port in ports)
        by_mac = {port.phys_address: port for port in ports if port.phys_address and counts[port.phys_address] == 1}
        return cls({port.if_index: port for port in ports}, by_name, by_mac)


def neighbour(  # one keyword per part of the record
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
    """The record, with what is known of the local port."""
    return ProbedNeighbour(
        protocol=protocol,
        if_index=local.if_index if local else None,
        if_name=local.if_name if local else "",
        if_descr=local.if_descr if local else "",
        if_alias=local.if_alias if local else "",
        system=system,
        port=plain_mac(port),
        port_descr=port_descr,
        chassis=chassis,
        mac=mac,
        platform=platform,
        system_descr=system_descr,
        addresses=addresses,
    )
