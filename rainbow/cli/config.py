"""``rainbow config``: the settings as RAINBOW understands them, and what they mean for disk and devices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from rainbow.city import open_city
from rainbow.city_check import check, disk_shares, free_bytes
from rainbow.cli.finding_reports import exit_code
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.texts import N_, _
from rainbow.settings import read_settings, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rainbow.city import City
    from rainbow.kernel.findings import Finding
    from store.disk import Share

SHARES = {
    "raw": N_("readings"),
    "five_minutes": N_("five-minute means"),
    "hours": N_("hourly means"),
    "outbox": N_("outbox"),
}
DAY_S = 86400.0


@click.group(help=_("Show and check a city's settings."))
def config() -> None:
    """Group of the settings commands."""


@config.command(name="show", help=_("Print all settings, defaults included; secrets are masked."))
@CITY
def show_settings(city: Path) -> None:
    """Print the settings as JSON."""
    click.echo(json.dumps(show(read_settings(city)), indent=2, ensure_ascii=False))


@config.command(
    name="check",
    help=_(
        "Say what disk the city's store will take, and what is doubtful: missing profiles and secrets, times that do "
        "not fit, too little disk. Exit code 0: hints at most; 1: warnings; 2: errors."
    ),
)
@CITY
@text_or_json(_("For people, or for machines."))
def check_settings(city: Path, form: str) -> int:
    """Print budget and findings and return the exit code of the worst."""
    opened = open_city(city)
    free = free_bytes(opened)
    shares, findings = disk_shares(opened), check(opened, free=free)
    if form == "json":
        click.echo(json.dumps(_as_json(opened, shares, findings, free), indent=2, ensure_ascii=False))
    else:
        _print(opened, shares, findings, free)
    return exit_code(findings)


def _as_json(city: City, shares: Sequence[Share], findings: Sequence[Finding], free: int) -> dict[str, object]:
    return {
        "city": city.plant.city,
        "disk": {
            share.name: {"kept_s": share.kept_s, "step_s": share.step_s, "rows": share.rows, "bytes": share.size_bytes}
            for share in shares
        },
        "free_bytes": free,
        "findings": [finding.to_json() for finding in findings],
    }


def _print(city: City, shares: Sequence[Share], findings: Sequence[Finding], free: int) -> None:
    for finding in findings:
        click.secho(str(finding.severity), bold=True, nl=False)
        click.echo(f" {finding.code} {finding.where}: {finding.record}: {finding.message}")
        click.echo(f"    -> {finding.cure}")
    click.echo(
        _("{city}: {devices} devices, {ports} ports, {links} links, asked every {seconds:g} s").format(
            city=city.plant.city,
            devices=len(city.plant.devices),
            ports=len(city.plant.interfaces),
            links=len(city.plant.links),
            seconds=city.settings.collect.interval_s,
        )
    )
    for share in shares:
        days = _("{days:g} days").format(days=round(share.kept_s / DAY_S, 1))
        _row(_(SHARES[share.name]), days, _("{rows:,} rows").format(rows=share.rows), share.size_bytes)
    _row(_("in all, at most"), "", "", sum(share.size_bytes for share in shares))
    _row(_("free on this disk"), "", "", free)
    click.echo(_("Ports that are not in the plant come on top; ports without traffic take less."))


def _row(name: str, kept: str, rows: str, size_bytes: int) -> None:
    size = f"{size_bytes / 1e6:,.0f} MB" if size_bytes < 10e9 else f"{size_bytes / 1e9:,.0f} GB"  # noqa: PLR2004 - three digits read well
    click.echo(f"  {name:<22} {kept:>12} {rows:>22} {size:>12}")
