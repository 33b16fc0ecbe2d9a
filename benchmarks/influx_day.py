"""A real InfluxDB with a simulated day in it, written fast, not waited for.

What is written is :mod:`benchmarks.simulated_day`. Links have two hours of a month ago too, which the rule of drift
compares with, and one of them three months.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, ClassVar

from benchmarks.simulated_day import SimulatedDay, a_month_ago, links_of
from rainbow.kernel.metrics import NEIGHBOUR, PORT, PORT_POWER
from store.line_protocol import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inventory.entities import Link
    from inventory.plant import Plant
    from rainbow.kernel.samples import Sample

END_S = 1_767_268_800
"""2026-01-01 12:00 UTC."""
MONTH_S, MONTH_S_STEP, MONTH_SPAN_S = 30 * 24 * 3600, 60, 2 * 3600
MONTHS, OF_DAY_S = 3, 6 * 3600
"""The link that is looked at over months has four readings a day."""
RARELY, RARELY_S = frozenset({NEIGHBOUR, PORT, PORT_POWER}), 3600
"""Neighbours and descriptions are asked for now and then; of a port's power a table needs a reading an hour."""
QUIET_S, QUIET_TIMES = 0.2, 3
"""CPU seconds in a second, three times in a row: the server has nothing left to sort."""
BATCH = 50_000
LARGE, ALIKE = 200, 10
"""Of a city of more switches, so many minutes in a row are alike."""
DATABASE = "rainbow"


