"""What of a city folder goes into a backup, and how it comes out again.

In: plant and settings, readings, incidents, what ifs, all else the running city keeps. SQLite files are copied by
SQLite itself, as of one moment, while the collector writes on. Not in: secrets, the simulator's socket, locks. A backup
tells which secrets have to be put in place after a restore.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rainbow import __version__
from rainbow.backup import archive
from rainbow.backup.record import Made, Proved, note
from rainbow.city import clock
from rainbow.kernel.errors import BackupError
from rainbow.kernel.texts import _
from rainbow.settings import read_settings, secret_references
from store import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rainbow.kernel.secret import Secret

_STATE = "state"
_LEFT_OUT = {".lock", "-wal", "-shm", "-journal", ".sock", ".part", "sessions.sqlite"}
"""Endings of files in the state folder that mean nothing elsewhere; a session that was ended must not come back."""
_COUNTED = {"rainbow.sqlite": ("series",), "incidents.sqlite": ("incident",)}
"""Tables whose rows are counted, so that a test of the backup has something to compare."""
_SECRETS = Path(_STATE, "secrets")


def make(folder: Path, target: Path, to: str) -> Made:
    """Back a city folder up into one file that only the holder of a key can read, and note it.

    Raises:
        SettingsError: ``city.toml`` is bad.
        BackupError: the file cannot be written, or a database cannot be copied.
    """
    began_ns = clock()
    settings = read_settings(folder)
    secret_files = {(folder / ref.file).resolve() for _key, ref in secret_references(settings) if ref.file}
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=_existing(folder / _STATE, folder)) as scratch:
        files = {f"city/{path.relative_to(folder)}": path for path in _city_files(folder, secret_files)}
        counts: dict[str, int] = {}
        for path in _state_files(folder, secret_files):
            copy = _copied(path, Path(scratch)) if path.suffix == ".sqlite" else path
            files[str(path.relative_to(folder))] = copy
            counts |= _counts(path.name, copy)
        header = {
            "rainbow": __version__,
            "city": settings.city.name,
            "made_ns": began_ns,
            "store_layout": schema.VERSION,
            "counts": counts,
        }
        size = archive.write(target, to, header, files)
    made = Made(at_ns=began_ns, seconds=(clock() - began_ns) / 1e9, file=str(target), bytes=size, files=len(files))
    note(folder / _STATE, made)
    return made


def _existing(wanted: Path, other: Path) -> Path:
    return wanted if wanted.is_dir() else other


def _city_files(folder: Path, secret_files: set[Path]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] != _STATE and not inside.parts[0].startswith(".") and _is_kept(path, secret_files):
            yield path


def _state_files(folder: Path, secret_files: set[Path]) -> Iterator[Path]:
    for path in sorted((folder / _STATE).rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        apart = _SECRETS in inside.parents or any(path.name.endswith(ending) for ending in _LEFT_OUT)
        if not hidden and not apart and _is_kept(path, secret_files):
            yield path


def _is_kept(path: Path, secret_files: set[Path]) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and path.resolve() not in secret_files


def _copied(path: Path, scratch: Path) -> Path:
    """A copy of a SQLite file as of one moment; its writer goes on meanwhile."""
    copy = scratch / path.name
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise BackupError(
            _("database {path} cannot be copied: {error}").format(path=path, error=error),
            cure=_("look at free space; if the file is damaged, an older backup is the way back"),
        ) from None
    return copy


def _counts(name: str, path: Path) -> dict[str, int]:
    tables = _COUNTED.get(name, ())
    if not tables:
        return {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {
            f"{name}/{table}": int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - names from above
            for table in tables
        }


def restore(source: Path, folder: Path, key: Secret) -> list[str]:
    """Unpack a backup as a city folder, which must not be there yet; returns the keys of secrets to be put in place.

    The folder appears whole or not at all.

    Raises:
        BackupError: see :func:`rainbow.backup.archive.read`; or the folder is there and not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(
            _("{folder} is there already and not empty").format(folder=folder),
            cure=_("name a new folder: a restore never overwrites a city"),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        unpacked = Path(scratch)
        _unpack(source, key, unpacked)
        city = unpacked / "city"
        if folder.is_dir():
            folder.rmdir()
        city.rename(folder)
    return [name for name, ref in secret_references(read_settings(folder)) if not (folder / ref.file).is_file()]


def _unpack(source: Path, key: Secret, unpacked: Path) -> dict[str, object]:
    """Unpack and put the state where a city folder has it."""
    header = archive.read(source, key, lambda found: _judge(source, found), unpacked)
    if not (unpacked / "city").is_dir():
        raise BackupError(_("backup {path} holds no city").format(path=source), cure=_("take another backup"))
    if (unpacked / _STATE).is_dir():
        shutil.move(unpacked / _STATE, unpacked / "city" / _STATE)
    return header


def _judge(source: Path, header: Mapping[str, object]) -> None:
    layout = header["store_layout"]
    if not isinstance(layout, int) or layout > schema.VERSION:
        raise BackupError(
            _("backup {path} was made by a newer RAINBOW ({version})").format(path=source, version=header["rainbow"]),
            cure=_("install that version or a newer one, and restore with it"),
        )


def test(source: Path, key: Secret, note_in: Path | None) -> Proved:
    """Restore into a folder that is thrown away, open what came out, compare it; noted in a city's state if named.

    Raises:
        BackupError: it cannot be restored, or what comes out is not what went in.
        InputError: the city in it is not sound.
    """
    from rainbow.city import open_city  # noqa: PLC0415 - the plant's readers, only where a backup is opened

    began_ns = clock()
    with tempfile.TemporaryDirectory(prefix="rainbow-restore-") as scratch:
        unpacked = Path(scratch)
        header = _unpack(source, key, unpacked)
        plant = open_city(unpacked / "city").plant
        found: dict[str, int] = {}
        for name in _COUNTED:
            path = unpacked / "city" / _STATE / name
            if path.is_file():
                _sound(path)
                found |= _counts(name, path)
    if found != header["counts"]:
        raise BackupError(
            _("backup {path}: what comes out is not what went in").format(path=source), cure=_("make a new one")
        )
    tested = Proved(
        at_ns=clock(),
        seconds=(clock() - began_ns) / 1e9,
        file=str(source),
        made_ns=int(str(header["made_ns"])),
        objects=len(plant.nodes) + len(plant.devices) + len(plant.links) + len(plant.cables),
        counts=found,
    )
    if note_in is not None:
        note(note_in / _STATE, tested)
    return tested


def _sound(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise BackupError(
            _("database {path} in the backup is damaged: {error}").format(path=path.name, error=said),
            cure=_("take an older backup, and look at the database this one was made of: rainbow doctor"),
        )
