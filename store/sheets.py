"""Sheets: what many series read at one moment, kept as one packed row instead of a row each.

Nearly all readings are of ports, and a device's ports are read together: a sheet is encoded once and written once. Its
heading (series and fields) stands once in ``sheet_heading``; ``sheet.body`` holds the rows one behind the other, in
little-endian numbers without gaps: a byte for a state, eight for all else.
"""

from __future__ import annotations

import json
import math
import struct
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rainbow.kernel.metrics import Field, Kind, Metric

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rainbow.kernel.samples import Heading, Numbers, Sheet, Value

    Read = tuple[NDArray[np.int64 | np.float64], NDArray[np.bool_]]
    """Numbers, and which of them were read."""

LAYOUT = """
CREATE TABLE IF NOT EXISTS sheet_heading (
  id INTEGER PRIMARY KEY, metric TEXT, fields TEXT, series TEXT, UNIQUE (metric, fields, series));
CREATE TABLE IF NOT EXISTS sheet (id INTEGER PRIMARY KEY, heading INTEGER, time_ns INTEGER, body BLOB);
CREATE UNIQUE INDEX IF NOT EXISTS sheet_by_heading ON sheet (heading, time_ns);
"""
_CODES = {Kind.STATE: "b", Kind.INT: "q", Kind.FLOAT: "d"}
_NONE: dict[Kind, int | float] = {Kind.STATE: -128, Kind.INT: -(1 << 63), Kind.FLOAT: math.nan}
"""What stands for a number that was not read."""


class StoredHeading(NamedTuple):
    """A heading as the file has it: fields, and the numbers of the series in the order of rows."""

    number: int
    fields: tuple[Field, ...]
    series: tuple[int, ...]

    @property
    def row_bytes(self) -> int:
        """Length of one row."""
        return _form(self.fields, 1).size


class Place(NamedTuple):
    """Where the readings of one series are: a row of all sheets under a heading."""

    heading: StoredHeading
    row: int


@lru_cache(maxsize=1000)
def _form(fields: tuple[Field, ...], rows: int) -> struct.Struct:
    return struct.Struct("<" + "".join(_CODES[field.kind] for field in fields) * rows)


def pack(fields: tuple[Field, ...], rows: Sequence[Numbers]) -> bytes:
    """The body of a sheet."""
    form = _form(fields, len(rows))
    try:
        return form.pack(*chain.from_iterable(rows))
    except struct.error:  # something was not read
        nothing = [_NONE[field.kind] for field in fields]
        return form.pack(
            *(none if value is None else value for row in rows for value, none in zip(row, nothing, strict=True))
        )


def unpack(fields: tuple[Field, ...], body: bytes) -> Iterator[dict[Field, Value]]:
    """What was read in each row."""
    for numbers in _form(fields, 1).iter_unpack(body):
        yield _read(zip(fields, numbers, strict=True))


def unpack_row(
    fields: tuple[Field, ...], body: bytes, row: int, asked: Collection[Field] | None = None
) -> dict[Field, Value]:
    """What was read in one row; ``asked``: of these fields alone."""
    form = _form(fields, 1)
    numbers = zip(fields, form.unpack_from(body, row * form.size), strict=True)
    return _read(numbers if asked is None else (pair for pair in numbers if pair[0] in asked))


def _read(numbers: Iterable[tuple[Field, int | float]]) -> dict[Field, Value]:
    return {field: number for field, number in numbers if not was_not_read(field, number)}


def was_not_read(field: Field, number: float) -> bool:
    """Whether a number stands for none."""
    return number != number if field.kind is Kind.FLOAT else number == _NONE[field.kind]  # noqa: PLR0124 - NaN alone differs from itself


def arrays(heading: StoredHeading, bodies: Sequence[bytes]) -> dict[Field, Read]:
    """Of each field the numbers of all bodies (one a line, a column for each row), and which of them were read."""
    import numpy as np  # noqa: PLC0415 - only rolling up takes it

    kinds = np.dtype(
        [(field.name, "<" + {"b": "i1", "q": "i8", "d": "f8"}[_CODES[field.kind]]) for field in heading.fields]
    )
    read = np.frombuffer(b"".join(bodies), dtype=kinds).reshape(len(bodies), -1)
    return {
        field: (
            numbers := read[field.name],
            ~np.isnan(numbers) if field.kind is Kind.FLOAT else numbers != _NONE[field.kind],
        )
        for field in heading.fields
    }


def put_heading(connection: sqlite3.Connection, heading: Heading, series: Sequence[int]) -> int:
    """The number of a heading whose series have these numbers; it is given one where it has none."""
    metric = heading.series[0].metric
    key = (metric.name, json.dumps([field.name for field in heading.fields]), json.dumps(list(series)))
    connection.execute("INSERT OR IGNORE INTO sheet_heading (metric, fields, series) VALUES (?, ?, ?)", key)
    found = connection.execute("SELECT id FROM sheet_heading WHERE metric = ? AND fields = ? AND series = ?", key)
    return int(found.fetchone()[0])


