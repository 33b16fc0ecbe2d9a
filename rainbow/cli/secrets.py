"""``rainbow secrets``: where a city's secrets lie and how well; sealing them, and sealing them with another key."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.audited import noting
from rainbow.cli.options import CITY
from rainbow.kernel.errors import SettingsError, UsageError
from rainbow.kernel.texts import _, ngettext
from rainbow.sealed import CREDENTIAL, VARIABLE, SealKey, is_sealed, key_in, resealed, seal_key, write_secret
from rainbow.settings import place_in, read_settings, secret_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.settings import Settings

DAY_S = 86_400


@click.group(help=_("Where a city's secrets lie, how old they are, and sealing them with a key."))
def secrets() -> None:
    """Group of the commands below."""


@secrets.command(
    "list", help=_("Every secret of CITY by its key: where it lies, how, how old. Exit code 1 if one lies open.")
)
@CITY
@click.pass_context
def list_(context: click.Context, city: Path) -> None:
    """Print where they are, never what they are."""
    is_open, has_key = False, seal_key() is not None
    environment, missing = _("environment"), _("is not set")
    for key, ref in secret_references(read_settings(city)):
        if ref.env and os.environ.get(ref.env):
            click.echo(f"{key:40} {environment} {ref.env}")
        elif ref.file:
            path = place_in(city, ref.file)
            how, is_bad = _state(path, must_be_sealed=has_key and path == city / ref.file)
            is_open = is_open or is_bad
            click.echo(f"{key:40} {path} {how}")
        else:
            is_open = True
            click.echo(f"{key:40} {environment} {ref.env} {missing}")
    context.exit(1 if is_open else 0)


@secrets.command(help=_("Make a key that seals secrets, in the new file FILE. Keep it away from the city's folder."))
@click.argument("file", type=click.Path(path_type=Path, exists=False))
def key(file: Path) -> None:
    """Write it; nothing is shown."""
    if file.exists():
        raise UsageError(_("{path} is there already").format(path=file), cure=_("name another file"))
    write_secret(file, SealKey.new().identity.reveal())
    click.echo(
        _("{path} is written; give it as credential {credential}, or its path in {variable}").format(
            path=file, credential=CREDENTIAL, variable=VARIABLE
        ),
        err=True,
    )


@secrets.command(help=_("Encrypt the secret files of CITY that lie in the clear with the seal key."))
@CITY
def seal(city: Path) -> None:
    """Seal them in place."""
    settings = read_settings(city)
    with noting(city, "secrets.seal", "city", settings.city.name):
        count = resealed([path for path in _files(city, settings) if not _is_sealed(path)], None, _key())
    click.echo(ngettext("{count} file sealed", "{count} files sealed", count).format(count=count))


@secrets.command(help=_("Seal the secret files of CITY with the key in the file NEW_KEY instead of the one there is."))
@CITY
@click.argument("new_key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def rotate(city: Path, new_key: Path) -> None:
    """Seal them anew; then the settings have to name the new key."""
    settings = read_settings(city)
    new = key_in(new_key)
    with noting(city, "secrets.rotate", "city", settings.city.name):
        count = resealed(list(_files(city, settings)), seal_key(), new)
    click.echo(ngettext("{count} file sealed", "{count} files sealed", count).format(count=count))
    click.echo(_("give {path} as seal key from now on, and destroy the old one").format(path=new_key), err=True)


def _files(city: Path, settings: Settings) -> Iterator[Path]:
    """The secret files in the city's folder; credentials of systemd are its own business."""
    for _name, ref in secret_references(settings):
        path = city / ref.file
        if ref.file and path.is_file() and place_in(city, ref.file) == path:
            yield path


def _state(path: Path, *, must_be_sealed: bool) -> tuple[str, bool]:
    if not path.is_file():
        return _("is missing"), True
    found = path.stat()
    days = int((time.time() - found.st_mtime) / DAY_S)
    sealed = _is_sealed(path)
    parts = [
        _("sealed") if sealed else _("in the clear"),
        f"{found.st_mode & 0o777:04o}",
        ngettext("{days} day", "{days} days", days).format(days=days),
    ]
    is_open = bool(found.st_mode & 0o077)
    return " ".join([*parts, _("others may read it") if is_open else ""]).rstrip(), is_open or (
        must_be_sealed and not sealed
    )


def _is_sealed(path: Path) -> bool:
    try:
        return is_sealed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return False


def _key() -> SealKey:
    found = seal_key()
    if found is None:
        raise SettingsError(
            _("there is no seal key"),
            cure=_("make one with: rainbow secrets key FILE; then {variable}=FILE").format(variable=VARIABLE),
        )
    return found
