"""A real InfluxDB holding a day of an invented city of many switches: every series, written fast, not waited for.

Sites, switches, links and totals have a reading every minute. Of ports and modules, one switch has them too; those of
the others have the last three only: no panel asks for a day of more than one switch's ports, and what they cost is that
their series are there. Metrics that come into the catalogue later are filled by their tags without a change here.
"""

from __future__ import annotations

import http.client
import math
import shutil
import socket
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import (
    CATALOGUE,
    ENERGY,
    EVENT,
    INCIDENT,
    INTERFACE,
    LINK,
    NEIGHBOUR,
    REDUNDANCY,
    STRUCTURE,
    Field,
    Kind,
    Metric,
)
from store.line_protocol import series_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

END_S = 1_767_268_800
"""2026-01-01 12:00 UTC."""
MINUTES = 24 * 60
PORTS, OPTICAL_PORTS, USER_GROUPS, EVENTS, INCIDENTS, WEAK_SITES, STRUCTURES = 48, 2, 8, 50, 20, 30, 250
MONTH_S, MONTH_MINUTES = 30 * 24 * 3600, 2 * 60
"""Links have two hours of a month ago too: what the rule of drift compares with."""
RARELY = {NEIGHBOUR: 60, ENERGY: 5}
"""Minutes between two readings where they are not taken every minute."""
BATCH = 10_000
DATABASE = "rainbow"
COUNTERS = frozenset(field for field in INTERFACE.fields if field.help.startswith("Counter "))
"""Raw counters are on no panel; they would double the time to fill."""

Tags = dict[str, str]


class Influx:
    """``influxd`` of version 1 on loopback, its data in a folder that may outlive it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, backup = free_ports(2)
        config = folder / "influxdb.conf"
        config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{backup}"\n'
            f'[meta]\ndir = "{folder}/meta"\n'
            f'[data]\ndir = "{folder}/data"\nwal-dir = "{folder}/wal"\nquery-log-enabled = false\n'
            'cache-snapshot-write-cold-duration = "1s"\n'  # what is a month old lies on disk, as it would
            f'[http]\nbind-address = "127.0.0.1:{self.port}"\nlog-enabled = false\nmax-body-size = 0\n'
            '[coordinator]\nwrite-timeout = "120s"\n[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
        )
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin")
        if program is None:
            raise SystemExit("influxd is not installed: apt-get install influxdb")
        self._process = subprocess.Popen([program, "-config", str(config)], stdout=subprocess.DEVNULL)
        self._await()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def _await(self) -> None:
        for _attempt in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("influxd did not answer in a minute")

    def ask(self, path: str, body: str) -> bytes:
        """The answer to a POST; anything but success ends the benchmark with the server's words."""
        self.connection.request("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in {200, 204}:
            raise SystemExit(f"influxd answered {answer.status}: {text[:300].decode()}")
        return text

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


def free_ports(count: int) -> list[int]:
    """TCP ports of loopback that nobody listens at now."""
    probes = [socket.socket() for _index in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def fill(influx: Influx, switches: int) -> int:
    """Write the day; the number of points."""
    influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
    points = 0
    batch: list[str] = []
    for line in _lines(switches):
        batch.append(line)
        if len(batch) == BATCH:
            points += _send(influx, batch)
    return points + _send(influx, batch)


def _send(influx: Influx, batch: list[str]) -> int:
    sent = len(batch)
    if batch:
        influx.ask(f"/write?db={DATABASE}&precision=s", "\n".join(batch))
    batch.clear()
    return sent


def _lines(switches: int) -> Iterator[str]:
    for metric in CATALOGUE:
        step = RARELY.get(metric, 1)
        readings = [_values(metric, minute) for minute in range(0, MINUTES, step)]
        for index, tags in enumerate(_series(metric, switches)):
            key = series_key(metric.series(**{name: value for name, value in tags.items() if name in metric.tags}))
            whole_day = "if_name" not in metric.tags or tags["device"] == "SW-0"
            for back in range(len(readings) if whole_day else 3):
                yield f"{key} {readings[(back + index) % len(readings)]} {END_S - back * step * 60}"
            for back in range(MONTH_MINUTES if metric is LINK else 0):
                yield f"{key} {readings[back]} {END_S - MONTH_S - back * 60}"


def _values(metric: Metric, minute: int) -> str:
    """A reading of all fields as line protocol: levels and rates swing and jitter, states fail now and then."""
    return ",".join(f"{field.name}={_value(field, minute)}" for field in metric.fields if field not in COUNTERS)


def _value(field: Field, minute: int) -> str:
    swing = math.sin(minute / 230) + (minute * 7919 % 1000) / 5000
    if field.kind is Kind.STATE:
        return f"{field.states[0 if minute % 97 == 0 else -1][0]}i"
    if field.kind is Kind.TEXT:
        return f'"what {field.name} says"'
    if field.kind is Kind.INT:
        return f"{1_000_000 + minute if field.unit else minute % 5}i"
    if field.unit in {"dBm", "dB"}:
        return f"{(9 if field.unit == 'dB' else -9) + swing:.3f}"
    return f"{20 + 10 * swing:.3f}" if field.unit != "bit/s" else f"{4e7 * (2 + swing):.1f}"


FEW = {
    EVENT: ("object", EVENTS),
    INCIDENT: ("incident", INCIDENTS),
    REDUNDANCY: ("site", WEAK_SITES),
    STRUCTURE: ("structure", STRUCTURES),
}
"""Metrics with a number of series of their own, whatever the size of the city."""


def _series(metric: Metric, switches: int) -> list[Tags]:
    """The tags of each series: by the narrowest thing a metric speaks of."""
    if metric in FEW:
        tag, count = FEW[metric]
        return [{"kind": "link_down", tag: f"{tag}-{index}"} for index in range(count)]
    if "if_name" in metric.tags:
        return _ports(OPTICAL_PORTS if "lane" in metric.tags or metric is NEIGHBOUR else PORTS, switches)
    if "link" in metric.tags:
        return [_link(index, switches) for index in range(switches)]
    if "device" in metric.tags or "site" in metric.tags:
        return [{"site": f"S-{index}", "device": f"SW-{index}"} for index in range(switches)]
    if "user_group" in metric.tags:
        return [{"user_group": f"G-{index}"} for index in range(USER_GROUPS)]
    return [{tag: f"{tag}-0" for tag in metric.tags}]


def _link(index: int, switches: int) -> Tags:
    far = (index + 1) % switches
    group = f"G-{index % USER_GROUPS}"
    return {"link": f"L-{index}", "site_a": f"S-{index}", "site_b": f"S-{far}", "user_group": group}


def _ports(each: int, switches: int) -> list[Tags]:
    """The first port of a switch is its link to the next, the second that from the one before."""
    made: list[Tags] = []
    for index in range(switches):
        joined: Mapping[int, str] = {0: f"L-{index}", 1: f"L-{(index - 1) % switches}"}
        for port in range(each):
            link = {"link": joined[port]} if port in joined else {}
            made.append(
                {"site": f"S-{index}", "device": f"SW-{index}", "if_name": f"ge-0/0/{port}", "lane": "1"} | link
            )
    return made
