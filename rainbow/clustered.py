"""Several collectors on one city: one leads, the others stand by and take over.

Each has a city folder and a store of its own. The leader reads, judges, tells people and delivers; the others keep a
copy of its incidents. A leader that cannot be sure of its lease tells nobody anything and delivers nothing it wrote
since the last renewal; when it has lost the lead, that is taken out of its outbox again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import cache, partial
from typing import TYPE_CHECKING

from cluster.clock import MachineClock
from cluster.heart import Heart
from cluster.lease import Lease
from cluster.peers import Listener
from rainbow import service, systemd, wiring
from rainbow.deputies import COPY, Copies, Deputy
from rainbow.kernel.errors import SettingsError, StoreError, TopologyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cluster.settings import ClusterSettings
    from rainbow.supervision import Supervisor
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.cluster")

LOOK_S = 0.2
"""How often it is looked at who leads."""


async def run(city: wiring.City, settings: ClusterSettings, stop: asyncio.Event) -> None:
    """Stand by and lead in turn, until ``stop`` is set.

    Raises:
        SettingsError: a secret is missing, or traps cannot be heard.
        StoreError: the store cannot be opened, or another collector writes it.
        ClusterError: the other members cannot be heard at the address of the settings.
    """
    with (
        wiring.store(city) as store,
        _member(city, settings, store) as (heart, lease, office),
        service.delivering(wiring.shippers(city, store, until=lease.bound)) as shippers,
    ):
        async with service.keeping_house(city, store, stop, shippers) as supervisor:
            systemd.tell("READY=1")
            await asyncio.to_thread(_prepare, city, office)
            while await _leads(heart, lease, stop):
                await _lead(city, store, lease, office, supervisor, stop)
    log.info(_("stopped; everything read is in the store"))


def _prepare(city: wiring.City, office: wiring.Office) -> None:
    """Work out and load now what would hold the first round or judgement up: the senders are 500 modules."""
    with contextlib.suppress(TopologyError, SettingsError):  # who leads says so
        office.ground().prepare()
        wiring.sender(city)


@contextlib.contextmanager
def _member(
    city: wiring.City, settings: ClusterSettings, store: SqliteStore
) -> Iterator[tuple[Heart, Lease, wiring.Office]]:
    """A member of the city's group while the block runs: its heart beats, the others are heard."""
    clock, key = MachineClock(), wiring.cluster_key(city.folder, settings)
    heart = Heart(wiring.membership(city, settings), settings, clock, mark=store.newest_row)
    lease = Lease(heart, settings)
    journal = wiring.journal(city)
    with contextlib.suppress(StoreError):  # who leads says so
        journal.mend()
    listener = Listener(settings.listen, key, {COPY: Deputy(journal, lease).hear})
    listener.start()
    heart.start()
    try:
        yield (
            heart,
            lease,
            wiring.Office(
                permit=lease.leads,
                deputies=Copies(journal, heart, lease, key),
                ground=cache(partial(wiring.ground, city)),
            ),
        )
    finally:
        heart.stop()
        listener.stop()


async def _leads(heart: Heart, lease: Lease, stop: asyncio.Event) -> bool:
    """Wait for the lead, and say who has it meanwhile; False where the end came first."""
    said = ""
    while not stop.is_set():
        if lease.leads():
            return True
        leader = lease.leader()
        if leader and leader != said and heart.view is not None and leader != heart.view.me.name:
            log.info(_("standing by: %s leads"), leader)
            said = leader
        await _pause(stop, LOOK_S)
    return False


async def _lead(
    city: wiring.City,
    store: SqliteStore,
    lease: Lease,
    office: wiring.Office,
    supervisor: Supervisor,
    stop: asyncio.Event,
) -> None:
    """Lead until the lead is lost or ``stop`` is set."""
    log.info(_("leading"))
    lease.acts(now=True)
    over = asyncio.Event()
    looking = asyncio.create_task(_look(lease, over, stop, patience_s=lease.beat_s))
    try:
        await service.collecting(city, store, over, supervisor, office=office)
    finally:
        over.set()
        await looking
        if not lease.is_sure() and (bound := lease.bound()) is not None:
            points = store.withdraw(bound)
            log.warning(_("the lead is lost; %d points read since the last renewal are not delivered"), points)
        lease.acts(now=False)


async def _look(lease: Lease, over: asyncio.Event, stop: asyncio.Event, *, patience_s: float) -> None:
    """Set ``over`` at the end, or when the lead is lost; who just woke gets a moment to ask whether it is."""
    loop = asyncio.get_running_loop()
    led_s = loop.time()
    while not stop.is_set() and not over.is_set():
        if lease.leads():
            led_s = loop.time()
        elif lease.is_lost() or loop.time() - led_s > patience_s:
            break
        await _pause(stop, LOOK_S)
    over.set()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
