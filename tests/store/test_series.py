"""Courses read back from real databases, as they were written, and a database that only seems to be one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from real_influx import RealInflux
from real_victoria import RealVictoria

from rainbow.kernel.errors import SinkBusy, SinkError, SinkRefused
from rainbow.kernel.metrics import INTERFACE, LINK, OPTICS
from rainbow.kernel.samples import Sample, UnixNs
from store.line_protocol import lines
from store.series import Archive, SeriesReader, prove
from store.settings import InfluxSettings
from store.sinks.influx import InfluxV1Sink
from store.sinks.influxql import InfluxQlReader
from store.sinks.metricsql import MetricsQlReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NS = 1_000_000_000
START = 1_790_000_000 * NS
ODD = {"device": 'SW-1 "x"', "if_name": "ge-0/0/1,2=3"}


def reader_of(settings: InfluxSettings) -> SeriesReader:
    return MetricsQlReader(settings, None) if settings.reads == "metricsql" else InfluxQlReader(settings, None)


@pytest.fixture(params=["influxql", "metricsql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InfluxSettings]:
    server = RealInflux(tmp_path) if request.param == "influxql" else RealVictoria(tmp_path)
    server.start()
    try:
        yield InfluxSettings(url=server.url, version=1, database="rain bow", reads=request.param)
    finally:
        server.stop()


def written(settings: InfluxSettings) -> None:
    """An hour of a port and of a link, a reading a minute, at full minutes."""
    samples = []
    for minute in range(60):
        at = UnixNs(START + minute * 60 * NS)
        samples.append(Sample(INTERFACE.series(**ODD), at, {INTERFACE.in_bps: 1000.0 + minute, INTERFACE.out_bps: 0.5}))
        samples.append(Sample(INTERFACE.series(device="other", if_name="x"), at, {INTERFACE.in_bps: 7.0}))
        samples.append(Sample(LINK.series(link="L1", site_a="A", site_b="B"), at, {LINK.state: minute % 2}))
    InfluxV1Sink(settings, None).send("\n".join(lines(samples)).encode())
    prove(
        InfluxV1Sink(settings, None),
        reader_of(settings),
        mark="written",
        now_ns=time.time_ns() // 10**6 * 10**6,
        sleep=time.sleep if settings.reads == "metricsql" else lambda _s: None,
    )


@pytest.mark.real
def test_what_was_written_is_read_back_step_by_step(settings: InfluxSettings) -> None:
    written(settings)
    reader = reader_of(settings)
    rows = reader.history(
        INTERFACE, ODD, (INTERFACE.in_bps, INTERFACE.out_bps), start_ns=START, end_ns=START + 3600 * NS, max_points=60
    )
    assert [row.time_ns for row in rows] == [START + minute * 60 * NS for minute in range(60)]
    assert [row.values[INTERFACE.in_bps] for row in rows] == [1000.0 + minute for minute in range(60)]
    coarse = reader.history(INTERFACE, ODD, (INTERFACE.in_bps,), start_ns=START, end_ns=START + 3600 * NS, max_points=6)
    assert [row.values[INTERFACE.in_bps] for row in coarse] == [1004.5 + 10 * step for step in range(6)]
    states = reader.history(LINK, {"link": "L1"}, (LINK.state,), start_ns=START, end_ns=START + 600 * NS, max_points=10)
    assert [row.values[LINK.state] for row in states] == [0, 1] * 5
    assert all(isinstance(row.values[LINK.state], int) for row in states)
    assert reader.history(OPTICS, {"device": "none"}, (OPTICS.rx_dbm,), start_ns=START, end_ns=START + NS) == []


@pytest.mark.real
def test_a_victoria_metrics_asked_in_influxql_is_refused_and_never_taken_for_an_empty_database(tmp_path: Path) -> None:
    server = RealVictoria(tmp_path)
    server.start()
    try:
        wrong = InfluxSettings(url=server.url, version=1)
        with pytest.raises(SinkError, match=r"gave back|no answer of InfluxDB"):
            prove(
                InfluxV1Sink(wrong, None),
                InfluxQlReader(wrong, None),
                mark="x",
                now_ns=time.time_ns(),
                sleep=lambda _s: None,
            )
    finally:
        server.stop()


@pytest.mark.real
def test_an_influxdb_asked_in_metricsql_is_refused(tmp_path: Path) -> None:
    server = RealInflux(tmp_path)
    server.start()
    try:
        wrong = InfluxSettings(url=server.url, version=1, reads="metricsql")
        with pytest.raises(SinkRefused):
            prove(
                InfluxV1Sink(wrong, None),
                MetricsQlReader(wrong, None),
                mark="x",
                now_ns=time.time_ns(),
                sleep=lambda _s: None,
            )
    finally:
        server.stop()


def test_victoria_metrics_is_written_to_in_one_way_only() -> None:
    with pytest.raises(ValueError, match="lack the database's name"):
        InfluxSettings(url="http://127.0.0.1", version=2, reads="metricsql")
    with pytest.raises(ValueError, match="is not influxql or metricsql"):
        InfluxSettings(url="http://127.0.0.1", reads="sql")


def test_a_database_that_is_away_is_left_alone_for_a_while() -> None:
    class Away:
        asked = 0

        def history(self, *_asked: object, **_more: object) -> list[object]:
            self.asked += 1
            raise SinkBusy("away")

    away, now = Away(), [0.0]
    archive = Archive(reader=away, clock_s=lambda: now[0])  # type: ignore[arg-type] # half of the protocol is enough
    for second, asked in ((0.0, 1), (59.0, 1), (61.0, 2)):
        now[0] = second
        assert archive.history(LINK, {}, (LINK.state,), start_ns=0, end_ns=1, max_points=1) == []
        assert away.asked == asked
