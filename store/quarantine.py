"""A damaged file is put aside, whole, and a new one begun: polling goes on; what still waited is saved if it can be.

Damage shows where SQLite meets it, not at the start: to read a large file through takes longer than a start may.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from itertools import count
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY = 0xFF
"""The last byte of SQLite's extended codes."""
_PARTS = ("", "-wal", "-shm")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is at fault, and not the disk, the rights or a lock."""
    return (getattr(error, "sqlite_errorcode", 0) & _PRIMARY) in _DAMAGE


def put_aside(path: Path, damage: str) -> Path:
    """Give a file that nobody has open another name, ``NAME.damaged-1`` and so on; the new one.

    Raises:
        StoreError: it cannot be renamed; ``damage`` says what was met in it.
    """
    aside = next(name for number in count(1) if not (name := path.with_name(f"{path.name}.damaged-{number}")).exists())
    try:
        for part in _PARTS:
            with suppress(FileNotFoundError):
                path.with_name(path.name + part).rename(aside.with_name(aside.name + part))
    except OSError as error:
        raise StoreError(
            _("{damage}; it cannot be put aside: {error}").format(damage=damage, error=error.strerror),
            cure=_("give this user the right to write there"),
        ) from None
    return aside


def put_aside_files(path: Path) -> list[Path]:
    """What was put aside of this store."""
    return sorted(file for file in path.parent.glob(f"{path.name}.damaged-*") if not file.name.endswith(_PARTS[1:]))


def rescue(aside: Path, connection: sqlite3.Connection) -> int:
    """Take what waits for delivery over into the new store, as far as it can be read; how many points.

    Rows keep their numbers, and none is given a second time: a delivery may be under way that will settle by them.
    """
    points = 0
    with closing(sqlite3.connect(f"{aside.resolve().as_uri()}?mode=ro", uri=True)) as old:
        with suppress(sqlite3.Error):
            for last in old.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"):
                connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", last)
        with suppress(sqlite3.Error):
            for row in old.execute("SELECT id, sink, created_ns, points, payload FROM outbox ORDER BY id"):
                connection.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", row)
                points += int(row[3])
    return points
