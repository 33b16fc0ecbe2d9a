"""Rolling up and forgetting: five-minute and hourly buckets, made again whenever something in them changed.

Which buckets changed is noted in the same transaction as the samples (table ``dirty``), so late readings and a killed
process cost nothing but a second look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.metrics import BY_NAME, CATALOGUE, Field, Kind, Metric
from store import schema, sheets

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.sheets import StoredHeading

_SOURCE = {"five_minutes": "raw", "hours": "five_minutes"}


def note(connection: sqlite3.Connection, written: Iterable[tuple[Metric, int]]) -> None:
    """Note the buckets of these times as changed. Call it in the transaction that writes."""
    width = schema.RESOLUTIONS["five_minutes"]
    connection.executemany(
        "INSERT OR IGNORE INTO dirty VALUES ('five_minutes', ?, ?)",
        {(metric.name, time_ns // width * width) for metric, time_ns in written},
    )


def roll_up(connection: sqlite3.Connection, now_ns: int, *, keep_raw_ns: int) -> int:
    """Roll up the changed buckets that are over. Call it inside a transaction; returns how many were made.

    A bucket whose readings are past keeping is only filled, never replaced: a straggler must not overwrite a mean
    made of readings that are gone.
    """
    made = 0
    for resolution, width_ns in schema.RESOLUTIONS.items():
        rows = connection.execute(
            "SELECT metric, time_ns FROM dirty WHERE resolution = ? AND time_ns + ? <= ?",
            (resolution, width_ns, now_ns),
        ).fetchall()
        for name, start_ns in rows:
            metric = BY_NAME.get(name)
            if metric is not None:
                whole = start_ns >= now_ns - keep_raw_ns + width_ns
                _bucket(connection, metric, resolution, start_ns, replace=whole)
                if resolution == "five_minutes":
                    _sheets_bucket(connection, metric, start_ns, replace=whole)
                made += 1
            if resolution == "five_minutes":
                hour_ns = start_ns // schema.RESOLUTIONS["hours"] * schema.RESOLUTIONS["hours"]
                connection.execute("INSERT OR IGNORE INTO dirty VALUES ('hours', ?, ?)", (name, hour_ns))
            connection.execute(
                "DELETE FROM dirty WHERE resolution = ? AND metric = ? AND time_ns = ?", (resolution, name, start_ns)
            )
    return made


def retain(connection: sqlite3.Connection, before_ns: Mapping[str, int]) -> int:
    """Delete rows older than ``before_ns`` of their resolution; returns how many. Latest values stay."""
    deleted = 0
    for resolution, limit_ns in before_ns.items():
        if resolution == "raw":
            deleted += sheets.retain(connection, limit_ns)
        for metric in CATALOGUE:
            table = f"{resolution}_{metric.name}"
            deleted += connection.execute(f'DELETE FROM "{table}" WHERE time_ns < ?', (limit_ns,)).rowcount  # noqa: S608 - names from the catalogue
    return deleted


def _bucket(connection: sqlite3.Connection, metric: Metric, resolution: str, start_ns: int, *, replace: bool) -> None:
    """Make all series' rows of one bucket: aggregates of the numbers, the last known of the rest."""
    source = f"{_SOURCE[resolution]}_{metric.name}"
    span = f"time_ns >= {start_ns:d} AND time_ns < {start_ns + schema.RESOLUTIONS[resolution]:d}"
    parts = ", ".join(part for item in metric.fields for part in _parts(item, resolution, source, span))
    connection.execute(
        f"{_insert(metric, resolution, replace=replace)} SELECT series, {start_ns:d}, {parts} "  # noqa: S608 - names from the catalogue
        f'FROM "{source}" AS s WHERE {span} GROUP BY series'
    )


def _insert(metric: Metric, resolution: str, *, replace: bool) -> str:
    verb = "REPLACE" if replace else "IGNORE"
    names = ["series", "time_ns", *(name for name, _ in schema.rolled_columns(metric))]
    into = ", ".join(f'"{name}"' for name in names)
    return f'INSERT OR {verb} INTO "{resolution}_{metric.name}" ({into})'


def _sheets_bucket(connection: sqlite3.Connection, metric: Metric, start_ns: int, *, replace: bool) -> None:
    """The same for readings kept in sheets: numbers of all rows at once. A series is kept in one of both ways."""
    end_ns = start_ns + schema.RESOLUTIONS["five_minutes"]
    marks = ", ".join("?" * (2 + len(schema.rolled_columns(metric))))
    for heading, bodies in sheets.in_common(connection, metric, start_ns, end_ns):
        rows = _rolled(metric, heading, bodies)
        connection.executemany(
            f"{_insert(metric, 'five_minutes', replace=replace)} VALUES ({marks})",
            [(series, start_ns, *row) for series, row in zip(heading.series, rows, strict=True)],
        )


def _rolled(metric: Metric, heading: StoredHeading, bodies: Sequence[bytes]) -> Iterator[tuple[object, ...]]:
    """A row of :func:`schema.rolled_columns` for each series."""
    import numpy as np  # noqa: PLC0415 - a reader of the store does without

    read = sheets.arrays(heading, bodies)
    columns: list[list[object]] = []
    for field in metric.fields:
        if field not in read:
            nothing: list[object] = [None] * len(heading.series)
            columns += [[0] * len(nothing), nothing, nothing, nothing] if field.kind is Kind.FLOAT else [nothing]
            continue
        numbers, known = read[field]
        if field.kind is Kind.FLOAT:
            count = known.sum(axis=0)
            total = np.where(known, numbers, 0.0).sum(axis=0)
            means = [float(all_) / n if n else None for all_, n in zip(total, count.tolist(), strict=True)]
            least, most = np.fmin.reduce(numbers), np.fmax.reduce(numbers)
            columns += [count.tolist(), means, least.tolist(), most.tolist()]  # SQLite keeps NaN as NULL
        else:
            last = len(bodies) - 1 - known[::-1].argmax(axis=0)
            newest = numbers[last, np.arange(numbers.shape[1])].tolist()
            ever = np.any(known, axis=0, keepdims=True)[0].tolist()
            columns.append([value if any_ else None for value, any_ in zip(newest, ever, strict=True)])
    return zip(*columns, strict=True)


def _parts(field: Field, resolution: str, source: str, span: str) -> list[str]:
    """The expressions for one field's columns, in the order of :func:`schema.rolled_columns`."""
    raw = resolution == "five_minutes"
    if field.kind is not Kind.FLOAT:
        column = f'"{field.name}"' if raw else f'"{field.name}_last"'
        last = (
            f'(SELECT l.{column} FROM "{source}" AS l WHERE l.series = s.series AND {span} '  # noqa: S608 - names from the catalogue
            f"AND l.{column} IS NOT NULL ORDER BY l.time_ns DESC LIMIT 1)"
        )
        return [last]
    name = field.name
    if raw:
        return [f'count("{name}")', f'avg("{name}")', f'min("{name}")', f'max("{name}")']
    count = f'"{name}_n"'
    return [
        f"sum({count})",
        f'sum("{name}_mean" * {count}) / nullif(sum({count}), 0)',
        f'min("{name}_min")',
        f'max("{name}_max")',
    ]
