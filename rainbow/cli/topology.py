"""``rainbow topology``: what one cut takes down, and what these cuts would."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.city import clock, open_city
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.texts import LANGUAGES, _, use
from topology.cut_index import CutIndex
from topology.impact import impact, impact_to_json, render_impact
from topology.rates import rates_of
from topology.report import render_text, report, to_json

if TYPE_CHECKING:
    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.report import Report

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
        "Redundancy of CITY: every single point of failure, dangerous pairs, separate ways and minutes a year of every "
        "site, claims held against the ground. Exit code 1 if an avoidable single point of failure exists."
    ),
)
@CITY
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "pdf"]),
    default="text",
    show_default=True,
    help=_("Text for people, JSON for machines, a page or paper to hand over."),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=_("Language; by default the city's own."))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help=_("Write to this file instead of the output.")
)
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("An earlier report as JSON: say what has changed."),
)
@click.pass_context
def report_command(
    context: click.Context, city: Path, form: str, lang: str | None, output: Path | None, since: Path | None
) -> None:
    """Write the redundancy report."""
    opened = open_city(city)
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise UsageError(_("a PDF is nothing for a terminal"), cure=_("name a file with --output"))
    with use(lang or opened.settings.city.language):
        earlier = _earlier(since) if since else None
        made = report(CutIndex.of(opened.plant), now=clock(), rates=rates_of(opened.settings.topology), earlier=earlier)
        content = _rendered(opened.plant, made, form)
    if output is None:
        click.echo(content, nl=form == "json")
    else:
        _write(output, content)
    context.exit(1 if made.has_gap else 0)


def _rendered(plant: Plant, made: Report, form: str) -> str | bytes:
    if form == "json":
        return to_json(made)
    if form == "text":
        return render_text(made)
    from topology.report_page import render_html, render_pdf  # noqa: PLC0415 - loaded by those who want a page

    return render_html(plant, made) if form == "html" else render_pdf(plant, made)


def _earlier(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            _("{path} cannot be read as JSON: {error}").format(path=path, error=error),
            cure=_("name a file written by rainbow topology report CITY --format json"),
        ) from None
    if not isinstance(found, dict):
        raise InputError(_("{path} is no report").format(path=path), cure=_("name a report's JSON"))
    return found


def _write(path: Path, content: str | bytes) -> None:
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise UsageError(
            _("{path} cannot be written: {error}").format(path=path, error=error.strerror or error),
            cure=_("name another file with --output"),
        ) from None


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
