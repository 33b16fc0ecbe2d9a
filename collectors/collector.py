"""Rounds: every device on its turn, and after them what only all of them together tell."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, NamedTuple

from collectors.client import Traffic
from collectors.clock import SystemClock
from collectors.device_turn import DeviceTurn
from collectors.outlet import Outlet
from collectors.report import Outcome, RoundReport
from collectors.together import Together
from collectors.traps.damper import Damper
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.client import ClientFactory
    from collectors.clock import Clock
    from collectors.settings import CollectSettings
    from collectors.share import Hearing, Share
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import SampleWriter, Value

log = logging.getLogger("rainbow.collectors")

EARLY_S = 0.1
"""After a device shows a link otherwise than it was known, so long is waited for what others say of the same cut."""

LONGEST_SHARE = 0.9
"""Of the interval a round may take; then its summary is written, and whoever still is asked counts in the next."""

FLAP_INTERVALS = 12
"""A link that changes again and again within so many intervals flaps."""
SHARE_S = 1.0
"""How often it is asked which devices of a share are due, and what they said is written: many at once cost less."""
WAKE_S = 0.05
"""A woken poll waits so long for what else happens at the device at the same moment."""
WAKE_GAP_S = 1.0
"""And so long after the last one: agents count into a cache, and rates over less time are noise."""
WAKES_IN_A_ROW, WAKE_EVERY_S = 6, 15.0
"""Woken polls of one device in a row, and how often in the long run; the rounds go on meanwhile."""


class _Began(NamedTuple):
    """Where a round began: clocks, and the samples taken by then."""

    at_s: float
    cpu_s: float
    taken: int
    late_s: float


class Collector:
    """Polls a plant's devices and writes what they say. Nothing is opened before the first round."""

    def __init__(
        self,
        plant: Plant,
        settings: CollectSettings,
        clients: ClientFactory,
        writer: SampleWriter,
        *,
        clock: Clock | None = None,
        share: Share | None = None,
        hearing: Hearing | None = None,
    ) -> None:
        self._plant = plant
        self._share = share
        self._settings = settings
        self._clock = clock or SystemClock()
        self._outlet = Outlet(writer, batch_samples=settings.batch_samples)
        self._turns = {
            device.code: DeviceTurn(plant, device, settings, clients, self._clock) for device in plant.devices
        }
        self._late: dict[Code, Outcome] = {}
        self._failing: set[Code] = set()
        self._together = hearing or Together(plant, flap_window_s=FLAP_INTERVALS * settings.interval_s)
        self._gate = asyncio.Semaphore(settings.max_in_flight)
        self._wakes = Damper(most_per_s=1 / WAKE_EVERY_S, burst=WAKES_IN_A_ROW)
        self._early: asyncio.TimerHandle | None = None
        self._is_ending = False
        self._beat_s = self._clock.monotonic_s()
        self._traffic = Traffic()
        self._round_series = COLLECTOR_ROUND.series(collector=settings.name)

    def beat_s(self) -> float:
        """When a round last began or ended (monotonic)."""
        return self._beat_s

    async def once(self) -> RoundReport:
        """One round that waits for every device; each ends by its deadline.

        Raises:
            StoreError: the samples could not be written.
        """
        began = self._began(late_s=0.0)
        self._ask(spread_s=0.0)
        await self._wait(None, asyncio.Event())
        report = self._report(began)
        await self._outlet.flush()
        return report

    async def run(self, stop: asyncio.Event) -> None:
        """Rounds until ``stop`` is set, on a fixed grid of the interval. While the store fails, samples wait.

        A round that ``stop`` breaks off leaves its devices' samples, no summary.

        Raises:
            StoreError: the last samples could not be written at the end.
        """
        loop = asyncio.get_running_loop()
        self._is_ending = False
        interval_s = self._settings.interval_s
        spread_s = min(interval_s / 2, len(self._turns) / self._settings.starts_per_s)
        began_s, slot = loop.time(), 0
        beside = [asyncio.create_task(self._between_rounds(began_s, spread_s))]
        if self._share is not None:
            beside.append(asyncio.create_task(self._by_share(self._share)))
        began = self._began(late_s=0.0)
        try:
            while not stop.is_set():
                self._beat_s = self._clock.monotonic_s()
                before, began = began, self._began(late_s=max(0.0, loop.time() - began_s - slot * interval_s))
                if self._share is None:
                    self._ask(spread_s=spread_s)
                if await self._wait(self._patience_s(spread_s), stop):
                    break
                self._say(self._report(began if self._share is None else before))
                await self._outlet.flush_quietly()
                slot = max(slot + 1, int((loop.time() - began_s) / interval_s))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), max(0.0, began_s + slot * interval_s - loop.time()))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await self._end()

    async def _by_share(self, share: Share) -> None:
        """Ask each device of the share when it is due. What they say is written soon: a poller may be killed."""
        while True:
            for code in share.due():
                turn = self._turns[code]
                if turn.task is None or turn.task.done():
                    self._start(turn, delay_s=0.0)
            self._outlet.start_flush()
            await asyncio.sleep(SHARE_S)

    def _is_mine(self, turn: DeviceTurn) -> bool:
        return self._share is None or self._share.has(turn.device.code)

    async def _between_rounds(self, began_s: float, spread_s: float) -> None:
        """Look at links and light of all devices that have links, on a grid of its own, where no round begins."""
        settings, loop = self._settings, asyncio.get_running_loop()
        interval_s, every_s, slot = settings.interval_s, settings.links_interval_s, 0
        while every_s < interval_s:
            slot = max(slot + 1, int((loop.time() - began_s) / every_s))
            await asyncio.sleep(began_s + slot * every_s - loop.time())
            since_round_s = slot * every_s % interval_s
            if min(since_round_s, interval_s - since_round_s) < every_s / 2:
                continue
            try:
                await self._look_at_links(min(spread_s, every_s / 2), every_s / 2)
            except Exception:  # the next look is another one
                log.exception(_("looking at links between rounds met something unforeseen"))

    async def _look_at_links(self, spread_s: float, most_s: float) -> None:
        looking = [
            self._look(turn, spread_s) for turn in self._turns.values() if turn.may_glance and self._is_mine(turn)
        ]
        if looking:
            await asyncio.wait(looking, timeout=most_s)
            await self._outlet.flush_quietly()

    def _look(self, turn: DeviceTurn, spread_s: float) -> asyncio.Task[None]:
        turn.glancing = asyncio.create_task(self._glance(turn, turn.phase * spread_s))
        return turn.glancing

    async def _glance(self, turn: DeviceTurn, delay_s: float) -> None:
        traffic, samples = await turn.glance(self._gate, delay_s)
        self._traffic.requests += traffic.requests
        self._traffic.timeouts += traffic.timeouts
        self._outlet.put(samples)
        if traffic.requests:
            self._hear(turn)

    def _patience_s(self, spread_s: float) -> float:
        """How long a round waits for its devices: silent ones have been given up by then, endless ones go on alone.

        Never into the next round, or whoever is slow would halve the rounds of all.
        """
        settings = self._settings
        patience_s = spread_s + min(settings.device_deadline_s, 2 * settings.retry_budget_s)
        return min(patience_s, LONGEST_SHARE * settings.interval_s)

    async def _end(self) -> None:
        """Stop what is still being asked, and write what is there."""
        self._is_ending = True
        self._call_off_early()
        tasks = [task for turn in self._turns.values() for task in (turn.task, turn.glancing)]
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for turn in self._turns.values():
            turn.task = turn.glancing = None
        await self._outlet.flush()

    def _began(self, *, late_s: float) -> _Began:
        return _Began(self._clock.monotonic_s(), self._clock.cpu_s(), self._outlet.taken, late_s)

    def put(self, samples: Sequence[Sample]) -> None:
        """Store what did not come from a poll, with the next batch."""
        self._outlet.put(samples)

    def wake(self, device: Code, if_index: int | None = None) -> None:
        """Ask a device soon, and who is at the other end of the link at this port: something happened there.

        Call it in the event loop while :meth:`run` runs. A device that wakes us again and again is asked seldom.
        """
        if (turn := self._turns.get(device)) is None:
            return
        turn.breaker.hinted()
        if_name = turn.poll.if_name(if_index) if if_index is not None else None
        for code in {device} | self._together.far_devices(device, if_name):
            self._wake_turn(self._turns[code])

    def _wake_turn(self, turn: DeviceTurn) -> None:
        now_s = self._clock.monotonic_s()
        if turn.is_woken or not self._wakes.allows(turn.device.code, now_s):
            return
        turn.is_woken = True
        wait_s = max(WAKE_S, turn.ended_s + WAKE_GAP_S - now_s)
        asyncio.get_running_loop().call_later(wait_s, self._poll_out_of_turn, turn)

    def _poll_out_of_turn(self, turn: DeviceTurn) -> None:
        if turn.task is not None and not turn.task.done():  # it may have read the port before it changed
            asyncio.get_running_loop().call_later(WAKE_S, self._poll_out_of_turn, turn)
            return
        turn.is_woken = False
        if not self._is_ending:
            self._start(turn, delay_s=0.0)

    def _ask(self, *, spread_s: float) -> None:
        """Start a poll of every device that is not still being asked."""
        for turn in self._turns.values():
            if turn.task is None or turn.task.done():
                self._start(turn, delay_s=turn.phase * spread_s)

    def _start(self, turn: DeviceTurn, *, delay_s: float) -> None:
        """Start a poll; what an earlier one gave and no round has counted yet is kept."""
        if turn.task is not None:
            self._late[turn.device.code] = turn.task.result()
        turn.task = asyncio.create_task(self._take(turn, delay_s))

    def _report(self, began: _Began) -> RoundReport:
        """What the round gave, and what all devices say together."""
        outcomes, unfinished = self._outcomes()
        between, self._traffic = self._traffic, Traffic()
        given_up = len(unfinished) if self._share is None else 0  # of a share some are being asked at any moment
        duration_s = self._clock.monotonic_s() - began.at_s
        self._call_off_early()
        self._outlet.put(self._together.all(time_ns=self._clock.time_ns()))
        values: dict[Field, Value] = {
            COLLECTOR_ROUND.duration_s: duration_s,
            COLLECTOR_ROUND.devices: len(outcomes) + len(unfinished),
            COLLECTOR_ROUND.failed: sum(bool(outcome.error) for outcome in outcomes) + given_up,
            COLLECTOR_ROUND.requests: sum((outcome.traffic.requests for outcome in outcomes), between.requests),
            COLLECTOR_ROUND.timeouts: sum((outcome.traffic.timeouts for outcome in outcomes), between.timeouts),
            COLLECTOR_ROUND.samples: self._outlet.taken - began.taken + 1,
            COLLECTOR_ROUND.late_s: began.late_s,
            COLLECTOR_ROUND.cpu_s: self._clock.cpu_s() - began.cpu_s,
            COLLECTOR_ROUND.links_held: self._together.links_held,
        }
        self._outlet.put([Sample(self._round_series, self._clock.time_ns(), values)])
        samples = self._outlet.taken - began.taken
        return RoundReport(outcomes=outcomes, unfinished=unfinished, duration_s=duration_s, samples=samples)

    async def _take(self, turn: DeviceTurn, delay_s: float) -> Outcome:
        try:
            outcome, samples = await turn.take(self._gate, delay_s)
            self._outlet.put(samples)
            if turn.asked:
                self._hear(turn)
        except Exception as error:  # one device must never stop the round of all
            log.exception(_("%s met something unforeseen"), turn.device.code)
            return Outcome(device=turn.device.code, error=f"{type(error).__name__}: {error}", traffic=Traffic())
        return outcome

    def _hear(self, turn: DeviceTurn) -> None:
        """Take note of a device's newest reading; what it says of links is told soon where it is news."""
        heard = turn.reading is not None and turn.reading.heard is not None
        series = turn.poll.neighbour_series() if heard else {}
        is_news = self._together.take(turn.device.code, turn.reading, series)
        if (is_news or turn.fell_silent) and self._early is None:
            self._early = asyncio.get_running_loop().call_later(EARLY_S, self._tell_early)

    def _tell_early(self) -> None:
        """Write what became of links now: a cut must not wait for devices that no longer answer because of it."""
        self._early = None
        self._outlet.put(self._together.changed(time_ns=self._clock.time_ns()))
        self._outlet.start_flush()

    def _call_off_early(self) -> None:
        if self._early is not None:
            self._early.cancel()
            self._early = None

    async def _wait(self, wait_s: float | None, stop: asyncio.Event) -> bool:
        """Until all devices are through, the patience is over, or ``stop`` is set: then True."""
        tasks = [turn.task for turn in self._turns.values() if turn.task is not None]
        if not tasks:
            return stop.is_set()
        all_through = asyncio.ensure_future(asyncio.wait(tasks))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({all_through, stopped}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        for watcher in (all_through, stopped):
            watcher.cancel()
        await asyncio.gather(all_through, stopped, return_exceptions=True)
        return stop.is_set()

    def _outcomes(self) -> tuple[tuple[Outcome, ...], tuple[Code, ...]]:
        """What ended since the last round, and who is still being asked.

        A device slower than a round's patience counts with the poll it ended in between.
        """
        outcomes: list[Outcome] = []
        unfinished: list[Code] = []
        for code, turn in self._turns.items():
            late = self._late.pop(code, None)
            if turn.task is not None and turn.task.done():
                outcomes.append(turn.task.result())
                turn.task = None
            elif late is not None:
                outcomes.append(late)
            elif turn.task is not None:  # a device of another's share has none
                unfinished.append(code)
        return tuple(outcomes), tuple(unfinished)

    def _say(self, report: RoundReport) -> None:
        """One line a round, and one more where a device falls silent or comes back."""
        for outcome in report.outcomes:
            if outcome.error and outcome.device not in self._failing:
                log.warning(_("%s gives no reading: %s"), outcome.device, outcome.error)
            elif not outcome.error and outcome.device in self._failing:
                log.info(_("%s answers again"), outcome.device)
        self._failing = {outcome.device for outcome in report.failed} | (self._failing & set(report.unfinished))
        log.info(
            _("round in %.1f s: %d devices, %d failed, %d still being asked, %d samples"),
            report.duration_s,
            len(report.outcomes) + len(report.unfinished),
            len(report.failed),
            len(report.unfinished),
            report.samples,
        )
