"""``rainbow topology``: what one cut takes down, and what these cuts would."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory import history
from inventory.protection import Protection
from inventory.visibility import shown
from rainbow.city import clock, open_city
from rainbow.cli.dig_files import read_candidates, read_streets
from rainbow.cli.options import CITY, circle_of, text_or_json
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.garbage import uncollected
from rainbow.kernel.texts import LANGUAGES, _, use
from topology.answers import pair_to_json, plan_to_json, render_pair, render_plan
from topology.cut_index import CutIndex
from topology.dig import candidates_near, costs_of, where_to_dig
from topology.diversity import best_pair
from topology.impact import impact, impact_to_json, render_impact
from topology.may_open import Answer, may_open
from topology.rates import rates_of
from topology.report import render_text, report, to_json
from topology.streets import candidates_along
from topology.whatif import in_circle, links_down, what_if
from topology.whatif_answer import may_open_to_json, render_may_open, render_what_if, what_if_to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.report import Report

FORMAT = text_or_json(_("Text for people, JSON for machines."))


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
@click.option(
    "--up-to",
    "most",
    type=click.Choice([item.name.lower() for item in Protection]),
    default="secret",
    show_default=True,
    help=_("Leave out what is above this protection class, and what leads to it."),
)
@click.pass_context
def report_command(
    context: click.Context,
    city: Path,
    form: str,
    lang: str | None,
    output: Path | None,
    since: Path | None,
    most: str,
) -> None:
    """Write the redundancy report."""
    opened = open_city(city)
    plant = shown(opened.plant, Protection[most.upper()])
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise UsageError(_("a PDF is nothing for a terminal"), cure=_("name a file with --output"))
    with use(lang or opened.settings.city.language), uncollected():
        earlier = _earlier(since) if since else None
        made = report(CutIndex.of(plant), now=clock(), rates=rates_of(opened.settings.topology), earlier=earlier)
        content = _rendered(plant, made, form)
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


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """What both questions about opening the ground take."""
    for option in (
        FORMAT,
        click.option(
            "--built",
            metavar="CODE",
            multiple=True,
            help=_("As if this planned object stood; may be given often, or once as: all."),
        ),
        click.option(
            "--down",
            metavar="CODE",
            multiple=True,
            help=_("What is down already: a link, trench, cable or node; may be given often."),
        ),
        click.option("--circle", metavar="LON,LAT,METRES", help=_("All trenches that come into this circle.")),
        click.argument("cuts", metavar="[CODE]...", nargs=-1),
        CITY,
    ):
        command = option(command)
    return command


@topology.command(
    name="what-if",
    help=_(
        "What if these are cut, with what is down right now? Codes of trenches, cables, sites or structures, or all "
        "trenches in a circle on the map. Says what is lost, what the protocols of the rings make of it, and the way, "
        "room and light that each site has left. Exit code 1 if something would lose its way to the hub."
    ),
)
@_asked
@click.pass_context
def what_if_command(
    context: click.Context,
    city: Path,
    cuts: tuple[Code, ...],
    circle: str | None,
    down: tuple[Code, ...],
    built: tuple[Code, ...],
    form: str,
) -> None:
    """Print what the cuts do."""
    plant = _as_built(open_city(city).plant, built)
    index = CutIndex.of(plant)
    found = what_if(index, _chosen(plant, cuts, circle), down_links=links_down(index, down))
    click.echo(what_if_to_json(found, plant) if form == "json" else render_what_if(found), nl=form == "json")
    context.exit(0 if found.allowed else 1)


@topology.command(
    name="may-open",
    help=_(
        "May these be opened, with what is down right now? Yes, no with names, or yes if something comes first: a "
        "repair, free strands that lie elsewhere, or what is planned. Exit code 0 only for a plain yes."
    ),
)
@_asked
@click.pass_context
def may_open_command(
    context: click.Context,
    city: Path,
    cuts: tuple[Code, ...],
    circle: str | None,
    down: tuple[Code, ...],
    built: tuple[Code, ...],
    form: str,
) -> None:
    """Print the answer for whoever wants to dig."""
    plant = _as_built(open_city(city).plant, built)
    index = CutIndex.of(plant)
    later = history.built(plant)
    found = may_open(
        index,
        _chosen(plant, cuts, circle),
        down=down,
        planned=CutIndex.of(later) if later.links != plant.links else None,
    )
    click.echo(may_open_to_json(found, plant) if form == "json" else render_may_open(found), nl=form == "json")
    context.exit(0 if found.answer is Answer.YES else 1)


def _chosen(plant: Plant, cuts: tuple[Code, ...], circle: str | None) -> tuple[Code, ...]:
    if not circle:
        return cuts
    lon, lat, metres = circle_of(circle)
    return (*cuts, *in_circle(plant, (lon, lat), metres))


def _as_built(plant: Plant, codes: tuple[Code, ...]) -> Plant:
    """The plant with these planned objects in service.

    Raises:
        UsageError: one of them is not planned.
    """
    if not codes:
        return plant
    if codes == ("all",):
        return history.built(plant)
    planned = {record.code for _kind, record in history.planned(plant)}
    for code in codes:
        if code not in planned:
            raise UsageError(
                _("{code} is not planned").format(code=code), cure=_("see what is: rainbow inventory planned CITY")
            )
    return history.built(plant, codes=codes)


@topology.command(
    name="ways",
    help=_("The two ways of SITE that share the fewest metres of trench, and whether a better pair can exist."),
)
@CITY
@click.argument("site")
@click.option("--strands", type=click.IntRange(min=0), default=0, help=_("Only over cables with so many free strands."))
@FORMAT
def ways_command(city: Path, site: Code, strands: int, form: str) -> None:
    """Print the best pair of ways."""
    plant = open_city(city).plant
    found = best_pair(CutIndex.of(plant), site, strands=strands)
    click.echo(pair_to_json(found) if form == "json" else render_pair(plant, found), nl=form == "json")


@topology.command(
    name="dig",
    help=_(
        "Where to dig next: which new trenches take the most harm out of CITY for a budget. Candidates come from a CSV "
        "file with the columns code, near, far, metres and surface, or are thought of from each exposed site to its "
        "neighbours: along streets, where their lines are given, else straight."
    ),
)
@CITY
@click.option("--budget", type=click.FloatRange(min=0, min_open=True), required=True, help=_("EUR to spend."))
@click.option("--candidates", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=_("CSV file."))
@click.option(
    "--streets",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("GeoJSON file of lines (WGS84) with a property surface: think of trenches along these streets."),
)
@FORMAT
def dig_command(city: Path, budget: float, candidates: Path | None, streets: Path | None, form: str) -> None:
    """Print the plan."""
    opened = open_city(city)
    index = CutIndex.of(opened.plant)
    settings = opened.settings.topology
    costs = costs_of(settings)
    if candidates and streets:
        raise UsageError(_("--candidates and --streets are two questions"), cure=_("ask one after the other"))
    if streets:
        offered = candidates_along(index, read_streets(streets), costs)
    else:
        offered = tuple(read_candidates(candidates)) if candidates else candidates_near(index)
    plan = where_to_dig(index, offered, budget_eur=budget, rates=rates_of(settings), eur_per_m=costs)
    click.echo(plan_to_json(plan) if form == "json" else render_plan(opened.plant, plan), nl=form == "json")
