"""The collector at work: one round, or rounds, housekeeping of the store and deliveries until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from collectors.memory import spare_garbage_collection
from rainbow import provisioning, systemd, wiring
from rainbow.backup.record import backup_samples
from rainbow.drifting import Drifting
from rainbow.kernel.errors import RainbowError, SinkError, TopologyError
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.texts import _
from rainbow.patient_clock import PatientClock
from rainbow.redundancy import Redundancy
from store.outbox import outbox_samples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from collectors.collector import Collector
    from collectors.report import RoundReport
    from incidents.watch import Watch
    from store.shipper import Shipper
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.service")

ROLL_UP_S = 60.0
"""How often the newest readings are rolled up; a five-minute mean is complete at most this late."""
RETAIN_S = 900.0
"""How often what is past its keeping time is deleted: small steps, so that no write waits long."""
BACKUP_AGE_S = 300.0
"""How often the age of the last backup and of its last test is written."""
DAILY_LOOK_S = 1800.0
"""How often it is asked whether a day is over whose light has not been looked at."""
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
    with wiring.store(city) as store, _delivering(wiring.shippers(city, store)) as shippers:
        watching, over = _watch(city, store), asyncio.Event()
        collector = wiring.collector(city, store if watching is None else watching.feed)
        spare_garbage_collection()
        interval_s = city.settings.collect.interval_s
        _say_what_starts(city, shippers)
        drift = _judging(city, store, Drifting(city.plant))
        jobs = [
            _every(ROLL_UP_S, _("rolling up"), lambda: store.roll_up(wiring.clock()), stop),
            _every(RETAIN_S, _("deleting what is past its time"), _retaining(city, store), stop),
            _every(interval_s, _("writing the outbox's state"), lambda: _note_outbox(city, store), stop),
            _every(interval_s, _("holding the plant against the switches"), drift, stop),
            _every(systemd.alive_every_s(), _("telling the service manager"), systemd.alive, stop),
            _every(BACKUP_AGE_S, _("writing the backup's age"), partial(_note_backup, city, store), stop),
            _every(provisioning.CHECK_S, _("bringing Grafana up to date"), provisioning.Keeper(city.folder), stop),
        ]
        if city.plant.hubs:
            redundancy = Redundancy(city.plant, partial(wiring.cut_index, city))
            jobs.append(_every(interval_s, _("judging redundancy"), _judging(city, store, redundancy), stop))
        jobs.append(wiring.energy_rounds(city, collector).run(stop))
        if watching is not None:
            watching.feed.after_round(partial(asyncio.get_running_loop().call_soon_threadsafe, over.set))
            jobs.append(_after_rounds(watching, over, stop))
            jobs.append(_every(DAILY_LOOK_S, _("looking for rising loss"), lambda: _look(watching), stop))
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            async with _hearing(city, collector):
                systemd.tell("READY=1")
                await collector.run(stop)
        finally:
            systemd.tell("STOPPING=1")
            stop.set()
            over.set()
            await asyncio.gather(*tasks, return_exceptions=True)
    log.info(_("stopped; everything read is in the store"))


def _say_what_starts(city: wiring.City, shippers: Sequence[Shipper]) -> None:
    log.info(
        _("collecting from %d devices every %g s into %s; deliveries: %s"),
        len(city.plant.devices),
        city.settings.collect.interval_s,
        city.database,
        ", ".join(shipper.name for shipper in shippers) or _("none"),
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
def _delivering(shippers: Sequence[Shipper]) -> Iterator[Sequence[Shipper]]:
    for shipper in shippers:
        shipper.start()
    try:
        yield shippers
    finally:
        for shipper in shippers:
            shipper.stop(timeout_s=STOP_S)


async def _every(seconds: float, what: str, job: Callable[[], object], stop: asyncio.Event) -> None:
    """Run a job again and again off the event loop."""
    while not stop.is_set():
        await _tried(what, job)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def _tried(what: str, job: Callable[[], object]) -> None:
    """Run a job off the event loop; its failure is logged, and whoever runs it again tries again."""
    try:
        await asyncio.to_thread(job)
    except RainbowError as error:
        log.error(_("%s failed: %s"), what, error)  # noqa: TRY400 - an expected answer: its words say all, a traceback nothing
    except Exception:  # a fault of ours must not end housekeeping unseen
        log.exception(_("%s met something unforeseen"), what)


def _watch(city: wiring.City, store: SqliteStore) -> Watch | None:
    """The incident engine, if the settings want it and the city has a hub to be cut off from."""
    if not city.settings.incidents.enabled:
        return None
    try:
        return wiring.watch(city, store)
    except TopologyError as error:
        log.warning(_("no incidents are looked for: %s"), error.message)
        return None


async def _after_rounds(watching: Watch, over: asyncio.Event, stop: asyncio.Event) -> None:
    """Judge each round once it is written."""
    while True:
        await over.wait()
        over.clear()
        await _tried(_("judging a round"), lambda: watching.step(wiring.clock()))
        if stop.is_set():
            return


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


def _note_outbox(city: wiring.City, store: SqliteStore) -> None:
    with wiring.store_reader(city) as reader:
        now_ns = wiring.clock()
        samples = outbox_samples(reader.outbox(now_ns), now_ns)
    if samples:
        store.write(samples)
