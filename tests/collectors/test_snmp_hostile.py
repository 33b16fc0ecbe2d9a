"""The SNMP client against agents that break the protocol: the right error or the right values, in bounded time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from hostile_agent import HostileAgent, failing, honest, with_id
from polled_city import Polled, polled_plant

from collectors.client import SnmpValue, V2c
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME, GufoClient, GufoClients
from collectors.tables import COUNTERS, IF_DESCR, IF_NAME, IF_TYPE, SYS_DESCR, SYS_NAME
from rainbow.kernel.errors import AccessDenied, BadReply, DeviceError, DeviceSilent, SettingsError
from rainbow.kernel.secret import Secret
from simulator import ber
from simulator.agent import Agent, Objects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

SETTINGS = CollectSettings(timeout_s=0.15, retries=1, device_deadline_s=3.0, walk_max_rows=200, walk_max_bytes=20_000)
OBJECTS = {
    SYS_DESCR: ber.octets("a switch"),
    SYS_UP_TIME: ber.integer(4711, ber.TIME_TICKS),
    SYS_NAME: ber.octets("sw"),
    **{f"{IF_TYPE}.{number}": ber.integer(6) for number in range(1, 31)},
    **{f"{IF_NAME}.{number}": ber.octets(f"ge{number}") for number in range(1, 31)},
}
NAMES = [f"{IF_NAME}.{number}" for number in range(1, 31)]
answer = honest(OBJECTS)


def client_for(port: int, settings: CollectSettings = SETTINGS, clients: GufoClients | None = None) -> GufoClient:
    (device,) = polled_plant([Polled(code="SW", port=port, community="public")]).devices
    clients = clients or GufoClients(credentials={device.snmp: V2c(community=Secret("public"))}, settings=settings)
    return clients(device)


def ask(port: int, work: Callable[[GufoClient], Awaitable[object]], settings: CollectSettings = SETTINGS) -> object:
    """Run within the device's deadline, as a poll does; running into it fails the test."""

    async def within() -> object:
        client = client_for(port, settings)
        try:
            async with asyncio.timeout(settings.device_deadline_s):
                return await work(client)
        finally:
            client.close()

    return asyncio.run(within())


async def names(client: GufoClient) -> dict[str, SnmpValue]:
    return dict((await client.get_many(NAMES)).values)


async def walked(client: GufoClient) -> dict[str, SnmpValue]:
    return await client.walk(IF_NAME)


ALL_NAMES = {f"{IF_NAME}.{number}": f"ge{number}".encode() for number in range(1, 31)}
ALL_ROWS = {str(number): f"ge{number}".encode() for number in range(1, 31)}


def test_an_honest_agent() -> None:
    with HostileAgent(lambda request: [answer(request)]) as agent:
        assert ask(agent.port, names) == ALL_NAMES
        assert ask(agent.port, walked) == ALL_ROWS


def test_silence_is_told_after_the_repeats() -> None:
    with HostileAgent(lambda _request: []) as agent:
        began = time.monotonic()
        with pytest.raises(DeviceSilent, match="no answer") as told:
            ask(agent.port, names)
        assert told.value.cure
        assert time.monotonic() - began < 2 * SETTINGS.retry_budget_s
        assert len(agent.requests) == SETTINGS.retries + 1


def test_nobody_there_is_silence() -> None:
    with pytest.raises(DeviceSilent):
        ask(free_port(socket.SOCK_DGRAM), names)


def test_a_lost_answer_is_asked_for_again() -> None:
    with HostileAgent(lambda request: [answer(request)] if len(agent.requests) > 1 else []) as agent:
        assert ask(agent.port, names) == ALL_NAMES


def test_answers_to_other_requests_are_not_used_and_do_not_lengthen_the_wait() -> None:
    def stale(request: bytes) -> Iterator[bytes]:
        for shift in range(1, 40):
            yield answer(with_id(request, shift))

    with HostileAgent(stale) as agent:
        began = time.monotonic()
        with pytest.raises(DeviceSilent):
            ask(agent.port, names)
        assert time.monotonic() - began < 2 * SETTINGS.retry_budget_s


