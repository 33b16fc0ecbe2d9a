"""RAINBOW's whole collector in a process of its own: poll, rates, totals, store and outbox. Prints what it took.

With ``--deliver`` an InfluxDB is sent the readings after each round, and that counts too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from pathlib import Path

from benchmarks.collectors.columns import COLUMNS
from benchmarks.collectors.farm import AUTH, AUTH_PHRASE, COMMUNITY, PRIV, PRIV_PHRASE, USER, farm_plant
from collectors.client import V3, V2c
from collectors.collector import Collector
from collectors.memory import spare_garbage_collection
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.secret import Secret
from rainbow.wiring import clock
from store.reader import StoreReader
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import open_sink
from store.sqlite_store import SqliteStore

PAUSE_S = 0.6
"""Between rounds: rates over less than half a second are gaps, which is another work than that of a city's minute."""


async def poll(wanted: argparse.Namespace) -> dict[str, object]:
    """All rounds; CPU and wall time of those after the first, which also finds the ports."""
    settings = CollectSettings(max_in_flight=wanted.in_flight, starts_per_s=1e6, breaker_failures=1_000_000)
    known = V3(user=USER, auth=AUTH, auth_key=Secret(AUTH_PHRASE), priv=PRIV, priv_key=Secret(PRIV_PHRASE))
    credentials = known if wanted.v3 else V2c(community=Secret(COMMUNITY))
    clients = GufoClients(credentials={"default": credentials}, settings=settings)
    failed = 0
    with SqliteStore(wanted.store, StoreSettings(), sinks=("influxdb",)) as store:
        sinks = [open_sink(InfluxSettings(url=url, version=1), None) for url in wanted.deliver]
        shippers = [Shipper(store, sink, clock=clock) for sink in sinks]
        spare_garbage_collection()
        collector = Collector(farm_plant(wanted.devices, wanted.port), settings, clients, store)
        await collector.once()
        for shipper in shippers:
            shipper.drain()
        cpu_s, wall_s = time.process_time(), 0.0
        for _round in range(wanted.rounds):
            await asyncio.sleep(PAUSE_S)
            report = await collector.once()
            failed += len(report.failed)
            wall_s += report.duration_s
            for shipper in shippers:
                shipper.drain()
        cpu_s = time.process_time() - cpu_s
    return {
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "failed": failed,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def stored(path: Path, samples: list[int]) -> dict[str, dict[str, int]]:
    """The newest readings of some devices, by column and ifIndex (the number in the port's name)."""
    found: dict[str, dict[str, int]] = {}
    with StoreReader(path) as reader:
        for number in samples:
            values = found.setdefault(str(number), {})
            for sample in reader.latest(INTERFACE, device=f"D{number}"):
                index = sample.series.tag("if_name").rpartition("/")[2]
                for column in COLUMNS:
                    if column.field is not None and column.field in sample.values:
                        values[f"{column.name}.{index}"] = int(sample.values[column.field]) // column.factor
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=200)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--samples", type=int, nargs="*", default=[])
    parser.add_argument("--v3", action="store_true")
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--deliver", nargs="*", default=[], help="address of an InfluxDB")
    wanted = parser.parse_args()
    if wanted.profile:
        import cProfile  # noqa: PLC0415 - only where somebody wants to know

        profile = cProfile.Profile(time.thread_time)  # of the event loop; the store writes in another thread
        taken = profile.runcall(asyncio.run, poll(wanted))
        profile.dump_stats(wanted.profile)
    else:
        taken = asyncio.run(poll(wanted))
    print(json.dumps({**taken, "values": stored(wanted.store, wanted.samples)}))


if __name__ == "__main__":
    main()
