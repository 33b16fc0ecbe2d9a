"""What a probe finds: plain records, ready to be written as JSON or text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.vendors.row import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedInterface:
    """A port as IF-MIB gives it; None where the device does not say. ``counters`` by plain name."""

    if_index: int
    if_name: str
    if_descr: str
    if_alias: str
    if_type: str
    high_speed_mbps: float | None
    mtu: int | None
    phys_address: str
    admin_status: str | None
    oper_status: str | None
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedSensor:
    """A reading. ``value`` is in ``unit``; for a state it is the MIB's number and ``state`` its name.

    ``limits`` are in the unit of the value and present only where they make sense together. ``source`` is the MIB
    object. ``note`` says what the number alone does not. ``column`` is how the raw value became the reading, for who
    asks again.
    """

    kind: str
    descr: str
    value: float
    unit: str
    oid: str
    source: str
    if_index: int | None = None
    if_name: str = ""
    lane: str = ""
    state: str = ""
    note: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedTransceiver:
    """A pluggable module; empty or None where the device does not say."""

    index: str
    if_index: int | None
    if_name: str
    vendor: str = ""
    model: str = ""
    serial: str = ""
    revision: str = ""
    type: str = ""
    connector: str = ""
    date: str = ""
    wavelength_nm: int | None = None
    distance_m: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedNeighbour:
    """A neighbour heard on a port, by LLDP or a vendor's protocol."""

    protocol: str
    if_index: int | None
    if_name: str
    if_descr: str
    if_alias: str
    system: str
    port: str
    port_descr: str
    chassis: str
    mac: str
    platform: str
    system_descr: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReading:
    """What could not be read, and why in words."""

    oid: str
    descr: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """All that was found."""

    address: str
    sys_name: str
    sys_descr: str
    sys_object_id: str
    uptime_s: float | None
    vendor: str
    model: str
    interfaces: tuple[ProbedInterface, ...]
    sensors: tuple[ProbedSensor, ...]
    transceivers: tuple[ProbedTransceiver, ...]
    neighbours: tuple[ProbedNeighbour, ...]
    no_reading: tuple[NoReading, ...]
