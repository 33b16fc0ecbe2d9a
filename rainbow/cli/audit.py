"""``rainbow collect audit``: what the SNMP settings of a city give away."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from collectors.audit import ask, audit
from rainbow import wiring
from rainbow.city import City, open_city
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, ngettext
from rainbow.snmp_profiles import audited_profiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rainbow.kernel.findings import Finding

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: None}


@click.command(
    name="audit",
    help=_(
        "Look for what CITY's SNMP settings give away: versions 1 and 2c, well-known communities, weak or missing "
        "protocols, short and shared secrets. With --ask each device is asked once more, with its maker's default "
        "communities. Secrets are looked at, never shown. Exit code 1 on findings, hints aside."
    ),
)
@CITY
@click.option("--ask", "asks", is_flag=True, help=_("Ask each device whether it answers to public or private."))
@text_or_json(_("A list for people, JSON for machines."))
@click.pass_context
def audit_command(context: click.Context, city: Path, form: str, *, asks: bool) -> None:
    """Print the findings."""
    opened = open_city(city)
    found = audit(audited_profiles(opened), opened.plant.devices)
    if asks:
        found += asyncio.run(_asked(opened))
    if form == "json":
        click.echo(json.dumps(_as_json(opened, found), indent=2, ensure_ascii=False))
    else:
        _print(found)
    context.exit(1 if any(finding.severity is not Severity.INFO for finding in found) else 0)


async def _asked(city: City) -> list[Finding]:
    settings = replace(city.settings.collect, retries=0)
    return await ask(
        city.plant.devices,
        lambda credentials: wiring.clients_with(credentials, settings),
        at_once=settings.max_in_flight,
    )


def _as_json(city: City, found: Sequence[Finding]) -> dict[str, object]:
    return {
        "city": city.plant.city,
        "devices": len(city.plant.devices),
        "findings": [finding.to_json() for finding in found],
    }


def _print(found: Sequence[Finding]) -> None:
    for finding in found:
        head = f"{finding.severity} {finding.code} {finding.where}: {finding.record}: {finding.message}"
        click.secho(head, fg=COLOURS[finding.severity])
        click.echo(f"    -> {finding.cure}")
    click.echo(ngettext("{count} finding", "{count} findings", len(found)).format(count=len(found)))
