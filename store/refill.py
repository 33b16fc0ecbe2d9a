"""A new InfluxDB filled from the store: the readings it still has, put into the outbox once more.

Works beside a running collector, whose shipper delivers; a step waits while the outbox is half full, so that nothing
that is new is ever dropped for something old. Sent twice does no harm: the same series and time overwrites.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import CATALOGUE, Metric
from rainbow.kernel.samples import Sample, Series, UnixNs, named
from rainbow.kernel.texts import _
from store import outbox, schema, sheets
from store.line_protocol import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STEP_NS = 300 * schema.NS
"""Readings of one transaction: a short one, so that the collector never waits for it."""
PAUSE_S = 0.5


def refill(
    path: Path, sink: str, *, start_ns: int, end_ns: int, most_bytes: int, pause: Callable[[float], None] = time.sleep
) -> Iterator[tuple[int, int]]:
    """Put the readings between two times into a sink's outbox again, the oldest first.

    Yields how far it is (ns) and how many points that were. ``most_bytes`` is the bound of the outbox.

    Raises:
        StoreError: there is no store, the sink is unknown to it, or it cannot be written.
    """
    try:
        with (
            closing(schema.connect(path, read_only=True)) as reading,
            closing(schema.connect(path)) as writing,
        ):
            _require(writing, path, sink)
            first_ns = max(start_ns, _oldest(reading) // STEP_NS * STEP_NS)
            for step_ns in range(first_ns, end_ns, STEP_NS):
                while outbox.size(writing, sink) > most_bytes / 2:
                    yield step_ns, 0
                    pause(PAUSE_S)
                texts = lines(readings(reading, step_ns, min(step_ns + STEP_NS, end_ns)))
                if texts:
                    writing.execute("BEGIN IMMEDIATE")
                    outbox.put(writing, [sink], texts, time.time_ns())
                    writing.execute("COMMIT")
                yield min(step_ns + STEP_NS, end_ns), len(texts)
    except sqlite3.Error as error:
        raise StoreError(
            _("store {path}: {error}").format(path=path, error=error),
            cure=_("look at free space and rights of the disk; run it again, nothing is sent twice to harm"),
        ) from None


def _require(connection: sqlite3.Connection, path: Path, sink: str) -> None:
    if connection.execute("SELECT 1 FROM sink WHERE name = ?", (sink,)).fetchone() is None:
        raise StoreError(
            _("store {path} delivers to no {sink}").format(path=path, sink=sink),
            cure=_("put [influx] into city.toml and start the collector once"),
        )


def _oldest(connection: sqlite3.Connection) -> int:
    tables = [*(f"raw_{metric.name}" for metric in CATALOGUE), "sheet"]
    found = [connection.execute(f'SELECT min(time_ns) FROM "{table}"').fetchone()[0] for table in tables]  # noqa: S608 - names from the catalogue
    return min((time_ns for time_ns in found if time_ns is not None), default=time.time_ns())


def readings(connection: sqlite3.Connection, start_ns: int, end_ns: int) -> Iterator[Sample]:
    """All readings between two times, as they were read."""
    for metric in CATALOGUE:
        names = ", ".join(f'"{field.name}"' for field in metric.fields)
        rows = connection.execute(
            f'SELECT s.tags, r.time_ns, {names} FROM "raw_{metric.name}" r JOIN series s ON s.id = r.series '  # noqa: S608 - names from the catalogue
            "WHERE r.time_ns >= ? AND r.time_ns < ?",
            (start_ns, end_ns),
        )
        for tags, time_ns, *values in rows:
            yield Sample(_series(metric, tags), UnixNs(time_ns), named(metric.fields, values))
        for heading in sheets.headings(connection, metric):
            yield from _in_sheets(connection, metric, heading, start_ns, end_ns)


def _in_sheets(
    connection: sqlite3.Connection, metric: Metric, heading: sheets.StoredHeading, start_ns: int, end_ns: int
) -> Iterator[Sample]:
    found = sheets.between(connection, heading, start_ns, end_ns)
    if not found:
        return
    tags = dict(
        connection.execute(
            f"SELECT id, tags FROM series WHERE id IN ({', '.join(f'{number:d}' for number in heading.series)})"  # noqa: S608 - numbers
        )
    )
    series = [_series(metric, tags[number]) for number in heading.series]
    for time_ns, body in found:
        for one, values in zip(series, sheets.unpack(heading.fields, body), strict=False):
            yield Sample(one, UnixNs(time_ns), values)


def _series(metric: Metric, tags: str) -> Series:
    return Series(metric, tuple(sorted(json.loads(tags).items())))
