"""The two shapes in which devices offer transceiver readings, and the table of who uses which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.optics.units import Quantity, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorTable:
    """Sensors indexed by entPhysicalIndex, each row with its own type, scale and precision (RFC 3433 or a copy)."""

    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortColumn:
    """A column of a :class:`PortTable`: what it holds and what one count is worth in the unit."""

    oid: str
    quantity: Quantity
    unit: Unit
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PortTable:
    """A vendor's table with one row a port. Its index is the ifIndex, or ``names`` is a column with the port's name."""

    columns: tuple[PortColumn, ...]
    names: str = ""


Source = SensorTable | PortTable

STANDARD = SensorTable(root="1.3.6.1.2.1.99.1.1.1")
"""entPhySensorTable of ENTITY-SENSOR-MIB: asked at every device whose vendor has no row."""

_MIKROTIK = "1.3.6.1.4.1.14988.1.1.19.1.1"

VENDORS: Mapping[int, tuple[Source, ...]] = {
    9: (SensorTable(root="1.3.6.1.4.1.9.9.91.1.1.1.1"), STANDARD),  # CISCO-ENTITY-SENSOR-MIB entSensorValueTable
    14988: (  # MIKROTIK-MIB mtxrOpticalTable: mtxrOpticalTxPower, RxPower (dBm/1000), BiasCurrent (mA), Temperature
        PortTable(
            names=f"{_MIKROTIK}.2",
            columns=(
                PortColumn(oid=f"{_MIKROTIK}.9", quantity=Quantity.TX, unit=Unit.DBM, factor=1e-3),
                PortColumn(oid=f"{_MIKROTIK}.10", quantity=Quantity.RX, unit=Unit.DBM, factor=1e-3),
                PortColumn(oid=f"{_MIKROTIK}.8", quantity=Quantity.BIAS, unit=Unit.AMPERE, factor=1e-3),
                PortColumn(oid=f"{_MIKROTIK}.6", quantity=Quantity.TEMPERATURE, unit=Unit.CELSIUS, factor=1.0),
            ),
        ),
    ),
}
"""Sources by enterprise number (the number after 1.3.6.1.4.1 in sysObjectID). A new vendor is one row here."""