def put(connection: sqlite3.Connection, sheets: Iterable[tuple[int, Sheet]]) -> None:
    """Keep sheets, each with the number of its heading. The same heading and time again overwrites."""
    connection.executemany(
        "INSERT OR REPLACE INTO sheet (heading, time_ns, body) VALUES (?, ?, ?)",
        [(number, sheet.time_ns, pack(sheet.heading.fields, sheet.rows)) for number, sheet in sheets],
    )


def headings(connection: sqlite3.Connection, metric: Metric) -> list[StoredHeading]:
    """All headings of a metric. Fields that the catalogue lost make a heading unreadable: it is left out."""
    by_name = {field.name: field for field in metric.fields}
    found = []
    rows = connection.execute("SELECT id, fields, series FROM sheet_heading WHERE metric = ?", (metric.name,))
    for number, fields, series in rows:
        names = json.loads(fields)
        if by_name.keys() >= set(names):
            found.append(StoredHeading(number, tuple(by_name[name] for name in names), tuple(json.loads(series))))
    return found


def newest(connection: sqlite3.Connection, heading: StoredHeading) -> tuple[int, bytes] | None:
    """Time and body of the newest sheet under a heading."""
    row = connection.execute(
        "SELECT time_ns, body FROM sheet WHERE heading = ? ORDER BY time_ns DESC LIMIT 1", (heading.number,)
    ).fetchone()
    return (int(row[0]), row[1]) if row is not None else None


def between(
    connection: sqlite3.Connection, heading: StoredHeading, start_ns: int, end_ns: int
) -> list[tuple[int, bytes]]:
    """Times and bodies under a heading, in the order of time; the end is not part of it."""
    return connection.execute(
        "SELECT time_ns, body FROM sheet WHERE heading = ? AND time_ns >= ? AND time_ns < ? ORDER BY time_ns",
        (heading.number, start_ns, end_ns),
    ).fetchall()


def in_common(
    connection: sqlite3.Connection, metric: Metric, start_ns: int, end_ns: int
) -> Iterator[tuple[StoredHeading, list[bytes]]]:
    """All bodies between two times, each series under one heading: where ports came or went, two become one.

    One by one: those of a whole city would take tens of megabytes at once.
    """
    for group in sharing(headings(connection, metric), same_fields=True):
        found = [(heading, between(connection, heading, start_ns, end_ns)) for heading in group]
        if read := [(heading, bodies) for heading, bodies in found if bodies]:
            yield _joined(read)


def sharing(found: Iterable[StoredHeading], *, same_fields: bool) -> list[list[StoredHeading]]:
    """Headings together that have a series in common, directly or by others; ``same_fields``: and all their fields."""
    groups: list[list[StoredHeading]] = []
    homes: dict[tuple[Field, ...], dict[int, int]] = {}
    for heading in found:
        home = homes.setdefault(heading.fields if same_fields else (), {})
        group, groups_met = [heading], sorted({home[series] for series in heading.series if series in home})
        for place in groups_met:
            group += groups[place]
            groups[place] = []
        groups.append(group)
        for member in group:
            home.update(dict.fromkeys(member.series, len(groups) - 1))
    return [group for group in groups if group]


def _joined(group: Sequence[tuple[StoredHeading, list[tuple[int, bytes]]]]) -> tuple[StoredHeading, list[bytes]]:
    first, found = group[0]
    if len(group) == 1:
        return first, [body for _time_ns, body in found]
    series = tuple(dict.fromkeys(number for heading, _found in group for number in heading.series))
    place = {number: row for row, number in enumerate(series)}
    size = first.row_bytes
    nothing = pack(first.fields, [(None,) * len(first.fields)])
    bodies: list[tuple[int, bytes]] = []
    for heading, sheets in group:
        for time_ns, body in sheets:
            rows = [nothing] * len(series)
            for row, number in enumerate(heading.series):
                rows[place[number]] = body[row * size : (row + 1) * size]
            bodies.append((time_ns, b"".join(rows)))
    return StoredHeading(first.number, first.fields, series), [body for _time_ns, body in sorted(bodies)]


def retain(connection: sqlite3.Connection, before_ns: int) -> int:
    """Delete sheets older than that, but for the newest of each heading; returns how many readings these were."""
    deleted = 0
    for number, series in connection.execute("SELECT id, series FROM sheet_heading").fetchall():
        gone = connection.execute(
            "DELETE FROM sheet WHERE heading = ?1 AND time_ns < ?2"
            " AND time_ns < (SELECT max(time_ns) FROM sheet WHERE heading = ?1)",
            (number, before_ns),
        ).rowcount
        if gone:
            deleted += gone * len(json.loads(series))
    return deleted