class Influx:
    """``influxd`` of version 1 on loopback, its data in a folder that may outlive it."""

    name = "InfluxDB 1"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._process = self._started()
        self._await()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def _started(self) -> tuple[int, subprocess.Popen[bytes]]:
        port, backup = free_ports(2)
        folder, config = self.folder, self.folder / "influxdb.conf"
        config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{backup}"\n'
            f'[meta]\ndir = "{folder}/meta"\n'
            f'[data]\ndir = "{folder}/data"\nwal-dir = "{folder}/wal"\nquery-log-enabled = false\n'
            'cache-snapshot-write-cold-duration = "1s"\n'  # what is a month old lies on disk, as it would
            f'[http]\nbind-address = "127.0.0.1:{port}"\nlog-enabled = false\nmax-body-size = 0\n'
            '[coordinator]\nwrite-timeout = "120s"\n[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
        )
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin")
        if program is None:
            raise SystemExit("influxd is not installed: apt-get install influxdb")
        return port, subprocess.Popen([program, "-config", str(config)], stdout=subprocess.DEVNULL)

    def _await(self) -> None:
        for _attempt in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} did not answer in a minute")

    def ask(self, path: str, body: str, kind: str = "application/x-www-form-urlencoded") -> bytes:
        """The answer to a POST; anything but success ends the benchmark with the server's words."""
        self.connection.request("POST", path, body.encode(), {"Content-Type": kind, **self.headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in {200, 201, 204}:
            raise SystemExit(f"{self.name} answered {answer.status}: {text[:300].decode()}")
        return text

    def make_database(self) -> None:
        """An empty database."""
        self.ask("/query", f"q=CREATE DATABASE {DATABASE}")

    def settle(self) -> None:
        """Wait until what was written is in order: a server that sorts a day at once answers nobody quickly."""
        quiet = 0
        while quiet < QUIET_TIMES:
            before_s = self.cpu_s()
            time.sleep(1.0)
            quiet = quiet + 1 if self.cpu_s() - before_s < QUIET_S else 0

    @property
    def pid(self) -> int:
        """Number of the server's process."""
        return self._process.pid

    def cpu_s(self) -> float:
        """CPU seconds the server used so far, all its threads."""
        with open(f"/proc/{self._process.pid}/stat", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def stop(self) -> None:
        """End the server; its data stays."""
        self.connection.close()
        self._process.terminate()
        self._process.wait(60)


class Influx2(Influx):
    """``influxd`` of version 2, with a mapping for InfluxQL. Its token lies beside its data."""

    name = "InfluxDB 2"

    @staticmethod
    def program() -> str | None:
        """The program to start, where there is one; no Debian package has it."""
        return shutil.which(os.environ.get("RAINBOW_TEST_INFLUXD2", "influxd2"))

    def _started(self) -> tuple[int, subprocess.Popen[bytes]]:
        (port,), program, token = free_ports(1), self.program(), self.folder / "token"
        if program is None:
            raise SystemExit("there is no InfluxDB 2: RAINBOW_TEST_INFLUXD2 names its influxd")
        if not token.exists():
            token.write_text(secrets.token_urlsafe(24))
        self.headers = {"Authorization": f"Token {token.read_text()}"}  # type: ignore[misc] # of this server alone
        paths = {"bolt": "b.bolt", "engine": "engine", "sqlite": "s.sqlite"}
        words = [word for kind, name in paths.items() for word in (f"--{kind}-path", str(self.folder / name))]
        command = [program, "--http-bind-address", f"127.0.0.1:{port}", "--reporting-disabled", *words]
        return port, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def make_database(self) -> None:
        """A bucket, and the mapping under which InfluxQL finds it."""
        token = self.headers["Authorization"].removeprefix("Token ")
        user = {"username": "bench", "password": secrets.token_urlsafe(16), "token": token}
        setup = json.dumps({**user, "org": DATABASE, "bucket": DATABASE})
        made = json.loads(self.ask("/api/v2/setup", setup, "application/json"))
        mapping = {"bucketID": made["bucket"]["id"], "orgID": made["org"]["id"], "database": DATABASE}
        self.ask(
            "/api/v2/dbrps", json.dumps({**mapping, "retention_policy": "autogen", "default": True}), "application/json"
        )


def free_ports(count: int) -> list[int]:
    """TCP ports of loopback that nobody listens at now."""
    probes = [socket.socket() for _index in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def fill(servers: Sequence[Influx], plant: Plant, folder: Path, language: str = "en") -> int:
    """Write a day of a city to each; the number of points. ``folder`` is for the incident engine's journal."""
    for influx in servers:
        influx.make_database()
    shown = shown_of(plant)
    every = ALIKE if len(plant.devices) > LARGE else 1
    device = plant.interface[shown.a].device
    day = SimulatedDay(plant, end_s=END_S, folder=folder, shown=device, language=language, every=every)
    points = 0
    batch: list[str] = []
    newest: list[Sample] = []
    for samples in day.rounds():
        newest = links_of(samples) or newest
        batch += lines(sample for sample in samples if _is_due(sample))
        while len(batch) >= BATCH:
            points += _send(servers, batch)
    for sample in _months(newest, shown.code):
        batch += lines([sample])
        if len(batch) >= BATCH:
            points += _send(servers, batch)
    return points + _send(servers, batch)


def shown_of(plant: Plant) -> Link:
    """The link, and with it switch and port, that boards of one thing show: the first that lost light to dirt."""
    return [link for link in plant.links if link.strands][3]


def _is_due(sample: Sample) -> bool:
    at_s = sample.time_ns // 1_000_000_000
    return sample.series.metric not in RARELY or at_s % RARELY_S == 0 or END_S - at_s < RARELY_S // 4


def _months(links: Sequence[Sample], shown: str) -> Iterator[Sample]:
    """Links as they were: all of them a month ago, one of them over months."""
    for back_s in range(0, MONTH_SPAN_S, MONTH_S_STEP):
        yield from a_month_ago(links, months=1.0, end_s=END_S - MONTH_S - back_s)
    for back_s in range(OF_DAY_S, MONTHS * MONTH_S, OF_DAY_S):
        before = a_month_ago(links, months=back_s / MONTH_S, end_s=END_S - back_s)
        yield from (sample for sample in before if sample.series.tag("link") == shown)


def _send(servers: Sequence[Influx], batch: list[str]) -> int:
    sent = len(batch)
    for influx in servers if batch else ():
        influx.ask(f"/write?db={DATABASE}&precision=ns", "\n".join(batch), "text/plain")
    batch.clear()
    return sent
