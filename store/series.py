"""Courses of series from the time series database, for what the local store no longer has, or never had.

The store reads what it keeps (:mod:`store.reader`); a centre whose pollers deliver by themselves keeps no courses, and
no store keeps them for ever. What is asked here is the same question in the database's own language.

A database must hold what was written to it as it was written, and not all do that answer as if they did: so a point is
written and read back first (:func:`prove`), and one that does not give it back is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SinkError, SinkRefused
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rainbow.kernel.metrics import Field, Metric
    from store.reader import HistoryRow
    from store.shipper import Sink

PROBE = "rainbow_probe"
"""The measurement of probes: a whole number and a number that is none, with a tag of odd characters."""
TAG, WHOLE, PART = "odd tag", (1 << 53) - 1, 0.1
PAUSES_S = (1.5, 3.0, 6.0, 12.0)
"""Waited before each look: VictoriaMetrics shows within a second or two what it took, and remembers for ten seconds
that it found nothing, so that it must not be asked at once."""
AWAY_S = 60.0
"""So long nobody is asked again who did not answer: a chart must not wait for a dead server each time."""


class SeriesReader(Protocol):
    """Reads courses. Every method raises SinkError where the database is away, refuses us or is not what it seems."""

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
        """The course of one series, as :meth:`store.reader.StoreReader.history` gives it; texts are left out."""

    def raw(self, measurement: str, field: str, tags: Mapping[str, str], *, start_ns: int, end_ns: int) -> list[float]:
        """The values of a field as they were written, in the order of time."""


def prove(sink: Sink, reader: SeriesReader, *, mark: str, now_ns: int, sleep: Callable[[float], None]) -> None:
    """Write a point and read it back. ``mark`` tells it from those of others.

    Raises:
        SinkError: it does not come back, or not as it was written.
    """
    tag = TAG.replace(" ", "\\ ")
    sink.send(f"{PROBE},mark={mark},{tag}=a\\,b\\=c whole={WHOLE}i,part={PART!r} {now_ns}\n".encode())
    tags, span_ns = {"mark": mark, TAG: "a,b=c"}, 60 * 1_000_000_000
    found: list[list[float]] = []
    for pause_s in PAUSES_S:
        sleep(pause_s)
        found = [
            reader.raw(PROBE, field, tags, start_ns=now_ns - span_ns, end_ns=now_ns + span_ns)
            for field in ("whole", "part")
        ]
        if all(found):
            break
    if found == [[WHOLE], [PART]]:
        return
    raise SinkRefused(
        _("the time series database took a point and gave back {found} instead of {wanted}").format(
            found=found, wanted=[[WHOLE], [PART]]
        ),
        cure=_('see [influx] reads: "influxql" for InfluxDB, "metricsql" for VictoriaMetrics; and database and URL'),
    )


@dataclass(slots=True, kw_only=True)
class Archive:
    """A reader that may be away: then it has nothing, and is left alone for a while. For any thread."""

    reader: SeriesReader
    clock_s: Callable[[], float]
    _not_before_s: float = 0.0

    def history(
        self,
        metric: Metric,
        tags: Mapping[str, str],
        fields: Sequence[Field],
        *,
        start_ns: int,
        end_ns: int,
        max_points: int,
    ) -> list[HistoryRow]:
        """What the reader has, or nothing."""
        if self.clock_s() < self._not_before_s:
            return []
        try:
            return self.reader.history(metric, tags, fields, start_ns=start_ns, end_ns=end_ns, max_points=max_points)
        except SinkError:
            self._not_before_s = self.clock_s() + AWAY_S
            return []
