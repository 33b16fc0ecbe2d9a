"""A port's chart goes on before the store's own beginning, with what the time series database has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.history import HOUR_NS, port_history
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import Sample, UnixNs
from store.reader import HistoryRow, StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = 1_795_000_000 * 1_000_000_000
PORT = {"site": "S", "device": "SW-1", "if_name": "ge-0/0/1"}


class Kept:
    """An archive that has a reading of 5.0 at the start of whatever is asked of the port's traffic."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def history(self, metric: object, *_asked: object, start_ns: int, end_ns: int, **_more: int) -> list[HistoryRow]:
        if metric is not INTERFACE:
            return []
        self.asked.append((start_ns, end_ns))
        return [HistoryRow(time_ns=UnixNs(start_ns), values={INTERFACE.in_bps: 5.0})]


@dataclass(kw_only=True)
class Services:
    reader: Callable[[], StoreReader]
    archive: Kept | None
    interval_s: float = 60.0

    def clock(self) -> int:
        return NOW


def filled(folder: Path, *, hours_ago: int) -> Callable[[], StoreReader]:
    path = folder / "rainbow.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=[]) as store:
        at = UnixNs(NOW - hours_ago * HOUR_NS)
        store.write([Sample(INTERFACE.series(**PORT), at, {INTERFACE.in_bps: 9.0})])
    return lambda: StoreReader(path)


def traffic(services: Services, hours: int) -> list[float | None]:
    found = port_history(services, "SW-1", "ge-0/0/1", hours=hours).traffic  # type: ignore[arg-type] # half of it is enough
    return [value for value in found.values[INTERFACE.in_bps] if value is not None]


def test_the_archive_fills_what_is_before_the_stores_first_row(tmp_path: Path) -> None:
    archive = Kept()
    services = Services(reader=filled(tmp_path, hours_ago=1), archive=archive)
    assert traffic(services, 24) == [5.0, 9.0]
    assert archive.asked == [(NOW + 1 - 24 * HOUR_NS, NOW - HOUR_NS)]


def test_a_chart_that_the_store_covers_asks_nobody(tmp_path: Path) -> None:
    archive = Kept()
    assert traffic(Services(reader=filled(tmp_path, hours_ago=1), archive=archive), 2) == [9.0]
    assert archive.asked == []


def test_a_centre_without_any_readings_shows_what_its_pollers_delivered(tmp_path: Path) -> None:
    archive = Kept()
    assert traffic(Services(reader=lambda: StoreReader(tmp_path / "none.sqlite"), archive=archive), 24) == [5.0]
    assert traffic(Services(reader=lambda: StoreReader(tmp_path / "none.sqlite"), archive=None), 24) == []
