"""A collector runs for years: what a request leaves behind must be nothing. ``RAINBOW_SLOW=1`` makes it a million."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from hostile_agent import HostileAgent
from polled_city import Polled, polled_plant
from test_hostile_volume import answer

from collectors.client import Question, V2c
from collectors.clock import SystemClock
from collectors.device_turn import DeviceTurn
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME, GufoClients
from collectors.tables import COUNTERS, IF_NAME, SYS_NAME
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOW = os.environ.get("RAINBOW_SLOW") == "1"
REQUESTS = 1_000_000 if SLOW else 20_000
WARM = 5_000
MOST_MB = 5.0
NUMBERS = [Question([f"{COUNTERS[0].oid}.{index}", SYS_UP_TIME]) for index in range(1, 9)]
POLLS = 50
A_POLL = [Question([SYS_NAME, f"{IF_NAME}.{index}"]) for index in range(1, 9)] * 5


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def polls(clients: GufoClients, port: int, requests: int, asked: Sequence[Question] = A_POLL) -> None:
    done = 0
    while done < requests:
        client = clients.at("127.0.0.1", port, "x")
        replies = await client.get_each(asked)
        assert len(replies) == len(asked)
        client.close()
        done += client.traffic.requests


@pytest.mark.timeout(3000 if SLOW else 120)
def test_a_million_requests_leave_nothing_behind() -> None:
    async def grown_mb() -> float:
        clients = GufoClients(credentials={"x": V2c(community=Secret("public"))}, settings=CollectSettings())
        with HostileAgent(lambda request: [answer(request)], remembers=False) as agent:
            await polls(clients, agent.port, WARM)
            gc.collect()
            before_mb = resident_mb()
            await polls(clients, agent.port, REQUESTS)
            gc.collect()
            return resident_mb() - before_mb

    grown = asyncio.run(grown_mb())
    print(f"{REQUESTS} requests: {grown:.2f} MB")  # noqa: T201 - shown with -s
    assert grown < MOST_MB


def test_a_poll_leaves_no_cycle() -> None:
    """Python looks for cycles so rarely here that each poll's would pile up for hours."""

    async def cycles() -> int:
        clients = GufoClients(credentials={"x": V2c(community=Secret("public"))}, settings=CollectSettings())
        with HostileAgent(lambda request: [answer(request)], remembers=False) as agent:
            await polls(clients, agent.port, len(NUMBERS), NUMBERS)
            gc.collect()
            gc.disable()
            try:
                await polls(clients, agent.port, POLLS * len(NUMBERS), NUMBERS)
                return gc.collect()
            finally:
                gc.enable()

    assert asyncio.run(cycles()) < POLLS


def test_a_silent_device_leaves_no_cycle() -> None:
    async def cycles() -> int:
        settings = CollectSettings(timeout_s=0.01, retries=0, device_deadline_s=0.5)
        clients = GufoClients(credentials={"p-SW": V2c(community=Secret("public"))}, settings=settings)
        plant = polled_plant([Polled(code="SW", port=free_port(socket.SOCK_DGRAM), community="x")])
        turn = DeviceTurn(plant, plant.devices[0], settings, clients, SystemClock())
        gate = asyncio.Semaphore(1)
        await turn.take(gate, 0.0)
        gc.collect()
        gc.disable()
        try:
            for _poll in range(POLLS):
                turn.breaker.succeeded()  # or it would not be asked
                await turn.take(gate, 0.0)
            return gc.collect()
        finally:
            gc.enable()

    assert asyncio.run(cycles()) < POLLS


THREADS_MB = """
import resource, sys, threading
from pathlib import Path
from collectors.memory import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
kept, turn = [], threading.Barrier(9)
def work(number):
    for place in range(8):
        if place == number:
            kept.append([bytes(1500) for _ in range(20_000)][-1])  # what stays keeps the heap from shrinking
        turn.wait()
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for _place in range(8): turn.wait()
print(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6)
"""


def test_a_thread_after_the_other_does_not_keep_a_heap_each() -> None:
    alone, shared = (
        float(
            subprocess.run([sys.executable, "-c", THREADS_MB, how], check=True, capture_output=True, text=True).stdout
        )
        for how in ("alone", "shared")
    )
    assert alone > 200
    assert shared < 120
