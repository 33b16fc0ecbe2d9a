"""``python -m benchmarks.cluster.region``: a region of simulated switches of 48 ports, asked over SNMP by pollers.

Each poller is a process with the whole path: share, poll, rates, store, outbox, delivery of readings and facts. Beside
them, in the same minutes, one collector without any cluster asks 1,000 devices of its own at the same interval: what
the pollers may cost is counted against it, and against the 1,000-device bench, whose rounds follow one another at
once. Agents run in processes of their own, with counters that stand still, or they would take the machine; time is
scaled by ``--interval`` where the machine ends before a minute does. Counting begins once nobody looks for ports any
more. Processor time is user and system of all threads; values are compared with net-snmp's.
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
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cluster.coordinator import Coordinator
from benchmarks.cluster.region_ends import Ends
from benchmarks.cluster.region_poller import KEY
from benchmarks.cluster.region_seen import NS, Seen, is_steady, read, seen, waiting
from benchmarks.collectors.columns import COLUMNS
from benchmarks.collectors.contest import Farm, differences, served
from benchmarks.collectors.process import cpu_s, farm_running

ALONE = 1000
"""Devices of the collector that the pollers are held against."""
MOST = 1.2
"""Times as much processor time a device and round as there."""
MOST_GAP = 2.05
"""Rounds between two readings of a device."""
LOOK_S = 2.0


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--pollers", type=int, default=2)
    parser.add_argument("--interval", type=float, default=60.0)
    parser.add_argument("--warm", type=float, default=1200.0, help="seconds until all ports have to be found")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=16_390)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def at_once(devices: int, port: int, rounds: int) -> float:
    """CPU seconds of a collector for one round of so many devices, rounds at once one after the other; it delivers."""
    farm = Farm(devices=devices, port=port, is_frozen=True)
    with farm_running(farm), tempfile.TemporaryDirectory() as folder, Ends(KEY) as ends:
        command = [sys.executable, "-m", "benchmarks.collectors.rainbow_round", "--devices", str(devices)]
        command += ["--port", str(port), "--rounds", str(rounds), "--store", f"{folder}/s.sqlite"]
        command += ["--deliver", ends.influx]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(said.stdout)["cpu_s"]) / rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Collectors of one farm."""

    farm: Farm
    interval_s: float
    folder: Path
    names: tuple[str, ...]
    processes: tuple[subprocess.Popen[bytes], ...]

    @property
    def stores(self) -> list[Path]:
        """Their files."""
        return [self.folder / name / "state/rainbow.sqlite" for name in self.names]

    @property
    def is_steady(self) -> bool:
        """Whether none of them looks for ports any more, and all devices gave a reading in the last two rounds."""
        if not all(is_steady(path, name, self.interval_s) for path, name in zip(self.stores, self.names, strict=True)):
            return False
        now_ns = time.time_ns()
        return self.seen(now_ns - int(self.interval_s * NS), now_ns).missed == 0

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all of them so far."""
        return sum(cpu_s(process.pid) for process in self.processes)

    @property
    def most_mb(self) -> float:
        """Memory of the largest of them, at most so far."""
        lines = [Path(f"/proc/{each.pid}/status").read_text(encoding="ascii") for each in self.processes]
        return max(int(text.partition("VmHWM:")[2].split()[0]) for text in lines) / 1024

    def seen(self, since_ns: int, until_ns: int) -> Seen:
        """What their stores say of that time."""
        return seen(self.stores, self.farm.devices, since_ns, until_ns, self.interval_s * NS)


def started(
    stack: ExitStack, folder: Path, farm: Farm, interval_s: float, *, names: tuple[str, ...], url: str, influx: str = ""
) -> Group:
    """A farm and its collectors, until the stack ends; readings go nowhere where no ``influx`` is named."""
    ends = stack.enter_context(Ends(KEY))
    stack.enter_context(farm_running(farm))
    processes = []
    for name in names:
        command = [sys.executable, "-m", "benchmarks.cluster.region_poller", url, name, str(folder / name)]
        command += [str(interval_s), str(farm.devices), str(farm.port), influx or ends.influx, ends.centre]
        log = stack.enter_context((folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(command, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.kill)
        processes.append(process)
    return Group(farm=farm, interval_s=interval_s, folder=folder, names=names, processes=tuple(processes))


def measured(wanted: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Pollers, and the collector beside them, over the same rounds."""
    with ExitStack() as stack:
        coordinator = Coordinator("redis", folder)
        coordinator.start()
        stack.callback(coordinator.stop)
        few = Farm(devices=ALONE, port=wanted.port + 1, is_frozen=True)
        many = Farm(devices=wanted.devices, port=wanted.port, is_frozen=True)
        names = tuple(f"p{number}" for number in range(wanted.pollers))
        alone = started(stack, folder, few, wanted.interval, names=("alone",), url="")
        pollers = started(stack, folder, many, wanted.interval, names=names, url=coordinator.url)
        began_s, values = time.monotonic(), served(many)
        while not (alone.is_steady and pollers.is_steady):
            if time.monotonic() - began_s > wanted.warm:
                raise SystemExit(f"ports were not found within {wanted.warm:g} s: see --warm, --interval")
            time.sleep(LOOK_S)
        found_s = time.monotonic() - began_s
        before, since_ns = (alone.cpu_s, pollers.cpu_s), time.time_ns()
        time.sleep(wanted.rounds * wanted.interval)
        after, until_ns = (alone.cpu_s, pollers.cpu_s), time.time_ns()
        time.sleep(LOOK_S + 1)  # what was asked last is written a second later
        there = [group.seen(since_ns, until_ns) for group in (alone, pollers)]
        names_read = {column.name for column in COLUMNS if column.field is not None}
        wrong = differences(values, read(pollers.stores, many.samples), served(many), names=names_read)
        spent = [(last - first) / each.polls * 1000 for first, last, each in zip(before, after, there, strict=True)]
        return {
            "alone_cpu_s_per_1000": spent[0],
            "cpu_s_per_1000": spent[1],
            "polls": there[1].polls,
            "wanted_polls": round(wanted.devices * (until_ns - since_ns) / NS / wanted.interval),
            "failed": there[1].failed,
            "missed": there[1].missed,
            "longest_gap": there[1].longest_gap,
            "values_equal": not wrong,
            "waiting": waiting(pollers.stores),
            "ports_found_s": found_s,
            "most_mb": pollers.most_mb,
            "alone_most_mb": alone.most_mb,
        }


def main() -> int:
    """Command line; exit code 1 where it costs more than it may, or somebody waited too long."""
    wanted = _wanted()
    at_once_s = at_once(ALONE, wanted.port, wanted.rounds) * 1000 / ALONE
    with tempfile.TemporaryDirectory(prefix="region-") as folder:
        found = measured(wanted, Path(folder))
    times = float(str(found["cpu_s_per_1000"])) / float(str(found["alone_cpu_s_per_1000"]))
    times_at_once = float(str(found["cpu_s_per_1000"])) / at_once_s
    said = {
        "at_once_cpu_s_per_1000": at_once_s,
        **found,
        "times": times,
        "times_at_once": times_at_once,
        "most": MOST,
        "load": os.getloadavg(),
    }
    if wanted.json:
        print(json.dumps(said, indent=2))
    else:
        for name, value in said.items():
            print(f"{name:22} {value}")
    is_complete = not found["missed"] and float(str(found["longest_gap"])) <= MOST_GAP
    return int(max(times, times_at_once) > MOST or not is_complete or not found["values_equal"])


if __name__ == "__main__":
    sys.exit(main())
