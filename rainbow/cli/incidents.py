"""``rainbow incidents``: what happened, what is open, who took it, and a report of one of them."""

from __future__ import annotations

import getpass
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incidents.engine import Window
from incidents.messages import Wording
from incidents.planned import conflicts, links_of
from incidents.report import document, past_text, to_text
from incidents.trial import trial
from inventory.entities import Code
from rainbow import wiring
from rainbow.audited import looked_at, noting
from rainbow.city import clock, open_city
from rainbow.cli.incident_duties import duties
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _, use

if TYPE_CHECKING:
    from incidents.incident import Incident
    from rainbow.city import City

_NS = 1_000_000_000
_FORMAT = text_or_json(_("Text for people, JSON for machines."))


@click.group(help=_("Incidents: one for one cause, however many links and devices tell of it."))
def incidents() -> None:
    """Group of the commands below."""


incidents.add_command(duties)


@incidents.command("list", help=_("Incidents of CITY, the newest first. Exit code 1 while one is open."))
@CITY
@click.option("--all", "everything", is_flag=True, help=_("Those that are over too."))
@_FORMAT
@click.pass_context
def list_(context: click.Context, city: Path, form: str, *, everything: bool) -> None:
    """Print them."""
    opened = open_city(city)
    found = wiring.journal(opened, read_only=True).incidents(live_only=not everything)
    words = Wording(wiring.ground(opened))
    if form == "json":
        click.echo(json.dumps([document(item, words) for item in found], indent=2, ensure_ascii=False))
    else:
        lines = [f"{item.number:>5}  {words.moment(item.bad_s)}  {item.status:9} {words.title(item)}" for item in found]
        click.echo("\n".join(lines) if lines else _("No incident is open."))
    context.exit(1 if any(item.is_live for item in found) else 0)


@incidents.command(help=_("Incident NUMBER of CITY: what, where, who is without service, and why it was judged so."))
@CITY
@click.argument("number", type=int)
@_FORMAT
def show(city: Path, number: int, form: str) -> None:
    """Print one."""
    opened = open_city(city)
    item, words = _one(opened, number), Wording(wiring.ground(opened))
    click.echo(
        json.dumps(document(item, words), indent=2, ensure_ascii=False) if form == "json" else to_text(item, words)
    )


@incidents.command(
    help=_(
        "Hold the work planned in city.toml, and work on CODES, against what is down in CITY by its open incidents: "
        "what both together would take. Exit code 1 where work has to wait."
    )
)
@CITY
@click.argument("codes", nargs=-1)
@click.pass_context
def planned(context: click.Context, city: Path, codes: tuple[str, ...]) -> None:
    """Print what has to wait."""
    opened = open_city(city)
    known, now_s = wiring.ground(opened), clock() / _NS
    asked = tuple(Code(code) for code in codes)
    if unknown := [code for code in asked if not links_of(known, [code])]:
        raise UsageError(
            _("no link runs through {code}").format(code=unknown[0]),
            cure=_("name trenches, cables, ducts, sites, switches, ports or links of the plant"),
        )
    windows = [item.window() for item in opened.settings.notify.windows.values()]
    windows = [window for window in windows if window.ends_s >= now_s]
    windows += [Window(codes=asked, begins_s=now_s, ends_s=now_s)] if asked else []
    live = wiring.journal(opened, read_only=True).incidents(live_only=True)
    found, words = conflicts(known, live, windows), Wording(known)
    click.echo("\n".join(map(words.put_off, found)) or _("No planned work has to wait for an open incident."))
    context.exit(1 if found else 0)


@incidents.command(help=_("Take incident NUMBER of CITY: it is escalated no further, and messages name who took it."))
@CITY
@click.argument("number", type=int)
@click.option("--by", "name", default="", help=_("Who takes it; by default the user of this session."))
def ack(city: Path, number: int, name: str) -> None:
    """Remember it."""
    opened = open_city(city)
    who = name or getpass.getuser()
    with noting(city, "incident.take", "incident", number, taken_by=who):
        wiring.journal(opened).acknowledge(number, who, clock() / _NS)
    click.echo(_("Incident {number} is taken by {name}.").format(number=number, name=who))


