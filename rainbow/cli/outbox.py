"""``rainbow outbox``: what waits for InfluxDB, and what it refused for good."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from rainbow.audited import noting
from rainbow.city import City, clock, open_city
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _, ngettext
from rainbow.wiring import store_reader
from store import dead_letters
from store.refill import refill as again
from store.sinks.influx import NAME as INFLUX

if TYPE_CHECKING:
    from pathlib import Path

    from store.dead_letters import Letter
    from store.outbox import OutboxState

_HOUR_NS = 3_600_000_000_000
_NUMBERS = click.argument("numbers", type=int, nargs=-1)
_ALL = click.option("--all", "everything", is_flag=True, help=_("All of them."))


@click.group(help=_("What waits for InfluxDB, and what it refused for good."))
def outbox() -> None:
    """Group of the commands below."""


@outbox.command(
    name="list",
    help=_("What waits in CITY's outbox, and the dead letters. Exit code 1 if a server refuses us or there are some."),
)
@CITY
@text_or_json(_("Text for people, JSON for machines."))
@click.pass_context
def list_(context: click.Context, city: Path, form: str) -> None:
    """Print them."""
    opened = open_city(city)
    with store_reader(opened) as reader:
        states = reader.outbox(clock())
    letters = dead_letters.letters(opened.database)
    if form == "json":
        document = {"sinks": [asdict(state) for state in states], "dead_letters": [_as_json(item) for item in letters]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print(states, letters)
    context.exit(1 if letters or any(state.blocked for state in states) else 0)


def _print(states: list[OutboxState], letters: list[Letter]) -> None:
    if not states:
        click.echo(_("no sink: the city delivers to nobody"))
    for state in states:
        _print_sink(state)
    for letter in letters:
        points = ngettext("{count} point", "{count} points", letter.points).format(count=letter.points)
        click.echo(f"{letter.number:>5}  {_time(letter.time_ns)}  {points}: {letter.words}")
        click.echo(f"       {_first_line(letter)}")
    if letters:
        click.echo(_("rainbow outbox show, retry or drop NUMBER: retry once the cause is mended"), err=True)


def _print_sink(state: OutboxState) -> None:
    text = _(
        "{sink}: {points:,} points wait ({size:,.1f} MB, the oldest {age:.0f} s), {sent:,} sent, {dropped:,} dropped"
    )
    size = state.bytes / 1e6
    click.echo(
        text.format(
            sink=state.sink, points=state.points, size=size, age=state.age_s, sent=state.sent, dropped=state.dropped
        )
    )
    if state.blocked:
        click.echo("  " + _("refuses us: {words}").format(words=state.words))


def _time(time_ns: int) -> str:
    return f"{datetime.fromtimestamp(time_ns / 1e9).astimezone():%Y-%m-%d %H:%M}"


def _first_line(letter: Letter) -> str:
    first = letter.payload.split(b"\n", 1)[0].decode("utf-8", "replace")
    return first if len(first) <= 160 else f"{first[:157]}..."  # noqa: PLR2004 - a line and a half of a terminal


def _as_json(letter: Letter) -> dict[str, object]:
    return {**asdict(letter), "payload": letter.payload.decode("utf-8", "replace")}


@outbox.command(help=_("Print the lines of dead letter NUMBER of CITY: line protocol, as it was sent."))
@CITY
@click.argument("number", type=int)
def show(city: Path, number: int) -> None:
    """Print one."""
    (letter,) = dead_letters.letters(open_city(city).database, [number])
    click.echo(letter.payload.decode("utf-8", "replace"))


@outbox.command(help=_("Put dead letters of CITY back into the outbox: a running collector sends them again."))
@CITY
@_NUMBERS
@_ALL
def retry(city: Path, numbers: tuple[int, ...], *, everything: bool) -> None:
    """Put back."""
    opened, wanted = _chosen(city, numbers, everything=everything)
    with noting(city, "outbox.retry", "dead letter", _named(numbers)) as entry:
        points = dead_letters.retry(opened.database, wanted, clock())
        entry.tell(points=points)
    click.echo(ngettext("{count} point is sent again", "{count} points are sent again", points).format(count=points))


@outbox.command(help=_("Delete dead letters of CITY for good; they are counted as dropped."))
@CITY
@_NUMBERS
@_ALL
def drop(city: Path, numbers: tuple[int, ...], *, everything: bool) -> None:
    """Delete."""
    opened, wanted = _chosen(city, numbers, everything=everything)
    with noting(city, "outbox.drop", "dead letter", _named(numbers)) as entry:
        points = dead_letters.drop(opened.database, wanted)
        entry.tell(points=points)
    click.echo(ngettext("{count} point is gone", "{count} points are gone", points).format(count=points))


def _named(numbers: tuple[int, ...]) -> str:
    return " ".join(map(str, numbers)) or "all"


def _chosen(city: Path, numbers: tuple[int, ...], *, everything: bool) -> tuple[City, tuple[int, ...]]:
    if bool(numbers) == everything:
        raise UsageError(
            _("name dead letters by number, or all of them with --all"), cure=_("see: rainbow outbox list")
        )
    return open_city(city), dead_letters.ANY if everything else numbers


@outbox.command(
    help=_(
        "Send what CITY's store still has of the last HOURS once more, for a new or emptied InfluxDB. The collector "
        "goes on and delivers; new readings go first."
    )
)
@CITY
@click.option(
    "--hours", type=click.FloatRange(0, min_open=True), default=48, show_default=True, help=_("How far back.")
)
def refill(city: Path, hours: float) -> None:
    """Refill, with a word on progress."""
    opened = open_city(city)
    end_ns, total = clock(), 0
    steps = again(
        opened.database,
        INFLUX,
        start_ns=end_ns - int(hours * _HOUR_NS),
        end_ns=end_ns,
        most_bytes=int(opened.settings.store.outbox_max_mb * 1e6),
    )
    for reached_ns, points in steps:
        total += points
        if sys.stderr.isatty():
            click.echo(f"\r{_time(reached_ns)}  {total:,}", nl=False, err=True)
    click.echo(ngettext("{count} point is sent again", "{count} points are sent again", total).format(count=total))
