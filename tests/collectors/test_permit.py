"""Without a permit nothing is asked; with one, everything as before."""

from __future__ import annotations

import asyncio

import pytest
from fake_client import FakeClients, FakeDevice
from polled_city import Polled, polled_plant

from collectors.client import Question
from collectors.permit import PermittedClients

OID = "1.3.6.1.2.1.1.5.0"


async def ask(permits: list[bool]) -> tuple[FakeDevice, list[object]]:
    """``permits`` has one answer for each time it is looked at; the last one holds."""
    device = FakeDevice()
    device.objects[OID] = b"SW-1"
    plant = polled_plant([Polled(code="SW-1", port=161, community="x")])
    clients = PermittedClients(
        FakeClients({"SW-1": device}), lambda: permits.pop(0) if len(permits) > 1 else permits[0]
    )
    client = clients(plant.devices[0])
    said = [
        (await client.get_many([OID])).values[OID],
        (await client.get_each([Question([OID])]))[0].values[0],
        await client.walk("1.3.6.1.2.1.1"),
    ]
    client.close()
    assert client.traffic.requests == 3
    return device, said


def test_with_a_permit_all_is_as_without() -> None:
    _device, said = asyncio.run(ask([True]))
    assert said == [b"SW-1", b"SW-1", {"5.0": b"SW-1"}]


def test_who_gets_the_permit_back_goes_on() -> None:
    device, said = asyncio.run(ask([False, False, True]))
    assert (len(said), len(device.asked)) == (3, 2)


def test_without_a_permit_nothing_is_asked() -> None:
    device = FakeDevice()
    plant = polled_plant([Polled(code="SW-1", port=161, community="x")])
    client = PermittedClients(FakeClients({"SW-1": device}), lambda: False)(plant.devices[0])

    async def patient() -> None:
        async with asyncio.timeout(0.25):
            await client.walk("1")

    with pytest.raises(TimeoutError):
        asyncio.run(patient())
    assert (device.asked, device.walked) == ([], [])
