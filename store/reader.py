"""Reading the store: newest values, histories, the outbox's state. Many processes may read while one writes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import Field, Kind, Metric
from rainbow.kernel.samples import Sample, Series, UnixNs, Value
from rainbow.kernel.texts import _
from store import outbox, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from store.outbox import OutboxState

_RAW_SPAN_NS = 6 * 3600 * schema.NS
"""Charts up to this long are drawn from readings as read; longer ones from means."""
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
        return [
            Sample(series, UnixNs(time_ns), _values(metric.fields, values))
            for number, time_ns, *values in rows
            if (series := known.get(number)) is not None
        ]

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
        width_ns = max(1, -(-(end_ns - start_ns) // max_points))
        these = _among(numbers)
        picked = ", ".join(
            f'avg("{column}")' if field.kind is Kind.FLOAT else _last(table, column, these)
            for field, column in zip(fields, columns, strict=True)
        )
        rows = self._rows(
            f'SELECT min(time_ns), {picked} FROM (SELECT *, (time_ns - :start) / :width AS step FROM "{table}" '  # noqa: S608 - names from the catalogue, numbers
            f"WHERE {these} AND time_ns >= :start AND time_ns < :end) GROUP BY step ORDER BY 1",
            {"start": start_ns, "end": end_ns, "width": width_ns},
        )
        return [HistoryRow(time_ns=UnixNs(time_ns), values=_values(fields, values)) for time_ns, *values in rows]

    def outbox(self, now_ns: int) -> list[OutboxState]:
        """How every sink's outbox stands.

        Raises:
            StoreError: there is no store yet, or it cannot be read.
        """
        try:
            return outbox.states(self._connection(), now_ns)
        except sqlite3.Error as error:
            raise self._failed(error) from None

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
            found = {number: Series(metric, tuple(sorted(json.loads(text).items()))) for number, text in rows}
            cached = (newest, found)
            if not looks:
                self._series[metric.name] = cached
        return {number: series for number, series in cached[1].items() if wanted <= dict(series.tags).items()}

    def _rows(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> list[tuple]:  # type: ignore[type-arg] # SQLite's rows have no type
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: sqlite3.Error) -> StoreError:
        self.close()
        return StoreError(
            _("store {path}: {error}").format(path=self._path, error=error),
            cure=_("start the collector once: it makes the store and brings its layout up to date"),
        )


def _among(numbers: Iterable[int]) -> str:
    return f"series IN ({', '.join(f'{number:d}' for number in numbers)})"


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _last(table: str, column: str, these: str) -> str:
    """The expression for the last known value of a column within a step of a chart."""
    return (
        f'(SELECT l."{column}" FROM "{table}" AS l WHERE l.{these} AND l.time_ns >= :start + step * :width '  # noqa: S608 - names from the catalogue, numbers
        f'AND l.time_ns < min(:end, :start + (step + 1) * :width) AND l."{column}" IS NOT NULL '
        "ORDER BY l.time_ns DESC LIMIT 1)"
    )


def _source(metric: Metric, fields: Sequence[Field], span_ns: int) -> tuple[str, list[str]]:
    """The table and columns a chart of this length is drawn from."""
    if span_ns <= _RAW_SPAN_NS:
        return f"raw_{metric.name}", [field.name for field in fields]
    resolution = "five_minutes" if span_ns <= _FIVE_MINUTES_SPAN_NS else "hours"
    return f"{resolution}_{metric.name}", [schema.history_column(field) for field in fields]


def _values(fields: Sequence[Field], values: Sequence[Value | None]) -> dict[Field, Value]:
    return {field: value for field, value in zip(fields, values, strict=True) if value is not None}
