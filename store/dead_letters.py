"""What servers refused for good, for a person who looks into it: read, put back into the outbox, or dropped.

Works beside a running collector: each call is one short transaction of its own.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _
from store import outbox, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")
ANY: tuple[int, ...] = ()
"""As numbers: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One refused batch: when and by which sink, the server's words, and its lines of line protocol."""

    number: int
    sink: str
    time_ns: int
    points: int
    words: str
    payload: bytes


def letters(path: Path, numbers: Sequence[int] = ANY) -> list[Letter]:
    """These letters, the oldest first.

    Raises:
        StoreError: there is no store, or it has no letter of a number.
    """
    with closing(schema.connect(path, read_only=True)) as connection:
        return _asked(path, lambda: _found(connection, path, numbers))


def retry(path: Path, numbers: Sequence[int], now_ns: int) -> int:
    """Put letters back into the outbox of their sink; returns how many points.

    Sending what had been stored after all does no harm: the same series and time overwrites.

    Raises:
        StoreError: as :func:`letters`; nothing was changed.
    """

    def put_back(connection: sqlite3.Connection, found: list[Letter]) -> None:
        for letter in found:
            outbox.put(connection, [letter.sink], letter.payload.decode().split("\n"), now_ns)

    return _changed(path, numbers, put_back)


def drop(path: Path, numbers: Sequence[int]) -> int:
    """Delete letters, counted as dropped; returns how many points.

    Raises:
        StoreError: as :func:`letters`; nothing was changed.
    """

    def count(connection: sqlite3.Connection, found: list[Letter]) -> None:
        connection.executemany(
            "UPDATE sink SET dropped = dropped + ? WHERE name = ?", [(letter.points, letter.sink) for letter in found]
        )

    return _changed(path, numbers, count)


def _changed(path: Path, numbers: Sequence[int], change: Callable[[sqlite3.Connection, list[Letter]], None]) -> int:
    if not path.is_file():
        schema.connect(path, read_only=True)  # says that there is none, and what to do
    with closing(schema.connect(path)) as connection:

        def work() -> int:
            connection.execute("BEGIN IMMEDIATE")
            found = _found(connection, path, numbers)
            change(connection, found)
            connection.executemany("DELETE FROM dead_letter WHERE id = ?", [(letter.number,) for letter in found])
            connection.execute("COMMIT")
            return sum(letter.points for letter in found)

        return _asked(path, work)


def _found(connection: sqlite3.Connection, path: Path, numbers: Sequence[int]) -> list[Letter]:
    among = f"WHERE id IN ({', '.join('?' * len(numbers))}) " if numbers else ""
    rows = connection.execute(
        f"SELECT id, sink, time_ns, points, words, payload FROM dead_letter {among}ORDER BY id",  # noqa: S608 - question marks
        tuple(numbers),
    ).fetchall()
    missing = set(numbers) - {row[0] for row in rows}
    if missing:
        raise StoreError(
            _("store {path} has no dead letter {number}").format(path=path, number=min(missing)),
            cure=_("rainbow outbox list names them"),
        )
    return [
        Letter(number=number, sink=sink, time_ns=time_ns, points=points, words=words, payload=payload)
        for number, sink, time_ns, points, words, payload in rows
    ]


def _asked(path: Path, question: Callable[[], T]) -> T:
    try:
        return question()
    except sqlite3.Error as error:
        raise StoreError(
            _("store {path}: {error}").format(path=path, error=error),
            cure=_("look at free space and rights of the disk; nothing was changed"),
        ) from None
