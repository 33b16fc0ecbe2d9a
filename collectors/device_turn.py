"""One device's turn: its poll within its deadline, its breaker, and what became of it."""

from __future__ import annotations

import asyncio
import logging
import zlib
from typing import TYPE_CHECKING

from collectors.breaker import Breaker
from collectors.client import Traffic
from collectors.poll import DevicePoll
from collectors.report import Outcome
from collectors.tables import UP
from rainbow.kernel.errors import BadReply, DeviceError, DeviceSilent, RainbowError
from rainbow.kernel.metrics import DEVICE
from rainbow.kernel.samples import Sample, count_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from collectors.client import ClientFactory, SnmpClient
    from collectors.clock import Clock
    from collectors.reading import DeviceReading
    from collectors.settings import CollectSettings
    from inventory.entities import Device
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Record, Value

log = logging.getLogger("rainbow.collectors")

PHASES = 1 << 16


class DeviceTurn:
    """A device from round to round. ``reading`` is its newest one, None once it failed to answer.

    ``ended_s`` is when its last poll ended (monotonic); ``is_woken``: a poll out of turn is due.
    """

    def __init__(
        self, plant: Plant, device: Device, settings: CollectSettings, clients: ClientFactory, clock: Clock
    ) -> None:
        self.device = device
        self.poll = DevicePoll(plant, device, settings)
        self.phase = zlib.crc32(device.code.encode()) % PHASES / PHASES
        self.reading: DeviceReading | None = None
        self.asked = False
        self.task: asyncio.Task[Outcome] | None = None
        self.glancing: asyncio.Task[None] | None = None
        self.ended_s = 0.0
        self.is_woken = False
        self.breaker = Breaker(
            failures=settings.breaker_failures,
            pause_s=settings.breaker_pause_s,
            max_pause_s=settings.breaker_max_pause_s,
        )
        self._deadline_s = settings.device_deadline_s
        self._clients = clients
        self._clock = clock
        self._series = DEVICE.series(site=device.node, device=device.code)
        self._last_error: RainbowError | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def may_glance(self) -> bool:
        """Whether there is something to look at between rounds, and nobody asks the device right now."""
        is_idle = all(task is None or task.done() for task in (self.task, self.glancing))
        return self.poll.has_links and self.reading is not None and is_idle

    @property
    def fell_silent(self) -> bool:
        """Whether the last poll is the first one that failed."""
        return self.breaker.in_a_row == 1

    async def take(self, gate: asyncio.Semaphore, delay_s: float) -> tuple[Outcome, tuple[Record, ...]]:
        """Wait for the turn, ask the device; the outcome and its samples, DEVICE's among them."""
        if delay_s > 0:
            await asyncio.sleep(delay_s)
        async with self._one_at_a_time, gate:
            began_s = self._clock.monotonic_s()
            if not self.breaker.allows(began_s):
                return self._finish(Traffic(), 0.0, skipped=True)
            traffic = await self._read(self.poll.poll)
            self.asked = True
            return self._finish(traffic, self._clock.monotonic_s() - began_s, skipped=False)

    async def glance(self, gate: asyncio.Semaphore, delay_s: float) -> tuple[Traffic, tuple[Record, ...]]:
        """Between rounds: look at links and light of a device that answered its last poll."""
        await asyncio.sleep(delay_s)
        async with self._one_at_a_time, gate:
            if self.reading is None:
                return Traffic(), ()
            began_s = self._clock.monotonic_s()
            traffic = await self._read(self.poll.glance)
            if self._last_error is None:
                return traffic, self.reading.samples
            return traffic, self._finish(traffic, self._clock.monotonic_s() - began_s, skipped=False)[1]

    async def _read(self, how: Callable[[SnmpClient, Clock], Awaitable[DeviceReading]]) -> Traffic:
        """Ask the device; what became of it is in ``reading`` and the breaker."""
        traffic = Traffic()
        try:
            client = self._clients(self.device)
            traffic = client.traffic
            self.reading = await self._ask(client, how)
        except RainbowError as error:
            error.__traceback__ = error.__context__ = error.__cause__ = None  # they keep all frames of the poll
            self.reading, self._last_error = None, error
            self.breaker.failed(self._clock.monotonic_s())
        else:
            self._last_error = None
            self.breaker.succeeded()
        self.ended_s = self._clock.monotonic_s()
        return traffic

    async def _ask(
        self, client: SnmpClient, how: Callable[[SnmpClient, Clock], Awaitable[DeviceReading]]
    ) -> DeviceReading:
        """Poll within the deadline.

        Raises:
            DeviceError: whatever went wrong, an oversight of ours included: one device must never stop the others.
        """
        try:
            async with asyncio.timeout(self._deadline_s):
                return await how(client, self._clock)
        except TimeoutError:
            raise DeviceSilent(
                _(
                    "{device} gave no complete answer within {seconds:g} s: {requests} requests, {timeouts} unanswered"
                ).format(
                    device=self.device.code,
                    seconds=self._deadline_s,
                    requests=client.traffic.requests,
                    timeouts=client.traffic.timeouts,
                ),
                cure=_("the device is overloaded or answers without end; raise device_deadline_s if it is just slow"),
            ) from None
        except DeviceError:
            raise
        except Exception as error:
            log.exception(_("poll of %s met something unforeseen"), self.device.code)
            raise BadReply(
                _("{device}: its answer met a fault in RAINBOW: {error}").format(
                    device=self.device.code, error=type(error).__name__
                ),
                cure=_("please report it with the log"),
            ) from error
        finally:
            client.close()

    def _finish(self, traffic: Traffic, poll_s: float, *, skipped: bool) -> tuple[Outcome, tuple[Record, ...]]:
        reading = self.reading
        values: dict[Field, Value] = {
            DEVICE.up: int(reading is not None),
            DEVICE.poll_s: poll_s,
            DEVICE.requests: traffic.requests,
            DEVICE.retries: traffic.retries,
            DEVICE.errors: self.breaker.errors,
            DEVICE.breaker_open: int(self.breaker.is_open),
        }
        if reading is not None and reading.uptime_s is not None:
            values[DEVICE.uptime_s] = reading.uptime_s
        time_ns = reading.time_ns if reading is not None else self._clock.time_ns()
        own = Sample(self._series, time_ns, values)
        samples: tuple[Record, ...] = (own, *reading.samples) if reading is not None else (own,)
        return self._outcome(traffic, poll_s, count_of(samples), skipped=skipped), samples

    def _outcome(self, traffic: Traffic, poll_s: float, samples: int, *, skipped: bool) -> Outcome:
        reading, error = self.reading, self._last_error
        return Outcome(
            device=self.device.code,
            error=error.message if error is not None else "",
            cure=error.cure if error is not None else "",
            ports=len(reading.ports) if reading is not None else 0,
            ports_up=sum(port.oper == UP for port in reading.ports.values()) if reading is not None else 0,
            light=len(reading.light) if reading is not None else 0,
            neighbours=len(reading.heard) if reading is not None and reading.heard is not None else None,
            samples=samples,
            poll_s=poll_s,
            traffic=traffic,
            notes=reading.notes if reading is not None else (),
            skipped=skipped,
        )
