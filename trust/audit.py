"""The audit log: write down who did what, read it, and purge what is past its time.

Writing is one durable transaction. What cannot be written down raises, and the caller does not go on: nothing protected
is given out, and nothing is changed, that nobody could tell of afterwards.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rainbow.kernel.errors import RainbowError
from trust.audit_file import AuditFile, last_head, records
from trust.audit_record import Act, Actor, Head, Result, body_of, chained, digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rainbow.kernel.samples import UnixNs
    from trust.audit_file import Kept

_NONCE = 16
CLOCK_BACK = "audit.clock_back"
"""Written by itself before a record that is older than the one before it: somebody set the clock back."""
CLOCK_SLACK_NS = 1_000_000_000
"""A clock that is slewed may step back by a little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record as it is read: its head, and its body as values (empty where it was purged)."""

    head: Head
    body: dict[str, object]

    def text(self, name: str) -> str:
        """A value of the body as text, empty where there is none."""
        return str(self.body.get(name, ""))


class AuditLog:
    """The log in one folder. May be used from any thread and any process at once."""

    def __init__(self, folder: Path, *, clock: Callable[[], UnixNs]) -> None:
        self.file = AuditFile(folder)
        self._clock = clock

    def note(self, act: Act, by: Actor) -> int:
        """Write one record down and return its number.

        Raises:
            AuditError: it cannot be written; nothing was.
        """
        with self.file.writing() as connection:
            return self.append(connection, act, by)

    @contextmanager
    def noting(self, act: Act, by: Actor) -> Iterator[Draft]:
        """Write down how the block ended: as it was drafted, or failed with the words of its error.

        Raises:
            AuditError: it cannot be written.
        """
        draft = Draft(act)
        try:
            yield draft
        except RainbowError as error:
            self.note(replace(draft.act, result=Result.FAILED, reason=error.message), by)
            raise
        self.note(draft.act, by)

    def append(self, connection: sqlite3.Connection, act: Act, by: Actor) -> int:
        """Add a record within a transaction of :meth:`AuditFile.writing`; the time is taken where nobody overtakes."""
        before, now_ns = last_head(connection), self._clock()
        if now_ns + CLOCK_SLACK_NS < before.at_ns and act.action != CLOCK_BACK:
            told = Act(action=CLOCK_BACK, after={"before_ns": before.at_ns, "now_ns": now_ns})
            self.append(connection, told, by)
            before = last_head(connection)
        head, body = _made(before, now_ns, act, by)
        connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?)", (head.n, head.at_ns, head.kept, head.digest, head.chained)
        )
        connection.execute("INSERT INTO body VALUES (?, ?)", (head.n, body))
        return head.n

    def entries(self, *, after: int = 0, since_ns: int = 0, until_ns: int | None = None) -> list[Entry]:
        """Records in order: those behind a number, from a time on, before another.

        Raises:
            AuditError: the log cannot be read; none is there at all.
        """
        with self.file.reading() as connection:
            return [
                _read(record)
                for record in records(connection, after=after)
                if since_ns <= record.head.at_ns and (until_ns is None or record.head.at_ns < until_ns)
            ]

    def last(self) -> Head:
        """The newest head.

        Raises:
            AuditError: the log cannot be read.
        """
        with self.file.reading() as connection:
            return last_head(connection)

    def is_there(self) -> bool:
        """Whether anything was ever written down."""
        return self.file.database.is_file()


class Draft:
    """What will be written down at the end of a block; told more while it is under way."""

    def __init__(self, act: Act) -> None:
        self.act = act

    def tell(self, **after: object) -> None:
        """Add what is now."""
        self.act = replace(self.act, after={**self.act.after, **after})


def _made(before: Head, now_ns: int, act: Act, by: Actor) -> tuple[Head, str]:
    n = before.n + 1
    body = body_of(n, act, by, secrets.token_hex(_NONCE))
    kept, found = str(act.kept), digest(body)
    return (
        Head(n=n, at_ns=now_ns, kept=kept, digest=found, chained=chained(before.chained, n, now_ns, kept, found)),
        body,
    )


def _read(record: Kept) -> Entry:
    return Entry(head=record.head, body=record.values())
