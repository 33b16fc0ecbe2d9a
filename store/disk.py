"""What the store will take on disk: a budget that can be known before the first reading.

A row of a table without rowid is its key, a header byte a column and its values; pages that take rows of many series
in turn are filled to 83 %, and about so are those of sheets, in which readings of ports are. The model is within a
fifth of a real file whose every field has a reading; ports without traffic take less where SQLite keeps a zero in no
byte at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import INTERFACE, Kind
from store import schema, sheets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rainbow.kernel.metrics import Metric
    from store.settings import StoreSettings

KEY_BYTES = 12
"""Series number, time in ns and the row's own lengths."""
VALUE_BYTES = {Kind.INT: 6, Kind.FLOAT: 8, Kind.STATE: 1, Kind.TEXT: 12}
ROLLED_FLOAT_BYTES = 3 * 8 + 1
"""Mean, least, greatest and their count."""
FILLED = 0.83
LINE_BYTES = 8
LINE_VALUE_BYTES = {Kind.INT: 4.3, Kind.FLOAT: 4, Kind.STATE: 0.3, Kind.TEXT: 12}
"""What a point that waits for InfluxDB takes, packed: a rate that moves 8 bytes, a counter 9.5, what stands still next
to nothing, and of a port's numbers half stand still. Within a twentieth where all ports carry traffic; a dark port
takes a tenth of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one resolution takes once its keeping time is full. ``name`` is the prefix of its tables."""

    name: str
    kept_s: float
    step_s: float
    rows: int
    size_bytes: int


def row_bytes(metric: Metric, resolution: str) -> float:
    """Bytes of one row, its part of the pages' free space included."""
    rolled = resolution != "raw"
    if metric is INTERFACE and not rolled:
        return len(sheets.pack(metric.fields, [(None,) * len(metric.fields)])) / FILLED
    columns = len(schema.rolled_columns(metric) if rolled else schema.plain_columns(metric))
    values = sum(
        ROLLED_FLOAT_BYTES if rolled and item.kind is Kind.FLOAT else VALUE_BYTES[item.kind] for item in metric.fields
    )
    return (KEY_BYTES + columns + values) / FILLED


def line_bytes(metric: Metric) -> float:
    """Bytes of one point in the outbox."""
    return LINE_BYTES + sum(LINE_VALUE_BYTES[item.kind] for item in metric.fields)


def waiting(series: Mapping[Metric, int], settings: StoreSettings, *, interval_s: float) -> Share:
    """What the outbox takes when InfluxDB stays away, and how long that bridges: then the oldest points are dropped."""
    bytes_per_s = sum(count * line_bytes(metric) for metric, count in series.items()) / interval_s
    kept_s = min(settings.outbox_max_age_h * 3600, settings.outbox_max_mb * 1e6 / bytes_per_s)
    return Share(
        name="outbox",
        kept_s=kept_s,
        step_s=interval_s,
        rows=round(kept_s / interval_s * sum(series.values())),
        size_bytes=round(bytes_per_s * kept_s),
    )


def budget(series: Mapping[Metric, int], settings: StoreSettings, *, interval_s: float) -> tuple[Share, ...]:
    """The shares of raw readings, five-minute means and hourly means for so many series a metric."""
    times = {
        "raw": (settings.raw_h * 3600, interval_s),
        "five_minutes": (settings.five_minutes_days * 86400, max(300.0, interval_s)),
        "hours": (settings.hours_years * 365 * 86400, max(3600.0, interval_s)),
    }
    shares = []
    for name, (kept_s, step_s) in times.items():
        steps = kept_s / step_s
        shares.append(
            Share(
                name=name,
                kept_s=kept_s,
                step_s=step_s,
                rows=round(steps * sum(series.values())),
                size_bytes=round(steps * sum(count * row_bytes(metric, name) for metric, count in series.items())),
            )
        )
    return tuple(shares)
