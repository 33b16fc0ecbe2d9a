"""A poller: asks its share of a site's devices and tells a centre what they say.

It has a city folder with ``city.toml`` and secrets; its plant is a copy of the centre's. Readings go to InfluxDB from
its own outbox, facts to the centre from another one. It goes on while coordinator, centre or InfluxDB are away.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections import deque
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cluster.clock import MachineClock
from cluster.heart import Heart
from cluster.peers import Peer
from cluster.shard import Pace, Shard
from collectors.collector import Collector
from collectors.facts import Fact, FactLines
from rainbow import service, wiring
from rainbow.city import City
from rainbow.fact_desk import FACTS
from rainbow.inventory_copy import INVENTORY, InventoryCopy
from rainbow.kernel.errors import ClusterError, PeerAway, StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cluster.clock import Clock
    from cluster.settings import ClusterSettings
    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from rainbow.kernel.samples import Record, Series, UnixNs
    from rainbow.kernel.secret import Secret
    from rainbow.settings import Settings
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.cluster")

CENTRE = "centre"
"""The mailbox of facts."""
LOOK_S = 60.0
"""How often the centre is asked for a new inventory; one that has none yet asks more often."""
FIRST_LOOK_S = 2.0
IDLE_S, AGAIN_S = 0.3, 2.0
"""How often an empty mailbox is looked into, and how long a centre that gives no answer is left alone."""
TIMEOUT_S = 10.0
MOST_LINES = 100_000
"""Facts kept in memory while the store takes none; the oldest go first."""


async def run(folder: Path, settings: Settings, cluster: ClusterSettings, stop: asyncio.Event) -> None:
    """Poll until ``stop`` is set; begin anew with each new inventory.

    Raises:
        SettingsError: a secret is missing.
        StoreError: the store cannot be opened, or another collector writes it.
    """
    key = wiring.cluster_key(folder, cluster)
    copy = InventoryCopy(folder / "state/inventory")
    centre = Peer(cluster.centre, key, cluster.member, timeout_s=TIMEOUT_S)
    while not stop.is_set():
        plant = await asyncio.to_thread(copy.plant)
        if plant is None:
            await _looked(copy, centre, stop, FIRST_LOOK_S)
            continue
        over = asyncio.Event()
        city = City(folder=folder, settings=settings, plant=plant)
        looking = asyncio.create_task(_until_new(copy, centre, stop, over))
        try:
            await _poll(city, cluster, key, over)
        finally:
            over.set()
            await asyncio.gather(looking, return_exceptions=True)
    log.info(_("stopped; everything read is in the store"))


async def _until_new(copy: InventoryCopy, centre: Peer, stop: asyncio.Event, over: asyncio.Event) -> None:
    """Set ``over`` at the end, or when there is a new inventory."""
    while not stop.is_set() and not over.is_set():
        if await _looked(copy, centre, stop, LOOK_S):
            log.info(_("a new inventory: %s"), copy.version)
            break
    over.set()


async def _looked(copy: InventoryCopy, centre: Peer, stop: asyncio.Event, seconds: float) -> bool:
    """Ask the centre for a new inventory, then wait; whether there is one."""
    try:
        if copy.take(await asyncio.to_thread(centre.say, INVENTORY, copy.version.encode())):
            return True
    except PeerAway as error:
        log.log(logging.DEBUG if copy.version else logging.WARNING, _("no inventory from the centre: %s"), error)
    except ClusterError as error:
        log.error(_("no inventory from the centre: %s"), error)  # noqa: TRY400 - an expected answer: its words say all
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return False


async def _poll(city: City, cluster: ClusterSettings, key: Secret, stop: asyncio.Event) -> None:
    clock, telling = MachineClock(), Telling()
    heart = Heart(wiring.membership(city, cluster), cluster, clock)
    share = HeldShare(city, cluster, heart, clock)
    with wiring.store(city, mailboxes=(CENTRE,)) as store:
        courier = Courier(store, Peer(cluster.centre, key, cluster.member, timeout_s=TIMEOUT_S))
        with service.delivering(wiring.shippers(city, store)) as shippers, _beating(heart), courier.carrying():
            async with service.keeping_house(city, store, stop, shippers) as supervisor:
                collector = Collector(
                    city.plant,
                    city.settings.collect,
                    wiring.clients(city),
                    FactWriter(store, telling),
                    share=share,
                    hearing=telling,
                )
                await service.asking(city, store, collector, supervisor, stop)


@contextlib.contextmanager
def _beating(heart: Heart) -> Iterator[None]:
    heart.start()
    try:
        yield
    finally:
        heart.stop()


class HeldShare:
    """See :class:`collectors.share.Share`: the shard by the heart's newest view."""

    def __init__(self, city: City, settings: ClusterSettings, heart: Heart, clock: Clock) -> None:
        pace = Pace(
            round_s=city.settings.collect.interval_s,
            ttl_s=float(settings.ttl_s),
            beat_s=settings.beat_s,
            hold_s=settings.hold_s,
        )
        self._codes = {
            str(device.code): device.code
            for device in city.plant.devices
            if any(fnmatchcase(device.code, pattern) for pattern in settings.devices)
        }
        self._shard = Shard(settings.member, list(self._codes), pace)
        self._heart = heart
        self._clock = clock
        self._asked_s = clock.unix_s()

    def due(self) -> list[Code]:
        """Since the last call; a clock that was set back begins anew from there."""
        t0_s, t1_s = self._asked_s, self._clock.unix_s()
        self._asked_s = t1_s
        due = self._shard.due(min(t0_s, t1_s), t1_s, view=self._heart.view, age_s=self._heart.age_s())
        return [self._codes[code] for code in due]

    def has(self, device: Code) -> bool:
        """As of the last :meth:`due`."""
        return device in self._shard.mine


