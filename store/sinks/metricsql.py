"""Courses in MetricsQL: VictoriaMetrics, one node or a cluster, written to through its InfluxDB ``/write``.

There every field is a series of its own, ``measurement_field``, all values are float64, times are milliseconds, and the
database's name is a label. Texts become worthless numbers there and are never asked for; states are whole numbers and
stay so. ``/query`` answers 200 with a list of databases whatever one asks: nobody asks it here.
"""

from __future__ import annotations

import json
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
    from rainbow.kernel.samples import Value
    from rainbow.kernel.secret import Secret
    from store.settings import InfluxSettings

_MS_NS = 1_000_000
_LEAST_STEP_MS = 1_000


class MetricsQlReader:
    """See :class:`store.series.SeriesReader`. ``path`` leads to a tenant of a cluster: ``/select/0/prometheus``."""

    def __init__(self, settings: InfluxSettings, secret: Secret | None) -> None:
        self._asker = Asker(settings, secret)
        self._path = settings.reads_path

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
        step_ms = max(-(-(end_ns - start_ns) // (_MS_NS * max_points)), _LEAST_STEP_MS)
        start_ms = start_ns // _MS_NS
        found: dict[int, dict[Field, Value]] = {}
        for field in fields:
            if field.kind is not Kind.TEXT:
                for end_ms, value in self._steps(metric, field, tags, start_ms, end_ns // _MS_NS, step_ms):
                    # A step is called by its end there and by its beginning everywhere here.
                    found.setdefault(end_ms - step_ms, {})[field] = value if field.kind is Kind.FLOAT else round(value)
        return [HistoryRow(time_ns=UnixNs(time_ms * _MS_NS), values=found[time_ms]) for time_ms in sorted(found)]

    def _steps(
        self, metric: Metric, field: Field, tags: Mapping[str, str], start_ms: int, end_ms: int, step_ms: int
    ) -> list[tuple[int, float]]:
        rollup = "avg_over_time" if field.kind is Kind.FLOAT else "last_over_time"
        steps = -(-(end_ms - start_ms) // step_ms)
        answer = self._asker.ask(
            f"{self._path}/api/v1/query_range",
            {
                "query": f"{rollup}({self._selector(metric.name, field.name, tags)}[{step_ms}ms])",
                "start": f"{(start_ms + step_ms - 1) / 1_000:.3f}",
                "end": f"{(start_ms + steps * step_ms - 1) / 1_000:.3f}",
                "step": f"{step_ms}ms",
                "nocache": "1",
            },
        )
        try:
            (document,) = answer
            series = document["data"]["result"]  # type: ignore[index] # its JSON, held against what it must be below
            return [
                (round(float(time_s) * 1_000) + 1, float(value)) for one in series for time_s, value in one["values"]
            ]
        except (KeyError, TypeError, ValueError):
            raise SinkRefused(_no_answer(answer)) from None

    def raw(self, measurement: str, field: str, tags: Mapping[str, str], *, start_ns: int, end_ns: int) -> list[float]:
        """The values as they were written."""
        answer = self._asker.ask(
            f"{self._path}/api/v1/export",
            {
                "match[]": self._selector(measurement, field, tags),
                "start": f"{start_ns / 1e9:.3f}",
                "end": f"{end_ns / 1e9:.3f}",
            },
        )
        try:
            return [float(value) for series in answer for value in series["values"]]  # type: ignore[index] # same
        except (KeyError, TypeError, ValueError):
            raise SinkRefused(_no_answer(answer)) from None

    def _selector(self, measurement: str, field: str, tags: Mapping[str, str]) -> str:
        """One series. Label names may hold anything where they stand as they are, less what MetricsQL escapes."""
        labels = {"__name__": f"{measurement}_{field}", "db": self._asker.database, **tags}
        return "{" + ",".join(f"{_label(name)}={json.dumps(value)}" for name, value in labels.items()) + "}"


def _label(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter == "_" else f"\\{letter}" for letter in name)


def _no_answer(answer: Sequence[object]) -> str:
    return _("that is no answer of VictoriaMetrics: {words}").format(words=str(answer)[:200])
