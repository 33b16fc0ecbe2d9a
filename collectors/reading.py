"""What one poll of one device gave: samples for the store, and the few facts the round needs of all devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Code
    from rainbow.kernel.samples import Record, UnixNs


class PortState(NamedTuple):
    """A port as read: IF-MIB's numbers, None where the device did not say; rates None where there is a gap."""

    admin: int | None
    oper: int | None
    in_bps: float | None
    out_bps: float | None


class Light(NamedTuple):
    """What a port's receiver sees, its weakest lane. ``rx_dbm`` is None where there is no light."""

    rx_dbm: float | None


class Heard(NamedTuple):
    """A neighbour heard on a port (LLDP): its chassis, port and name as text, empty where it said none."""

    if_name: str
    chassis: str
    port: str
    port_name: str
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How a device calls itself: by this its neighbours' tables are understood.

    ``ports`` maps every way it names a port (LLDP identifier, description, index) to the port's ``if_name``.
    """

    names: frozenset[str] = frozenset()
    ports: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """One poll. ``heard`` is None where neighbours were not asked for this time.

    ``notes`` says in whole sentences what was not read and why.
    """

    device: Code
    time_ns: UnixNs
    uptime_s: float | None
    samples: tuple[Record, ...]
    ports: Mapping[str, PortState]
    light: Mapping[str, Light]
    identity: Identity = Identity()
    heard: tuple[Heard, ...] | None = None
    notes: tuple[str, ...] = ()
