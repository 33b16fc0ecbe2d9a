"""``rainbow doctor``: what is wrong with this installation, and the cure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from rainbow.cli.finding_reports import exit_code
from rainbow.cli.options import CITY, text_or_json
from rainbow.doctor import examine
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rainbow.examined import Examined

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: None}


@click.command(
    help=_(
        "Examine this installation and CITY: libraries, settings, secrets, disk, store, collector, deliveries, page, "
        "backups. Changes nothing. Exit code 0: well; 1: warnings; 2: errors."
    )
)
@CITY
@text_or_json(_("A list for people, JSON for machines."))
def doctor(city: Path, form: str) -> int:
    """Print what was looked at and what was found, and return the exit code of the worst."""
    done = examine(city)
    if form == "json":
        document = [{"examined": item.name, "findings": [found.to_json() for found in item.findings]} for item in done]
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print(done)
    return exit_code(finding for item in done for finding in item.findings)


def _print(done: Sequence[Examined]) -> None:
    for item in done:
        if not item.findings:
            click.secho(_("ok"), fg="green", nl=False)
            click.echo(f"  {_(item.name)}")
        for finding in item.findings:
            click.secho(str(finding.severity), fg=COLOURS[finding.severity], bold=True, nl=False)
            click.echo(f"  {_(item.name)}: {finding.record}: {finding.message} [{finding.code}, {finding.where}]")
            click.echo(f"      -> {finding.cure}")
