"""``rainbow topology``: what one cut takes down, and what these cuts would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.city import clock, open_city
from rainbow.kernel.texts import _
from topology.cut_index import CutIndex
from topology.impact import impact, impact_to_json, render_impact
from topology.report import render_text, report, to_json

if TYPE_CHECKING:
    from inventory.entities import Code

CITY = click.argument("city", type=click.Path(path_type=Path, file_okay=False))
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help=_("Text for people, JSON for machines."),
)


@click.group(help=_("What a cut takes down: reports and questions."))
def topology() -> None:
    """Group of the topology commands."""


@topology.command(
    name="report",
    help=_(
        "Every single point of failure of CITY: trenches, cables and nodes whose loss alone takes something down, "
        "hub-made and avoidable apart. Exit code 1 if an avoidable one exists."
    ),
)
@CITY
@FORMAT
@click.pass_context
def report_command(context: click.Context, city: Path, form: str) -> None:
    """Print the redundancy report."""
    made = report(CutIndex.of(open_city(city).plant), now=clock())
    click.echo(to_json(made) if form == "json" else render_text(made), nl=form == "json")
    context.exit(1 if made.has_gap else 0)


@topology.command(
    name="cut",
    help=_(
        "What goes down if all of these are cut at once: codes of trenches, cables, sites or structures. Names what is "
        "lost and what merely loses redundancy."
    ),
)
@CITY
@click.argument("trenches", metavar="TRENCH...", nargs=-1, required=True)
@FORMAT
def cut_command(city: Path, trenches: tuple[Code, ...], form: str) -> None:
    """Print what the cuts do."""
    found = impact(CutIndex.of(open_city(city).plant), trenches)
    click.echo(impact_to_json(found) if form == "json" else render_impact(found), nl=form == "json")
