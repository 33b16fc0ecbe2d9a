"""The embedded store: one SQLite file in WAL mode that other processes read while this one writes.

A call of :meth:`SqliteStore.write` is one transaction over readings, latest values and outbox with
``synchronous=FULL``: when it returns, the samples survive a kill and a power cut; when it raises, none of them is kept.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from rainbow.kernel.errors import StoreDamaged, StoreError
from rainbow.kernel.samples import Sheet
from rainbow.kernel.texts import _
from store import outbox, rollup, schema, sheets
from store.line_protocol import lines
from store.quarantine import is_damage, put_aside, rescue
from store.withheld import deliverable
from store.writer_lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Heading, Record, Sample, Series, Value
    from store.outbox import Batch, DeadLetter
    from store.settings import StoreSettings

log = logging.getLogger("rainbow.store")

_MB = 1_000_000
_HOUR_NS = 3600 * schema.NS
DEAD_LETTERS_BYTES = 64 * _MB
"""Space for what a sink refused for good: enough to see why, not a second outbox."""


class SqliteStore:
    """Takes samples and keeps them. One writer per file; its methods may be called from several threads.

    Use it as a context manager, or call :meth:`open` and :meth:`close`.
    """

    def __init__(
        self,
        path: Path,
        settings: StoreSettings,
        *,
        sinks: Sequence[str] = (),
        mailboxes: Sequence[str] = (),
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self._path = path
        self._settings = settings
        self._sinks = tuple(sinks)
        self._outboxes = (*sinks, *mailboxes)
        self._withheld = withheld
        self._lock = threading.RLock()
        self._writer_lock = WriterLock(path)
        self._open: sqlite3.Connection | None = None
        self._ids: dict[Series, int] = {}
        self._headings: WeakKeyDictionary[Heading, int] = WeakKeyDictionary()
        self._statements: dict[Metric, tuple[str, str]] = {}
        self._waiting_bytes: dict[str, int] = {}

    def open(self) -> None:
        """Open the file, making folder and layout where they are missing.

        Raises:
            StoreError: the file cannot be opened, is of a newer version, or has another writer.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                _("folder {path} cannot be made: {error}").format(path=self._path.parent, error=error.strerror),
                cure=_("give this user the right to write there"),
            ) from None
        self._writer_lock.take()
        try:
            self._open = self._sound()
        except StoreError:
            self._writer_lock.release()
            raise

    def _sound(self) -> sqlite3.Connection:
        """A prepared connection, to a new file where the one that is there is damaged."""
        try:
            return self._prepared()
        except StoreDamaged as error:
            return self._begun_anew(error.message)

    def begin_anew(self, damage: str) -> None:
        """Put the file aside and begin a new one: whoever reads it met damage that is not in this connection's cache.

        Raises:
            StoreError: that cannot be done.
        """
        with self._lock:
            self._connection().close()
            self._open = None
            self._forget()
            self._open = self._begun_anew(damage)

    def _begun_anew(self, damage: str) -> sqlite3.Connection:
        aside = put_aside(self._path, damage)
        connection = self._prepared()
        points = rescue(aside, connection)
        self._waiting_bytes = {name: outbox.size(connection, name) for name in self._outboxes}
        log.error(
            _("%s: it was put aside as %s and a new store is begun; %d points that waited were saved"),
            damage,
            aside,
            points,
        )
        return connection

    def _prepared(self) -> sqlite3.Connection:
        connection = schema.connect(self._path)
        try:
            schema.prepare(connection, self._path)
            connection.executemany("INSERT OR IGNORE INTO sink (name) VALUES (?)", [(name,) for name in self._outboxes])
            self._waiting_bytes = {name: outbox.size(connection, name) for name in self._outboxes}
        except (sqlite3.Error, StoreError) as error:
            connection.close()
            if isinstance(error, StoreError):
                raise
            raise self._failed(error) from None
        return connection

    def close(self) -> None:
        """Close the file; a closed store can be opened again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None
            self._forget()
            self._writer_lock.release()

    def __enter__(self) -> SqliteStore:  # noqa: PYI034 - typing.Self would do the same and says less here
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def write(self, samples: Sequence[Record], *, mail: Mapping[str, Sequence[str]] | None = None) -> None:
        """Make the samples durable, all or none. The same series and time again overwrites.

        ``mail`` has lines for mailboxes: with the samples or not at all.

        Raises:
            StoreError: nothing of this call was stored (disk full, no rights, file damaged).
        """
        if not samples:
            return
        texts = lines(deliverable(samples, self._withheld) if self._withheld else samples) if self._sinks else []
        newest_ns = max(sample.time_ns for sample in samples)
        with self._transaction() as connection:
            self._write_records(connection, samples)
            if texts:
                self._put(connection, self._sinks, texts, newest_ns)
            for mailbox, letters in (mail or {}).items():
                self._put(connection, (mailbox,), letters, newest_ns)

    def keep(self, samples: Sequence[Record], *, source: str, number: int) -> bool:
        """Make samples durable that their source delivers itself; False where it sent this number before.

        A source's numbers only grow. Number and samples are kept in one transaction: each is taken exactly once.

        Raises:
            StoreError: nothing of this call was stored.
        """
        name = f"taken from {source}"
        with self._transaction() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
            if row is not None and int(row[0]) >= number:
                return False
            self._write_records(connection, samples)
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, str(number)))
        return True

    def identity(self) -> str:
        """What this file and no other is called; made once. Numbers of its outbox mean something only beside it."""
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (secrets.token_hex(8),))
            return str(connection.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()[0])

    def _write_records(self, connection: sqlite3.Connection, samples: Sequence[Record]) -> None:
        by_metric: dict[Metric, list[Sample]] = {}
        together: list[Sheet] = []
        for record in samples:
            if isinstance(record, Sheet):
                together.append(record)
            else:
                by_metric.setdefault(record.series.metric, []).append(record)
        for metric, group in by_metric.items():
            self._write_metric(connection, metric, group)
        self._write_sheets(connection, together)

    def roll_up(self, now_ns: int) -> int:
        """Roll up all five-minute and hour buckets that are over and changed; returns how many."""
        with self._transaction() as connection:
            return rollup.roll_up(connection, now_ns, keep_raw_ns=int(self._settings.raw_h * _HOUR_NS))

    def retain(self, now_ns: int) -> int:
        """Delete what is past its keeping time, outbox and dead letters too; returns how many readings."""
        keep = {
            "raw": self._settings.raw_h,
            "five_minutes": self._settings.five_minutes_days * 24,
            "hours": self._settings.hours_years * 24 * 365,
        }
        oldest_ns = now_ns - int(self._settings.outbox_max_age_h * _HOUR_NS)
        with self._transaction() as connection:
            deleted = rollup.retain(connection, {name: now_ns - int(h * _HOUR_NS) for name, h in keep.items()})
            for sink in self._outboxes:
                self._waiting_bytes[sink] -= outbox.trim(connection, sink, excess_bytes=0, before_ns=oldest_ns)
                outbox.trim_dead_letters(connection, sink, most_bytes=DEAD_LETTERS_BYTES, before_ns=oldest_ns)
        return deleted

    def next_batch(
        self,
        sink: str,
        *,
        newest: bool = False,
        max_points: int = outbox.BATCH_LINES,
        after: int = 0,
        until: int | None = None,
        skip: Container[int] = (),
    ) -> Batch | None:
        """What to send next, or None. It stays in the outbox until it is :meth:`settled`."""
        with self._lock:
            try:
                return outbox.take(
                    self._connection(), sink, newest=newest, max_points=max_points, after=after, until=until, skip=skip
                )
            except sqlite3.Error as error:
                raise self._failed(error) from None

    def newest_row(self) -> int:
        """The number of the outbox's row that was put last.

        Raises:
            StoreError: the file cannot be read.
        """
        with self._lock:
            try:
                return outbox.newest_number(self._connection())
            except sqlite3.Error as error:
                raise self._failed(error) from None

    def withdraw(self, after: int) -> int:
        """Take out of the outbox again what was put in after this row; returns how many points. The store has them."""
        with self._transaction() as connection:
            points = outbox.withdraw(connection, after)
            self._waiting_bytes = {name: outbox.size(connection, name) for name in self._outboxes}
        return points

    def settled(self, sink: str, batch: Batch, letters: Sequence[DeadLetter], now_ns: int) -> None:
        """The sink has the batch, but for the lines it refused for good: those are kept as dead letters."""
        sent = batch.points - sum(letter.points for letter in letters)
        with self._transaction() as connection:
            self._waiting_bytes[sink] -= outbox.remove(connection, batch.ids)
            connection.execute("UPDATE sink SET sent = sent + ?, blocked = 0, words = '' WHERE name = ?", (sent, sink))
            connection.executemany(
                "INSERT INTO dead_letter (sink, time_ns, points, payload, words) VALUES (?, ?, ?, ?, ?)",
                [(sink, now_ns, letter.points, letter.payload, letter.words) for letter in letters],
            )

    def refused(self, sink: str, words: str) -> None:
        """The sink refuses us: its points wait, and the state says so."""
        with self._transaction() as connection:
            connection.execute("UPDATE sink SET blocked = 1, words = ? WHERE name = ?", (words, sink))

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            raise StoreError(_("store {path} is closed").format(path=self._path))
        return self._open

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that ends in commit or in nothing at all, the caches included."""
        with self._lock:
            connection = self._connection()
            waiting = dict(self._waiting_bytes)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):  # a damaged file may refuse even that
                        connection.execute("ROLLBACK")
                self._forget()  # numbers given in this transaction are gone with it
                self._waiting_bytes = waiting
                if isinstance(error, sqlite3.Error):
                    raise self._failed(error) from None
                raise

    def _write_metric(self, connection: sqlite3.Connection, metric: Metric, samples: list[Sample]) -> None:
        fields = metric.fields
        rows = [
            (self._number(connection, sample.series), sample.time_ns, *map(sample.values.get, fields))
            for sample in samples
        ]
        raw, latest = self._statement(metric)
        try:
            connection.executemany(raw, rows)
        except (OverflowError, UnicodeEncodeError):  # rare: what went in so far is replaced by the same again
            rows = [(number, time_ns, *map(_stored, values)) for number, time_ns, *values in rows]
            connection.executemany(raw, rows)
        connection.executemany(latest, rows)
        rollup.note(connection, {(metric, sample.time_ns) for sample in samples})

    def _write_sheets(self, connection: sqlite3.Connection, together: Sequence[Sheet]) -> None:
        for sheet in together:
            if sheet.heading not in self._headings:
                numbers = [self._number(connection, series) for series in sheet.heading.series]
                self._headings[sheet.heading] = sheets.put_heading(connection, sheet.heading, numbers)
        sheets.put(connection, [(self._headings[sheet.heading], sheet) for sheet in together])
        rollup.note(connection, {(sheet.heading.series[0].metric, sheet.time_ns) for sheet in together})

    def _forget(self) -> None:
        self._ids.clear()
        self._headings.clear()

    def _statement(self, metric: Metric) -> tuple[str, str]:
        if metric not in self._statements:
            names = [name for name, _kind in schema.plain_columns(metric)]
            marks = ", ".join("?" * (len(names) + 2))
            newer = ", ".join(f'"{name}" = excluded."{name}"' for name in ["time_ns", *names])
            into = ", ".join(f'"{name}"' for name in ["series", "time_ns", *names])  # a grown file has another order
            raw = f'INSERT OR REPLACE INTO "raw_{metric.name}" ({into}) VALUES ({marks})'  # noqa: S608 - names from the catalogue
            latest = (
                f'INSERT INTO "latest_{metric.name}" ({into}) VALUES ({marks}) '  # noqa: S608 - same
                f"ON CONFLICT (series) DO UPDATE SET {newer} WHERE excluded.time_ns >= time_ns"
            )
            self._statements[metric] = (raw, latest)
        return self._statements[metric]

    def _number(self, connection: sqlite3.Connection, series: Series) -> int:
        """A series' number; it is looked up, or given one, the first time."""
        if (known := self._ids.get(series)) is not None:
            return known
        key = (series.metric.name, json.dumps(dict(series.tags), sort_keys=True))
        connection.execute("INSERT OR IGNORE INTO series (metric, tags) VALUES (?, ?)", key)
        found = connection.execute("SELECT id FROM series WHERE metric = ? AND tags = ?", key).fetchone()[0]
        self._ids[series] = int(found)
        return int(found)

    def _put(
        self, connection: sqlite3.Connection, outboxes: Sequence[str], texts: Sequence[str], created_ns: int
    ) -> None:
        added = outbox.put(connection, outboxes, texts, created_ns)
        limit = int(self._settings.outbox_max_mb * _MB)
        for name in outboxes:
            self._waiting_bytes[name] += added
            excess = self._waiting_bytes[name] - limit
            if excess > 0:
                self._waiting_bytes[name] -= outbox.trim(connection, name, excess_bytes=excess, before_ns=0)

    def _failed(self, error: sqlite3.Error) -> StoreError:
        said = _("store {path}: {error}").format(path=self._path, error=error)
        if not is_damage(error):
            return StoreError(
                said,
                cure=_(
                    "look at free space and rights of the disk; nothing of this write was kept, older data is intact"
                ),
            )
        if self._open is not None:
            self.begin_anew(said)
        return StoreDamaged(said, cure=_("a new one is begun; what came now is written there the next time"))


def _stored(value: Value | None) -> Value | None:
    """What SQLite can hold: integers beyond 63 bits wrap as in line protocol, texts lose lone surrogates."""
    if isinstance(value, int):
        return value - (1 << 64) if value >= 1 << 63 else value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
