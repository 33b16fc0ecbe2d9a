"""``rainbow dashboards``: Grafana's files, made from the metric catalogue."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboards.build import Changes, compare, files, write
from dashboards.surroundings import Surroundings
from rainbow.audited import noting
from rainbow.cli.options import CITY
from rainbow.kernel.texts import LANGUAGES, _, ngettext
from rainbow.provisioning import files_folder, grafana, surroundings, wanted_of
from rainbow.settings import Settings, read_settings

if TYPE_CHECKING:
    from dashboards.push import Pushed

COMMITTED = Path("deploy/grafana")

ANY_CITY = click.argument("city", type=click.Path(path_type=Path, file_okay=False), required=False)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder of the files. Default: CITY/state/grafana, without CITY deploy/grafana."),
)
LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), help=_("Language of all texts. Default: the city's, without CITY English.")
)


@click.group(help=_("Grafana dashboards, alert rules and provisioning files, generated from the metric catalogue."))
def dashboards() -> None:
    """Group of the dashboard commands."""


@dashboards.command(name="build", help=_("Write all files for Grafana; files that did not change are left alone."))
@ANY_CITY
@OUT
@LANG
def build(city: Path | None, out: Path | None, lang: str | None) -> None:
    """Write the files and say which."""
    settings = read_settings(city) if city else None
    folder = out or _folder(city)
    made = _made(settings, lang)
    changes = write(made, folder)
    _say(changes)
    kept = len(made) - len(changes.new) - len(changes.changed)
    click.echo(
        ngettext(
            "{count} file in {folder}, {kept} of them unchanged",
            "{count} files in {folder}, {kept} of them unchanged",
            len(made),
        ).format(count=len(made), folder=folder, kept=kept)
    )


@dashboards.command(name="check", help=_("Are the files up to date? Exit code 1 if one is stale. Writes nothing."))
@ANY_CITY
@OUT
@LANG
@click.pass_context
def check(context: click.Context, city: Path | None, out: Path | None, lang: str | None) -> None:
    """Compare the files with what would be written."""
    settings = read_settings(city) if city else None
    folder = out or _folder(city)
    changes = compare(_made(settings, lang), folder)
    _say(changes)
    if changes:
        click.echo(_("{folder} is stale; write it anew: rainbow dashboards build").format(folder=folder), err=True)
    else:
        click.echo(_("{folder} is up to date").format(folder=folder))
    context.exit(1 if changes else 0)


@dashboards.command(
    name="push", help=_("Bring the Grafana at grafana_url up to date over HTTP; change nothing of others.")
)
@CITY
@LANG
@click.option("--dry-run", is_flag=True, help=_("Say what would be written, write nothing. Exit code 1 if anything."))
@click.option(
    "--renew-secret", is_flag=True, help=_("Send the data source with its secret again: after the secret changed.")
)
@click.pass_context
def push(context: click.Context, city: Path, lang: str | None, *, dry_run: bool, renew_secret: bool) -> None:
    """Push and say what was written."""
    from dashboards import push as pushing  # noqa: PLC0415 - an HTTP client only this command needs

    settings = read_settings(city)
    target = grafana(city, settings.dashboards)
    wanted = wanted_of(city, settings, lang or "")
    if dry_run:
        steps = pushing.plan(target, wanted, renew_secret=renew_secret)
        for step in steps:
            click.echo(step.what)
        context.exit(1 if steps else 0)
    with noting(city, "grafana.push", "grafana", target.url, renew_secret=renew_secret) as entry:
        pushed = pushing.push(target, wanted, pause=time.sleep, renew_secret=renew_secret)
        entry.tell(written=list(pushed.written))
    _say_pushed(pushed, target.url)


def _say_pushed(pushed: Pushed, url: str) -> None:
    for what in pushed.written:
        click.echo(_("written  {what}").format(what=what))
    click.echo(
        ngettext(
            "{count} object written to {url}, {kept} unchanged",
            "{count} objects written to {url}, {kept} unchanged",
            len(pushed.written),
        ).format(count=len(pushed.written), url=url, kept=pushed.unchanged)
    )


def _folder(city: Path | None) -> Path:
    return files_folder(city) if city else COMMITTED


def _made(settings: Settings | None, lang: str | None) -> dict[str, str]:
    if settings is None:
        return files(Surroundings(), lang or "en")
    return files(surroundings(settings), lang or settings.city.language)


def _say(changes: Changes) -> None:
    words = ((_("new"), changes.new), (_("changed"), changes.changed), (_("gone"), changes.gone))
    for word, paths in words:
        for path in paths:
            click.echo(f"{word:8} {path}")
