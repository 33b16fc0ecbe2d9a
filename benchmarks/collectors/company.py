"""``python -m benchmarks.collectors.company``: what good switches notice of slow, lying, endless and dead ones beside.

A collector runs as in a city, with a round every ten seconds; of each good switch the time of its polls is taken, and
how far apart they begin.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.collectors.contest import Farm
from benchmarks.collectors.farm import COMMUNITY, farm_plant
from benchmarks.collectors.process import farm_running
from collectors.client import V2c
from collectors.collector import Collector
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE
from rainbow.kernel.samples import Sample
from rainbow.kernel.secret import Secret
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.samples import Record

SETTINGS = CollectSettings(interval_s=10.0, links_interval_s=10.0, breaker_failures=1_000_000)
ROUNDS = 5
NS = 1e9


class Watched:
    """A writer that notes polls of good switches, and rounds, on their way to the store."""

    def __init__(self, store: SqliteStore, good: set[str]) -> None:
        self._store = store
        self._good = good
        self.polls: dict[str, list[Sample]] = {}
        self.rounds: list[Sample] = []

    def write(self, samples: Sequence[Record]) -> None:
        """See :class:`rainbow.kernel.samples.SampleWriter`."""
        self._store.write(samples)
        for sample in samples:
            if isinstance(sample, Sample) and sample.series.metric is COLLECTOR_ROUND:
                self.rounds.append(sample)
            if (
                isinstance(sample, Sample)
                and sample.series.metric is DEVICE
                and sample.series.tag("device") in self._good
            ):
                self.polls.setdefault(sample.series.tag("device"), []).append(sample)


async def watch(farm: Farm, store: SqliteStore) -> Watched:
    """Some rounds of a running collector; the first one, which finds the ports, is not counted."""
    watched = Watched(store, {f"D{number}" for number in range(farm.bad, farm.devices)})
    clients = GufoClients(credentials={"default": V2c(community=Secret(COMMUNITY))}, settings=SETTINGS)
    collector, stop = Collector(farm_plant(farm.devices, farm.port), SETTINGS, clients, watched), asyncio.Event()
    asyncio.get_running_loop().call_later((ROUNDS - 0.05) * SETTINGS.interval_s, stop.set)
    await collector.run(stop)
    return watched


def tell(farm: Farm, watched: Watched) -> None:
    """Print what was seen."""
    polls = [sample for samples in watched.polls.values() for sample in samples[1:]]
    took_ms = sorted(1000 * float(sample.values[DEVICE.poll_s]) for sample in polls)
    apart_s = [
        (after.time_ns - before.time_ns) / NS
        for samples in watched.polls.values()
        for before, after in pairwise(samples[1:])
    ]
    repeats = sum(int(sample.values[DEVICE.retries]) for sample in polls)
    silent = sum(not sample.values[DEVICE.up] for sample in polls)
    late_s = max(float(sample.values[COLLECTOR_ROUND.late_s]) for sample in watched.rounds)
    print(
        f"{farm.devices - farm.bad} good, {farm.bad} bad: {len(polls)} polls of good ones, "
        f"median {statistics.median(took_ms):.0f} ms, 99 % {took_ms[len(took_ms) * 99 // 100]:.0f} ms, "
        f"worst {took_ms[-1]:.0f} ms; apart {min(apart_s):.2f} to {max(apart_s):.2f} s; "
        f"{repeats} repeats, {silent} failed; rounds at most {late_s:.2f} s late"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--bad", type=int, default=20)
    parser.add_argument("--port", type=int, default=16190)
    wanted = parser.parse_args()
    for bad in (0, wanted.bad):
        farm = Farm(devices=wanted.devices, port=wanted.port, bad=bad)
        settings = StoreSettings()
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as folder,
            farm_running(farm),
            SqliteStore(Path(folder) / "s.sqlite", settings, sinks=("influxdb",)) as store,
        ):
            tell(farm, asyncio.run(watch(farm, store)))


if __name__ == "__main__":
    main()
