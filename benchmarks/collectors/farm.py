"""A farm of simulated switches in a process of its own: so many devices of 48 ports on loopback addresses.

``python -m benchmarks.collectors.farm --devices 200 --port 16190`` prints ``ready`` and serves until its input ends.
Some of them may be dead (they never answer), and all may take their time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.collectors.bad_agents import Dead, Endless, Lying
from benchmarks.collectors.quick_agents import Frozen
from inventory.entities import Code, Device, Interface, Site, SiteKind
from inventory.plant import Plant
from rainbow.kernel.secret import Secret
from simulator.run import LivingCity
from simulator.udp import serving
from simulator.usm import ROOM, SecureAgent, User

if TYPE_CHECKING:
    from simulator.agent import Agent
    from simulator.udp import Answers

PORTS = 48
COMMUNITY = "bench"  # of agents on loopback that hold invented values
USER, AUTH, PRIV = "bench", "SHA-256", "AES"
AUTH_PHRASE, PRIV_PHRASE = "bench authenticates", "bench keeps private"  # of the same agents, by version 3
AGE_S = 30 * 86_400.0
"""Switches that have run for a month: their counters have the length that counters have, and keep it."""
SLOW_S = 0.9
"""How long a slow switch takes for an answer: just below what a poller waits."""
CENTRE = (7.7689, 49.4447)


def address(number: int) -> str:
    """The loopback address of a device."""
    return f"127.31.{number // 250}.{number % 250 + 1}"


def is_dead(number: int, dead_share: float) -> bool:
    """Whether a device never answers: evenly spread, the first one lives. Its port is open, as if behind a cut."""
    return int((number + 1) * dead_share) > int(number * dead_share)


def farm_plant(devices: int, port: int) -> Plant:
    """One building full of switches; nothing is linked, so that every port is an access port."""
    site = Site(id="bench-site", code=Code("S"), kind=SiteKind.TOWN_HALL, point=CENTRE, is_hub=True)
    switches = [
        Device(id=f"bench-{number}", code=Code(f"D{number}"), node=site.code, address=address(number), port=port)
        for number in range(devices)
    ]
    ports = [
        Interface(
            id=f"bench-{switch.code}-{number}",
            code=Code(f"{switch.code}:ge-0/0/{number}"),
            device=switch.code,
            if_name=f"ge-0/0/{number}",
        )
        for switch in switches
        for number in range(1, PORTS + 1)
    ]
    return Plant(city="Bench", sites=(site,), devices=tuple(switches), interfaces=tuple(ports))


def secured(number: int, agent: Agent) -> SecureAgent:
    """The same agent, spoken to by SNMPv3."""
    agent.reply_max -= ROOM
    return SecureAgent(
        behind=agent,
        community=COMMUNITY.encode(),
        user=User(name=USER, auth=AUTH, auth_key=Secret(AUTH_PHRASE), priv=PRIV, priv_key=Secret(PRIV_PHRASE)),
        engine=b"\x80\0\0\0\5" + number.to_bytes(4, "big"),
        clock=time.monotonic,
    )


def spoiled(number: int, agent: Agent) -> Answers:
    """The first of the bad ones is slow (see :func:`serve`), then they lie, have no end, or are dead, in turn."""
    return (agent, Lying(agent), Endless(agent), Dead())[number % 4]


async def serve(
    devices: int, port: int, *, delay_s: float, dead_share: float, bad: int, is_v3: bool, is_frozen: bool
) -> None:
    """Answer until stdin ends."""
    plant = farm_plant(devices, port)
    city = LivingCity(plant, {"default": Secret(COMMUNITY)}, seed=1, in_band=False, age_s=AGE_S)
    alive: dict[tuple[str, int], Answers] = {}
    silent: dict[tuple[str, int], Answers] = {}
    for number, (place, agent) in enumerate(city.agents.items()):
        if is_dead(number, dead_share):
            silent[place] = Dead()
        else:
            alive[place] = secured(number, agent) if is_v3 else agent
    if is_frozen:
        alive = {place: Frozen(agent) for place, agent in alive.items()}
    slow = {}
    for number, place in enumerate(list(alive)[:bad]):
        alive[place] = spoiled(number, city.agents[place])
        if number % 4 == 0:
            slow[place] = alive.pop(place)
    with serving(alive, delay_s=delay_s), serving(slow, delay_s=SLOW_S), serving(silent):
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--port", type=int, default=16190)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--dead", type=float, default=0.0)
    parser.add_argument("--bad", type=int, default=0)
    parser.add_argument("--v3", action="store_true")
    parser.add_argument("--frozen", action="store_true")
    wanted = parser.parse_args()
    delay_s = wanted.delay_ms / 1000
    asyncio.run(
        serve(
            wanted.devices,
            wanted.port,
            delay_s=delay_s,
            dead_share=wanted.dead,
            bad=wanted.bad,
            is_v3=wanted.v3,
            is_frozen=wanted.frozen,
        )
    )


if __name__ == "__main__":
    main()
