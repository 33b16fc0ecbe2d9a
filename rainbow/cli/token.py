"""``rainbow token``: who may use the REST API of a city, for what, until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from rainbow import wiring
from rainbow.audited import here, noting
from rainbow.city import clock, open_city
from rainbow.cli.options import CITY
from rainbow.doorway import sessions
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _
from trust.tokens import MOST_DAYS, Scope

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_NS = 1_000_000_000
NAME = click.argument("name")


@click.group(help=_("Tokens of the REST API of a city: needed where city.toml names a tokens_file in [page]."))
def token() -> None:
    """Group of the commands below."""


@token.command(help=_("Make a token NAME for CITY. It is shown once; only its hash is kept."))
@CITY
@NAME
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([str(scope) for scope in Scope]),
    multiple=True,
    default=["read"],
    show_default=True,
    help=_(
        "What it opens: questions; saved what-ifs and taking incidents; the simulated city; the audit log. "
        "May be given again."
    ),
)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=365, show_default=True, help=_("So many days it is good for.")
)
@click.option("--owner", default="", help=_("Who answers for it; by default who runs this command."))
@click.option("--within", multiple=True, help=_("A scope of [access.scopes] it is bound to. May be given again."))
def add(city: Path, name: str, scopes: tuple[str, ...], days: int, owner: str, within: tuple[str, ...]) -> None:
    """Print it to stdout, and nothing else there."""
    until = _today() + timedelta(days=days)
    opened = open_city(city)
    if unknown := sorted(set(within) - set(opened.settings.access.scopes)):
        raise UsageError(
            _("there is no scope {name}").format(name=unknown[0]), cure=_("see [access.scopes] in city.toml")
        )
    owner = owner or here().display or here().subject
    told = {"scopes": list(scopes), "until": until.isoformat(), "owner": owner, "within": list(within)}
    with noting(city, "token.add", "token", name, **told):
        made = wiring.token_file(opened).add(
            name, frozenset(Scope(scope) for scope in scopes), until, owner=owner, within=frozenset(within)
        )
    click.echo(made)
    click.echo(_("good until {day}; it is not shown again").format(day=until.isoformat()), err=True)


@token.command("list", help=_("The tokens of CITY, without what is secret. Exit code 1 if one has expired."))
@CITY
@click.pass_context
def list_(context: click.Context, city: Path) -> None:
    """Print them."""
    opened = open_city(city)
    found = wiring.token_file(opened).all()
    used, today = sessions(opened).tokens_used(), _today()
    for item in found:
        last_s = used.get(item.digest)
        last = datetime.fromtimestamp(last_s, UTC).date().isoformat() if last_s is not None else _("never used")
        note = "" if today <= item.until else _("expired")
        what = ",".join(sorted(item.scopes))
        click.echo(f"{item.name:24} {what:20} {item.until.isoformat()} {last:12} {item.owner:16} {note}".rstrip())
    if not found:
        click.echo(_("No token: nothing but the page itself gets an answer of the API."))
    context.exit(1 if any(today > item.until for item in found) else 0)


@token.command(help=_("Take the token NAME of CITY out: it is refused from the next request on."))
@CITY
@NAME
def revoke(city: Path, name: str) -> None:
    """Take it out."""
    with noting(city, "token.revoke", "token", name):
        wiring.token_file(open_city(city)).revoke(name)
    click.echo(_("{name} is revoked").format(name=name))


def _today() -> date:
    return datetime.fromtimestamp(clock() / _NS, UTC).date()
