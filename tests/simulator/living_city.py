"""A simulated city that runs beside a test, in a thread of its own, on free ports."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

from conftest import free_port

from rainbow.kernel.secret import Secret
from simulator.city import generate
from simulator.control import SocketControl
from simulator.run import LivingCity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.entities import Device
    from inventory.plant import Plant

COMMUNITY = "a-secret"
SEED = 2021
"""The seed of the city that is shipped."""


class Living(NamedTuple):
    """A running city, how to command it, and where its socket is."""

    city: LivingCity
    control: SocketControl
    socket: Path


def some_plant(switches: int = 40, *, seed: int = SEED) -> Plant:
    """A generated city whose switches answer at a port that is free on the first one's address."""
    port = free_port(socket.SOCK_DGRAM, "127.21.0.2")
    return generate(seed, switches, port=port).plant


@contextlib.contextmanager
def living(plant: Plant, path: Path, *, in_band: bool = True) -> Iterator[Living]:
    """Run a city until the block ends; what it raises at its start is raised here."""
    ready = threading.Event()
    failed: list[BaseException] = []
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    cities: list[LivingCity] = []

    async def run() -> None:
        stop = asyncio.Event()
        ends.append((asyncio.get_running_loop(), stop))
        city = LivingCity(plant, {"default": Secret(COMMUNITY)}, seed=SEED, in_band=in_band)
        cities.append(city)
        async with city.running(path):
            ready.set()
            await stop.wait()

    def body() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:  # noqa: BLE001 - raised again where the test can see it
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=body)
    thread.start()
    try:
        assert ready.wait(30), "the city did not start"
        if failed:
            raise failed[0]
        yield Living(cities[0], SocketControl(path), path)
    finally:
        loop, stop = ends[0]
        if thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(stop.set)
        thread.join(10)
    assert not thread.is_alive(), "the city did not end"
    assert not failed, failed


def snmp(
    program: str, device: Device, *oids: str, community: str = COMMUNITY, options: tuple[str, ...] = ()
) -> list[str]:
    """What one of net-snmp's programs prints about a switch: numeric names, plain values, a line each."""
    done = subprocess.run(
        [program, "-v2c", "-c", community, "-Onq", "-t1", "-r1", *options, f"{device.address}:{device.port}", *oids],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.splitlines()
