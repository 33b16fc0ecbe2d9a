"""``rainbow access``: who is signed in to a city's page, ending that, and the emergency account."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from rainbow.audited import noting
from rainbow.city import clock, open_city
from rainbow.cli.options import CITY
from rainbow.doorway import sessions
from rainbow.kernel.errors import InputError, SettingsError, UsageError
from rainbow.kernel.texts import _, ngettext
from rainbow.sealed import write_secret

if TYPE_CHECKING:
    from pathlib import Path

    from rainbow.city import City
    from trust.access_settings import BreakGlassSettings


@click.group(help=_("Who is signed in to the page of a city, and its emergency account."))
def access() -> None:
    """Group of the commands below."""


@access.command(
    "sessions", help=_("The sessions of CITY's page: number, who, how, roles, from where, since, last seen.")
)
@CITY
def sessions_(city: Path) -> None:
    """Print them."""
    found = sessions(open_city(city)).all(clock() / 1e9)
    for item in found:
        since, seen = (_time(at_s) for at_s in (item.began_s, item.seen_s))
        who = f"{item.subject} ({item.name})" if item.name else item.subject
        click.echo(f"{item.number} {who:32} {item.method:6} {item.worth:24} {item.address:16} {since} {seen}")
    if not found:
        click.echo(_("Nobody is signed in."))


@access.command(help=_("End all sessions of the person PERSON in CITY at once; a role taken away takes hold so."))
@CITY
@click.argument("person")
def end(city: Path, person: str) -> None:
    """End them."""
    with noting(city, "session.end", "person", person):
        count = sessions(open_city(city)).end_all_of(person)
        if not count:
            raise InputError(
                _("nobody is signed in as {person}").format(person=person), cure=_("see: rainbow access sessions CITY")
            )
    text = ngettext("{count} session of {person} is over", "{count} sessions of {person} are over", count)
    click.echo(text.format(count=count, person=person))


@access.command(
    "break-glass",
    help=_(
        "Make password and second factor of CITY's emergency account anew: the files that [access.break_glass] names. "
        "The password is asked for, or read from standard input."
    ),
)
@CITY
def break_glass(city: Path) -> None:
    """Write both; the second factor is shown once, for an authenticator."""
    from trust.break_glass import hashed, new_totp  # noqa: PLC0415 - only here

    opened = open_city(city)
    settings = _account(opened)
    try:
        kept = hashed(_password())
    except ValueError as error:
        raise UsageError(_("that will not do: {error}").format(error=error)) from None
    key, address = new_totp(settings.name, opened.settings.city.name)
    with noting(city, "break_glass.make", "account", settings.name):
        write_secret(city / settings.password.file, kept)
        write_secret(city / settings.totp.file, key)
    click.echo(address)
    click.echo(_("for an authenticator; it is not shown again. Restart the page."), err=True)


def _password() -> str:
    """Asked for twice at a terminal, else a line of standard input; never an argument, which others can read."""
    if sys.stdin.isatty():
        return str(click.prompt(_("Password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _account(city: City) -> BreakGlassSettings:
    settings = city.settings.access.break_glass
    if settings is None or not (settings.password.file and settings.totp.file):
        raise SettingsError(
            _("[access.break_glass] names no files"),
            cure=_("add name, password_file and totp_file; see docs/security.md"),
        )
    return settings


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%MZ")
