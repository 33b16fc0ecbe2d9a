"""``python -m benchmarks.cluster.influx_away``: a region's pollers while InfluxDB is away for sixty rounds.

Sixty rounds are the hour of a city that is asked every minute. With ``--interval 6`` they are six minutes, and the ten
minutes in which all that waited has to be delivered are one: 100 switches of 48 ports asked every six seconds say as
much in a second as 1,000 asked every minute. Whoever delivers waits up to a minute before the next try; that one is not
scaled, so it is told apart, and taken off the time there is. InfluxDB is a real one of version 1, stopped and started
again; every point has to be in it then: those of devices and of ports are counted, there and in the pollers' stores.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import urllib3

from benchmarks.cluster.coordinator import Coordinator
from benchmarks.cluster.region import Group, started
from benchmarks.cluster.region_seen import delivered, waiting
from benchmarks.collectors.contest import Farm
from benchmarks.collectors.farm import PORTS
from benchmarks.collectors.process import running
from benchmarks.influx_day import free_ports
from rainbow.kernel.metrics import DEVICE, INTERFACE

if TYPE_CHECKING:
    from collections.abc import Iterator

AWAY_ROUNDS, DRAIN_ROUNDS = 60, 9
LOOK_S = 0.5


class Influx:
    """Where one is started again and again with the same data."""

    def __init__(self, folder: Path) -> None:
        self.port, backup = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._config = folder / "influxdb.conf"
        self._config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{backup}"\n[meta]\ndir = "{folder}/meta"\n'
            f'[data]\ndir = "{folder}/data"\nwal-dir = "{folder}/wal"\nquery-log-enabled = false\n'
            f'[http]\nbind-address = "127.0.0.1:{self.port}"\nlog-enabled = false\n'
            '[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
        )

    @contextmanager
    def there(self) -> Iterator[None]:
        """It answers while the block runs."""
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin")
        assert program is not None, "influxd is not installed: apt-get install influxdb"
        with running([program, "-config", str(self._config)], self._folder / "influxd.log"):
            self._await()
            yield

    def _await(self) -> None:
        for _attempt in range(600):
            with suppress(urllib3.exceptions.HTTPError):
                urllib3.request("GET", f"{self.url}/ping", timeout=2, retries=False)
                return
            time.sleep(0.1)
        raise SystemExit("InfluxDB did not answer in a minute")

    def count(self, metric: str, field: str, until_ns: int) -> int:
        """Points that have this field, up to then."""
        asked = f'SELECT count("{field}") FROM "{metric}" WHERE time <= {until_ns}'  # noqa: S608 - of the catalogue
        answer = urllib3.request("GET", f"{self.url}/query", fields={"db": "rainbow", "q": asked}, timeout=120)
        return int(answer.json()["results"][0]["series"][0]["values"][0][1])


def stored(stores: list[Path], until_ns: int) -> tuple[int, int]:
    """Points of devices and of ports in the stores, up to then; all ports of a device are read together."""
    devices = ports = 0
    for path in stores:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as store:
            ask = "SELECT count(*) FROM {} WHERE time_ns <= ?"
            devices += store.execute(ask.format(f"raw_{DEVICE.name}"), (until_ns,)).fetchone()[0]
            ports += store.execute(ask.format("sheet"), (until_ns,)).fetchone()[0] * PORTS
    return devices, ports


def tried(pollers: Group, influx: Influx, stack: ExitStack) -> dict[str, object]:
    """Away, back, delivered; how long that took and whether anything is lost."""
    round_s = pollers.interval_s
    with influx.there():
        while not pollers.is_steady or waiting(pollers.stores) > PORTS * pollers.farm.devices:
            time.sleep(round_s)
    time.sleep(AWAY_ROUNDS * round_s)
    waited = waiting(pollers.stores)
    stack.enter_context(influx.there())
    back_s, before = time.monotonic(), delivered(pollers.stores)
    while delivered(pollers.stores) == before:
        time.sleep(LOOK_S)
    tried_s = time.monotonic() - back_s
    while waiting(pollers.stores) > PORTS * pollers.farm.devices:  # what is read meanwhile: less than a round
        time.sleep(LOOK_S)
    drained_s = time.monotonic() - back_s - tried_s
    until_ns = time.time_ns()
    time.sleep(2 * round_s)
    kept = stored(pollers.stores, until_ns)
    there = influx.count(DEVICE.name, "up", until_ns), influx.count(INTERFACE.name, "oper_state", until_ns)
    return {
        "waited_points": waited,
        "tried_after_s": tried_s,
        "drained_s": drained_s,
        "drained_rounds": drained_s / round_s,
        "lost": sum(kept) - sum(there),
        "points": sum(there),
    }


def main() -> int:
    """Command line; exit code 1 where something is lost, or delivering took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=100)
    parser.add_argument("--pollers", type=int, default=2)
    parser.add_argument("--interval", type=float, default=6.0)
    parser.add_argument("--port", type=int, default=16_590)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="away-") as made, ExitStack() as stack:
        folder = Path(made)
        coordinator = Coordinator("redis", folder)
        coordinator.start()
        stack.callback(coordinator.stop)
        influx = Influx(folder)
        farm = Farm(devices=wanted.devices, port=wanted.port, is_frozen=True)
        names = tuple(f"p{number}" for number in range(wanted.pollers))
        pollers = started(stack, folder, farm, wanted.interval, names=names, url=coordinator.url, influx=influx.url)
        found = tried(pollers, influx, stack) | {"load": os.getloadavg()}
    print(
        json.dumps(found, indent=2) if wanted.json else "\n".join(f"{name:16} {value}" for name, value in found.items())
    )
    return int(found["lost"] != 0 or float(str(found["drained_rounds"])) > DRAIN_ROUNDS)


if __name__ == "__main__":
    sys.exit(main())
