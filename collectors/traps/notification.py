"""What a notification says: its kind by snmpTrapOID, and the port it is about. Pure; a kind is a row in a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from collectors.optics.units import Quantity
from collectors.vendors.families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable

SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
SNMP_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
"""snmpTrapAddress: who sent it first, where a proxy passes it on (RFC 3584)."""
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
_BY_INTERFACE = ("1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.")
"""Columns of ifTable and ifXTable: their last arc is the ifIndex."""


class Kind(StrEnum):
    """What happened, as far as the collector cares."""

    LINK_DOWN = "link_down"
    LINK_UP = "link_up"
    RESTART = "restart"
    OPTICS = "optics"
    POWER = "power_lost"
    OTHER = "other"


EXACT = {
    "1.3.6.1.6.3.1.1.5.1": Kind.RESTART,  # coldStart (SNMPv2-MIB)
    "1.3.6.1.6.3.1.1.5.2": Kind.RESTART,  # warmStart
    "1.3.6.1.6.3.1.1.5.3": Kind.LINK_DOWN,  # linkDown (IF-MIB)
    "1.3.6.1.6.3.1.1.5.4": Kind.LINK_UP,  # linkUp
    "1.3.6.1.2.1.33.2.1": Kind.POWER,  # upsTrapOnBattery (UPS-MIB, RFC 1628)
    "1.3.6.1.4.1.664.5.53.1.11.0.1": Kind.POWER,  # adGenAOSDyingGaspEvent (ADTRAN)
    "1.3.6.1.4.1.2544.1.12.2.2.5": Kind.POWER,  # cmSnmpDyingGaspTrap (ADVA)
    "1.3.6.1.4.1.8886.1.24.1.4": Kind.POWER,  # raisecomDyingGaspTrap
    "1.3.6.1.4.1.25506.6.8.7": Kind.POWER,  # hh3cSysDyingGaspTrap (H3C)
}
BELOW = {
    "1.3.6.1.2.1.99.2": Kind.OPTICS,  # ENTITY-SENSOR-MIB's notifications, where an agent has made some
    "1.3.6.1.4.1.9.9.91.2": Kind.OPTICS,  # CISCO-ENTITY-SENSOR-MIB entSensorThresholdNotification
    "1.3.6.1.4.1.2636.4.25": Kind.OPTICS,  # JUNIPER-DOM-MIB jnxDomMIBNotifications
}
"""Kinds by the beginning of snmpTrapOID: a vendor's alarms of light. What is not here is looked at all the same."""
LIGHT_COLUMNS = frozenset(
    table.oid(column.sub)
    for family in FAMILIES.values()
    for table in family.tables
    for column in table.columns
    if column.quantity in {Quantity.RX, Quantity.TX}
)
"""Where makers keep light levels: their threshold alarms carry the level, whatever the notification is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One trap or inform. ``if_index`` is None where it names no port; ``origin`` is empty unless it was passed on."""

    source: str
    kind: Kind
    trap_oid: str
    if_index: int | None = None
    origin: str = ""


def understood(source: str, binds: Iterable[tuple[str, str]]) -> Notification:
    """A notification from its variable bindings, OID and value as text."""
    values = dict(binds)
    trap_oid = values.get(SNMP_TRAP_OID, "")
    return Notification(
        source=source,
        kind=kind_of(trap_oid, values),
        trap_oid=trap_oid,
        if_index=_if_index(values),
        origin=values.get(SNMP_TRAP_ADDRESS, ""),
    )


def kind_of(trap_oid: str, binds: Iterable[str] = ()) -> Kind:
    """The kind by snmpTrapOID, else by what it carries: who sends a light level tells of light."""
    if (exact := EXACT.get(trap_oid)) is not None:
        return exact
    parts = trap_oid.split(".")
    for length in range(len(parts), 0, -1):
        if (kind := BELOW.get(".".join(parts[:length]))) is not None:
            return kind
    return Kind.OPTICS if any(map(_is_light, binds)) else Kind.OTHER


def _is_light(oid: str) -> bool:
    """Whether an object lies in a column of light received or sent, of any maker's table."""
    end = len(oid)
    while (end := oid.rfind(".", 0, end)) > 0:
        if oid[:end] in LIGHT_COLUMNS:
            return True
    return False


def _if_index(values: dict[str, str]) -> int | None:
    """By the value of ifIndex, else by the index of any column of an interface."""
    for oid, value in values.items():
        if oid.startswith(f"{IF_INDEX}.") and value.isdecimal():
            return int(value)
    for oid in values:
        if oid.startswith(_BY_INTERFACE) and (index := oid.rpartition(".")[2]).isdecimal():
            return int(index)
    return None
