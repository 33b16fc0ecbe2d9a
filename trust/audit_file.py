"""The audit log on disk: one SQLite file that refuses to change what stands in it, and the same as JSON lines.

Heads are never deleted; a body goes only after a record in the log has said that it will (table ``purged``). Who may
write the file can still overwrite it with other tools: that is what the chain and its anchors are for.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import AuditError
from rainbow.kernel.texts import _
from trust.audit_record import FIRST, Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE, LINES, ANCHORS, CURSOR = "audit.sqlite", "audit.jsonl", "anchors.jsonl", "delivered.json"
_LOCK = "audit.lock"
_TAIL = 64 * 1024
"""Bytes at the end of the lines that are sure to hold the last one."""
_LAYOUT = """
CREATE TABLE IF NOT EXISTS record (
  n INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, kept TEXT NOT NULL, digest BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body (n INTEGER PRIMARY KEY REFERENCES record (n), content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS purged (
  n INTEGER PRIMARY KEY REFERENCES record (n), by_n INTEGER NOT NULL REFERENCES record (n));
CREATE TRIGGER IF NOT EXISTS record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS record_is_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS record_follows BEFORE INSERT ON record
  WHEN new.n != (SELECT coalesce(max(n), 0) + 1 FROM record) BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS body_is_new BEFORE INSERT ON body
  WHEN EXISTS (SELECT 1 FROM body WHERE body.n = new.n) BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS body_stays BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS body_is_kept BEFORE DELETE ON body
  WHEN NOT EXISTS (SELECT 1 FROM purged WHERE purged.n = old.n) BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS purged_stays BEFORE UPDATE ON purged BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS purged_is_kept BEFORE DELETE ON purged BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as it stands on disk; ``body`` is None where it was purged, or is gone."""

    head: Head
    body: str | None

    def values(self) -> dict[str, object]:
        """The body as values; empty where it was purged, or where somebody made it unreadable."""
        try:
            found = json.loads(self.body or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def line(self) -> str:
        """As it stands among the JSON lines."""
        head = self.head
        values = {
            "n": head.n,
            "at_ns": head.at_ns,
            "kept": head.kept,
            "digest": head.digest.hex(),
            "hash": head.chained.hex(),
            "body": self.values() if self.body is not None else None,
        }
        return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"


class AuditFile:
    """The files of one audit log. Any number of processes write, one after the other; any number read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def database(self) -> Path:
        """The table."""
        return self.folder / DATABASE

    @property
    def lines(self) -> Path:
        """The same as JSON lines, for programs that follow a file."""
        return self.folder / LINES

    @contextmanager
    def writing(self, *, anew: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction, alone among all processes; the JSON lines follow when it is through, or are made ``anew``.

        Raises:
            AuditError: it cannot be written; what belongs to it must not be done.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone(), self._made(), self._connected("rw") as connection:
                connection.executescript(_LAYOUT)
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
                (self._write_anew if anew else self._follow)(connection)
        except (sqlite3.Error, OSError) as error:
            raise AuditError(
                _("the audit log {path} cannot be written: {error}").format(path=self.database, error=error),
                cure=_("look at free space and rights of that folder; what is not written down is not done"),
            ) from None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The table as of one moment.

        Raises:
            AuditError: it cannot be read.
        """
        if not self.database.is_file():
            raise AuditError(
                _("there is no audit log at {path}").format(path=self.database),
                cure=_("it begins with the first thing that is written down; if there was one, it was taken away"),
            )
        try:
            with self._connected("ro") as connection:
                connection.execute("BEGIN")
                yield connection
        except sqlite3.Error as error:
            raise AuditError(
                _("the audit log {path} cannot be read: {error}").format(path=self.database, error=error),
                cure=_("keep the file for the experts; the last backup holds an older state of it"),
            ) from None

    @contextmanager
    def _made(self) -> Iterator[None]:
        """The file is there, and its owner's alone from the first byte."""
        os.close(os.open(self.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        yield

    @contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(
            f"{self.database.resolve().as_uri()}?mode={mode}", uri=True, timeout=30, isolation_level=None
        )
        try:
            # Durable on return, and a purged body leaves no bytes in free pages.
            connection.executescript("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fd = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Add the lines that are not there yet, those of a process that was killed before it could too."""
        last = self._last_line()
        fd = os.open(self.lines, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "a", encoding="ascii") as file:
            for record in records(connection, after=last):
                file.write(record.line())

    def _last_line(self) -> int:
        """The number of the last whole line, 0 where there is none; a line that was cut short is ended."""
        try:
            with self.lines.open("rb+") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                tail = file.read()
                if tail and not tail.endswith(b"\n"):
                    file.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
                    tail = tail[: tail.rfind(b"\n") + 1]
        except FileNotFoundError:
            return 0
        whole = tail.split(b"\n")[:-1]
        try:
            return int(json.loads(whole[-1])["n"]) if whole else 0
        except (ValueError, KeyError, TypeError):
            return 0

    def _write_anew(self, connection: sqlite3.Connection) -> None:
        """All lines as the table is now: after a purge."""
        part = self.lines.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            for record in records(connection):
                file.write(record.line())
        part.replace(self.lines)


def records(connection: sqlite3.Connection, *, after: int = 0) -> Iterator[Kept]:
    """Records in order, from the one behind a number on."""
    rows = connection.execute(
        "SELECT record.n, at_ns, kept, digest, hash, content FROM record LEFT JOIN body ON body.n = record.n "
        "WHERE record.n > ? ORDER BY record.n",
        (after,),
    )
    for n, at_ns, kept, digest, chained, content in rows:
        yield Kept(head=Head(n=n, at_ns=at_ns, kept=kept, digest=bytes(digest), chained=bytes(chained)), body=content)


def last_head(connection: sqlite3.Connection) -> Head:
    """The newest head; one with number 0 where there is none."""
    row = connection.execute("SELECT n, at_ns, kept, digest, hash FROM record ORDER BY n DESC LIMIT 1").fetchone()
    if row is None:
        return Head(n=0, at_ns=0, kept="", digest=b"", chained=FIRST)
    return Head(n=row[0], at_ns=row[1], kept=row[2], digest=bytes(row[3]), chained=bytes(row[4]))
