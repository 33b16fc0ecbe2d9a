"""Polls of an agent that lies in two dozen ways, thousands of replies: no crash, no hang, no wrong value, all counted.

Not among the ways: integers longer than their type. The library reads them as some number; nobody behind it can tell.

``RAINBOW_SLOW=1`` makes it 100,000 replies, as asked before a release; without it a few thousand.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hostile_agent import HostileAgent, failing, honest, with_id
from polled_city import Polled, polled_plant

from collectors.client import Fault, Traffic, V2c
from collectors.clock import SystemClock
from collectors.poll import DevicePoll
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME, GufoClients
from collectors.tables import COUNTERS, DISCONTINUITY, IF_DESCR, IF_NAME, IF_TYPE, STATES, SYS_DESCR, SYS_NAME
from rainbow.kernel.errors import DeviceError
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import samples_of
from rainbow.kernel.secret import Secret
from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

    Class = Callable[["Liar", bytes], list[bytes]]

SLOW = os.environ.get("RAINBOW_SLOW") == "1"
REPLIES = 100_000 if SLOW else 8_000
PORTS = 8
DEADLINE_S = 1.5
SETTINGS = CollectSettings(
    timeout_s=0.006, retries=1, device_deadline_s=DEADLINE_S, walk_max_rows=200, walk_max_bytes=20_000
)


def served(place: int, index: int) -> int:
    """The one true value of a counter: it never moves, so every rate there is must be 0."""
    return 1000 + 37 * place + index


def objects() -> dict[str, bytes]:
    found = {
        SYS_DESCR: ber.octets("a liar"),
        SYS_NAME: ber.octets("sw"),
        SYS_UP_TIME: ber.integer(4711, ber.TIME_TICKS),
    }
    for index in range(1, PORTS + 1):
        found |= {
            f"{IF_TYPE}.{index}": ber.integer(6),
            f"{IF_NAME}.{index}": ber.octets(f"ge{index}"),
            f"{IF_DESCR}.{index}": ber.octets(f"port {index}"),
            f"{DISCONTINUITY}.{index}": ber.integer(0, ber.TIME_TICKS),
        }
        for place, column in enumerate(COUNTERS):
            tag = ber.COUNTER64 if column.wide.bits == 64 else ber.COUNTER32
            found[f"{column.oid}.{index}"] = ber.integer(served(place, index), tag)
        for column in STATES:
            found[f"{column.oid}.{index}"] = ber.integer(1)
    return found


answer = honest(objects())


def rebuilt(request: bytes, *binds: bytes) -> bytes:
    return ber.response(ber.parse_request(request), b"".join(binds))


def all_with(value: bytes) -> Class:
    """Every name that was asked for, each with this value."""
    return lambda _liar, request: [
        rebuilt(request, *(ber.bind(name, value) for name in ber.parse_request(request).names))
    ]


def damaged(at: int, byte: int) -> Class:
    def made(_liar: Liar, request: bytes) -> list[bytes]:
        reply = bytearray(answer(request))
        reply[at] = byte
        return [bytes(reply)]

    return made


def version(number: int) -> Class:
    def made(_liar: Liar, request: bytes) -> list[bytes]:
        reply = answer(request)
        at = reply.index(b"\x02\x01\x01")
        return [reply[: at + 2] + bytes((number,)) + reply[at + 3 :]]

    return made


def pdu(tag: int) -> Class:
    def made(_liar: Liar, request: bytes) -> list[bytes]:
        reply = answer(request)
        at = reply.index(bytes((ber.RESPONSE,)), 10)
        return [reply[:at] + bytes((tag,)) + reply[at + 1 :]]

    return made


NULL = ber.tlv(ber.NULL, b"")
CLASSES: dict[str, Class] = {
    "truncated": lambda liar, request: [answer(request)[: liar.dice.randrange(1, 40)]],
    "length too long": damaged(1, 0x7F),
    "length without end": damaged(1, 0x80),
    "length of nine bytes": damaged(1, 0x89),
    "another tag": damaged(0, 0x31),
    "garbage": lambda liar, _request: [liar.dice.randbytes(liar.dice.randint(1, 120))],
    "empty datagram follows": lambda _liar, request: [b"", answer(request)],
    "no bindings": lambda _liar, request: [rebuilt(request)],
    "half of the bindings": lambda _liar, request: [
        rebuilt(request, *(ber.bind(name, NULL) for name in ber.parse_request(request).names[::2]))
    ],
    "wrong request id": lambda _liar, request: [answer(with_id(request, 1))],
    "late duplicate": lambda liar, request: [*liar.sent[-2:], answer(request)],
    "text for numbers": all_with(ber.octets("seven")),
    "null for numbers": all_with(NULL),
    "an integer of no bytes": all_with(ber.tlv(ber.INTEGER, b"")),
    "negative numbers": all_with(ber.integer(-5)),
    "an unknown type": all_with(ber.tlv(0x4F, b"\x01\x02")),
    "no such object": all_with(ber.tlv(ber.NO_SUCH_OBJECT, b"")),
    "end of MIB": all_with(ber.tlv(ber.END_OF_MIB_VIEW, b"")),
    "Counter64 in version 1": version(0),
    "version 7": version(7),
    "a trap as answer": pdu(0xA7),
    "a report as answer": pdu(0xA8),
    "too big": lambda _liar, request: [failing(request, 1)],
    "general error": lambda _liar, request: [failing(request, 5, 1, echo=True)],
    "other names": lambda _liar, request: [rebuilt(request, ber.bind(ber.name_of(ber.parse_oid(IF_NAME)), NULL))],
    "a name that never ends": lambda _liar, request: [
        rebuilt(request, ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, b"\xff" * 60) + NULL))
    ],
    "the same row for ever": lambda _liar, request: [
        rebuilt(request, *[ber.bind(ber.parse_request(request).names[0], ber.octets("x"))] * 20)
    ],
    "silence": lambda _liar, _request: [],
}


class Liar:
    """Honest to six requests in seven, so that polls get far enough to be lied to everywhere."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.sent: list[bytes] = []
        self.told: Counter[str] = Counter()

    def __call__(self, request: bytes) -> list[bytes]:
        if self.dice.random() < 6 / 7:
            self.told["honest"] += 1
            replies = [answer(request)]
        else:
            kind = self.dice.choice(list(CLASSES))
            self.told[kind] += 1
            replies = CLASSES[kind](self, request)
        self.sent = [*self.sent[-3:], *replies]
        return replies


