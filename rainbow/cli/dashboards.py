"""``rainbow dashboards``: Grafana's files, made from the metric catalogue."""

from __future__ import annotations

from pathlib import Path

import click

from dashboards.build import Changes, compare, files, write
from dashboards.surroundings import Surroundings
from rainbow.kernel.texts import LANGUAGES, _, ngettext
from rainbow.settings import Settings, read_settings

COMMITTED = Path("deploy/grafana")

CITY = click.argument("city", type=click.Path(path_type=Path, file_okay=False), required=False)
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
@CITY
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
@CITY
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


def _folder(city: Path | None) -> Path:
    return city / "state" / "grafana" if city else COMMITTED


def _made(settings: Settings | None, lang: str | None) -> dict[str, str]:
    if settings is None:
        return files(Surroundings(), lang or "en")
    return files(surroundings(settings), lang or settings.city.language)


def surroundings(settings: Settings) -> Surroundings:
    """What a city's settings say about the surroundings of its dashboards."""
    influx = settings.influx
    plain = Surroundings(settings=settings.dashboards, interval_s=settings.collect.interval_s)
    if influx is None:
        return plain
    return Surroundings(
        settings=settings.dashboards,
        interval_s=settings.collect.interval_s,
        database=influx.database,
        influx_version=influx.version,
    )


def _say(changes: Changes) -> None:
    words = ((_("new"), changes.new), (_("changed"), changes.changed), (_("gone"), changes.gone))
    for word, paths in words:
        for path in paths:
            click.echo(f"{word:8} {path}")
