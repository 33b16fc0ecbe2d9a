"""The course of a port, with gaps where nothing was read, and since when a link is down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import INTERFACE, LINK, OPTICS
from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.services import PlannerServices
    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import UnixNs
    from store.reader import HistoryRow, StoreReader

HOUR_NS = 3600 * 1_000_000_000
RAW_NS = 6 * HOUR_NS
"""The newest part of a long chart is drawn from readings: means come up to two steps late."""
MEAN_STEP_NS = 300 * 1_000_000_000
GAP_STEPS = 2.5
"""A pause longer than so many steps is a gap in the line."""
ARCHIVE_FROM_NS = 2 * HOUR_NS
"""The archive is asked where the store begins so much later than the chart: hourly means come up to two steps late."""
MOST_POINTS = 400
RAW_POINTS = 100_000
"""So fine that no two readings of six hours are thinned into one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Columns of equal length: ``time_s`` (UNIX time) and the values of each field, None where nothing was read."""

    time_s: tuple[float, ...]
    values: Mapping[Field, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortHistory:
    """Traffic in bit/s and light in dBm of one port; ``lane`` is the transceiver lane shown, the first."""

    start_s: float
    end_s: float
    traffic: Course
    light: Course
    lane: str


def port_history(services: PlannerServices, device: str, if_name: str, *, hours: int) -> PortHistory:
    """The last hours of a port: from the store, and from the archive what the store has no more, or never had.

    Nothing where neither is there.
    """
    end_ns = int(services.clock()) + 1
    start_ns = end_ns - hours * HOUR_NS
    tags = {"device": device, "if_name": if_name}
    lane = ""
    traffic: list[HistoryRow] = []
    light: list[HistoryRow] = []
    step_ns = int(services.interval_s * 1e9)
    try:
        with services.reader() as reader:
            lanes = sorted(sample.series.tag("lane") for sample in reader.latest(OPTICS, **tags))
            lane = lanes[0] if lanes else ""
            traffic = _rows(reader, INTERFACE, tags, (INTERFACE.in_bps, INTERFACE.out_bps), start_ns, end_ns)
            wanted = {**tags, "lane": lane} if lane else tags
            light = _rows(reader, OPTICS, wanted, (OPTICS.rx_dbm, OPTICS.tx_dbm), start_ns, end_ns)
    except StoreError:
        pass  # no store yet is an empty chart, and the page says why
    traffic = [*_before(services, INTERFACE, tags, (INTERFACE.in_bps, INTERFACE.out_bps), start_ns, traffic), *traffic]
    light = [
        *_before(services, OPTICS, {**tags, "lane": lane}, (OPTICS.rx_dbm, OPTICS.tx_dbm), start_ns, light),
        *light,
    ]
    return PortHistory(
        start_s=start_ns / 1e9,
        end_s=end_ns / 1e9,
        traffic=course(traffic, (INTERFACE.in_bps, INTERFACE.out_bps), step_ns=step_ns, raw_from_ns=end_ns - RAW_NS),
        light=course(light, (OPTICS.rx_dbm, OPTICS.tx_dbm), step_ns=step_ns, raw_from_ns=end_ns - RAW_NS),
        lane=lane,
    )


def _rows(
    reader: StoreReader, metric: Metric, tags: Mapping[str, str], fields: Sequence[Field], start_ns: int, end_ns: int
) -> list[HistoryRow]:
    """Means of what is older than six hours, then readings."""
    middle_ns = max(start_ns, end_ns - RAW_NS)
    older = (
        reader.history(metric, tags, fields, start_ns=start_ns, end_ns=middle_ns, max_points=MOST_POINTS)
        if middle_ns > start_ns
        else []
    )
    newer = reader.history(metric, tags, fields, start_ns=middle_ns, end_ns=end_ns, max_points=MOST_POINTS)
    return [*older, *newer]


def _before(
    services: PlannerServices,
    metric: Metric,
    tags: Mapping[str, str],
    fields: Sequence[Field],
    start_ns: int,
    known: Sequence[HistoryRow],
) -> Sequence[HistoryRow]:
    """What the archive has from before the store's first row."""
    first_ns = known[0].time_ns if known else int(services.clock()) + 1
    if services.archive is None or first_ns - start_ns <= ARCHIVE_FROM_NS:
        return ()
    named = {name: value for name, value in tags.items() if value}
    return services.archive.history(metric, named, fields, start_ns=start_ns, end_ns=first_ns, max_points=MOST_POINTS)


def course(rows: Sequence[HistoryRow], fields: Sequence[Field], *, step_ns: int, raw_from_ns: int) -> Course:
    """Columns of rows, with a row of nothing in the middle of each pause that is too long for its part of the chart."""
    thinned_ns = RAW_NS // MOST_POINTS
    times: list[float] = []
    columns: dict[Field, list[float | None]] = {field: [] for field in fields}
    before_ns: int | None = None
    for row in rows:
        usual_ns = max(step_ns, thinned_ns) if row.time_ns >= raw_from_ns else max(step_ns, MEAN_STEP_NS)
        if before_ns is not None and row.time_ns - before_ns > GAP_STEPS * usual_ns:
            times.append((before_ns + row.time_ns) / 2e9)
            for column in columns.values():
                column.append(None)
        times.append(row.time_ns / 1e9)
        for field, column in columns.items():
            value = row.values.get(field)
            column.append(None if value is None or isinstance(value, str) else float(value))
        before_ns = row.time_ns
    return Course(time_s=tuple(times), values={field: tuple(column) for field, column in columns.items()})


def down_since_ns(services: PlannerServices, link: str) -> UnixNs | None:
    """When a link that is down now was first read as down; None where that was too long ago to tell, or never."""
    end_ns = int(services.clock()) + 1
    try:
        with services.reader() as reader:
            rows = reader.history(
                LINK, {"link": link}, (LINK.state,), start_ns=end_ns - RAW_NS, end_ns=end_ns, max_points=RAW_POINTS
            )
    except StoreError:
        return None
    since_ns = None
    for row in reversed(rows):
        if row.values.get(LINK.state) == LinkState.UP:
            return since_ns
        if row.values.get(LINK.state) == LinkState.DOWN:
            since_ns = row.time_ns
    return None