class Telling:
    """See :class:`collectors.share.Hearing`: readings become facts that wait for their samples to be written."""

    links_held = 0

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._words = FactLines()

    def take(self, device: Code, reading: DeviceReading | None, neighbour_series: Mapping[str, Series]) -> bool:  # noqa: ARG002 - the centre judges
        """A fact; never news here."""
        now_ns = reading.time_ns if reading is not None else wiring.clock()
        self._lines.append(self._words.line(Fact(device=device, time_ns=now_ns, reading=reading)))
        return False

    def changed(self, *, time_ns: UnixNs) -> Sequence[Record]:  # noqa: ARG002 - same
        """Nothing: the centre writes it."""
        return ()

    def all(self, *, time_ns: UnixNs) -> Sequence[Record]:  # noqa: ARG002 - same
        """Nothing: the centre writes it."""
        return ()

    def far_devices(self, device: Code, if_name: str | None) -> set[Code]:  # noqa: ARG002 - same
        """Nobody: they may be another poller's."""
        return set()

    def lines(self) -> list[str]:
        """What was heard since the last call."""
        return [self._lines.popleft() for _count in range(len(self._lines))]

    def give_back(self, lines: Sequence[str]) -> None:
        """They could not be stored."""
        self._lines.extendleft(reversed(lines))


class FactWriter:
    """A writer of samples that stores the facts heard meanwhile with them."""

    def __init__(self, store: SqliteStore, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    def write(self, samples: Sequence[Record]) -> None:
        """See :class:`rainbow.kernel.samples.SampleWriter`.

        Raises:
            StoreError: nothing of this call was stored.
        """
        lines = self._telling.lines()
        try:
            self._store.write(samples, mail={CENTRE: lines} if lines else None)
        except StoreError:
            self._telling.give_back(lines)
            raise


class Courier:
    """Carries facts to the centre in a thread, row by row, oldest first; a row is gone when the centre has it."""

    def __init__(self, store: SqliteStore, centre: Peer) -> None:
        self._store = store
        self._centre = centre
        self._source = store.identity()
        self._stop = threading.Event()
        self._away = False

    @contextlib.contextmanager
    def carrying(self) -> Iterator[None]:
        """Carry while the block runs."""
        thread = threading.Thread(target=self._run, name="courier", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(TIMEOUT_S)

    def turn(self) -> bool:
        """Carry one row; whether there was one.

        Raises:
            PeerAway: the centre gave no answer; the row waits.
            StoreError: the store cannot be read or written.
        """
        batch = self._store.next_batch(CENTRE, max_points=1)
        if batch is None:
            return False
        head = json.dumps({"store": self._source, "number": batch.ids[0]}).encode()
        self._centre.say(FACTS, head + b"\n" + batch.payload)
        self._store.settled(CENTRE, batch, [], wiring.clock())
        return True

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            try:
                pause_s = 0.0 if self.turn() else IDLE_S
                self._say(None)
            except (PeerAway, StoreError) as error:
                pause_s = AGAIN_S
                self._say(error)

    def _say(self, error: PeerAway | StoreError | None) -> None:
        if error is not None and not self._away:
            log.warning(_("facts wait for the centre: %s"), error)
        elif error is None and self._away:
            log.info(_("the centre takes facts again"))
        self._away = error is not None
