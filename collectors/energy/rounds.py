"""The slow lane: every few minutes all devices' meters, apart from the rounds of links and light."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from collectors.energy.metering import Metering
from collectors.energy.samples import Measured, energy_samples
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.client import ClientFactory
    from collectors.clock import Clock
    from collectors.energy.settings import EnergySettings
    from inventory.entities import Device
    from inventory.plant import Plant
    from rainbow.kernel.samples import Sample

log = logging.getLogger("rainbow.collectors.energy")

AT_ONCE = 20
"""Devices asked at the same time: nothing waits for power."""


class _Turn:
    """A device from round to round."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.metering = Metering()
        self.fed_ports: set[str] = set()


class EnergyRounds:
    """Reads the meters of a plant's devices again and again. Who does not answer is told of by the rounds of links."""

    def __init__(
        self,
        plant: Plant,
        settings: EnergySettings,
        clients: ClientFactory,
        put: Callable[[Sequence[Sample]], None],
        *,
        clock: Clock,
        deadline_s: float,
    ) -> None:
        self._plant = plant
        self._settings = settings
        self._clients = clients
        self._put = put
        self._clock = clock
        self._deadline_s = deadline_s
        self._turns = [_Turn(device) for device in plant.devices if device.address]
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Rounds until ``stop`` is set, the first after half an interval: links and light come first."""
        interval_s = self._settings.interval_s
        if interval_s <= 0:
            return
        wait_s = interval_s / 2
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait_s)
            if stop.is_set():
                return
            began_s = self._clock.monotonic_s()
            await self.once()
            wait_s = max(1.0, interval_s - (self._clock.monotonic_s() - began_s))

    async def once(self) -> None:
        """One round: ask all, hand on what they and their sites draw."""
        measured = [one for one in await asyncio.gather(*map(self._measure, self._turns)) if one is not None]
        samples = energy_samples(
            self._plant, measured, self._clock.time_ns(), co2_g_per_kwh=self._settings.co2_g_per_kwh
        )
        self._put(samples)

    async def _measure(self, turn: _Turn) -> Measured | None:
        async with self._room:
            try:
                client = self._clients(turn.device)
                try:
                    async with asyncio.timeout(self._deadline_s):
                        energy = await turn.metering.read(client, self._clock.monotonic_s())
                finally:
                    client.close()
            except (RainbowError, TimeoutError):
                return None
            except Exception:  # one device must never stop the others
                log.exception(_("reading the meters of %s met something unforeseen"), turn.device.code)
                return None
        silent = tuple(sorted(turn.fed_ports - set(energy.ports_w)))
        turn.fed_ports |= set(energy.ports_w)
        return Measured(turn.device, energy, silent)
