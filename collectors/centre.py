"""The centre's side of pollers: it asks no device, it judges what their facts say together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from collectors.clock import SystemClock
from collectors.collector import EARLY_S, FLAP_INTERVALS
from collectors.outlet import Outlet
from collectors.together import Together
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.clock import Clock
    from collectors.facts import Fact, FactReader
    from collectors.settings import CollectSettings
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import SampleWriter, Value

log = logging.getLogger("rainbow.collectors")

SILENT_INTERVALS = 3
"""A device nobody has told of for so many intervals is not known to answer: its pollers are gone."""


class Centre:
    """Takes facts, and once an interval writes links, totals, events and neighbours, as a collector does."""

    def __init__(
        self,
        plant: Plant,
        settings: CollectSettings,
        writer: SampleWriter,
        reader: FactReader,
        *,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._reader = reader
        self._outlet = Outlet(writer, batch_samples=settings.batch_samples)
        self._together = Together(plant, flap_window_s=FLAP_INTERVALS * settings.interval_s)
        self._told_s: dict[Code, float] = {}
        self._failed: set[Code] = set()
        self._early: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beat_s = self._clock.monotonic_s()
        self._series = COLLECTOR_ROUND.series(collector=settings.name)

    def beat_s(self) -> float:
        """When the last interval was summed up (monotonic)."""
        return self._beat_s

    def hear(self, facts: Sequence[Fact]) -> None:
        """Take facts that are stored already; called from any thread while :meth:`run` runs."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._take, facts)

    def put(self, samples: Sequence[Sample]) -> None:
        """Store what did not come from a poller, with the next batch."""
        self._outlet.put(samples)

    async def run(self, stop: asyncio.Event) -> None:
        """Sum up once an interval until ``stop`` is set.

        Raises:
            StoreError: the last samples could not be written at the end.
        """
        self._loop = asyncio.get_running_loop()
        began_s = self._loop.time()
        slot = 0
        while not stop.is_set():
            slot = max(slot + 1, int((self._loop.time() - began_s) / self._settings.interval_s))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    stop.wait(), max(0.0, began_s + slot * self._settings.interval_s - self._loop.time())
                )
            if not stop.is_set():
                self._sum_up()
                await self._outlet.flush_quietly()
        if self._early is not None:
            self._early.cancel()
        await self._outlet.flush()

    def _take(self, facts: Sequence[Fact]) -> None:
        now_s, is_news = self._clock.monotonic_s(), False
        for fact in facts:
            self._told_s[fact.device] = now_s
            (self._failed.add if fact.reading is None else self._failed.discard)(fact.device)
            is_news |= self._together.take(fact.device, fact.reading, self._reader.neighbour_series(fact))
        if is_news and self._early is None:
            self._early = asyncio.get_running_loop().call_later(EARLY_S, self._tell_early)

    def _tell_early(self) -> None:
        """Write what became of links now: a cut must not wait for the end of an interval."""
        self._early = None
        self._outlet.put(self._together.changed(time_ns=self._clock.time_ns()))
        self._outlet.start_flush()

    def _sum_up(self) -> None:
        self._beat_s = now_s = self._clock.monotonic_s()
        known_s = now_s - SILENT_INTERVALS * self._settings.interval_s
        for device in [code for code, told_s in self._told_s.items() if told_s < known_s]:
            del self._told_s[device]
            self._failed.discard(device)
            self._together.forget(device)
        self._outlet.put(self._together.all(time_ns=self._clock.time_ns()))
        values: dict[Field, Value] = {
            COLLECTOR_ROUND.devices: len(self._told_s),
            COLLECTOR_ROUND.failed: len(self._failed),
            COLLECTOR_ROUND.links_held: self._together.links_held,
        }
        self._outlet.put([Sample(self._series, self._clock.time_ns(), values)])
        log.info(_("pollers told of %d devices, %d failed"), len(self._told_s), len(self._failed))
