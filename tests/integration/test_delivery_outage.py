"""InfluxDB away for ten rounds, the collector killed in between: every point that was stored arrives, once."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from polled_city import Polled, PolledCity
from real_influx import RealInflux
from running import Running, rainbow, wait_until

from rainbow.kernel.metrics import CATALOGUE, COLLECTOR_ROUND, INTERFACE
from store import schema
from store.reader import StoreReader
from store.refill import readings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

Point = tuple[str, tuple[tuple[str, str], ...], int, tuple[tuple[str, object], ...]]


def stored(database: Path) -> set[Point]:
    """All readings of the store, with tags and fields that have a value."""
    with contextlib.closing(schema.connect(database, read_only=True)) as connection:
        return {
            (
                sample.series.metric.name,
                sample.series.tags,
                sample.time_ns,
                tuple(sorted((field.name, nine_digits(value)) for field, value in sample.values.items())),
            )
            for sample in readings(connection, 0, 1 << 62)
        }


def nine_digits(value: object) -> object:
    """What is sent of a rate; the store keeps all of it."""
    return float(f"{value:.9g}") if isinstance(value, float) else value


def delivered(influx: RealInflux) -> list[Point]:
    points: list[Point] = []
    for metric in CATALOGUE:
        for series in influx.query(f"SELECT * FROM {metric.name} GROUP BY *"):  # noqa: S608 - our own names
            tags = tuple(sorted((name, value) for name, value in series["tags"].items() if value))  # type: ignore[attr-defined]
            for time_ns, *values in series["values"]:  # type: ignore[attr-defined]
                named = zip(series["columns"][1:], values, strict=True)  # type: ignore[index]
                fields = tuple(sorted((name, nine_digits(value)) for name, value in named if value is not None))
                points.append((metric.name, tags, time_ns, fields))
    return points


def rounds(database: Path) -> int:
    return sum(point[0] == COLLECTOR_ROUND.name for point in stored(database)) if database.exists() else 0


def waiting(database: Path) -> int:
    with StoreReader(database) as reader:
        return reader.outbox(0)[0].points


def city_in(tmp_path: Path, influx: RealInflux, port: int) -> PolledCity:
    return PolledCity(
        folder=tmp_path / "city",
        devices=[Polled(code=f"SW-{name}", port=port, community=name) for name in ("a", "b", "c")],
        influx={"url": influx.url, "version": 1, "timeout_s": 2.0},
        collect={"interval_s": 0.25},
    ).write()


def record(folder: Path) -> Path:
    folder.mkdir()
    for name in ("a", "b", "c"):
        rows = ["1.3.6.1.2.1.1.3.0|67|1000"]
        for index in range(1, 21):
            rows += [f"1.3.6.1.2.1.2.2.1.3.{index}|2|6", f"1.3.6.1.2.1.31.1.1.1.1.{index}|4|ge{index}"]
            rows += [f"1.3.6.1.2.1.31.1.1.1.6.{index}|70|{2**62 + index}", f"1.3.6.1.2.1.2.2.1.8.{index}|2|1"]
        (folder / f"{name}.snmprec").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_an_outage_and_a_kill_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    influx = RealInflux(tmp_path)
    port = free_port(socket.SOCK_DGRAM)
    replay = ("simulate", "--replay", str(record(tmp_path / "recordings")), "--port", str(port))
    influx.start()
    try:
        with Running(tmp_path, *replay) as agents:
            agents.wait_for("ready:")
            city = city_in(tmp_path, influx, port)
            outage(tmp_path, influx, city)
        assert waiting(city.database) == 0
        ours, theirs = stored(city.database), delivered(influx)
        assert len(theirs) == len(set(theirs))
        assert set(theirs) == ours, "row by row, field by field"
        assert sum(point[0] == INTERFACE.name for point in ours) >= 60 * 15
    finally:
        influx.stop()


def outage(tmp_path: Path, influx: RealInflux, city: PolledCity) -> None:
    """Rounds with the server, ten and more without it and a ``kill -9`` amid them, and rounds with it again."""
    run = ("collect", "run", str(city.folder))
    with Running(tmp_path, *run) as collector:
        collector.wait_for("round in", count=4)
        influx.stop()
        collector.wait_for("does not answer")
        collector.wait_for("round in", count=collector.said().count("round in") + 5)
        acknowledged = stored(city.database)
        collector.process.send_signal(signal.SIGKILL)
        collector.process.wait()
    with Running(tmp_path, *run) as collector:
        collector.wait_for("round in", count=6)
        assert acknowledged <= stored(city.database)
        assert waiting(city.database) > 60 * 10
        influx.start()
        wait_until(lambda: waiting(city.database) < 200, "delivery of the backlog", collector)
        collector.wait_for("round in", count=collector.said().count("round in") + 2)
        collector.process.terminate()
        assert collector.process.wait(8) == 0
    assert rounds(city.database) >= 15
    last = rainbow("collect", "once", str(city.folder))
    assert last.returncode == 0, last.stdout + last.stderr
