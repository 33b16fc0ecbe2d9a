"""SNMPv3 of simulated switches, as RAINBOW's client and net-snmp's tools speak it, and as nobody should."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from conftest import free_port, require_real

from collectors.client import V3
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from collectors.tables import SYS_NAME
from rainbow.kernel.errors import AccessDenied, SimulatorError
from rainbow.kernel.secret import Secret
from simulator import ber
from simulator.agent import REPLY_MAX, Agent, Objects
from simulator.udp import serving
from simulator.usm import AUTH, ROOM, SecureAgent, User

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from collectors.client import SnmpValue

PHRASE, OTHER = "to be authentic", "to be private"
UPTIME, ROWS = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.2.2.1.2"
OBJECTS = Objects(
    [
        (ber.parse_oid(UPTIME), ber.integer(4711, ber.TIME_TICKS)),
        (ber.parse_oid(SYS_NAME), ber.octets("a switch")),
        *((ber.parse_oid(f"{ROWS}.{row}"), ber.octets(f"port {row}")) for row in range(1, 200)),
    ]
)


def secure(auth: str = "SHA-256", **more: int) -> SecureAgent:
    return SecureAgent(
        behind=Agent(lambda community: OBJECTS if community == b"c" else None, reply_max=REPLY_MAX - ROOM),
        community=b"c",
        user=User(name="city", auth=auth, auth_key=Secret(PHRASE), priv="AES", priv_key=Secret(OTHER)),
        engine=b"\x80\0\0\0\5city",
        clock=lambda: 1000.0,
        **more,
    )


@dataclass
class Heard:
    """Hands on what comes, and keeps it."""

    agent: SecureAgent
    asked: list[bytes] = field(default_factory=list)
    said: list[bytes | None] = field(default_factory=list)

    def answer(self, datagram: bytes) -> bytes | None:
        self.asked.append(datagram)
        self.said.append(self.agent.answer(datagram))
        return self.said[-1]


def talk(
    agents: list[SecureAgent], known: V3, work: Callable[[GufoClients, int], Awaitable[object]]
) -> tuple[list[object], list[Heard]]:
    """Do the work with each agent in turn, all at one address: as if the switch began anew."""
    import socket  # noqa: PLC0415 - its one use

    port = free_port(socket.SOCK_DGRAM)
    heard = [Heard(agent) for agent in agents]

    async def within() -> list[object]:
        settings = CollectSettings(timeout_s=0.3, retries=1)
        clients = GufoClients(credentials={"": known}, settings=settings)
        found = []
        for one in heard:
            with serving({("127.0.0.1", port): one}):
                found.append(await work(clients, port))
        return found

    return asyncio.run(within()), heard


def v3(*, user: str = "city", auth: str = "SHA-256", phrase: str = PHRASE) -> V3:
    return V3(user=user, auth=auth, auth_key=Secret(phrase), priv="AES", priv_key=Secret(OTHER))


async def read(clients: GufoClients, port: int) -> dict[str, SnmpValue]:
    client = clients.at("127.0.0.1", port, "")
    try:
        return {**(await client.get_many([SYS_NAME])).values, **await client.walk(ROWS)}
    finally:
        client.close()


@pytest.mark.parametrize("auth", sorted(AUTH))
def test_the_client_reads_and_no_reply_leaves_an_ethernet_frame(auth: str) -> None:
    (found,), (heard,) = talk([secure(auth)], v3(auth=auth), read)
    assert isinstance(found, dict)
    assert found[SYS_NAME] == b"a switch"
    assert [found[str(row)] for row in range(1, 200)] == [f"port {row}".encode() for row in range(1, 200)]
    assert max(len(said) for said in heard.said if said) <= REPLY_MAX
    assert not any(b"a switch" in said for said in heard.said if said), "nothing in clear text"


@pytest.mark.parametrize("known", [v3(user="nobody"), v3(phrase="another phrase"), v3(auth="SHA")])
def test_others_are_refused(known: V3) -> None:
    with pytest.raises(AccessDenied):
        talk([secure()], known, read)


def test_an_engine_that_booted_again_is_found_again() -> None:
    found, heard = talk([secure(), secure(boots=2)], v3(), read)
    assert found[0] == found[1]
    assert heard[1].agent.reports, "it said that the time is another one"


def test_no_damaged_message_is_taken_for_a_good_one() -> None:
    _found, (heard,) = talk([secure()], v3(), read)
    dice, agent, good = random.Random(5), secure(), heard.asked[-1]
    assert agent.answer(good) is not None
    assert agent.behind.counts.requests == 1
    for _turn in range(3000):
        damaged = bytearray(good)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        agent.answer(bytes(damaged[: dice.randrange(len(damaged)) or None]) if dice.random() < 0.2 else bytes(damaged))
        agent.answer(dice.randbytes(dice.randrange(200)))
    assert agent.behind.counts.requests == 1


def test_protocols_it_does_not_speak_are_refused_in_words() -> None:
    with pytest.raises(SimulatorError, match="AES-256"):
        User(name="city", auth="SHA", auth_key=Secret(PHRASE), priv="AES-256", priv_key=Secret(OTHER))


@pytest.mark.real
def test_net_snmp_reads_the_same_and_is_told_what_is_wrong() -> None:
    require_real("snmpget")

    def ask(user: str, phrase: str) -> Callable[[GufoClients, int], Awaitable[object]]:
        async def run(_clients: GufoClients, port: int) -> tuple[str, str]:
            words = ["-v3", "-l", "authPriv", "-u", user, "-a", "SHA-256", "-A", phrase, "-x", "AES", "-X", OTHER]
            process = await asyncio.create_subprocess_exec(
                shutil.which("snmpget") or "snmpget",
                *[*words, "-m", "", "-Oqv", "-r", "0", "-t", "2", f"127.0.0.1:{port}", SYS_NAME],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            out, wrong = await process.communicate()
            return out.decode().strip(), wrong.decode()

        return run

    def said(user: str, phrase: str) -> tuple[str, str]:
        (answer,), _heard = talk([secure()], v3(), ask(user, phrase))
        assert isinstance(answer, tuple)
        return answer

    assert said("city", PHRASE)[0] == '"a switch"'
    assert "Unknown user name" in said("nobody", PHRASE)[1]
    assert "Authentication failure" in said("city", "another phrase")[1]
