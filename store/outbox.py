"""The outbox: batches of line protocol that wait for a sink, in the store's own transactions.

Every sink has its own rows and its own state. Bounded by bytes and age: the oldest batch goes first, counted.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import OUTBOX
from rainbow.kernel.samples import Sample, UnixNs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container, Iterable, Sequence

BATCH_LINES = 5000
"""Lines in one row: what InfluxDB takes well in one request."""
_LAST = (1 << 63) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of the outbox to be sent in one request: ``payload`` is line protocol, UTF-8."""

    ids: tuple[int, ...]
    points: int
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Lines a server refused for good, and its words. Some of them may have been stored all the same."""

    points: int
    payload: bytes
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """How one sink's outbox stands. ``words`` is what the server said when it refused us."""

    sink: str
    points: int
    bytes: int
    age_s: float
    sent: int
    dropped: int
    dead_letters: int
    blocked: bool
    words: str


def put(connection: sqlite3.Connection, sinks: Sequence[str], lines: Sequence[str], created_ns: int) -> int:
    """Put lines into every sink's outbox; returns the bytes each sink's grew by. Call it inside a transaction."""
    added = 0
    for start in range(0, len(lines), BATCH_LINES):
        part = lines[start : start + BATCH_LINES]
        payload = zlib.compress("\n".join(part).encode(), 1)
        added += len(payload)
        connection.executemany(
            "INSERT INTO outbox (sink, created_ns, points, payload) VALUES (?, ?, ?, ?)",
            [(sink, created_ns, len(part), payload) for sink in sinks],
        )
    return added


def size(connection: sqlite3.Connection, sink: str) -> int:
    """Bytes that wait for a sink."""
    row = connection.execute("SELECT coalesce(sum(length(payload)), 0) FROM outbox WHERE sink = ?", (sink,)).fetchone()
    return int(row[0])


def trim(connection: sqlite3.Connection, sink: str, *, excess_bytes: int, before_ns: int) -> int:
    """Drop a sink's oldest batches: all made before ``before_ns``, and more until ``excess_bytes`` are gone.

    Returns the bytes freed. The dropped points are counted in the sink's state.
    """
    freed = 0
    dropped = 0
    ids: list[tuple[int]] = []
    rows = connection.execute(
        "SELECT id, created_ns, points, length(payload) FROM outbox WHERE sink = ? ORDER BY id", (sink,)
    )
    for number, created_ns, points, length in rows:
        if created_ns >= before_ns and freed >= excess_bytes:
            break
        ids.append((number,))
        freed += length
        dropped += points
    if ids:
        connection.executemany("DELETE FROM outbox WHERE id = ?", ids)
        connection.execute("UPDATE sink SET dropped = dropped + ? WHERE name = ?", (dropped, sink))
    return freed


def trim_dead_letters(connection: sqlite3.Connection, sink: str, *, most_bytes: int, before_ns: int) -> None:
    """Delete a sink's oldest dead letters: those from before ``before_ns``, and what is beyond ``most_bytes``."""
    kept = 0
    rows = connection.execute(
        "SELECT id, time_ns, length(payload) FROM dead_letter WHERE sink = ? ORDER BY id DESC", (sink,)
    ).fetchall()
    for number, time_ns, length in rows:
        kept += length
        if kept > most_bytes or time_ns < before_ns:
            connection.execute("DELETE FROM dead_letter WHERE sink = ? AND id <= ?", (sink, number))
            return


def take(
    connection: sqlite3.Connection,
    sink: str,
    *,
    newest: bool,
    max_points: int,
    after: int = 0,
    until: int | None = None,
    skip: Container[int] = (),
) -> Batch | None:
    """The next rows to send, from the oldest on or from the newest back; they stay until they are delivered.

    Rows that cannot be unpacked are dropped, counted. Those numbered up to ``after``, or beyond ``until``, and those
    of ``skip`` are left.
    """
    order = "DESC" if newest else "ASC"
    cursor = connection.execute(
        f"SELECT id, points, payload FROM outbox WHERE sink = ? AND id > ? AND id <= ? ORDER BY id {order}",  # noqa: S608 - one of two words
        (sink, after, _LAST if until is None else until),
    )
    ids: list[int] = []
    parts: list[bytes] = []
    spoilt: list[tuple[int, int]] = []
    total = 0
    for number, points, payload in cursor:
        if number in skip:
            continue
        if ids and total + points > max_points:
            break
        try:
            parts.append(zlib.decompress(payload))
        except zlib.error:  # the file is damaged there: it must not hold up the others
            spoilt.append((number, points))
            continue
        ids.append(number)
        total += points
    cursor.close()
    if spoilt:
        remove(connection, (number for number, _points in spoilt))
        lost = sum(points for _number, points in spoilt)
        connection.execute("UPDATE sink SET dropped = dropped + ? WHERE name = ?", (lost, sink))
    return Batch(ids=tuple(ids), points=total, payload=b"\n".join(parts)) if ids else None


def newest_number(connection: sqlite3.Connection) -> int:
    """The number of the row that was put last, be it still there or not; 0 before the first."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return int(row[0]) if row is not None else 0


def withdraw(connection: sqlite3.Connection, after: int) -> int:
    """Delete the rows that were put after the one of this number; returns their points.

    They are not counted as dropped: whoever wrote them had no right to.
    """
    rows = connection.execute("DELETE FROM outbox WHERE id > ? RETURNING points", (after,)).fetchall()
    return sum(points for (points,) in rows)


def remove(connection: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Delete delivered rows; returns the bytes freed. Rows already dropped for space free nothing."""
    freed = 0
    for number in ids:
        row = connection.execute("DELETE FROM outbox WHERE id = ? RETURNING length(payload)", (number,)).fetchone()
        freed += int(row[0]) if row is not None else 0
    return freed


def states(connection: sqlite3.Connection, now_ns: int) -> list[OutboxState]:
    """How every sink's outbox stands."""
    rows = connection.execute(
        "SELECT s.name, coalesce(sum(o.points), 0), coalesce(sum(length(o.payload)), 0), min(o.created_ns), s.sent,"
        " s.dropped, s.blocked, s.words, (SELECT count(*) FROM dead_letter d WHERE d.sink = s.name)"
        " FROM sink s LEFT JOIN outbox o ON o.sink = s.name GROUP BY s.name ORDER BY s.name"
    )
    return [
        OutboxState(
            sink=name,
            points=points,
            bytes=length,
            age_s=max(0.0, (now_ns - oldest_ns) / 1e9) if oldest_ns is not None else 0.0,
            sent=sent,
            dropped=dropped,
            dead_letters=dead,
            blocked=bool(blocked),
            words=words,
        )
        for name, points, length, oldest_ns, sent, dropped, blocked, words, dead in rows
    ]


def outbox_samples(found: Iterable[OutboxState], now_ns: UnixNs) -> list[Sample]:
    """The state of the outbox as samples of the metric ``OUTBOX``."""
    return [
        Sample(
            OUTBOX.series(sink=state.sink),
            now_ns,
            {
                OUTBOX.points: state.points,
                OUTBOX.bytes: state.bytes,
                OUTBOX.age_s: state.age_s,
                OUTBOX.sent: state.sent,
                OUTBOX.dropped: state.dropped,
                OUTBOX.dead_letters: state.dead_letters,
                OUTBOX.blocked: int(state.blocked),
            },
        )
        for state in found
    ]
