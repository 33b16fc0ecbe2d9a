"""``rainbow study``: questions of millions of scenarios, asked in chunks that are kept."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from rainbow.city import open_city
from rainbow.cli.options import CITY, circle_of, text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import N_, _
from rainbow.studying import keeper, study_desk, study_executor
from studies.availability import Availability
from studies.digs import Digs
from studies.failures import Failures
from studies.runner import Budget, Progress
from studies.words import TITLES, told
from studies.year import Year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from studies.keeper import Kept
    from studies.question import Question

FORMAT = text_or_json(_("Text for people, JSON for machines."))
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)")
STATES = {
    "complete": N_("complete"),
    "running": N_("running"),
    "cancelled": N_("cancelled"),
    "stopped": N_("stopped"),
}


@click.group(help=_("Planning studies: many failures at once, hazards, whole years, pairs of new trenches."))
def study() -> None:
    """Group of the study commands."""


class Span(click.ParamType[float]):
    """A span of time: ``90s``, ``10min``, ``2h``."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """In seconds."""
        found = _SPAN.fullmatch(str(value))
        if found is None:
            self.fail(_("{text} is no time: write 90s, 10min or 2h").format(text=value), param, ctx)
        return float(found[1]) * SECONDS[found[2]]


class _How(TypedDict):
    """How a study is worked out, as click hands it over."""

    seed: int
    workers: int | None
    executor: str
    seconds: float | None
    scenarios: int | None
    form: str


def _how(command: Callable[..., None]) -> Callable[..., None]:
    """How a study is worked out: the same for all, new or resumed."""
    for option in (
        FORMAT,
        click.option("--scenarios", type=click.IntRange(min=1), help=_("Stop after so many scenarios.")),
        click.option(
            "--budget", "seconds", type=Span(), help=_("Stop after this time: 90s, 10min, 2h. What is done is kept.")
        ),
        click.option(
            "--executor",
            default="processes",
            show_default=True,
            help=_("processes of this machine, or the URL of a Dask scheduler: tcp://HOST:8786."),
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            help=_("Processes of this machine; by default [studies] workers, else one for each processor."),
        ),
    ):
        command = option(command)
    return command


def _new(command: Callable[..., None]) -> Callable[..., None]:
    """What every new study takes beside its own options."""
    seed = click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help=_("Of the chance."))
    return _how(seed(CITY(command)))


@study.group(name="run", help=_("Ask; the same question of the same city goes on where it was stopped."))
def run() -> None:
    """Group of the studies."""


@run.command(name="failures", help=_("What several trenches of one zone take down when they are cut at once."))
@_new
@click.option("--together", type=click.IntRange(2, 6), default=3, show_default=True, help=_("Trenches at once."))
@click.option("--zone-m", type=click.FloatRange(min=1), default=1_000.0, show_default=True, help=_("Side of a zone."))
@click.option("--circle", metavar="LON,LAT,METRES", help=_("Only the trenches that come into this circle."))
@click.option(
    "--most", type=click.IntRange(min=1_000), default=200_000, show_default=True,
    help=_("Combinations of one zone; a zone with more of them is sampled."),
)  # fmt: skip
def failures_command(
    city: Path, together: int, zone_m: float, circle: str | None, most: int, **how: Unpack[_How]
) -> None:
    """Ask for failures."""
    where = circle_of(circle) if circle else ()
    _ask(city, Failures(together=together, zone_m=zone_m, circle=where, most=most), **how)


@run.command(
    name="availability", help=_("Minutes a year of every site, with hazards that take several things at once.")
)
@_new
@click.option("--moments", type=click.IntRange(min=1), default=1_000_000, show_default=True, help=_("Drawn at random."))
@click.option("--independent", is_flag=True, help=_("As if every trench failed on its own, to compare."))
def availability_command(city: Path, moments: int, *, independent: bool, **how: Unpack[_How]) -> None:
    """Ask for availability."""
    _ask(city, Availability(moments=moments, independent=independent), **how)


@run.command(name="digs", help=_("The best pairs of new trenches for a sum of money: every pair is tried."))
@_new
@click.option("--budget-eur", type=click.FloatRange(min=0, min_open=True), required=True, help=_("EUR to spend."))
@click.option(
    "--candidates", type=click.IntRange(min=1), default=60, show_default=True, help=_("New trenches thought of.")
)
def digs_command(city: Path, budget_eur: float, candidates: int, **how: Unpack[_How]) -> None:
    """Ask where to dig."""
    _ask(city, Digs(budget_eur=budget_eur, candidates=candidates), **how)


@run.command(name="year", help=_("Whole years with few repair crews: what a bad year is like, what a crew more buys."))
@_new
@click.option("--years", type=click.IntRange(min=1), default=100_000, show_default=True, help=_("Years to live."))
@click.option(
    "--crews", type=click.IntRange(0, 100), multiple=True, default=(1, 2, 0), show_default=True,
    help=_("Repair crews; may be given often, to compare. 0: as many as are wanted."),
)  # fmt: skip
@click.option("--repair-h", type=click.FloatRange(min=0, min_open=True), help=_("Mean hours of a repair."))
def year_command(city: Path, years: int, crews: tuple[int, ...], repair_h: float | None, **how: Unpack[_How]) -> None:
    """Ask for years."""
    _ask(city, Year(years=years, crews=tuple(dict.fromkeys(crews)), repair_h=repair_h), **how)


def _ask(city: Path, question: Question, **how: Unpack[_How]) -> None:
    opened = open_city(city)
    with _bar() as heard:
        kept = study_desk(opened).run(
            question,
            how["seed"],
            study_executor(opened, how["executor"], how["workers"]),
            budget=Budget(seconds=how["seconds"], scenarios=how["scenarios"]),
            told=heard,
        )
    _print(kept, how["form"])


@study.command(name="resume", help=_("Go on with study ID of CITY where it was stopped."))
@_how
@CITY
@click.argument("study_id", metavar="ID")
def resume_command(
    city: Path,
    study_id: str,
    workers: int | None,
    executor: str,
    seconds: float | None,
    scenarios: int | None,
    form: str,
) -> None:
    """Go on."""
    opened = open_city(city)
    with _bar() as heard:
        kept = study_desk(opened).resume(
            study_id,
            study_executor(opened, executor, workers),
            budget=Budget(seconds=seconds, scenarios=scenarios),
            told=heard,
        )
    _print(kept, form)


@study.command(name="list", help=_("The studies of CITY, the newest first."))
@CITY
@FORMAT
def list_command(city: Path, form: str) -> None:
    """List what is kept."""
    kept = keeper(open_city(city)).studies()
    if form == "json":
        click.echo(json.dumps([_as_row(each) for each in kept], indent=2, ensure_ascii=False))
    elif not kept:
        click.echo(_("No study was asked for yet: rainbow study run --help"))
    for each in kept if form == "text" else ():
        click.echo(
            _("{id}  {state}, {done} of {chunks} chunks, {seconds:.0f} s: {title}").format(
                id=each.id,
                state=_(STATES[_state(each)]),
                done=each.done,
                chunks=each.chunks,
                seconds=each.worked_s,
                title=_(TITLES[each.name]),
            )
        )


@study.command(name="show", help=_("What study ID of CITY has found so far."))
@CITY
@click.argument("study_id", metavar="ID")
@FORMAT
def show_command(city: Path, study_id: str, form: str) -> None:
    """Print the answer."""
    _print(keeper(open_city(city)).find(study_id), form)


@study.command(name="cancel", help=_("Stop study ID of CITY, wherever it runs; what is done is kept."))
@CITY
@click.argument("study_id", metavar="ID")
def cancel_command(city: Path, study_id: str) -> None:
    """Cancel."""
    keeper(open_city(city)).cancel(study_id)
    click.echo(_("{id} stops after the chunks that are under way").format(id=study_id), err=True)


def _state(kept: Kept) -> str:
    if kept.is_complete:
        return "complete"
    if kept.is_running:
        return "running"
    return "cancelled" if kept.is_cancelled else "stopped"


def _as_row(kept: Kept) -> dict[str, object]:
    return {
        "id": kept.id,
        "study": kept.name,
        "state": _state(kept),
        "done": kept.done,
        "chunks": kept.chunks,
        "seed": kept.seed,
        "parameters": dict(kept.parameters),
        "worked_s": round(kept.worked_s, 3),
    }


def _print(kept: Kept, form: str) -> None:
    """The answer, and on the side where it stands."""
    if not kept.is_complete:
        click.echo(
            _("{id}: {state}, {done} of {chunks} chunks; go on: rainbow study resume CITY {id}").format(
                id=kept.id, state=_(STATES[_state(kept)]), done=kept.done, chunks=kept.chunks
            ),
            err=True,
        )
    if kept.answer is None:
        raise UsageError(_("study {id} has no answer yet").format(id=kept.id), cure=_("let it run for a chunk"))
    document = json.loads(kept.answer)
    click.echo(
        json.dumps(document, indent=2, ensure_ascii=False) if form == "json" else told(document), nl=form == "json"
    )


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is someone to see it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - same
    from rich.progress import Progress as Bar  # noqa: PLC0415 - same

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def heard(now: Progress) -> None:
            bar.update(task, description=now.study, completed=now.done, total=now.wanted)

        yield heard