def test_an_answer_behind_stale_ones_is_found() -> None:
    with HostileAgent(
        lambda request: [answer(with_id(request, 1)), answer(with_id(request, 2)), answer(request)]
    ) as agent:
        assert ask(agent.port, names) == ALL_NAMES


def test_late_duplicates_do_not_become_the_next_answer() -> None:
    sent: list[bytes] = []

    def twice(request: bytes) -> list[bytes]:
        reply = answer(request)
        sent.append(reply)
        return [*sent[-4:-1], reply, reply]

    async def many(client: GufoClient) -> object:
        for _turn in range(5):
            assert await names(client) == ALL_NAMES
            assert await walked(client) == ALL_ROWS
        return (await client.get_many([SYS_NAME])).values

    with HostileAgent(twice) as agent:
        assert ask(agent.port, many) == {SYS_NAME: b"sw"}


def test_an_answer_from_another_port_is_nobodys() -> None:
    with HostileAgent(lambda request: [answer(request)], from_another_port=True) as agent, pytest.raises(DeviceSilent):
        ask(agent.port, names)


@pytest.mark.parametrize("limit", [40, 10, 4, 1])
def test_too_big_is_asked_for_in_smaller_pieces_and_remembered(limit: int) -> None:
    def small(request: bytes) -> list[bytes]:
        return [failing(request, 1) if len(ber.parse_request(request).names) > limit + 1 else answer(request)]

    async def twice(clients: GufoClients, port: int) -> None:
        first = client_for(port, clients=clients)
        assert dict((await first.get_many(NAMES)).values) == ALL_NAMES
        first.close()
        requests = first.traffic.requests
        second = client_for(port, clients=clients)
        assert dict((await second.get_many(NAMES)).values) == ALL_NAMES
        assert second.traffic.requests <= requests

    with HostileAgent(small) as agent:
        clients = GufoClients(credentials={"p-SW": V2c(community=Secret("public"))}, settings=SETTINGS)
        asyncio.run(twice(clients, agent.port))


def test_one_missing_object_does_not_spoil_the_rest() -> None:
    """An agent of old answers noSuchName for the whole request when one object is missing."""

    def old(request: bytes) -> list[bytes]:
        asked = ber.parse_request(request)
        bad = [name for name in asked.names if ber.key_of(name) not in known]
        return [failing(request, 2, asked.names.index(bad[0]) + 1, echo=True) if bad else answer(request)]

    async def with_gap(client: GufoClient) -> object:
        return dict((await client.get_many([*NAMES, f"{IF_NAME}.99"])).values)

    known = {ber.parse_oid(oid) for oid in OBJECTS}
    with HostileAgent(old) as agent:
        assert ask(agent.port, with_gap) == ALL_NAMES


def test_a_value_left_out_once_is_asked_for_again_and_one_never_there_is_not_there() -> None:
    def forgetful(request: bytes) -> list[bytes]:
        if len(agent.requests) > 1:
            return [answer(request)]
        asked = ber.parse_request(request)
        values = {ber.parse_oid(oid): value for oid, value in OBJECTS.items()}
        kept = [name for name in asked.names if ber.key_of(name) != ber.parse_oid(NAMES[3])]
        return [ber.response(asked, b"".join(ber.bind(name, values[ber.key_of(name)]) for name in kept))]

    with HostileAgent(forgetful) as agent:
        assert ask(agent.port, names) == ALL_NAMES
    with HostileAgent(lambda request: [answer(request)]) as agent:
        reply = ask(agent.port, lambda client: client.get_many([NAMES[0], f"{IF_NAME}.99"]))
        assert dict(reply.values) == {NAMES[0]: b"ge1"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [1, 2, 5, 99])
