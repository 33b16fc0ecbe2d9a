"""AT09: ten thousand traps in one go from one address: dropped before they are decoded, and another's trap is heard."""

from __future__ import annotations

import asyncio
import socket
import time

import fuzz_wire as wire
from conftest import free_port

from collectors.client import V2c
from collectors.traps.listener import TrapListener
from collectors.traps.settings import TrapSettings
from rainbow.kernel.secret import Secret

STORM = 10_000
MOST_CPU_S = 3.0


async def storm(listener: TrapListener, port: int) -> float:
    good = wire.traps()[0]
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as evil,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        evil.bind(("127.9.9.9", 0))
        other.bind(("127.9.9.8", 0))
        async with listener.hearing():
            began_s = time.process_time()
            for _number in range(STORM):
                evil.sendto(good, ("127.0.0.1", port))
                await asyncio.sleep(0)
            await asyncio.sleep(0.1)
            other.sendto(good, ("127.0.0.1", port))
            for _turn in range(50):
                await asyncio.sleep(0.01)
            return time.process_time() - began_s


def test_at09_a_storm_is_dropped_and_another_is_heard() -> None:
    heard: list[str] = []
    port = free_port(socket.SOCK_DGRAM)
    settings = TrapSettings(port=port, most_per_s=2.0, burst=50)
    listener = TrapListener(settings, {"all": V2c(community=Secret("public"))}, lambda said: heard.append(said.source))
    took_s = asyncio.run(storm(listener, port))
    assert heard.count("127.9.9.8") == 1
    assert heard.count("127.9.9.9") <= settings.burst + settings.most_per_s * (took_s + 5)
    assert listener.counts.damped > STORM / 4, "what the system did not drop already, the damper did"
    assert took_s < MOST_CPU_S
