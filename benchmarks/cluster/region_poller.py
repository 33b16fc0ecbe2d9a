"""One poller of a region's benchmark, as a process: ``... region_poller URL NAME FOLDER INTERVAL DEVICES PORT``."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from benchmarks.collectors.farm import COMMUNITY, farm_plant
from cluster.clock import MachineClock
from cluster.heart import Heart
from cluster.settings import ClusterSettings
from cluster.tooz_membership import ToozMembership
from collectors.client import V2c
from collectors.collector import Collector
from collectors.memory import spare_garbage_collection
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from rainbow.city import City
from rainbow.kernel.secret import Secret, SecretRef
from rainbow.polling import CENTRE, FactWriter, HeldShare, Telling
from rainbow.settings import CitySettings, Settings
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore


async def poll(url: str, name: str, folder: Path, interval_s: float, devices: int, port: int) -> None:
    """Poll until killed; a lease as patient as a busy machine needs."""
    collect = CollectSettings(name=name, interval_s=interval_s, max_in_flight=400)
    settings = Settings(city=CitySettings(name="Bench"), collect=collect)
    cluster = ClusterSettings(url=url, key=SecretRef(env="NONE"), name=name, ttl_s=60, hold_s=float("inf"))
    clock, telling = MachineClock(), Telling()
    heart = Heart(ToozMembership(cluster, "bench", folder=folder, unix_s=clock.unix_s), cluster, clock)
    city = City(folder=folder, settings=settings, plant=farm_plant(devices, port))
    clients = GufoClients(credentials={"default": V2c(community=Secret(COMMUNITY))}, settings=collect)
    with SqliteStore(city.database, StoreSettings(), sinks=("influxdb",), mailboxes=(CENTRE,)) as store:
        writer = FactWriter(store, telling)
        share = HeldShare(city, cluster, heart, clock)
        collector = Collector(city.plant, collect, clients, writer, share=share, hearing=telling)
        spare_garbage_collection()
        heart.start()
        await collector.run(asyncio.Event())


def main() -> None:
    """Command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    url, name, folder, interval_s, devices, port = sys.argv[1:]
    asyncio.run(poll(url, name, Path(folder), float(interval_s), int(devices), int(port)))


if __name__ == "__main__":
    main()
