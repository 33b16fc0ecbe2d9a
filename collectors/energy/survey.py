"""Asking all devices of a city for their energy, some at a time; one that fails is named and costs no other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.energy.balance import DeviceEnergy, balance
from collectors.probe.device import probe
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.metrics import ENERGY, PORT_POWER
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collectors.client import ClientFactory
    from inventory.entities import Device
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import UnixNs, Value

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
    return Surveyed(device=device, energy=balance(found))


def energy_samples(plant: Plant, surveyed: list[Surveyed], time_ns: UnixNs) -> list[Sample]:
    """ENERGY for each device that says anything, PORT_POWER for each port that gives power."""
    links = {port.code: str(link.code) for port in plant.interfaces if (link := plant.link_at.get(port.code))}
    samples = []
    for one in surveyed:
        if one.energy is None:
            continue
        place = {"site": str(one.device.node), "device": str(one.device.code)}
        if fields := _fields(one.energy):
            samples.append(Sample(ENERGY.series(**place), time_ns, fields))
        for if_name, watts in one.energy.ports_w.items():
            code = type(one.device.code)(f"{one.device.code}:{if_name}")
            series = PORT_POWER.series(**place, if_name=if_name, link=links.get(code, ""))
            samples.append(Sample(series, time_ns, {PORT_POWER.poe_w: watts}))
    return samples


def _fields(energy: DeviceEnergy) -> dict[Field, Value]:
    ups = energy.ups
    values: dict[Field, float | int | None] = {
        ENERGY.drawn_w: energy.drawn_w,
        ENERGY.poe_w: energy.poe_w,
        ENERGY.poe_budget_w: energy.poe_budget_w,
        ENERGY.ups_output_w: ups.output_w if ups else None,
        ENERGY.ups_load_percent: ups.load_percent if ups else None,
        ENERGY.ups_charge_percent: ups.charge_percent if ups else None,
        ENERGY.ups_runtime_min: ups.runtime_min if ups else None,
        ENERGY.on_battery: int(ups.on_battery) if ups and ups.on_battery is not None else None,
    }
    return {name: value for name, value in values.items() if value is not None}
