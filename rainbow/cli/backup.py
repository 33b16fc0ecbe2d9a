"""``rainbow backup``: one encrypted file with all of a city, its restore, and the test of both."""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click

from rainbow.audited import noting
from rainbow.backup import archive
from rainbow.backup import city as cities
from rainbow.cli.options import CITY
from rainbow.kernel.errors import BackupError, UsageError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _
from rainbow.settings import read_settings

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_KEY = click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("File with the secret key of the pair the backup was made for."),
)


@click.group(help=_("One encrypted file with all of a city: make it, restore it, test it."))
def backup() -> None:
    """Group of the commands below."""


@backup.command(
    name="key",
    help=_(
        "Make a pair of keys: the secret one goes into FILE, the public one is printed for [backup] in city.toml. "
        "Keep FILE away from this machine: who loses it cannot restore, who has it can read every backup."
    ),
)
@_FILE
def new_key(file: Path) -> None:
    """Write and print."""
    secret, public = archive.new_key()
    try:
        target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            _("key file {path} cannot be made: {error}").format(path=file, error=error.strerror),
            cure=_("name a file that is not there yet: a key is never overwritten"),
        ) from None
    with os.fdopen(target, "w", encoding="ascii") as out:
        out.write(f"# public key: {public}\n{secret}\n")
    click.echo(f'recipient = "{public}"')


@backup.command(
    help=_(
        "Back CITY up into FILE while it runs: plant, settings, readings, incidents, what ifs; no secrets. Only the "
        "holder of the secret key can read it. Where FILE is a folder, the file gets city and time as its name."
    )
)
@CITY
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", default="", help=_("Public key to make it for; by default that of [backup] in city.toml."))
def make(city: Path, file: Path, to: str) -> None:
    """Make one."""
    to = to or read_settings(city).backup.recipient
    if not to:
        raise UsageError(
            _("nobody is named who may read the backup"),
            cure=_("rainbow backup key FILE makes a pair; put the line it prints under [backup] in city.toml"),
        )
    if file.is_dir():
        file /= f"{city.resolve().name}-{datetime.now().astimezone():%Y-%m-%dT%H%M%S}.rbk"
    with noting(city, "backup.make", "backup", file) as entry:
        made = cities.make(city, file, to)
        entry.tell(bytes=made.bytes, files=made.files)
    click.echo(
        _("{file}: {files} files, {size:,.1f} MB, in {seconds:.1f} s").format(
            file=made.file, files=made.files, size=made.bytes / 1e6, seconds=made.seconds
        )
    )


@backup.command(help=_("Restore the city in FILE as the new folder CITY."))
@_FILE
@CITY
@_KEY
def restore(file: Path, city: Path, key_file: Path) -> None:
    """Restore one."""
    missing = cities.restore(file, city, _key(key_file))
    with noting(city, "backup.restore", "backup", file, secrets_missing=missing):
        pass
    click.echo(_("{city} is restored").format(city=city))
    for name in missing:
        click.echo(_("to be put in place, secrets are in no backup: {name}").format(name=name))
    click.echo(_("next: rainbow doctor {city}").format(city=city), err=True)


@backup.command(
    name="test",
    help=_(
        "Restore FILE into a folder that is thrown away, open what comes out and compare it. With --city it is noted "
        "there, so that the age of the last test can be watched."
    ),
)
@_FILE
@_KEY
@click.option(
    "--city",
    "noted_in",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help=_("Folder of the city whose record the test goes into."),
)
def test_one(file: Path, key_file: Path, noted_in: Path | None) -> None:
    """Test one."""
    with noting(noted_in, "backup.test", "backup", file) if noted_in else nullcontext():
        tested = cities.test(file, _key(key_file), noted_in)
    made = datetime.fromtimestamp(tested.made_ns / 1e9).astimezone()
    click.echo(
        _("{file} of {time:%Y-%m-%d %H:%M}: {objects} objects of the plant, restored in {seconds:.1f} s, sound").format(
            file=file, time=made, objects=tested.objects, seconds=tested.seconds
        )
    )


def _key(path: Path) -> Secret:
    try:
        return Secret(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(
            _("key file {path} cannot be read: {error}").format(
                path=path, error=getattr(error, "strerror", "") or error
            ),
            cure=_("name the file that rainbow backup key made"),
        ) from None
