"""Energy as samples: of a device, of the ports it feeds, of a site, of the city."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from collectors.energy.balance import HOURS_PER_DAY, co2_kg, kwh
from rainbow.kernel.metrics import CITY_ENERGY, ENERGY, PORT_POWER, SITE_ENERGY
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectors.energy.balance import DeviceEnergy
    from inventory.entities import Code, Device
    from inventory.plant import Plant
    from rainbow.kernel.metrics import CityEnergyMetric, Field, SiteEnergyMetric
    from rainbow.kernel.samples import UnixNs, Value


class Measured(NamedTuple):
    """A device's energy. ``silent_ports`` gave power before and do not any more."""

    device: Device
    energy: DeviceEnergy
    silent_ports: tuple[str, ...] = ()


def energy_samples(
    plant: Plant, measured: Sequence[Measured], time_ns: UnixNs, *, co2_g_per_kwh: float
) -> list[Sample]:
    """All samples of one round: devices that say anything, their ports, their sites and the city."""
    links = {port.code: str(link.code) for port in plant.interfaces if (link := plant.link_at.get(port.code))}
    samples: list[Sample] = []
    by_site: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        samples += _of_device(one, links, time_ns)
        by_site[str(one.device.node)].append(one)
    for site, here in by_site.items():
        if values := _total(SITE_ENERGY, here, co2_g_per_kwh):
            samples.append(Sample(SITE_ENERGY.series(site=site), time_ns, values))
    if values := _total(CITY_ENERGY, measured, co2_g_per_kwh):
        samples.append(Sample(CITY_ENERGY.series(city=plant.city), time_ns, values))
    return samples


def _of_device(one: Measured, links: Mapping[Code, str], time_ns: UnixNs) -> Iterator[Sample]:
    code = one.device.code
    place = {"site": str(one.device.node), "device": str(code)}
    if values := _fields(one):
        yield Sample(ENERGY.series(**place), time_ns, values)
    watts = dict.fromkeys(one.silent_ports, 0.0) | dict(one.energy.ports_w)
    for if_name, power_w in watts.items():
        link = links.get(type(code)(f"{code}:{if_name}"), "")
        series = PORT_POWER.series(**place, if_name=if_name, link=link)
        yield Sample(series, time_ns, {PORT_POWER.poe_w: power_w})


def _fields(one: Measured) -> dict[Field, Value]:
    energy, ups = one.energy, one.energy.ups
    values: dict[Field, float | int | None] = {
        ENERGY.drawn_w: energy.drawn_w,
        ENERGY.poe_w: energy.poe_w,
        ENERGY.poe_budget_w: energy.poe_budget_w,
        ENERGY.ups_output_w: ups.output_w if ups else None,
        ENERGY.ups_load_percent: ups.load_percent if ups else None,
        ENERGY.ups_charge_percent: ups.charge_percent if ups else None,
        ENERGY.ups_runtime_min: ups.runtime_min if ups else None,
        ENERGY.on_battery: int(ups.on_battery) if ups and ups.on_battery is not None else None,
    }
    found: dict[Field, Value] = {name: value for name, value in values.items() if value is not None}
    if found or energy.idle_lit:
        found[ENERGY.idle_lit] = len(energy.idle_lit)
    return found


def _total(
    metric: SiteEnergyMetric | CityEnergyMetric, measured: Sequence[Measured], co2_g_per_kwh: float
) -> dict[Field, Value]:
    """The sums over devices, without what none of them says."""
    drawn_w = [one.energy.drawn_w for one in measured if one.energy.drawn_w is not None]
    poe_w = [one.energy.poe_w for one in measured if one.energy.poe_w is not None]
    idle_lit = sum(len(one.energy.idle_lit) for one in measured)
    if not (drawn_w or poe_w or idle_lit):
        return {}
    values: dict[Field, Value] = {metric.measured: len(drawn_w), metric.idle_lit: idle_lit}
    if drawn_w:
        watts = sum(drawn_w)
        values[metric.drawn_w] = watts
        values[metric.kwh_per_day] = kwh(watts, HOURS_PER_DAY)
        values[metric.co2_kg_per_day] = co2_kg(watts, HOURS_PER_DAY, co2_g_per_kwh=co2_g_per_kwh)
    if poe_w:
        values[metric.poe_w] = sum(poe_w)
    return values
