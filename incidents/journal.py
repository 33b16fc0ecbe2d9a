"""The incidents on disk: one SQLite file beside the store, one transaction a step.

Why a file of its own: the store keeps time series by the metric catalogue and deletes what is old; an incident is a
record that grows for days, is kept for years, and has to be saved together with the engine's state and with what was
told, or a kill in between would tell it twice. Any number of processes read while one writes.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, replace
from typing import TYPE_CHECKING

from incidents.engine import State
from incidents.fading.days import DayLight
from incidents.incident import Incident, Note
from incidents.memory import from_json, to_json
from incidents.notify import Memory
from rainbow.kernel.errors import StoreDamaged, StoreError
from rainbow.kernel.texts import N_, _
from store.quarantine import is_damage, put_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from incidents.notify import Due

log = logging.getLogger("rainbow.incidents")

VERSION = 1
_LAYOUT = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS incident (
  number INTEGER PRIMARY KEY, opened_s REAL, closed_s REAL, status TEXT, cause TEXT, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS incident_by_time ON incident (opened_s);
CREATE TABLE IF NOT EXISTS ack (number INTEGER PRIMARY KEY, name TEXT, at_s REAL);
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, channel TEXT, number INTEGER, value TEXT, tries INTEGER);
CREATE TABLE IF NOT EXISTS light_day (
  day INTEGER, interface TEXT, rx_dbm REAL, tx_dbm REAL, bias_ma REAL, celsius REAL,
  PRIMARY KEY (day, interface)) WITHOUT ROWID;
"""
TABLES = {
    "state": ("name", "value"),
    "incident": ("number", "opened_s", "closed_s", "status", "cause", "value"),
    "ack": ("number", "name", "at_s"),
    "outbox": ("id", "channel", "number", "value", "tries"),
    "light_day": ("day", "interface", "rx_dbm", "tx_dbm", "bias_ma", "celsius"),
}
_PUT_ASIDE = N_("the collector puts it aside with its next round, and begins a new one with what can be read")
_LIVE, _OWN = "WHERE status IN ('open', 'clearing')", "WHERE status != 'merged'"