@incidents.command(
    help=_(
        "A report of incident NUMBER of CITY for insurance and authority: timeline, evidence, minutes without service "
        "by site and user group."
    )
)
@CITY
@click.argument("number", type=int)
@_FORMAT
@click.option("--lang", type=click.Choice(["en", "de"]), default=None, help=_("Language of the report."))
def export(city: Path, number: int, form: str, lang: str | None) -> None:
    """Print the report."""
    opened = open_city(city)
    with use(lang or opened.settings.city.language):
        item, words = _one(opened, number), Wording(wiring.ground(opened))
        looked_at(city, "incident.export", "incident", number, form=form)
        now_s = clock() / _NS
        report = document(item, words, now_s=now_s)
        click.echo(
            json.dumps(report, indent=2, ensure_ascii=False) if form == "json" else to_text(item, words, now_s=now_s)
        )


@incidents.command(
    help=_(
        "What the incidents of CITY teach: minutes each site was without service beside those predicted, and cuts per "
        "kilometre, as figures for the table [topology] of city.toml."
    )
)
@CITY
@_FORMAT
def past(city: Path, form: str) -> None:
    """Print it."""
    from incidents.past import past as learned  # noqa: PLC0415 - each command loads what it needs

    opened = open_city(city)
    kept, now_s = wiring.journal(opened, read_only=True), clock() / _NS
    since_s = kept.since_s()
    if since_s is None:
        raise UsageError(_("nothing was watched yet"), cure=_("let it run for a while: rainbow collect run CITY"))
    known = wiring.ground(opened)
    found = learned(known, kept.incidents(most=1_000_000), since_s, now_s, opened.settings.topology)
    if form == "json":
        click.echo(json.dumps({**asdict(found), "km_years": found.km_years}, indent=2, ensure_ascii=False))
    else:
        click.echo(past_text(found, Wording(known)))


@incidents.command(
    help=_(
        "Judge again what the collector of CITY recorded, or another RECORDING: the same readings give the same "
        "decisions. Recorded where [incidents] has record_mb above 0."
    )
)
@CITY
@click.argument("recording", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--speed", type=click.FloatRange(min=0), default=0.0, help=_("Times as fast as it was; 0: at once."))
@_FORMAT
def replay(city: Path, recording: Path | None, speed: float, form: str) -> None:
    """Print each change with its time."""
    from incidents.recording import replay as played  # noqa: PLC0415 - each command loads what it needs
    from incidents.recording import steps  # noqa: PLC0415 - same

    opened = open_city(city)
    known = wiring.ground(opened)
    words, before_s = Wording(known), None
    for now_s, changes, _state in played(wiring.engine(opened, known), steps(recording or opened.recording)):
        if speed and before_s is not None:
            time.sleep(max(0.0, now_s - before_s) / speed)
        before_s = now_s
        for change in changes:
            if form == "json":
                found = {"at_s": now_s, "what": str(change.what), "incident": document(change.incident, words)}
                click.echo(json.dumps(found, ensure_ascii=False))
            else:
                number, title = change.incident.number, words.title(change.incident)
                click.echo(f"{words.moment(now_s)}  {number:>5}  {change.what:8} {title}")


@incidents.command(
    "test-notification", help=_("Send a message that says it is a test through every channel of CITY, or one.")
)
@CITY
@click.option("--channel", default="", help=_("Only this channel."))
@click.pass_context
def test_notification(context: click.Context, city: Path, channel: str) -> None:
    """Send it."""
    opened = open_city(city)
    channels = opened.settings.notify.channels
    if channel and channel not in channels:
        raise UsageError(_("{channel} is no channel of city.toml").format(channel=channel))
    sender = wiring.sender(opened)
    if sender is None:
        raise UsageError(_("city.toml names no channel"), cure=_("add a table [notify.channels.NAME] with url_file"))
    words_of = wiring.ground(opened)
    failed = False
    for name, settings in channels.items():
        if not channel or name == channel:
            with use(settings.language):
                title, body = trial(words_of, clock() / _NS)
            done = sender.send(name, title, body)
            failed = failed or not done
            said = _("{channel}: handed over") if done else _("{channel}: took no message: {why}")
            click.echo(said.format(channel=name, why=sender.why(name) or _("nobody knows why")))
    context.exit(1 if failed else 0)


def _one(city: City, number: int) -> Incident:
    item = wiring.journal(city, read_only=True).incident(number)
    if item is None:
        raise UsageError(
            _("there is no incident {number}").format(number=number), cure=_("see: rainbow incidents list CITY")
        )
    return item
