"""One poller of a region's benchmark, as a process; its arguments stand in :func:`main`.

With an empty URL it is a city's one collector: it asks all devices and tells no centre.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.collectors.farm import COMMUNITY, farm_plant
from cluster.clock import MachineClock
from cluster.heart import Heart
from cluster.peers import Peer
from cluster.settings import ClusterSettings
from cluster.tooz_membership import ToozMembership
from collectors.client import V2c
from collectors.collector import Collector
from collectors.memory import spare_garbage_collection
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from rainbow import service, wiring
from rainbow.city import City
from rainbow.kernel.secret import Secret, SecretRef
from rainbow.polling import CENTRE, Courier, FactWriter, HeldShare, Telling
from rainbow.settings import CitySettings, Settings
from store.settings import InfluxSettings, StoreSettings
from store.sqlite_store import SqliteStore

KEY = Secret("a key of loopback and no secret")
DEADLINE_S = 60.0
"""For a device; and a lease for a member: as patient as a busy machine needs."""


async def poll(city: City, url: str, centre: str) -> None:
    """Poll until killed."""
    collect = city.settings.collect
    clients = GufoClients(credentials={"default": V2c(community=Secret(COMMUNITY))}, settings=collect)
    mailboxes = (CENTRE,) if url else ()
    with ExitStack() as stack:
        store = stack.enter_context(
            SqliteStore(city.database, StoreSettings(), sinks=("influxdb",), mailboxes=mailboxes)
        )
        stack.enter_context(service.delivering(wiring.shippers(city, store)))
        if url:
            clock, telling = MachineClock(), Telling()
            known = ClusterSettings(
                url=url, key=SecretRef(env="NONE"), name=collect.name, ttl_s=int(DEADLINE_S), hold_s=float("inf")
            )
            heart = Heart(ToozMembership(known, "bench", unix_s=clock.unix_s), known, clock)
            share = HeldShare(city, known, heart, clock)
            writer = FactWriter(store, telling)
            collector = Collector(city.plant, collect, clients, writer, share=share, hearing=telling)
            stack.enter_context(Courier(store, Peer(centre, KEY, collect.name, timeout_s=DEADLINE_S)).carrying())
            heart.start()
        else:
            collector = Collector(city.plant, collect, clients, store)
        spare_garbage_collection()
        await collector.run(asyncio.Event())


def main() -> None:
    """Command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    url, name, folder, interval_s, devices, port, influx, centre = sys.argv[1:]
    collect = CollectSettings(name=name, interval_s=float(interval_s), device_deadline_s=DEADLINE_S)
    settings = Settings(
        city=CitySettings(name="Bench"), collect=collect, influx=InfluxSettings(url=influx, version=1, timeout_s=60.0)
    )
    city = City(folder=Path(folder), settings=settings, plant=farm_plant(int(devices), int(port)))
    asyncio.run(poll(city, url, centre))


if __name__ == "__main__":
    main()
