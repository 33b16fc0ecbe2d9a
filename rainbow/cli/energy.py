"""``rainbow collect energy``: what the network draws, gives over its ports and wastes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from collectors.energy.report import to_json, to_text
from collectors.energy.samples import Measured, energy_samples
from collectors.energy.survey import Surveyed, survey
from rainbow import wiring
from rainbow.city import City, clock, open_city
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    help=_(
        "What the devices of CITY draw, what they give over their ports (PoE), how their UPS do, and which ports send "
        "light to nobody: watts as measured now, kilowatt-hours and CO2 a year at that. Exit code 1 if a device did "
        "not answer."
    )
)
@CITY
@click.option("--site", default="", help=_("Only the devices of this site."))
@click.option(
    "--keep",
    is_flag=True,
    help=_("Keep the figures in the city's store, for its dashboards. Not while a collector runs: it owns the store."),
)
@text_or_json(_("Text for people, JSON for machines."))
@click.pass_context
def energy(context: click.Context, city: Path, site: str, *, keep: bool, form: str) -> None:
    """Measure and report."""
    opened = open_city(city)
    if site and site not in {str(device.node) for device in opened.plant.devices}:
        raise UsageError(_("{site} is no site with devices").format(site=site))
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
