"""The collector at work: one round, or rounds, housekeeping of the store and deliveries until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from collectors.memory import spare_garbage_collection
from rainbow import provisioning, systemd, wiring
from rainbow.backup.record import backup_samples
from rainbow.drifting import Drifting
from rainbow.kernel.errors import SinkError, StoreDamaged, TopologyError
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.texts import _
from rainbow.patient_clock import PatientClock
from rainbow.redundancy import Redundancy
from rainbow.status import telling
from rainbow.supervision import Supervisor
from store.outbox import outbox_samples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from collectors.collector import Collector
    from collectors.report import RoundReport
    from incidents.watch import Watch
    from store.shipper import Shipper
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.service")

LATER_S = 3.0
"""Housekeeping begins so long after the start, so that it does not take time from the first questions."""
ROLL_UP_S = 60.0
"""How often the newest readings are rolled up; a five-minute mean is complete at most this late."""
RETAIN_S = 900.0
"""How often what is past its keeping time is deleted: small steps, so that no write waits long."""
BACKUP_AGE_S = 300.0
"""How often the age of the last backup and of its last test is written."""
DAILY_LOOK_S = 1800.0
"""How often it is asked whether a day is over whose light has not been looked at."""
ROUNDS = "rounds"
ROUNDS_MAY = 3
"""Intervals without the end of a round after which asking hangs."""
DELIVERY_MAY_S = 600.0
"""A request ends by its timeout; a server that drips its answer byte by byte is given up after this."""
STOP_S = 3.0
"""How long the end waits for a delivery under way; what was not confirmed stays in the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a sink's outbox. ``error`` is empty where all was delivered; ``waiting`` counts points."""

    sink: str
    delivered: int
    waiting: int
    error: str = ""
    cure: str = ""