class Journal:
    """The file. ``read_only`` never makes it: a city that has not run yet has no incidents."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only

    def load(self) -> tuple[State, Memory]:
        """The engine's state and what was told, as they were saved last; empty ones at first.

        A damaged file is put aside before: see :meth:`mend`.

        Raises:
            StoreError: the file cannot be read or understood.
        """
        self.mend()
        with self.opened() as connection:
            held = dict(connection.execute("SELECT name, value FROM state").fetchall())
            (newest,) = connection.execute("SELECT coalesce(max(number), 0) FROM incident").fetchone()
        state = from_json(State, held["engine"]) if "engine" in held else State(next_number=int(newest) + 1)
        memory = from_json(Memory, held["told"]) if "told" in held else Memory()
        return state, memory

    def mend(self) -> None:
        """Put a damaged file aside, as it is, and begin a new one with what can be read of it.

        For the process that writes it. A sound file is only read through: it is small.

        Raises:
            StoreError: the file is of a newer version, or disk or rights are at fault.
        """
        try:
            with self.opened() as connection:
                (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except StoreDamaged as error:
            said = error.message
        if said != "ok":
            self._begin_anew(said)

    def save(self, state: State, memory: Memory, messages: Sequence[Due], *, now_s: float, keep_s: float) -> None:
        """Save a step: the engine's state, its incidents, what was told and what is still to be sent. All or nothing.

        Raises:
            StoreError: nothing was saved.
        """
        try:
            self._save(state, memory, messages, now_s=now_s, keep_s=keep_s)
        except StoreDamaged as error:
            self._begin_anew(error.message)
            self._save(state, memory, messages, now_s=now_s, keep_s=keep_s)

    def _save(self, state: State, memory: Memory, messages: Sequence[Due], *, now_s: float, keep_s: float) -> None:
        with self.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO state VALUES (?, ?)", [("engine", to_json(state)), ("told", to_json(memory))]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (item.number, item.opened_s, item.closed_s, str(item.status), str(item.cause), to_json(item))
                    for item in state.incidents
                ],
            )
            connection.executemany(
                "INSERT INTO outbox (channel, number, value, tries) VALUES (?, ?, ?, 0)",
                [(item.channel, item.incident.number, to_json(item.incident)) for item in messages],
            )
            connection.execute("DELETE FROM incident WHERE closed_s < ?", (now_s - keep_s,))
            connection.execute("INSERT OR IGNORE INTO state VALUES ('since', ?)", (str(now_s),))
            connection.execute("COMMIT")

    def since_s(self) -> float | None:
        """When the first step was saved; None before.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = self._rows("SELECT value FROM state WHERE name = 'since'", ())
        return float(rows[0][0]) if rows else None

    def to_send(self) -> list[tuple[int, str, Incident]]:
        """Messages not yet sent: their number in the outbox, their channel and incident.

        Raises:
            StoreError: the file cannot be read.
        """
        with self.opened() as connection:
            rows = connection.execute("SELECT id, channel, value FROM outbox ORDER BY id").fetchall()
        return [(number, channel, from_json(Incident, value)) for number, channel, value in rows]

    def sent(self, number: int, *, done: bool, most_tries: int) -> None:
        """A message went out, or did not and is tried again up to ``most_tries`` times.

        Raises:
            StoreError: the file cannot be written.
        """
        with self.opened() as connection:
            if done:
                connection.execute("DELETE FROM outbox WHERE id = ?", (number,))
            else:
                connection.execute("UPDATE outbox SET tries = tries + 1 WHERE id = ?", (number,))
                connection.execute("DELETE FROM outbox WHERE id = ? AND tries >= ?", (number, most_tries))

    def incidents(self, *, live_only: bool = False, most: int = 200, skip: int = 0) -> list[Incident]:
        """The newest incidents, the newest first, acknowledged ones with the name; ``skip`` leaves out the newest.

        Raises:
            StoreError: the file cannot be read.
        """
        where = _LIVE if live_only else _OWN
        rows = self._rows(f"SELECT value FROM incident {where} ORDER BY number DESC LIMIT ? OFFSET ?", (most, skip))  # noqa: S608 - one of two texts above
        return self._acknowledged(from_json(Incident, value) for (value,) in rows)

    def count(self, *, live_only: bool = False) -> int:
        """How many incidents there are; those that became part of another are not counted.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = self._rows(f"SELECT count(*) FROM incident {_LIVE if live_only else _OWN}", ())  # noqa: S608 - one of two texts above
        return sum(int(row[0]) for row in rows)

    def incident(self, number: int) -> Incident | None:
        """One incident, or None.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = self._rows("SELECT value FROM incident WHERE number = ?", (number,))
        return next(iter(self._acknowledged(from_json(Incident, value) for (value,) in rows)), None)

    def acknowledge(self, number: int, name: str, at_s: float) -> None:
        """Somebody has taken it: it is escalated no further.

        Raises:
            StoreError: there is no such incident, or the file cannot be written.
        """
        if self.incident(number) is None:
            raise StoreError(
                _("there is no incident {number}").format(number=number), cure=_("see: rainbow incidents list CITY")
            )
        with self.opened() as connection:
            connection.execute("INSERT OR REPLACE INTO ack VALUES (?, ?, ?)", (number, name, at_s))

    def acknowledgements(self) -> dict[int, tuple[str, float]]:
        """Who took which incident, and when.

        Raises:
            StoreError: the file cannot be read.
        """
        return {number: (name, at_s) for number, name, at_s in self._rows("SELECT number, name, at_s FROM ack", ())}

    def newest_day(self) -> int:
        """The last day whose light is kept, in days since 1970; -1 for none.

        Raises:
            StoreError: the file cannot be read.
        """
        return int(self._rows("SELECT coalesce(max(day), -1) FROM light_day", ())[0][0])

    def keep_days(self, means: Sequence[DayLight], *, before: int) -> None:
        """Keep these means and forget those of days before one.

        Raises:
            StoreError: nothing was kept or forgotten.
        """
        with self.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO light_day VALUES (?, ?, ?, ?, ?, ?)", [astuple(item) for item in means]
            )
            connection.execute("DELETE FROM light_day WHERE day < ?", (before,))
            connection.execute("COMMIT")

    def days(self) -> list[DayLight]:
        """All kept means of light.

        Raises:
            StoreError: the file cannot be read.
        """
        return [
            DayLight(day=day, interface=interface, rx_dbm=rx, tx_dbm=tx, bias_ma=bias, celsius=celsius)
            for day, interface, rx, tx, bias, celsius in self._rows("SELECT * FROM light_day", ())
        ]

    def _acknowledged(self, found: Iterable[Incident]) -> list[Incident]:
        taken = self.acknowledgements()
        return [with_ack(item, taken) for item in found]

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg] # SQLite's rows have no type
        if self._read_only and not self._path.exists():
            return []
        with self.opened() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The file, for one transaction.

        Raises:
            StoreError: it cannot be read or written, or is of a newer version; what was not committed is gone.
            StoreDamaged: it is no database, a damaged one, or somebody else's.
        """
        connection = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            self._prepare(connection)
            yield connection
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from None
        finally:
            if connection is not None:
                connection.close()  # what was not committed is gone with it

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError(
                _("incident file {path} is of a newer version (layout {found}, this one knows {known})").format(
                    path=self._path, found=version, known=VERSION
                ),
                cure=_("update RAINBOW, or move the file away: open incidents are then found again"),
            )
        if version < VERSION and not _is_ours(connection):
            raise StoreDamaged(
                _("incident file {path} holds other things than incidents").format(path=self._path),
                cure=_(_PUT_ASIDE),
            )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_LAYOUT)
        if version < VERSION:
            connection.execute(f"PRAGMA user_version = {VERSION}")

    def _failed(self, error: sqlite3.Error | OSError) -> StoreError:
        said = _("incident file {path}: {error}").format(path=self._path, error=error)
        if isinstance(error, sqlite3.Error) and is_damage(error):
            return StoreDamaged(said, cure=_(_PUT_ASIDE))
        return StoreError(
            said,
            cure=_("look at free space and rights of the disk; nothing of this step was kept, older data is intact"),
        )

    def _begin_anew(self, damage: str) -> None:
        aside = put_aside(self._path, damage)
        with self.opened() as connection:
            saved = {table: _saved(aside, connection, table) for table in TABLES}
        log.error(
            _("%s: the file was put aside as %s and a new one is begun; %d incidents of it were saved"),
            damage,
            aside,
            saved["incident"],
        )


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether a file has no tables but ours, of which none yet, too."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return all(
        [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')] == [*TABLES.get(name, ())]
        for (name,) in found.fetchall()
    )


def _saved(aside: Path, connection: sqlite3.Connection, table: str) -> int:
    """Take rows over, from the first on as far as they can be read; how many."""
    rows, names, marks = 0, ", ".join(TABLES[table]), ", ".join("?" * len(TABLES[table]))
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{aside.resolve().as_uri()}?mode=ro", uri=True)) as old:
        for row in old.execute(f"SELECT {names} FROM {table}"):  # noqa: S608 - names from above
            connection.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)  # noqa: S608 - same
            rows += 1
    return rows


def with_ack(item: Incident, taken: dict[int, tuple[str, float]]) -> Incident:
    """The incident with the name of who took it."""
    if item.number not in taken or item.acknowledged_by:
        return item
    name, at_s = taken[item.number]
    note = Note(at_s=at_s, kind="acknowledged", text=_("taken by {name}").format(name=name))
    return replace(item, acknowledged_by=name, notes=tuple(sorted((*item.notes, note), key=lambda one: one.at_s)))
