"""``python -m benchmarks.cluster.region``: a region of simulated switches of 48 ports, asked over SNMP by pollers.

Each poller is a process with the whole path: share, poll, rates, store, outbox, facts. Agents run in a process of their
own, with counters that stand still, or they would take the machine. Time is scaled by ``--interval`` where the machine
ends before a minute does; what counts is processor time for a device and round, beside one collector of 1,000
devices in the same hour.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.cluster.coordinator import Coordinator
from benchmarks.collectors.contest import Farm
from benchmarks.collectors.process import cpu_s, farm_running
from rainbow.kernel.metrics import COLLECTOR_ROUND
from store.reader import StoreReader

ALONE = 1000
"""Devices of the collector that the pollers are held against."""
MOST = 1.2
"""Times as much processor time a device and round as there."""


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--pollers", type=int, default=2)
    parser.add_argument("--interval", type=float, default=60.0)
    parser.add_argument("--warm", type=int, default=2, help="rounds that find the ports and are not counted")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--port", type=int, default=16_390)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def alone(port: int, rounds: int) -> float:
    """CPU seconds of one collector for 1,000 devices and round."""
    with farm_running(Farm(devices=ALONE, port=port, is_frozen=True)), tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.collectors.rainbow_round", "--devices", str(ALONE)]
        command += ["--port", str(port), "--rounds", str(rounds), "--store", f"{folder}/s.sqlite"]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(said.stdout)["cpu_s"]) / rounds * 1000 / ALONE


def shared(wanted: argparse.Namespace, folder: Path) -> dict[str, object]:
    """The pollers' CPU seconds for 1,000 devices and round, and how many polls there were and failed."""
    with ExitStack() as stack:
        coordinator = Coordinator("redis", folder)
        coordinator.start()
        stack.callback(coordinator.stop)
        stack.enter_context(farm_running(Farm(devices=wanted.devices, port=wanted.port, is_frozen=True)))
        pollers = [_started(stack, folder, number, coordinator.url, wanted) for number in range(wanted.pollers)]
        time.sleep(wanted.warm * wanted.interval)
        before = [cpu_s(poller.pid) for poller in pollers]
        began_s = time.time()
        time.sleep(wanted.rounds * wanted.interval)
        spent = sum(cpu_s(poller.pid) for poller in pollers) - sum(before)
        took_s = time.time() - began_s
        polls, failed = _counted(folder, wanted.pollers, began_s)
    return {
        "cpu_s_per_1000": spent / polls * 1000,
        "polls": polls,
        "failed": failed,
        "wanted_polls": round(wanted.devices * took_s / wanted.interval),
        "took_s": took_s,
    }


def _started(
    stack: ExitStack, folder: Path, number: int, url: str, wanted: argparse.Namespace
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.cluster.region_poller", url, f"p{number}", str(folder / f"p{number}")]
    command += [str(wanted.interval), str(wanted.devices), str(wanted.port)]
    log = stack.enter_context((folder / f"p{number}.log").open("wb"))
    process = subprocess.Popen(command, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _counted(folder: Path, pollers: int, since_s: float) -> tuple[int, int]:
    polls = failed = 0
    for number in range(pollers):
        with StoreReader(folder / f"p{number}/state/rainbow.sqlite") as reader:
            fields = [COLLECTOR_ROUND.devices, COLLECTOR_ROUND.failed]
            rows = reader.history(
                COLLECTOR_ROUND,
                {"collector": f"p{number}"},
                fields,
                start_ns=int(since_s * 1e9),
                end_ns=time.time_ns(),
            )
            polls += sum(int(row.values[COLLECTOR_ROUND.devices]) for row in rows)
            failed += sum(int(row.values[COLLECTOR_ROUND.failed]) for row in rows)
    return polls, failed


def main() -> int:
    """Command line; exit code 1 where it costs more than it may."""
    wanted = _wanted()
    alone_s = alone(wanted.port, wanted.rounds)
    with tempfile.TemporaryDirectory(prefix="region-") as folder:
        found = shared(wanted, Path(folder))
    times = float(str(found["cpu_s_per_1000"])) / alone_s
    said = {"alone_cpu_s_per_1000": alone_s, **found, "times": times, "most": MOST, "load": os.getloadavg()}
    if wanted.json:
        print(json.dumps(said, indent=2))
    else:
        for name, value in said.items():
            print(f"{name:22} {value}")
    return int(times > MOST)


if __name__ == "__main__":
    sys.exit(main())