class Seen:
    """What came of all polls."""

    def __init__(self) -> None:
        self.errors: Counter[str] = Counter()
        self.faults: Counter[Fault] = Counter()
        self.timeouts = self.polls = self.rows = 0
        self.longest_s = 0.0

    def note(self, traffic: Traffic) -> None:
        self.timeouts += traffic.timeouts
        self.faults.update(traffic.faults)


def check(values: dict[Field, Value], index: int) -> None:
    for place, column in enumerate(COUNTERS):
        assert values.get(column.total, served(place, index)) == served(place, index)
        assert values.get(column.rate, 0.0) == 0.0
    assert values.get(INTERFACE.oper_state, 1) == 1
    assert values.get(INTERFACE.speed_bps, 10**6) == 10**6


async def lied_to(port: int, liar: Liar, replies: int) -> Seen:
    names = tuple(f"ge{index}" for index in range(1, PORTS + 1))
    plant = polled_plant([Polled(code="SW", port=port, community="public", ports=names)])
    (device,) = plant.devices
    clients = GufoClients(credentials={device.snmp: V2c(community=Secret("public"))}, settings=SETTINGS)
    polled, seen, clock = DevicePoll(plant, device, replace(SETTINGS, discovery_interval_s=0.5)), Seen(), SystemClock()
    while sum(liar.told.values()) < replies:
        client, began_s = clients(device), time.monotonic()
        try:
            async with asyncio.timeout(DEADLINE_S):
                reading = await polled.poll(client, clock)
            for sample in samples_of(reading.samples):
                if sample.series.metric is INTERFACE:
                    seen.rows += 1
                    check(dict(sample.values), int(sample.series.tag("if_name")[2:]))
        except (DeviceError, TimeoutError) as error:
            seen.errors[type(error).__name__] += 1
        finally:
            client.close()
        seen.polls += 1
        seen.longest_s = max(seen.longest_s, time.monotonic() - began_s)
        seen.note(client.traffic)
    return seen


@pytest.mark.timeout(1800 if SLOW else 120)
def test_thousands_of_lies() -> None:
    liar = Liar(11)
    with HostileAgent(liar) as agent:
        seen = asyncio.run(lied_to(agent.port, liar, REPLIES))
    assert set(CLASSES) <= set(liar.told), "every class was told"
    assert seen.rows > seen.polls, "polls between the lies give values"
    assert seen.longest_s < DEADLINE_S + 1.0
    assert seen.timeouts > 0
    assert {Fault.UNREADABLE, Fault.SHORT, Fault.ENDLESS} <= set(seen.faults), seen.faults
