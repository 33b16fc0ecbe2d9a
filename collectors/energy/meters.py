"""Which readings of power are what a device draws, and which are parts, budgets or others' power."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from collectors.optics.units import Quantity
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.probe.facts import ProbedSensor


class Meter(Enum):
    """What a reading in watts means for the balance of a device."""

    DEVICE = "device"
    """All the device draws."""
    SUPPLY = "supply"
    """One power supply of it: they add up."""
    POE = "poe"
    """All the device gives to others over its ports."""
    POE_BUDGET = "poe budget"
    PORT = "port"
    """What one port gives."""
    UPS = "ups"
    """What a UPS gives, one phase: others draw it and are counted where they do."""


BY_OBJECT: Mapping[str, Meter] = {
    "hwCurrentPower": Meter.DEVICE,
    "mtxrHlPower": Meter.DEVICE,
    "mtxrGaugeValue(16 of SwOS)": Meter.DEVICE,
    "extremeSystemPowerUsageValue": Meter.DEVICE,
    "monitorPowerConsumption": Meter.DEVICE,
    "jnxPsuChassisPowerConsumed": Meter.DEVICE,
    "hpicfPsWattageCur": Meter.SUPPLY,
    "arubaWiredPSUInstantaneousPower": Meter.SUPPLY,
    "extremePowerSupplyInputPowerUsage": Meter.SUPPLY,
    "dellNetPowerSupplyUsage": Meter.SUPPLY,
    "envMonSupplyCurrentPower": Meter.SUPPLY,
    "pethMainPseConsumptionPower": Meter.POE,
    "tpPoePowerConsumption": Meter.POE,
    "pethMainPsePower": Meter.POE_BUDGET,
    "tpPoePowerLimit": Meter.POE_BUDGET,
    "upsOutputPower": Meter.UPS,
    "xupsOutputWatts": Meter.UPS,
    "upsAdvOutputActivePower": Meter.UPS,
    "dupsOutputPower1": Meter.UPS,
}
"""By the MIB object a reading names as its source."""
UPS_SOURCES = ("upsOutputSource", "xupsOutputSource")
"""States that tell what a UPS runs on."""
UPS_KINDS = frozenset({Kind.LOAD, Kind.CHARGE, Kind.RUNTIME})
_INPUT = re.compile(r"input power|\bP_?IN\b|PSU\d*_PIN|power supply.*input|input.*power", re.IGNORECASE)
_SUPPLY = re.compile(r"power supply|\bpsu\b|\bPM\d", re.IGNORECASE)
_NOT_DRAWN = re.compile(r"output|capacity|budget|available|maximum|limit", re.IGNORECASE)
_SENSORS = ("entPhySensorValue", "entSensorValue")


def meter(reading: ProbedSensor) -> Meter | None:
    """What a reading is for the balance; None for parts and light."""
    if reading.kind != Kind.POWER:
        return None
    name = reading.source.partition(" ")[2]
    if known := BY_OBJECT.get(name):
        return known
    if reading.if_index is not None and "PoE" in reading.descr:
        return Meter.PORT
    if reading.if_index is None and (_INPUT.search(reading.descr) or _is_supply(name, reading.descr)):
        return Meter.SUPPLY
    return None


def _is_supply(name: str, descr: str) -> bool:
    """A sensor of ENTITY-SENSOR-MIB on a power supply that is not its output."""
    return name in _SENSORS and bool(_SUPPLY.search(descr)) and not _NOT_DRAWN.search(descr)


def matters(reading: ProbedSensor) -> bool:
    """Whether a device's balance is made of it: meters, a UPS, and light a port sends."""
    if reading.kind == Kind.DBM:
        return sends_light(reading)
    name = reading.source.partition(" ")[2]
    return reading.kind in UPS_KINDS or name in UPS_SOURCES or meter(reading) is not None


def sends_light(reading: ProbedSensor) -> bool:
    """Whether it is the level of a port's sender."""
    if reading.kind != Kind.DBM or reading.if_index is None:
        return False
    known = reading.column.quantity if reading.column is not None else None
    words = reading.descr.casefold()
    return known is Quantity.TX if known is not None else "tx" in words or "transmit" in words
