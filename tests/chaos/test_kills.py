"""``kill -9`` at random moments of polling, storing, rolling up, delivering, opening and bringing up an old file.

``make chaos`` kills a thousand times, ``make chaos-short`` and the plain suite less often; the same test each time.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from chaos.nursery import DEVICES, KEPT, POINTS, SECOND_NS, START_NS, records
from conftest import ROOT
from real_influx import RealInflux

from rainbow.kernel.metrics import CATALOGUE
from rainbow.kernel.samples import UnixNs
from store import schema
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = int(os.environ.get("RAINBOW_CHAOS_KILLS", "30"))
OPEN_S = 5.0
pytestmark = [pytest.mark.real, pytest.mark.timeout(60 + KILLS)]


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[RealInflux]:
    server = RealInflux(tmp_path)
    server.start()
    yield server
    server.stop()


class Nursery:
    """Starts workers on a store and kills them. ``acknowledged`` holds every turn that was."""

    def __init__(self, path: Path, url: str) -> None:
        self.acknowledged: list[int] = []
        self.slowest_open_s = 0.0
        self.kills = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.nursery", str(path), url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        )

    def kill_one(self, what: str, after_s: float, *, is_ready: bool = False) -> None:
        """Start one, let it be for a while, from when it is ready or at once, kill it, and hear what it still said."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        child = int(self._hear("started"))
        if is_ready:
            self._note(f"open {self._hear('open')}")
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        self.kills += 1
        while _lives(child):
            time.sleep(0.001)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._note(line)
        self._process.wait()

    def _hear(self, wanted: str) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(wanted):
                return line.split()[1]
            self._note(line)
        raise AssertionError("the nursery ended")

    def _note(self, line: str) -> None:
        what, value = line.split()
        if what == "turn":
            self.acknowledged.append(int(value))
        elif what == "open":
            self.slowest_open_s = max(self.slowest_open_s, float(value))


def _lives(child: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, 0)
        return True
    return False


def drained(path: Path, url: str) -> float:
    """Open the store once more and deliver what waits; how long opening took."""
    began = time.monotonic()
    with SqliteStore(path, KEPT, sinks=("influxdb",)) as store:
        opened_s = time.monotonic() - began
        Shipper(store, open_sink(InfluxSettings(url=url, version=1), None), clock=lambda: UnixNs(1)).drain()
        store.roll_up(START_NS + 10**9 * SECOND_NS)
        with contextlib.closing(schema.connect(path, read_only=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM dead_letter").fetchone() == (0,)
    return opened_s


def turns_of(rows: list[list[object]]) -> list[int]:
    return [(int(str(row[0])) - START_NS) // SECOND_NS for row in rows]


def test_what_was_acknowledged_is_in_store_and_influxdb_once(tmp_path: Path, influx: RealInflux) -> None:
    path, dice = tmp_path / "s.sqlite", random.Random(5)
    nursery = Nursery(path, influx.url)
    for kill in range(KILLS):
        nursery.kill_one(f"work {kill * 10_000}", dice.expovariate(1 / 0.05) if kill else 1.0)
    nursery.end()
    opened_s = drained(path, influx.url)
    assert max(opened_s, nursery.slowest_open_s) < OPEN_S
    assert len(nursery.acknowledged) > KILLS
    with contextlib.closing(sqlite3.connect(path)) as connection:
        kept = {
            (time_ns - START_NS) // SECOND_NS: count
            for time_ns, count in connection.execute("SELECT time_ns, count(*) FROM raw_device GROUP BY time_ns")
        }
    assert set(kept.values()) == {len(DEVICES)}, "no write is there by half"
    assert kept.keys() >= set(nursery.acknowledged), "an acknowledged turn is lost"
    assert len(kept) - len(set(nursery.acknowledged)) <= nursery.kills, "more than one turn a kill was not yet said"
    for series in influx.query("SELECT poll_s FROM device GROUP BY *"):
        values = series["values"]
        assert sorted(turns_of(values)) == sorted(kept), "a point is missing in InfluxDB, or there twice"  # type: ignore[arg-type]
        assert all(value == turn / 2 for turn, (_time, value) in zip(turns_of(values), values, strict=True))  # type: ignore[arg-type, call-overload]
    (total,) = influx.rows("SELECT count(in_octets) FROM interface")
    assert total[1] == (POINTS - len(DEVICES)) * len(kept)


def test_an_old_file_is_brought_up_whatever_interrupts(tmp_path: Path) -> None:
    path, dice = tmp_path / "s.sqlite", random.Random(6)
    with SqliteStore(path, StoreSettings()) as store:
        store.write(records(1))
    made_old(path)
    nursery = Nursery(path, "http://127.0.0.1:9")
    for _kill in range(KILLS):
        nursery.kill_one("open", dice.uniform(0, 0.04))
        if dice.random() < 0.2:
            made_old(path)
    nursery.end()
    with SqliteStore(path, StoreSettings()) as store:
        store.write(records(2))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM raw_device").fetchone() == (2 * len(DEVICES),)
        assert connection.execute("SELECT count(*) FROM sheet").fetchone() == (2,)
        assert connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone() == (str(schema.VERSION),)


def made_old(path: Path) -> None:
    """The file as a version wrote it that knew fewer fields and one metric less."""
    with contextlib.closing(schema.connect(path)) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE name = 'version'")
        for metric in CATALOGUE[::2]:
            last = metric.fields[-1].name
            for table in (f"raw_{metric.name}", f"latest_{metric.name}"):
                with contextlib.suppress(sqlite3.OperationalError):  # gone already
                    connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{last}"')