class Source(Protocol):
    """What brings readings: a collector, or the centre of pollers."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set."""

    def beat_s(self) -> float:
        """When it last came by (monotonic)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRound:
    """What one round gave, and where it went."""

    report: RoundReport
    deliveries: tuple[Delivery, ...]


def once(city: wiring.City) -> OneRound:
    """One round into the store; the outbox is emptied before it ends, what waited there from before too.

    Raises:
        SettingsError: a secret is missing.
        StoreError: the store cannot be written, or a running collector writes it.
    """
    with wiring.store(city) as store:
        shippers = wiring.shippers(city, store)
        report = asyncio.run(wiring.collector(city, store).once())
        store.roll_up(wiring.clock())
        _judging(city, store, Drifting(city.plant))()
        deliveries = tuple(_drain(city, shipper) for shipper in shippers)
    return OneRound(report=report, deliveries=deliveries)


def _drain(city: wiring.City, shipper: Shipper) -> Delivery:
    failure: SinkError | None = None
    try:
        shipper.drain()
    except SinkError as error:
        failure = error
    with wiring.store_reader(city) as reader:
        waiting = next(state.points for state in reader.outbox(wiring.clock()) if state.sink == shipper.name)
    return Delivery(
        sink=shipper.name,
        delivered=shipper.delivered,
        waiting=waiting,
        error=failure.message if failure is not None else "",
        cure=failure.cure if failure is not None else "",
    )


async def run(city: wiring.City, stop: asyncio.Event) -> None:
    """Collect until ``stop`` is set. Deliveries run in threads and never hold a round up.

    Raises:
        SettingsError: a secret is missing, or traps cannot be heard.
        StoreError: the store cannot be opened, or another collector writes it.
    """
    with wiring.store(city) as store, delivering(wiring.shippers(city, store)) as shippers:
        async with keeping_house(city, store, stop, shippers) as supervisor:
            await collecting(city, store, stop, supervisor)
    log.info(_("stopped; everything read is in the store"))


@contextlib.asynccontextmanager
async def keeping_house(
    city: wiring.City, store: SqliteStore, stop: asyncio.Event, shippers: Sequence[Shipper]
) -> AsyncIterator[Supervisor]:
    """What a store needs whoever reads the switches, while the block runs; ``stop`` is set at its end."""
    supervisor = Supervisor()
    interval_s = city.settings.collect.interval_s
    every = partial(supervisor.every, stop=stop, first_s=LATER_S)
    tasks = [
        every("roll_up", _("rolling up"), lambda: store.roll_up(wiring.clock()), seconds=ROLL_UP_S),
        every("retain", _("deleting what is past its time"), _retaining(city, store), seconds=RETAIN_S),
        every("backup_age", _("writing the backup's age"), partial(_note_backup, city, store), seconds=BACKUP_AGE_S),
        every(
            "grafana", _("bringing Grafana up to date"), provisioning.Keeper(city.folder), seconds=provisioning.CHECK_S
        ),
        every(
            "tasks",
            _("writing how the collector does"),
            partial(_note_tasks, city, store, supervisor),
            seconds=interval_s,
        ),
        every("alive", _("telling the service manager"), supervisor.tell_alive, seconds=systemd.alive_every_s()),
    ]
    for shipper in shippers:
        supervisor.watch(
            f"delivery_{shipper.name}",
            _("delivering to {sink}").format(sink=shipper.name),
            shipper.beat_s,
            may_s=DELIVERY_MAY_S,
            faults=shipper.faults,
        )
    try:
        async with telling(city, supervisor):
            yield supervisor
    finally:
        systemd.tell("STOPPING=1")
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        supervisor.close()


async def collecting(
    city: wiring.City,
    store: SqliteStore,
    stop: asyncio.Event,
    supervisor: Supervisor,
    *,
    office: wiring.Office | None = None,
) -> None:
    """Read the switches, judge and tell people until ``stop`` is set; ``office`` is that of a leader among several.

    Raises:
        SettingsError: a secret is missing, or traps cannot be heard.
        StoreError: the last samples could not be written.
    """
    found = watching(city, store, office=office)
    collector = wiring.collector(city, store if found is None else found.feed, office=office)
    energy = wiring.energy_rounds(city, collector, office=office)
    meters = supervisor.keep("energy", _("reading meters"), partial(energy.run, stop), stop=stop)
    _say_what_starts(city)
    try:
        async with _hearing(city, collector):
            await judging(city, store, collector, found, supervisor, stop)
    finally:
        stop.set()
        await asyncio.gather(meters, return_exceptions=True)
        supervisor.dismiss(meters.get_name())


async def judging(
    city: wiring.City,
    store: SqliteStore,
    source: Source,
    found: Watch | None,
    supervisor: Supervisor,
    stop: asyncio.Event,
) -> None:
    """Run what brings readings, judge them and tell people until ``stop`` is set.

    Raises:
        StoreError: the last samples could not be written.
    """
    over, tasks = asyncio.Event(), _judges(city, store, supervisor, stop)
    spare_garbage_collection()
    if found is not None:
        found.feed.after_round(partial(asyncio.get_running_loop().call_soon_threadsafe, over.set))
        step, look = (lambda: found.step(wiring.clock())), partial(_look, found)
        tasks.append(supervisor.after("incidents", _("judging a round"), step, when=over, stop=stop))
        tasks.append(supervisor.every("light", _("looking for rising loss"), look, seconds=DAILY_LOOK_S, stop=stop))
    try:
        systemd.tell("READY=1")
        await _rounds(city, source, supervisor, stop)
    finally:
        stop.set()
        over.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        supervisor.dismiss(*(task.get_name() for task in tasks), ROUNDS)


async def asking(
    city: wiring.City, store: SqliteStore, collector: Collector, supervisor: Supervisor, stop: asyncio.Event
) -> None:
    """Read the switches until ``stop`` is set; somebody else judges.

    Raises:
        SettingsError: traps cannot be heard.
        StoreError: the last samples could not be written.
    """
    note, seconds = partial(_note_outbox, city, store), city.settings.collect.interval_s
    state = supervisor.every("outbox_state", _("writing the outbox's state"), note, seconds=seconds, stop=stop)
    spare_garbage_collection()
    _say_what_starts(city)
    try:
        async with _hearing(city, collector):
            systemd.tell("READY=1")
            await _rounds(city, collector, supervisor, stop)
    finally:
        stop.set()
        await asyncio.gather(state, return_exceptions=True)
        supervisor.dismiss(state.get_name(), ROUNDS)


def _judges(
    city: wiring.City, store: SqliteStore, supervisor: Supervisor, stop: asyncio.Event
) -> list[asyncio.Task[None]]:
    """What looks at the store after each interval."""
    interval_s = city.settings.collect.interval_s
    every = partial(supervisor.every, seconds=interval_s, stop=stop, first_s=min(LATER_S, interval_s))
    drift = _judging(city, store, Drifting(city.plant))
    tasks = [
        every("outbox_state", _("writing the outbox's state"), partial(_note_outbox, city, store)),
        every("drift", _("holding the plant against the switches"), drift),
    ]
    if city.plant.hubs:
        redundancy = Redundancy(city.plant, partial(wiring.cut_index, city))
        tasks.append(every("redundancy", _("judging redundancy"), _judging(city, store, redundancy)))
    return tasks


async def _rounds(city: wiring.City, source: Source, supervisor: Supervisor, stop: asyncio.Event) -> None:
    """Rounds until ``stop`` is set.

    Raises:
        StoreError: the last samples could not be written.
    """
    may_s = ROUNDS_MAY * city.settings.collect.interval_s + city.settings.collect.device_deadline_s
    run = partial(source.run, stop)
    await supervisor.keep(ROUNDS, _("asking the switches"), run, stop=stop, beat=source.beat_s, may_s=may_s)


def _say_what_starts(city: wiring.City) -> None:
    log.info(
        _("collecting from %d devices every %g s into %s; deliveries: %s"),
        len(city.plant.devices),
        city.settings.collect.interval_s,
        city.database,
        ", ".join(wiring.sinks(city)) or _("none"),
    )


@contextlib.asynccontextmanager
async def _hearing(city: wiring.City, collector: Collector) -> AsyncIterator[None]:
    """Traps wake the collector while the block runs, where the settings say so."""
    listener = wiring.trap_listener(city, collector)
    if listener is None:
        yield
        return
    async with listener.hearing():
        yield


@contextlib.contextmanager
def delivering(shippers: Sequence[Shipper]) -> Iterator[Sequence[Shipper]]:
    """These deliver in threads of their own while the block runs."""
    for shipper in shippers:
        shipper.start()
    try:
        yield shippers
    finally:
        for shipper in shippers:
            shipper.stop(timeout_s=STOP_S)


def watching(city: wiring.City, store: SqliteStore, *, office: wiring.Office | None = None) -> Watch | None:
    """The incident engine, if the settings want it and the city has a hub to be cut off from."""
    if not city.settings.incidents.enabled:
        return None
    try:
        return wiring.watch(city, store, office=office)
    except TopologyError as error:
        log.warning(_("no incidents are looked for: %s"), error.message)
        return None


def _look(watching: Watch) -> None:
    if watching.daily is not None:
        watching.daily.look(wiring.clock())


def _retaining(city: wiring.City, store: SqliteStore) -> Callable[[], object]:
    """What deletes by a clock that does not leap."""
    with wiring.store_reader(city) as reader:
        seen = max((sample.time_ns for sample in reader.latest(COLLECTOR_ROUND)), default=None)
    patient = PatientClock(wiring.clock, time.monotonic_ns, seen=seen)
    return lambda: store.retain(patient())


def _judging(city: wiring.City, store: SqliteStore, judge: Drifting | Redundancy) -> Callable[[], None]:
    """What judges by all that the store says now, and writes what it finds."""

    def step() -> None:
        with wiring.store_reader(city) as reader:
            judge.step(reader, store, wiring.clock())

    return step


def _note_backup(city: wiring.City, store: SqliteStore) -> None:
    store.write(backup_samples(city.plant.city, city.state, wiring.clock()))


def _note_tasks(city: wiring.City, store: SqliteStore, supervisor: Supervisor) -> None:
    store.write(supervisor.samples(city.settings.collect.name, wiring.clock()))


def _note_outbox(city: wiring.City, store: SqliteStore) -> None:
    now_ns = wiring.clock()
    try:
        with wiring.store_reader(city) as reader:
            samples = outbox_samples(reader.outbox(now_ns), now_ns)
    except StoreDamaged as error:
        store.begin_anew(error.message)
        raise
    if samples:
        store.write(samples)
