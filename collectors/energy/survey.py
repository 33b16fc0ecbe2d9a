"""Asking all devices of a city for their energy, some at a time; one that fails is named and costs no other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.energy.balance import DeviceEnergy, balance
from collectors.probe.device import probe
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collectors.client import ClientFactory
    from inventory.entities import Device
    from inventory.plant import Plant

AT_ONCE = 20
"""Devices asked at the same time: this is no poll, it may take its time."""
DEVICE_DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """One device of the plant: its energy, or why there is none."""

    device: Device
    energy: DeviceEnergy | None
    error: str = ""


async def survey(plant: Plant, clients: ClientFactory, *, site: str = "") -> list[Surveyed]:
    """All devices of the plant, or of one site, in the plant's order."""
    room = asyncio.Semaphore(AT_ONCE)
    chosen = [device for device in plant.devices if device.address and site in {"", device.node}]
    return list(await asyncio.gather(*(_one(device, clients, room) for device in chosen)))


async def _one(device: Device, clients: ClientFactory, room: asyncio.Semaphore) -> Surveyed:
    async with room:
        try:
            client = clients(device)
            try:
                found = await probe(client, address=device.address, deadline_s=DEVICE_DEADLINE_S)
            finally:
                client.close()
        except TimeoutError:
            error = _("nothing was read in {seconds:g} s").format(seconds=DEVICE_DEADLINE_S)
            return Surveyed(device=device, energy=None, error=error)
        except RainbowError as problem:
            return Surveyed(device=device, energy=None, error=problem.message)
    return Surveyed(device=device, energy=balance(found.interfaces, found.sensors))
