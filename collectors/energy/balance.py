"""The energy of a device, of a site, of a city: watts as read, kilowatt-hours and CO2 as they follow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.energy.meters import UPS_SOURCES, Meter, meter, sends_light
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.probe.facts import ProbedInterface, ProbedSensor

HOURS_PER_DAY = 24.0
HOURS_PER_YEAR = 8766.0
"""365.25 days."""
WATTS_PER_KILOWATT = 1000.0
GRAMS_PER_KILOGRAM = 1000.0
LEAST_SHOWN_W = 0.05
"""A port that gives less gives nothing: meters' noise."""
ON_BATTERY = frozenset({"battery"})
_CHARGE = ("upsEstimatedChargeRemaining", "xupsBatCapacity", "upsHighPrecBatteryCapacity", "upsmgBatteryLevel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ups:
    """A UPS: None where it does not say."""

    output_w: float | None = None
    load_percent: float | None = None
    charge_percent: float | None = None
    runtime_min: float | None = None
    on_battery: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnergy:
    """One device. ``drawn_w`` is None where it does not measure itself; ``ports_w`` is PoE by if_name.

    ``idle_lit`` are ports that send light though nothing is at the other end: enabled and down.
    """

    drawn_w: float | None
    poe_w: float | None
    poe_budget_w: float | None
    ports_w: Mapping[str, float] = field(default_factory=dict)
    idle_lit: tuple[str, ...] = ()
    ups: Ups | None = None


def balance(interfaces: Sequence[ProbedInterface], sensors: Sequence[ProbedSensor]) -> DeviceEnergy:
    """What a device's readings say of its energy."""
    watts: dict[Meter, list[ProbedSensor]] = defaultdict(list)
    for reading in sensors:
        if (known := meter(reading)) is not None:
            watts[known].append(reading)
    ports = {reading.if_name: reading.value for reading in watts[Meter.PORT] if reading.value >= LEAST_SHOWN_W}
    total = _sum(watts[Meter.POE])
    return DeviceEnergy(
        drawn_w=_first_not_none(_sum(watts[Meter.DEVICE]), _sum(watts[Meter.SUPPLY])),
        poe_w=total if total is not None else (sum(ports.values()) if watts[Meter.PORT] else None),
        poe_budget_w=_sum(watts[Meter.POE_BUDGET]),
        ports_w=ports,
        idle_lit=_idle_lit(interfaces, sensors),
        ups=_ups(sensors, watts[Meter.UPS]),
    )


def _sum(readings: Iterable[ProbedSensor]) -> float | None:
    values = [reading.value for reading in readings]
    return sum(values) if values else None


def _first_not_none(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _idle_lit(interfaces: Sequence[ProbedInterface], sensors: Sequence[ProbedSensor]) -> tuple[str, ...]:
    idle = {port.if_index for port in interfaces if port.admin_status == "up" and port.oper_status == "down"}
    lit = {reading.if_name for reading in sensors if reading.if_index in idle and sends_light(reading)}
    return tuple(sorted(lit))


def _ups(sensors: Sequence[ProbedSensor], output: list[ProbedSensor]) -> Ups | None:
    by_object: dict[str, ProbedSensor] = {}
    for reading in sensors:
        by_object.setdefault(reading.source.partition(" ")[2], reading)
    loads = [reading.value for reading in sensors if reading.kind == Kind.LOAD and "load" in reading.descr]
    charges = [by_object[name].value for name in _CHARGE if name in by_object]
    times = [reading.value for reading in sensors if "time remaining" in reading.descr and reading.unit == "min"]
    source = next((by_object[name] for name in UPS_SOURCES if name in by_object), None)
    if not output and not charges and source is None:
        return None
    return Ups(
        output_w=_sum(output),
        load_percent=max(loads, default=None),
        charge_percent=charges[0] if charges else None,
        runtime_min=times[0] if times else None,
        on_battery=source.state in ON_BATTERY if source is not None else None,
    )


def kwh(watts: float, hours: float) -> float:
    """What a steady power comes to."""
    return watts * hours / WATTS_PER_KILOWATT


def co2_kg(watts: float, hours: float, *, co2_g_per_kwh: float) -> float:
    """CO2 of a steady power."""
    return kwh(watts, hours) * co2_g_per_kwh / GRAMS_PER_KILOGRAM
