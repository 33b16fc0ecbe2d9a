"""Reading the store: newest values, histories, the outbox's state. Many processes may read while one writes."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from rainbow.kernel.errors import StoreDamaged, StoreError
from rainbow.kernel.metrics import Field, Kind, Metric
from rainbow.kernel.samples import Sample, Series, UnixNs, Value, named
from rainbow.kernel.texts import _
from store import outbox, schema, sheets
from store.quarantine import is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from store.outbox import OutboxState
    from store.sheets import StoredHeading

P = ParamSpec("P")
T = TypeVar("T")
_Newest = tuple[int, dict[Field, Value]]

_RAW_SPAN_NS = 6 * 3600 * schema.NS
"""Charts up to this long are drawn from readings as read; longer ones from means."""
DAY_NS = 24 * 3600 * schema.NS
_FIVE_MINUTES_SPAN_NS = 30 * 24 * 3600 * schema.NS


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """Fields of one series at one time; a field without a reading is absent."""

    time_ns: UnixNs
    values: Mapping[Field, Value]


class StoreReader:
    """A read-only look at a store's file. Opens on first use; not to be shared between threads at the same moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None
        self._series: dict[str, tuple[int, dict[int, Series]]] = {}
        self._headings: dict[str, tuple[int, list[StoredHeading]]] = {}

    def __enter__(self) -> StoreReader:  # noqa: PYI034 - typing.Self would do the same and says less here
        self._connection()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def latest(self, metric: Metric, **tags: str) -> list[Sample]:
        """The newest sample of every series of the metric that has these tags, in the order they were first seen.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        known = self._known(metric, tags)
        names = [field.name for field in metric.fields]
        these = f"WHERE {_among(known)}" if tags else ""
        rows = self._rows(f'SELECT series, time_ns, {_columns(names)} FROM "latest_{metric.name}" {these}', ())  # noqa: S608 - names from the catalogue, numbers
        newest: dict[int, _Newest] = {
            number: (time_ns, named(metric.fields, values)) for number, time_ns, *values in rows
        }
        for heading in self._headings_of(metric):
            self._take_newest(heading, newest, among=known)
        return [
            Sample(known[number], UnixNs(time_ns), values)
            for number, (time_ns, values) in sorted(newest.items())
            if number in known
        ]

    def newest(self, metric: Metric, fields: Collection[Field]) -> Iterator[Sample]:
        """The newest sample of every series, of these fields alone, in no order.

        One by one: all that a city's ports say takes a hundred megabytes when it is held at once.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        asked = tuple(field for field in metric.fields if field in fields)
        headings = self._headings_of(metric)
        in_sheets = {number for heading in headings for number in heading.series}
        by_rows: dict[int, _Newest] = {}
        for number, text, time_ns, *values in self._each(
            f"SELECT id, tags, time_ns, {_columns([field.name for field in asked])} "  # noqa: S608 - names from the catalogue
            f'FROM "latest_{metric.name}" JOIN series ON id = series'
        ):
            if number in in_sheets:
                by_rows[number] = time_ns, named(asked, values)
            else:
                yield Sample(_series(metric, text), UnixNs(time_ns), named(asked, values))
        for group in sheets.sharing(headings, same_fields=False):
            found = {number: by_rows[number] for heading in group for number in heading.series if number in by_rows}
            for heading in group:
                self._take_newest(heading, found, asked=asked)
            tags = self._each(f"SELECT id, tags FROM series WHERE {_among(found, 'id')}")  # noqa: S608 - numbers
            for number, text in tags:
                time_ns, read = found[number]
                yield Sample(_series(metric, text), UnixNs(time_ns), read)

    def history(
        self,
        metric: Metric,
        tags: Mapping[str, str],
        fields: Sequence[Field],
        *,
        start_ns: int,
        end_ns: int,
        max_points: int = 500,
    ) -> list[HistoryRow]:
        """The course of one series between two times, thinned to at most ``max_points`` rows.

        Up to six hours come from readings, up to thirty days from five-minute means, the rest from hourly means; what
        is not rolled up yet is missing at the end of long charts for minutes only. Thinning takes means of FLOAT
        fields and the last of others.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        numbers = self._known(metric, tags)
        if not numbers or not fields:
            return []
        table, columns = _source(metric, fields, end_ns - start_ns)
        rows = self._rows(
            f'SELECT time_ns, {_columns(columns)} FROM "{table}" '  # noqa: S608 - names from the catalogue, numbers
            f"WHERE {_among(numbers)} AND time_ns >= ? AND time_ns < ?",
            (start_ns, end_ns),
        )
        found = [(time_ns, named(fields, values)) for time_ns, *values in rows]
        if columns == [field.name for field in fields]:
            found += self._in_sheets(metric, numbers, fields, start_ns, end_ns)
        found.sort(key=lambda row: row[0])
        return _thinned(found, fields, start_ns, max(1, -(-(end_ns - start_ns) // max_points)))

    def daily(
        self, metric: Metric, fields: Sequence[Field], *, start_ns: int, end_ns: int, least_hours: int
    ) -> Iterator[tuple[Series, UnixNs, dict[Field, float]]]:
        """Means of FLOAT fields by series and day (UTC), from hourly means; days of fewer hours are left out.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        means = ", ".join(f'avg("{schema.history_column(field)}")' for field in fields)
        for number, series in self._known(metric).items():
            rows = self._rows(
                f'SELECT time_ns / {DAY_NS} AS day, {means} FROM "hours_{metric.name}" '  # noqa: S608 - names from the catalogue
                f"WHERE series = ? AND time_ns >= ? AND time_ns < ? GROUP BY day HAVING count(*) >= ?",
                (number, start_ns, end_ns, least_hours),
            )
            for day, *values in rows:
                known = {field: value for field, value in zip(fields, values, strict=True) if value is not None}
                yield series, UnixNs(day * DAY_NS), known

    def _take_newest(
        self,
        heading: StoredHeading,
        found: dict[int, _Newest],
        *,
        among: Collection[int] | None = None,
        asked: Collection[Field] | None = None,
    ) -> None:
        """Put the newest row of each series of a heading where none is that is newer; None: of all."""
        wanted = [row for row, number in enumerate(heading.series) if among is None or number in among]
        if not wanted or (newest := self._asked(sheets.newest, heading)) is None:
            return
        time_ns, body = newest
        for row in wanted:
            number = heading.series[row]
            if number not in found or time_ns > found[number][0]:
                found[number] = time_ns, sheets.unpack_row(heading.fields, body, row, asked)

    def _in_sheets(
        self, metric: Metric, numbers: Collection[int], fields: Sequence[Field], start_ns: int, end_ns: int
    ) -> Iterator[tuple[int, dict[Field, Value]]]:
        """Times and values of all rows of these series."""
        for heading in self._headings_of(metric):
            rows = [row for row, number in enumerate(heading.series) if number in numbers]
            for time_ns, body in self._asked(sheets.between, heading, start_ns, end_ns) if rows else ():
                for row in rows:
                    yield time_ns, sheets.unpack_row(heading.fields, body, row, fields)

    def _headings_of(self, metric: Metric) -> list[StoredHeading]:
        """Headings of a metric; they are kept until there are new ones."""
        newest = int(self._rows("SELECT coalesce(max(id), 0) FROM sheet_heading", ())[0][0])
        cached = self._headings.get(metric.name)
        if cached is None or cached[0] != newest:
            cached = self._headings[metric.name] = (newest, self._asked(sheets.headings, metric))
        return cached[1]

    def outbox(self, now_ns: int) -> list[OutboxState]:
        """How every sink's outbox stands.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        return self._asked(outbox.states, now_ns)

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = schema.connect(self._path, read_only=True)
        return self._open

    def _known(self, metric: Metric, tags: Mapping[str, str] | None = None) -> dict[int, Series]:
        """Series of a metric that have these tags, by number; all of them are kept until there are new ones."""
        newest = int(self._rows("SELECT coalesce(max(id), 0) FROM series", ())[0][0])
        cached = self._series.get(metric.name)
        wanted = (tags or {}).items()
        if cached is None or cached[0] != newest:
            # Reading each series of a large city takes a second: where few are asked for, only those that look right.
            looks = [json.dumps({name: value})[1:-1] for name, value in wanted]
            rows = self._rows(
                f"SELECT id, tags FROM series WHERE metric = ? {'AND instr(tags, ?) ' * len(looks)}ORDER BY id",  # noqa: S608 - question marks
                (metric.name, *looks),
            )
            found = {number: _series(metric, text) for number, text in rows}
            cached = (newest, found)
            if not looks:
                self._series[metric.name] = cached
        return {number: series for number, series in cached[1].items() if wanted <= dict(series.tags).items()}

    def _asked(self, question: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **more: P.kwargs) -> T:
        try:
            return question(self._connection(), *args, **more)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _rows(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> list[tuple]:  # type: ignore[type-arg] # SQLite's rows have no type
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _each(self, statement: str) -> Iterator[tuple]:  # type: ignore[type-arg] # SQLite's rows have no type
        """The same one by one."""
        try:
            yield from self._connection().execute(statement)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: sqlite3.Error) -> StoreError:
        self.close()
        return (StoreDamaged if is_damage(error) else StoreError)(
            _("store {path}: {error}").format(path=self._path, error=error),
            cure=_("start the collector once: it makes the store and brings its layout up to date"),
        )


def _series(metric: Metric, text: str) -> Series:
    """A series by its tags as they are stored. Each name and value is one string, however many series have it."""
    tags = json.loads(text)
    return Series(metric, tuple(sorted((sys.intern(name), sys.intern(value)) for name, value in tags.items())))


def _among(numbers: Iterable[int], column: str = "series") -> str:
    return f"{column} IN ({', '.join(f'{number:d}' for number in numbers)})"


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _source(metric: Metric, fields: Sequence[Field], span_ns: int) -> tuple[str, list[str]]:
    """The table and columns a chart of this length is drawn from."""
    if span_ns <= _RAW_SPAN_NS:
        return f"raw_{metric.name}", [field.name for field in fields]
    resolution = "five_minutes" if span_ns <= _FIVE_MINUTES_SPAN_NS else "hours"
    return f"{resolution}_{metric.name}", [schema.history_column(field) for field in fields]


def _thinned(
    rows: Sequence[tuple[int, dict[Field, Value]]], fields: Sequence[Field], start_ns: int, width_ns: int
) -> list[HistoryRow]:
    """One row for each step: the time of its first, means of FLOAT fields, the last known of others."""
    found = []
    for _step, group in groupby(rows, key=lambda row: (row[0] - start_ns) // width_ns):
        (time_ns, values), *others = group
        if others:
            known = {
                field: [row[field] for row in (values, *(more for _time, more in others)) if field in row]
                for field in fields
            }
            values = {
                field: fsum(map(float, read)) / len(read) if field.kind is Kind.FLOAT else read[-1]
                for field, read in known.items()
                if read
            }
        found.append(HistoryRow(time_ns=UnixNs(time_ns), values=values))
    return found