def test_errors_to_everything_give_no_values_in_bounded_requests(error: int) -> None:
    with HostileAgent(lambda request: [failing(request, error)]) as agent:
        assert ask(agent.port, walked) == {}
        with contextlib.suppress(BadReply):
            assert ask(agent.port, names) == {}
        assert len(agent.requests) < 400


def test_a_refusal_is_told_as_one() -> None:
    with HostileAgent(lambda request: [failing(request, 16)]) as agent, pytest.raises(AccessDenied):
        ask(agent.port, names)


def test_one_unreadable_datagram_is_asked_over() -> None:
    with HostileAgent(lambda request: [answer(request) if len(agent.requests) > 1 else b"\x30\x82"]) as agent:
        assert ask(agent.port, names) == ALL_NAMES


def test_empty_answers_without_an_error_are_no_values() -> None:
    with HostileAgent(lambda request: [failing(request, 0)]) as agent:
        assert ask(agent.port, walked) == {}


def test_an_integer_without_a_byte_is_no_zero_even_alone() -> None:
    """As the last piece of an agent that only answers single objects; a zero that is there is one."""
    counters = [f"{COUNTERS[0].oid}.{number}" for number in (1, 2)]

    def singly(request: bytes) -> list[bytes]:
        names = ber.parse_request(request).names
        if len(names) > 1:
            return [failing(request, 1)]
        body = b"" if names[0] == ber.name_of(ber.parse_oid(counters[0])) else b"\0"
        return [ber.response(ber.parse_request(request), ber.bind(names[0], ber.tlv(ber.COUNTER64, body)))]

    def values(port: int, oids: list[str]) -> object:
        return ask(port, lambda client: client.get_many(oids)).values  # type: ignore[attr-defined] # a reply

    with HostileAgent(singly) as agent:
        assert values(agent.port, counters[1:]) == {counters[1]: 0}
        assert values(agent.port, counters) == {counters[1]: 0}


def test_truncated_answers_are_a_broken_protocol() -> None:
    with HostileAgent(lambda request: [answer(request)[:-7]]) as agent, pytest.raises(BadReply, match="protocol"):
        ask(agent.port, names)


def rows(request: bytes, *numbers: int) -> bytes:
    asked = ber.parse_request(request)
    binds = (
        ber.bind(ber.name_of(ber.parse_oid(f"{IF_NAME}.{number}")), ber.octets(f"ge{number}")) for number in numbers
    )
    return ber.response(asked, b"".join(binds))


@pytest.mark.parametrize(
    ("walk", "words"),
    [
        (lambda request, turn: rows(request, *range(turn * 20 + 1, turn * 20 + 21)), "does not end"),
        (lambda request, _turn: rows(request, 1, 2, 3), "does not move on"),
        (lambda request, _turn: rows(request, 1, 1), "does not move on"),
        (lambda request, turn: rows(request, 10 - turn), "does not move on"),
    ],
)
def test_walks_that_never_end_are_ended(walk: Callable[[bytes, int], bytes], words: str) -> None:
    with HostileAgent(lambda request: [walk(request, len(agent.requests) - 1)]) as agent:
        with pytest.raises(BadReply, match=words):
            ask(agent.port, walked)
        assert len(agent.requests) < 30


def test_endless_text_is_ended() -> None:
    def long(request: bytes) -> list[bytes]:
        number = len(agent.requests)
        name = ber.name_of(ber.parse_oid(f"{IF_DESCR}.{number}"))
        return [ber.response(ber.parse_request(request), ber.bind(name, ber.tlv(ber.OCTETS, b"x" * 1900)))]

    with HostileAgent(long) as agent, pytest.raises(BadReply, match="does not end"):
        ask(agent.port, lambda client: client.walk(IF_DESCR))


