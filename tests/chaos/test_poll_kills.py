"""``kill -9`` of the whole collector while it asks simulated switches: what it stored stays, in InfluxDB too, once."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import sqlite3
from typing import TYPE_CHECKING

import pytest
from chaos.test_kills import KILLS, OPEN_S, Nursery
from conftest import free_port
from real_influx import RealInflux
from running import Running, rainbow

from rainbow.kernel.samples import UnixNs
from store import schema
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

POLL_KILLS = max(5, KILLS // 5)
"""A start and some rounds of a whole collector take ten times what a worker takes."""
SWITCHES = 4
pytestmark = [pytest.mark.real, pytest.mark.timeout(120 + 6 * POLL_KILLS)]


def city(folder: Path, influx: str) -> Path:
    rainbow(
        "simulate", "new-city", str(folder), "--switches", str(SWITCHES), "--port", str(free_port(socket.SOCK_DGRAM))
    )
    file = folder / "city.toml"
    text = file.read_text(encoding="utf-8").replace("interval_s = 5.0", "interval_s = 0.3\nlinks_interval_s = 0.1")
    text = text.replace("device_deadline_s = 4.0", "device_deadline_s = 1.0")
    file.write_text(f'{text}[influx]\nurl = "{influx}"\nversion = 1\n', encoding="utf-8")
    return folder


def readings(file: Path) -> set[tuple[int, int]]:
    """Series and time of all device readings another process sees: they are acknowledged."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return set(connection.execute("SELECT series, time_ns FROM raw_device"))
    except sqlite3.OperationalError:  # the file is being made
        return set()


def test_a_killed_collector_loses_nothing_it_had_stored(tmp_path: Path) -> None:
    influx, dice = RealInflux(tmp_path), random.Random(int(os.environ.get("RAINBOW_CHAOS_SEED", "7")))
    influx.start()
    folder = city(tmp_path / "city", influx.url)
    file = folder / "state" / "rainbow.sqlite"
    seen: set[tuple[int, int]] = set()
    try:
        with Running(tmp_path, "simulate", "run", str(folder)) as switches:
            switches.wait_for("ready:")
            nursery = Nursery(file, influx.url)
            for kill in range(POLL_KILLS):
                is_ready = kill % 4 != 1  # one in four is killed while it starts
                nursery.kill_one(f"collect {folder}", dice.uniform(0.0, 1.5 if is_ready else 0.5), is_ready=is_ready)
                now = readings(file)
                assert now >= seen, "a reading that could be read is gone"
                seen = now
            nursery.end()
        assert len(seen) > SWITCHES * POLL_KILLS // 2, "most collectors came to store something"
        settled(file, influx)
        crowd = max(1.0, max(os.getloadavg()) / (os.cpu_count() or 1))
        assert nursery.slowest_open_s < OPEN_S * crowd, "on a machine of its own it starts within five seconds"
    finally:
        influx.stop()


def settled(file: Path, influx: RealInflux) -> None:
    """Deliver what waits; then every reading is in InfluxDB, once."""
    with SqliteStore(file, StoreSettings(), sinks=("influxdb",)) as store:
        Shipper(store, open_sink(InfluxSettings(url=influx.url, version=1), None), clock=lambda: UnixNs(1)).drain()
    with contextlib.closing(schema.connect(file, read_only=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM dead_letter").fetchone() == (0,)
        for measurement, field in (("device", "up"), ("link", "state"), ("collector_round", "devices")):
            asked = f'SELECT count("{field}") FROM '  # noqa: S608 - names of this test
            (kept,) = connection.execute(f"{asked} raw_{measurement}").fetchone()
            rows = influx.rows(f"{asked} {measurement}")
            assert (rows[0][1] if rows else 0) == kept, f"{measurement}: a point is missing in InfluxDB, or there twice"
