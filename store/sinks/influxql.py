"""Courses in InfluxQL: InfluxDB 1.x, 2.x (with a mapping of the bucket) and 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.errors import SinkRefused
from rainbow.kernel.metrics import Kind
from rainbow.kernel.samples import UnixNs
from rainbow.kernel.texts import _
from store.reader import HistoryRow
from store.sinks.asking import Asker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.secret import Secret
    from store.settings import InfluxSettings

_LEAST_STEP_NS = 1_000_000_000


class InfluxQlReader:
    """See :class:`store.series.SeriesReader`."""

    def __init__(self, settings: InfluxSettings, secret: Secret | None) -> None:
        self._asker = Asker(settings, secret)

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
        """Means of FLOAT fields, the last of others, in steps that give no more than ``max_points`` rows."""
        numbers = [field for field in fields if field.kind is not Kind.TEXT]
        step_ns = max(-(-(end_ns - start_ns) // max_points), _LEAST_STEP_NS)
        asked = ", ".join(
            f"{'mean' if field.kind is Kind.FLOAT else 'last'}({_name(field.name)}) AS {_name(field.name)}"
            for field in numbers
        )
        rows = self._rows(
            f"SELECT {asked} FROM {_name(metric.name)} WHERE {_where(tags, start_ns, end_ns)} "  # noqa: S608 - quoted
            f"GROUP BY time({step_ns}ns, {start_ns % step_ns}ns) fill(none)"
        )
        return [
            HistoryRow(
                time_ns=UnixNs(int(time_ns or 0)),
                values={
                    field: float(value) if field.kind is Kind.FLOAT else int(value)
                    for field, value in zip(numbers, values, strict=True)
                    if value is not None
                },
            )
            for time_ns, *values in rows
        ]

    def raw(self, measurement: str, field: str, tags: Mapping[str, str], *, start_ns: int, end_ns: int) -> list[float]:
        """The values as they were written."""
        where = _where(tags, start_ns, end_ns)
        rows = self._rows(f"SELECT {_name(field)} FROM {_name(measurement)} WHERE {where}")  # noqa: S608 - quoted
        return [value for _time, value in rows if value is not None]

    def _rows(self, statement: str) -> list[list[float | None]]:
        """The rows of the one series that is asked for."""
        answer = self._asker.ask("/query", {"db": self._asker.database, "epoch": "ns", "q": statement})
        try:
            (document,) = answer
            (result,) = document["results"]  # type: ignore[index] # InfluxDB's JSON, held against what it must be below
            if "error" in result:
                raise SinkRefused(_("InfluxDB refuses the question: {words}").format(words=result["error"]))
            # VictoriaMetrics lists its databases whatever one asks: a column "name", and no time.
            return [
                [row[series["columns"].index("time")], *row[1:]]
                for series in result.get("series", ())
                for row in series["values"]
            ]
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            raise SinkRefused(
                _("that is no answer of InfluxDB: {words}").format(words=str(answer)[:200]),
                cure=_('for VictoriaMetrics set reads = "metricsql" in [influx]'),
            ) from None


def _name(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _where(tags: Mapping[str, str], start_ns: int, end_ns: int) -> str:
    found = [f"{_name(name)} = {_text(value)}" for name, value in tags.items()]
    return " AND ".join([*found, f"time >= {start_ns}", f"time < {end_ns}"])
