"""Sessions of signed-in people: kept here, not in the browser, which holds nothing but a random number.

Only the SHA-256 of that number is stored: whoever reads the file cannot be anybody. A session is worth what its groups
are worth now; where that differs from what they were worth when it began, it is over and a new one is made by signing
in. Times are UNIX seconds and arguments.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BYTES = 32
_SEEN_EVERY_S = 20.0
"""When somebody was seen is written no more often than this."""
_BUSY_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
  digest BLOB PRIMARY KEY, number TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, name TEXT NOT NULL, method TEXT NOT NULL,
  groups TEXT NOT NULL, worth TEXT NOT NULL, amr TEXT NOT NULL, address TEXT NOT NULL, began_s REAL NOT NULL,
  seen_s REAL NOT NULL, provider_session TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_subject ON session (method, subject);
CREATE TABLE IF NOT EXISTS token_use (digest TEXT PRIMARY KEY, used_s REAL NOT NULL) STRICT, WITHOUT ROWID;
"""
_COLUMNS = "number, subject, name, method, groups, worth, amr, address, began_s, seen_s, provider_session"
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One of them. ``number`` names it in lists and opens nothing; ``worth`` is what roles and scopes it began with.

    ``amr`` is how the provider says the person proved who they are (RFC 8176): ``pwd otp``. ``provider_session`` is
    the provider's own number of the session that this one hangs on, where it said one.
    """

    number: str
    subject: str
    name: str
    method: str
    groups: tuple[str, ...]
    worth: str
    amr: str
    address: str
    began_s: float
    seen_s: float
    provider_session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a session ends by itself."""

    idle_s: float
    whole_s: float

    def are_kept(self, session: Session, now_s: float) -> bool:
        """Whether it still lives; a clock set back ends it."""
        idle_s, whole_s = now_s - session.seen_s, now_s - session.began_s
        return -_SEEN_EVERY_S <= idle_s <= self.idle_s and -_SEEN_EVERY_S <= whole_s <= self.whole_s


def csrf_of(key: str) -> str:
    """What a change has to bring along besides the cookie; whoever has it cannot tell the cookie."""
    return hmac.new(key.encode(), b"rainbow change", hashlib.sha256).hexdigest()


class Sessions:
    """The sessions of one city, in a file of its own. May be asked from any thread."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._lock = threading.Lock()

    def begin(self, made: Session) -> str:
        """Start one; the random number for the cookie, which is told nowhere else.

        Others of the same person that are worth something else end: their roles have changed.

        Raises:
            StoreError: the file cannot be used.
        """
        key = secrets.token_urlsafe(_BYTES)
        values = (
            _digest(key), made.number, made.subject, made.name, made.method, json.dumps(made.groups), made.worth,
            made.amr, made.address, made.began_s, made.seen_s, made.provider_session,
        )  # fmt: skip
        with self._open() as file:
            file.execute(
                "DELETE FROM session WHERE method = ? AND subject = ? AND worth <> ?",
                (made.method, made.subject, made.worth),
            )
            file.execute(
                "DELETE FROM session WHERE began_s < ? OR seen_s < ?",
                (made.began_s - self._limits.whole_s, made.began_s - self._limits.idle_s),
            )
            file.execute(f"INSERT INTO session (digest, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", values)  # noqa: S608 - a constant
        return key

    def found(self, key: str, now_s: float, *, is_active: bool = True) -> Session | None:
        """The session of a cookie, unless it is over; ``is_active``: a person did something, so it lives on.

        Raises:
            StoreError: the file cannot be used.
        """
        digest = _digest(key)
        with self._open() as file:
            row = file.execute(f"SELECT {_COLUMNS} FROM session WHERE digest = ?", (digest,)).fetchone()  # noqa: S608
            if row is None:
                return None
            session = _session(row)
            if not self._limits.are_kept(session, now_s):
                file.execute("DELETE FROM session WHERE digest = ?", (digest,))
                return None
            if is_active and now_s - session.seen_s >= _SEEN_EVERY_S:
                file.execute("UPDATE session SET seen_s = ? WHERE digest = ?", (now_s, digest))
        return session

    def end(self, number: str) -> bool:
        """End one by its number; whether there was one.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._open() as file:
            return file.execute("DELETE FROM session WHERE number = ?", (number,)).rowcount > 0

    def end_all_of(self, subject: str) -> int:
        """End all of one person; how many there were.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._open() as file:
            return file.execute("DELETE FROM session WHERE subject = ?", (subject,)).rowcount

    def all(self, now_s: float) -> tuple[Session, ...]:
        """Those that live, the newest first.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._open() as file:
            rows = file.execute(f"SELECT {_COLUMNS} FROM session ORDER BY began_s DESC, number").fetchall()  # noqa: S608
        return tuple(found for found in map(_session, rows) if self._limits.are_kept(found, now_s))

    def token_used(self, digest: str, now_s: float) -> None:
        """Remember when a token was used last.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._open() as file:
            file.execute(
                "INSERT INTO token_use (digest, used_s) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE "
                "SET used_s = excluded.used_s WHERE excluded.used_s >= used_s + ?",
                (digest, now_s, _SEEN_EVERY_S),
            )

    def tokens_used(self) -> dict[str, float]:
        """When each token was used last, by its digest; nothing where nothing ever was.

        Raises:
            StoreError: the file cannot be used.
        """
        if not self._path.exists():
            return {}
        with self._open() as file:
            return dict(file.execute("SELECT digest, used_s FROM token_use").fetchall())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file for one transaction; its owner alone may read it."""
        with self._lock:
            try:
                if not self._path.exists():
                    self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self._path.touch(mode=0o600)
                with closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as file, file:
                    _bring_up_to_date(file)
                    yield file
            except (sqlite3.Error, OSError) as error:
                raise StoreError(
                    _("sessions {path} cannot be used: {error}").format(path=self._path, error=error),
                    cure=_("look at the disk and the folder's rights; moved away, everybody has to sign in again"),
                ) from None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _bring_up_to_date(file: sqlite3.Connection) -> None:
    """The tables of this version; those of version 1 did not know of sessions at the provider."""
    if _version(file) < _VERSION:
        file.execute("BEGIN IMMEDIATE")  # another process may be at it
        if _version(file) == 1:
            file.execute("ALTER TABLE session ADD COLUMN provider_session TEXT NOT NULL DEFAULT ''")
        else:
            for statement in _SCHEMA.split(";"):
                file.execute(statement)
        file.execute(f"PRAGMA user_version = {_VERSION}")
        file.commit()


def _version(file: sqlite3.Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])


def _session(row: tuple[str, str, str, str, str, str, str, str, float, float, str]) -> Session:
    number, subject, name, method, groups, worth, amr, address, began_s, seen_s, provider_session = row
    return Session(
        number=number,
        subject=subject,
        name=name,
        method=method,
        groups=tuple(json.loads(groups)),
        worth=worth,
        amr=amr,
        address=address,
        began_s=began_s,
        seen_s=seen_s,
        provider_session=provider_session,
    )
