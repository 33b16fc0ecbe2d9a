"""All of a device's interfaces, by IF-MIB (RFC 2863)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.cleaning import mac, text
from collectors.probe.facts import ProbedInterface
from collectors.probe.if_types import IF_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.probe.walks import Walks

IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IFX_ENTRY = "1.3.6.1.2.1.31.1.1.1"
DESCR, TYPE, MTU, SPEED, ADDRESS, ADMIN, OPER = (f"{IF_ENTRY}.{column}" for column in range(2, 9))
NAME, HIGH_SPEED, ALIAS = f"{IFX_ENTRY}.1", f"{IFX_ENTRY}.15", f"{IFX_ENTRY}.18"
COUNTERS: Mapping[str, tuple[str, ...]] = {
    "in_octets": (f"{IFX_ENTRY}.6", f"{IF_ENTRY}.10"),  # ifHCInOctets, ifInOctets
    "out_octets": (f"{IFX_ENTRY}.10", f"{IF_ENTRY}.16"),
    "in_ucast_pkts": (f"{IFX_ENTRY}.7", f"{IF_ENTRY}.11"),
    "out_ucast_pkts": (f"{IFX_ENTRY}.11", f"{IF_ENTRY}.17"),
    "in_errors": (f"{IF_ENTRY}.14",),
    "out_errors": (f"{IF_ENTRY}.20",),
    "in_discards": (f"{IF_ENTRY}.13",),
    "out_discards": (f"{IF_ENTRY}.19",),
}
"""The 64-bit column where the device has it, else the 32-bit one."""
STATES = ("", "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown")
BITS_PER_MEGABIT = 1_000_000


async def read_interfaces(walks: Walks) -> list[ProbedInterface]:
    """Every row of ifTable and ifXTable, also where a device has but one of them or columns are missing.

    Raises:
        DeviceError: the device stopped answering.
    """
    wanted = [DESCR, TYPE, MTU, SPEED, ADDRESS, ADMIN, OPER, NAME, HIGH_SPEED, ALIAS]
    wanted.extend(oid for oids in COUNTERS.values() for oid in oids)
    columns = {oid: await walks.column(oid) for oid in wanted}
    known = {index for rows in columns.values() for index in rows if index.isdecimal()}
    return [_interface(columns, index) for index in sorted(known, key=int)]


async def read_port_states(walks: Walks) -> list[ProbedInterface]:
    """Names and states of all ports, and nothing else of them.

    Raises:
        DeviceError: the device stopped answering.
    """
    columns: dict[str, Mapping[str, SnmpValue]] = {oid: {} for oid in (TYPE, MTU, SPEED, ADDRESS, HIGH_SPEED, ALIAS)}
    columns |= {oid: {} for oids in COUNTERS.values() for oid in oids}
    columns |= {oid: await walks.column(oid) for oid in (NAME, DESCR, ADMIN, OPER)}
    known = {index for rows in columns.values() for index in rows if index.isdecimal()}
    return [_interface(columns, index) for index in sorted(known, key=int)]


def _interface(columns: Mapping[str, Mapping[str, SnmpValue]], index: str) -> ProbedInterface:
    def words(oid: str) -> str:
        return text(columns[oid].get(index, ""))

    def number(oid: str) -> int | None:
        value = columns[oid].get(index)
        return value if isinstance(value, int) else None

    counters = {}
    for name, oids in COUNTERS.items():
        value = next((found for oid in oids if (found := number(oid)) is not None), None)
        if value is not None:
            counters[name] = value
    descr = words(DESCR) or words(NAME)
    kind = number(TYPE)
    return ProbedInterface(
        if_index=int(index),
        if_name=words(NAME) or descr,
        if_descr=descr,
        if_alias=words(ALIAS),
        if_type=IF_TYPES.get(kind, f"ifType {kind}") if kind is not None else "",
        high_speed_mbps=_speed(number(HIGH_SPEED), number(SPEED)),
        mtu=number(MTU),
        phys_address=_address(columns[ADDRESS].get(index)),
        admin_status=_state(number(ADMIN)),
        oper_status=_state(number(OPER)),
        counters=counters,
    )


def _speed(high: int | None, plain: int | None) -> float | None:
    """ifHighSpeed, else ifSpeed; both in Mbit/s."""
    if high is not None:
        return float(high)
    return plain / BITS_PER_MEGABIT if plain is not None else None


def _state(number: int | None) -> str | None:
    if number is None:
        return None
    return STATES[number] if 0 < number < len(STATES) else str(number)


def _address(raw: SnmpValue | None) -> str:
    """ifPhysAddress; some devices send it as text already."""
    if isinstance(raw, bytes):
        return text(raw) if len(raw) > len("00:00:00") and b":" in raw and raw.isascii() else mac(raw)
    return "" if raw is None else text(raw)
