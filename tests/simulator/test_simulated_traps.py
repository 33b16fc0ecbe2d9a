"""A simulated city tells of what happens to it: heard by the collector's own listener, which is pysnmp's."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from living_city import COMMUNITY, some_plant

from collectors.client import V2c
from collectors.traps.listener import TrapListener
from collectors.traps.notification import Kind, Notification
from collectors.traps.settings import TrapSettings
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.secret import Secret
from simulator.control import Command, Verb
from simulator.network import HAPPENINGS_MAX, Network
from simulator.run import LivingCity
from simulator.traps import TrapTarget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inventory.plant import Plant


async def heard(
    plant: Plant, folder: Path, commands: list[Command], *, inform: bool, enough: Callable[[list[Notification]], bool]
) -> tuple[list[Notification], int]:
    """What comes of some commands to a city that lives, and how many informs were confirmed."""
    port = free_port(socket.SOCK_DGRAM)
    told: list[Notification] = []
    is_enough = asyncio.Event()

    def hear(notification: Notification) -> None:
        told.append(notification)
        if enough(told):
            is_enough.set()

    listener = TrapListener(TrapSettings(port=port), {"default": V2c(community=Secret(COMMUNITY))}, hear)
    target = TrapTarget(address="127.0.0.1", port=port, inform=inform)
    city = LivingCity(plant, {"default": Secret(COMMUNITY)}, seed=1, in_band=True, traps_to=target)
    async with listener.hearing(), city.running(folder / "simulator.sock"), asyncio.timeout(10):
        for command in commands:
            city.obey(command)
        await is_enough.wait()
        await asyncio.sleep(0.2 if inform else 0)
        confirmed = city.traps.confirmed if city.traps is not None else 0
    return told, confirmed


@pytest.mark.parametrize("inform", [False, True])
def test_a_cut_is_told_by_whoever_can_still_be_heard(tmp_path: Path, *, inform: bool) -> None:
    plant = some_plant(4)
    link = plant.links[0]
    section = next(iter(Network(plant)._line[link.code].sections))
    told, confirmed = asyncio.run(
        heard(plant, tmp_path, [Command(verb=Verb.CUT, names=(section,))], inform=inform, enough=bool)
    )
    assert {one.kind for one in told} == {Kind.LINK_DOWN}
    ends = {plant.interface[end].device: plant.interface[end].if_name for end in (link.a, link.b)}
    addresses = {plant.device[code].address for code in ends}
    assert {one.source for one in told} <= addresses
    assert all(one.if_index for one in told)
    assert confirmed == (len(told) if inform else 0)


def test_a_restart_and_the_repair_are_told(tmp_path: Path) -> None:
    plant = some_plant(4)
    away = next(device.code for device in plant.devices if device.code != plant.devices[0].code)
    told, _confirmed = asyncio.run(
        heard(
            plant,
            tmp_path,
            [Command(verb=Verb.REBOOT, names=(away,), seconds=0.3)],
            inform=False,
            enough=lambda said: (
                any(one.kind is Kind.RESTART for one in said) and any(one.kind is Kind.LINK_UP for one in said)
            ),
        )
    )
    (restart,) = [one for one in told if one.kind is Kind.RESTART]
    assert restart.source == plant.device[away].address
    assert Kind.LINK_UP in {one.kind for one in told}


def test_traps_stay_on_this_machine() -> None:
    with pytest.raises(SimulatorError, match="this machine"):
        TrapTarget(address="192.0.2.1", port=162)


def test_a_city_without_a_listener_forgets_what_happened() -> None:
    plant = some_plant(4)
    network = Network(plant)
    assert network.happened() == []  # what a city begins with is no event
    link = plant.links[0].code
    for second in range(1, HAPPENINGS_MAX):
        network.flap([link], float(second), seconds=1.0)
    assert len(network.happened()) == HAPPENINGS_MAX
    assert network.happened() == []
