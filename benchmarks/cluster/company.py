"""Pollers and their coordinator as processes, and what their files say about who asked what when."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.cluster.coordinator import Coordinator
from benchmarks.cluster.worker import devices

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from benchmarks.cluster.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many and how fast; ``round_s`` 60, ``ttl_s`` 18 is what a city runs, a sixth of it shows the same sooner."""

    round_s: float
    ttl_s: int
    hold_s: float
    pollers: int
    devices: int

    @property
    def beat_s(self) -> float:
        """Between two renewals."""
        return self.ttl_s / 3


class Company:
    """Pollers at a coordinator; each has a cable of its own to it where there is a ``network``."""

    def __init__(self, folder: Path, kind: str, size: Size, network: Network | None) -> None:
        self.size = size
        self.network = network
        self._folder = folder
        self._pollers: dict[int, subprocess.Popen[bytes]] = {}
        if network is None:
            self.coordinator = Coordinator(kind, folder)
        else:
            self.coordinator = Coordinator(kind, folder, network.address(0), prefix=network.prefix)

    def __enter__(self) -> Self:
        self.coordinator.start()
        for number in range(self.size.pollers):
            self.start(number)
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._pollers.values():
            process.kill()
            process.wait()
        self.coordinator.stop()

    def start(self, number: int) -> None:
        """Start a poller that does not run."""
        network, size = self.network, self.size
        url = self.coordinator.url if network is None else self.coordinator.url_at(network.address(number))
        words = [url, f"p{number}", self._file(number), size.round_s, size.ttl_s, size.hold_s, size.devices]
        command = [sys.executable, "-m", "benchmarks.cluster.worker", *map(str, words)]
        self._pollers[number] = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def signal(self, number: int, what: signal.Signals) -> None:
        """Send a poller a signal; one that ends it is waited for."""
        process = self._pollers[number]
        process.send_signal(what)
        if what in {signal.SIGTERM, signal.SIGKILL}:
            process.wait()

    def _file(self, number: int) -> Path:
        return self._folder / f"p{number}.sqlite"

    def polls(self, since_s: float) -> dict[str, list[tuple[float, int]]]:
        """For each device when it was asked since then (unix time), and by which poller, in order."""
        found: dict[str, list[tuple[float, int]]] = defaultdict(list)
        for number in range(self.size.pollers):
            if not self._file(number).exists():  # not up yet
                continue
            with closing(sqlite3.connect(self._file(number))) as kept:
                for device, at_s in kept.execute("SELECT device, at_s FROM poll WHERE at_s >= ?", (since_s,)):
                    found[device].append((at_s, number))
        for row in found.values():
            row.sort()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a stretch of time looked like. Gaps and ``all_again`` in rounds; ``twice`` polls beyond one in a round."""

    all_again: float
    longest_gap: float
    missed: int
    twice: int
    twice_until_s: float


def look(company: Company, from_s: float, happened_s: float, until_s: float) -> Seen:
    """From a round before something happened, to when it was over."""
    size = company.size
    polls = company.polls(from_s - 2 * size.round_s)
    again_s, longest_s, missed, twice, last_twice_s = 0.0, 0.0, 0, 0, happened_s
    for device in devices(size.devices):
        times = [at_s for at_s, _who in polls[device] if at_s <= until_s]
        after = [at_s for at_s in times if at_s >= happened_s]
        again_s = max(again_s, (after[0] if after else until_s) - happened_s)
        gaps = [b - a for a, b in pairwise(times) if b >= happened_s]
        longest_s = max([longest_s, *gaps])
        missed += sum(gap > 1.5 * size.round_s for gap in gaps)
        close = [b for a, b in pairwise(times) if b >= happened_s and b - a < 0.5 * size.round_s]
        twice += len(close)
        last_twice_s = max([last_twice_s, *close])
    return Seen(
        all_again=again_s / size.round_s,
        longest_gap=longest_s / size.round_s,
        missed=missed,
        twice=twice,
        twice_until_s=last_twice_s - happened_s,
    )


def settle(company: Company) -> float:
    """Wait until all is as it should be for a round; the time then."""
    size = company.size
    end_s = time.time() + 12 * size.round_s
    while time.time() < end_s:
        time.sleep(size.round_s / 4)
        now_s = time.time()
        polls = company.polls(now_s - 1.1 * size.round_s)
        if len(polls) == size.devices and sum(map(len, polls.values())) < 1.25 * size.devices:
            return now_s
    raise RuntimeError("the pollers do not come to rest")
