"""``rainbow collect energy``: what the network draws, gives over its ports and wastes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from collectors.energy.balance import HOURS_PER_DAY
from collectors.energy.report import to_json, to_text
from collectors.energy.samples import Measured, energy_samples
from collectors.energy.survey import Surveyed, survey
from collectors.energy.usage import NS_PER_HOUR, Used, used
from collectors.energy.usage import to_json as past_as_json
from collectors.energy.usage import to_text as past_as_text
from rainbow import wiring
from rainbow.city import City, clock, open_city
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.metrics import CITY_ENERGY, SITE_ENERGY
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from rainbow.kernel.metrics import CityEnergyMetric, SiteEnergyMetric

NS_PER_S = 1_000_000_000
MOST_POINTS = 20_000
"""Readings that are looked at: an hour each for two years, five minutes each for two months."""


@click.command(
    help=_(
        "What the devices of CITY draw, what they give over their ports (PoE), how their UPS do, and which ports send "
        "light to nobody: watts as measured now, kilowatt-hours and CO2 a year at that. With --days, what its sites "
        "drew in the past, from what a collector kept; no device is asked then. Exit code 1 if a device did not answer."
    )
)
@CITY
@click.option("--site", default="", help=_("Only the devices of this site."))
@click.option(
    "--keep",
    is_flag=True,
    help=_("Keep the figures in the city's store, for its dashboards. Not while a collector runs: it owns the store."),
)
@click.option(
    "--days",
    type=click.FloatRange(min=0.04, max=3660),
    default=None,
    help=_("What was drawn in so many days up to now, in kilowatt-hours and CO2."),
)
@text_or_json(_("Text for people, JSON for machines."))
@click.pass_context
def energy(  # one argument per option
    context: click.Context, city: Path, site: str, *, keep: bool, days: float | None, form: str
) -> None:
    """Measure and report, or report of the past."""
    opened = open_city(city)
    if site and site not in {str(device.node) for device in opened.plant.devices}:
        raise UsageError(_("{site} is no site with devices").format(site=site))
    if days is not None:
        click.echo(_past(opened, site, days, form))
        return
    surveyed = asyncio.run(survey(opened.plant, wiring.clients(opened), site=site))
    if keep:
        _keep(opened, surveyed)
    write = to_json if form == "json" else to_text
    name = opened.settings.city.title or opened.settings.city.name
    click.echo(write(name, surveyed, co2_g_per_kwh=opened.settings.energy.co2_g_per_kwh))
    context.exit(1 if any(one.error for one in surveyed) else 0)


def _keep(city: City, surveyed: list[Surveyed]) -> None:
    measured = [Measured(one.device, one.energy) for one in surveyed if one.energy is not None]
    factor = city.settings.energy.co2_g_per_kwh
    with wiring.store(city) as store:
        store.write(energy_samples(city.plant, measured, clock(), co2_g_per_kwh=factor))


def _past(city: City, site: str, days: float, form: str) -> str:
    """What was drawn, from the store."""
    end_ns = clock()
    start_ns = int(end_ns - days * HOURS_PER_DAY * NS_PER_HOUR)
    longest_ns = max(2 * (end_ns - start_ns) // MOST_POINTS, int(2 * city.settings.energy.interval_s * NS_PER_S))
    factor = city.settings.energy.co2_g_per_kwh

    def of(name: str, metric: SiteEnergyMetric | CityEnergyMetric, tags: dict[str, str]) -> Used:
        rows = reader.history(metric, tags, [metric.drawn_w], start_ns=start_ns, end_ns=end_ns, max_points=MOST_POINTS)
        watts = [(row.time_ns, value) for row in rows if isinstance(value := row.values.get(metric.drawn_w), float)]
        return used(name, watts, longest_ns=longest_ns, end_ns=end_ns, co2_g_per_kwh=factor)

    with wiring.store_reader(city) as reader:
        sites = sorted({str(device.node) for device in city.plant.devices if site in {"", device.node}})
        found = [of(name, SITE_ENERGY, {"site": name}) for name in sites]
        whole = of(city.settings.city.title or city.settings.city.name, CITY_ENERGY, {"city": city.plant.city})
    if site:
        whole = found[0]
    measured = [one for one in found if one.measured_h]
    write = past_as_json if form == "json" else past_as_text
    return write(whole, measured, days=days, co2_g_per_kwh=factor)