def test_answers_longer_than_the_library_receives_are_asked_for_in_pieces() -> None:
    long = {f"{IF_DESCR}.{number}": ber.octets(f"{number:0250}") for number in range(1, 41)}
    giant = Agent(lambda _community: view)
    view = Objects((ber.parse_oid(oid), value) for oid, value in {**OBJECTS, **long}.items())
    expected = {str(number): f"{number:0250}".encode() for number in range(1, 41)}

    def in_fragments(request: bytes) -> list[bytes]:
        asked = ber.parse_request(request)
        if asked.kind != ber.GET_BULK:
            return [giant.answer(request) or b""]
        pairs = view.walk(asked.names[0])
        return [ber.response(asked, b"".join(ber.bind(*next(pairs)) for _row in range(asked.second)))]

    settings = replace(SETTINGS, walk_max_bytes=100_000)
    with HostileAgent(in_fragments) as agent:
        assert ask(agent.port, lambda client: client.walk(IF_DESCR), settings) == expected


def test_agents_without_bulk_are_walked_row_by_row() -> None:
    def no_bulk(request: bytes) -> list[bytes]:
        return [failing(request, 5) if ber.parse_request(request).kind == ber.GET_BULK else answer(request)]

    with HostileAgent(no_bulk) as agent:
        assert ask(agent.port, walked) == ALL_ROWS


def test_a_slow_walk_ends_with_the_deadline() -> None:
    def slow(request: bytes) -> list[bytes]:
        number = len(agent.requests)
        time.sleep(0.05)  # the agent, not the test, is slow
        return [rows(request, number)]

    settings = replace(SETTINGS, device_deadline_s=0.5, walk_max_rows=100_000)
    with HostileAgent(slow) as agent:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            ask(agent.port, walked, settings)
        assert time.monotonic() - began < 2


def test_flipped_bits_never_crash_and_never_hang() -> None:
    dice = random.Random(5)

    def flipped(request: bytes) -> list[bytes]:
        damaged = bytearray(answer(request))
        for _flip in range(dice.randint(1, 3)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        return [bytes(damaged)]

    async def many() -> dict[str, int]:
        told: dict[str, int] = {}
        for _turn in range(150):
            client = client_for(agent.port, settings)
            try:
                async with asyncio.timeout(2):
                    found = await client.get_many(NAMES[:8])
                    assert set(found.values) <= {*NAMES[:8]}
                    await client.walk(IF_NAME)
            except DeviceError as error:
                told[type(error).__name__] = told.get(type(error).__name__, 0) + 1
            except TimeoutError:
                told["TimeoutError"] = told.get("TimeoutError", 0) + 1
            finally:
                client.close()
        return told

    settings = replace(SETTINGS, timeout_s=0.01, retries=0)
    with HostileAgent(flipped) as agent:
        told = asyncio.run(many())
    assert "TimeoutError" not in told
    assert told.get("BadReply", 0) > 10, told


def test_random_bytes_are_a_broken_protocol_or_silence() -> None:
    dice = random.Random(6)
    settings = replace(SETTINGS, timeout_s=0.02, retries=0)
    with HostileAgent(lambda _request: [dice.randbytes(dice.randint(1, 200))]) as agent:
        for _turn in range(40):
            with pytest.raises(DeviceError):
                ask(agent.port, names, settings)


def test_values_of_other_objects_are_not_taken() -> None:
    """An agent that answers with other names than it was asked for."""
    with HostileAgent(lambda request: [rows(request, 1, 2, 77)]) as agent:
        try:
            found = ask(agent.port, names)
        except BadReply:
            return
        assert found == {f"{IF_NAME}.{number}": f"ge{number}".encode() for number in (1, 2)}


def test_an_unknown_profile_names_device_and_cure() -> None:
    (device,) = polled_plant([Polled(code="SW", port=1, community="x")]).devices
    with pytest.raises(SettingsError, match="p-SW") as told:
        GufoClients(credentials={}, settings=SETTINGS)(device)
    assert "[snmp.p-SW]" in told.value.cure


def test_secrets_do_not_show() -> None:
    client = client_for(1)
    assert "public" not in repr(client)
    assert "public" not in repr(client.credentials)
