"""What is read of IF-MIB (RFC 2863) and the system group (RFC 3418): MIB names in their own spelling."""

from __future__ import annotations

import sys
from typing import NamedTuple

from collectors.rates import BITS_PER_OCTET, CounterSpec, Counts
from rainbow.kernel.metrics import INTERFACE, Field

IF_NUMBER = "1.3.6.1.2.1.2.1.0"
IF_TABLE_LAST_CHANGE = "1.3.6.1.2.1.31.1.5.0"
"""sysUpTime when rows were last added or removed: tells without a walk that indexes may mean other ports now."""
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"

IF_DESCR = "1.3.6.1.2.1.2.2.1.2"
IF_TYPE = "1.3.6.1.2.1.2.2.1.3"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.18"

ETHERNET_TYPES = frozenset({6, 7, 26, 62, 69, 117})
"""ethernetCsmacd, iso88023Csmacd, ethernet3Mbit, fastEther, fastEtherFX, gigabitEthernet (IANAifType-MIB).

No aggregates, VLANs or loopbacks: they would count the same traffic twice."""

ENTERPRISES = "1.3.6.1.4.1."


class StateColumn(NamedTuple):
    """A column stored as it is, times ``factor``. ``least`` and ``most`` bound what the MIB allows."""

    oid: str
    field: Field
    least: int
    most: int
    factor: int = 1


class CounterColumn(NamedTuple):
    """A counter: stored as read in ``total``, as a rate in ``rate``.

    ``narrow_oid`` is the 32-bit column for devices without the 64-bit one; empty where the MIB has but one.
    """

    oid: str
    narrow_oid: str
    total: Field
    rate: Field
    wide: CounterSpec
    narrow: CounterSpec


_IF = "1.3.6.1.2.1.2.2.1"
_IFX = "1.3.6.1.2.1.31.1.1.1"
_GAUGE_MOST = (1 << 32) - 1


def _octets(name: str, narrow: str, total: Field, rate: Field) -> CounterColumn:
    return CounterColumn(
        name,
        narrow,
        total,
        rate,
        CounterSpec(Counts.OCTETS, 64, BITS_PER_OCTET),
        CounterSpec(Counts.OCTETS, 32, BITS_PER_OCTET),
    )


def _packets(name: str, narrow: str, total: Field, rate: Field) -> CounterColumn:
    return CounterColumn(
        name, narrow, total, rate, CounterSpec(Counts.PACKETS, 64, 1), CounterSpec(Counts.PACKETS, 32, 1)
    )


def _events(name: str, total: Field, rate: Field) -> CounterColumn:
    spec = CounterSpec(Counts.EVENTS, 32, 1)
    return CounterColumn(name, "", total, rate, spec, spec)


COUNTERS = (
    _octets(f"{_IFX}.6", f"{_IF}.10", INTERFACE.in_octets, INTERFACE.in_bps),  # ifHCInOctets, ifInOctets
    _octets(f"{_IFX}.10", f"{_IF}.16", INTERFACE.out_octets, INTERFACE.out_bps),  # ifHCOutOctets, ifOutOctets
    _packets(f"{_IFX}.7", f"{_IF}.11", INTERFACE.in_ucast_pkts, INTERFACE.in_pps),  # ifHCInUcastPkts, ifInUcastPkts
    _packets(f"{_IFX}.11", f"{_IF}.17", INTERFACE.out_ucast_pkts, INTERFACE.out_pps),  # ifHCOutUcastPkts, ...
    _events(f"{_IF}.14", INTERFACE.in_errors, INTERFACE.in_errors_ps),  # ifInErrors
    _events(f"{_IF}.20", INTERFACE.out_errors, INTERFACE.out_errors_ps),  # ifOutErrors
    _events(f"{_IF}.13", INTERFACE.in_discards, INTERFACE.in_discards_ps),  # ifInDiscards
    _events(f"{_IF}.19", INTERFACE.out_discards, INTERFACE.out_discards_ps),  # ifOutDiscards
)
OPER = StateColumn(f"{_IF}.8", INTERFACE.oper_state, 1, 7)  # ifOperStatus
ADMIN = StateColumn(f"{_IF}.7", INTERFACE.admin_state, 1, 3)  # ifAdminStatus
HIGH_SPEED = StateColumn(f"{_IFX}.15", INTERFACE.speed_bps, 0, _GAUGE_MOST, 1_000_000)  # ifHighSpeed, Mbit/s
STATES = (OPER, ADMIN, HIGH_SPEED)
DISCONTINUITY = f"{_IFX}.19"  # ifCounterDiscontinuityTime

COLUMNS = (*(column.oid for column in COUNTERS), *(column.oid for column in STATES), DISCONTINUITY)
"""All columns of a port in the order they are asked for: counters, states, discontinuity."""


def instance(column: str, index: int) -> str:
    """The object of one port in a column: one string for all devices that have a port of that index."""
    return sys.intern(f"{column}.{index}")


UP, DOWN = 1, 2
"""ifAdminStatus and ifOperStatus."""
