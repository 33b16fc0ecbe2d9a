"""Ports a vendor keeps out of IF-MIB, and the names printed on the front of the box."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.probe.facts import ProbedInterface
from collectors.probe.interfaces import BITS_PER_MEGABIT, STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.probe.walks import Walks
    from collectors.vendors.family import Family
    from collectors.vendors.port_lists import PortList


async def read_port_lists(
    walks: Walks, lists: tuple[PortList, ...], known: list[ProbedInterface]
) -> list[ProbedInterface]:
    """Ports of these lists that IF-MIB does not have.

    Raises:
        DeviceError: the device stopped answering.
    """
    taken = {port.if_index for port in known}
    found: dict[int, ProbedInterface] = {}
    for ports in lists:
        for port in await _read(walks, ports):
            if port.if_index not in taken:
                found.setdefault(port.if_index, port)
    return list(found.values())


async def _read(walks: Walks, ports: PortList) -> list[ProbedInterface]:
    names = await walks.column(f"{ports.root}.{ports.name or ports.oper}")
    if not names:
        return []
    admin = await walks.column(f"{ports.root}.{ports.admin}")
    oper = await walks.column(f"{ports.root}.{ports.oper}")
    speeds = await walks.column(ports.speed) if ports.speed else {}
    found = []
    for index, raw in names.items():
        arcs = index.split(".")
        name = text(raw) if ports.name else ports.prefix + "/".join(arc for arc in arcs if arc != "0")
        speed = speeds.get(index)
        found.append(
            ProbedInterface(
                if_index=int("".join(arc.zfill(3) for arc in arcs)) if ports.packed else int(arcs[-1]),
                if_name=name,
                if_descr=name,
                if_alias="",
                if_type=ports.kind,
                high_speed_mbps=speed / BITS_PER_MEGABIT if isinstance(speed, int) else ports.speed_mbps,
                mtu=None,
                phys_address="",
                admin_status=_state(admin, index),
                oper_status=_state(oper, index),
                counters={},
            )
        )
    return found


def _state(rows: Mapping[str, SnmpValue], index: str) -> str | None:
    value = rows.get(index)
    return STATES[value] if isinstance(value, int) and 0 < value < len(STATES) else None


def front_named(interfaces: list[ProbedInterface], family: Family) -> list[ProbedInterface]:
    """The ports under the names printed on the front."""
    if not family.slot_ports:
        return interfaces
    return [replace(port, if_name=family.front_name(port.if_name, port.if_index)) for port in interfaces]
