"""The agent's answers, held against RFC 3416 and RFC 3584 and read by pysnmp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject
from snmp_words import COMMUNITY, Answer, answer, request

from simulator import ber
from simulator.agent import REPLY_MAX, Agent, Objects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from snmp_words import Oid

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
NAME = (*SYSTEM, 5, 0)
OCTETS = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6)
END = (1, 3, 6, 1, 9)
NO_ERROR, TOO_BIG, NO_SUCH_NAME, NOT_WRITABLE = 0, 1, 2, 17


def agent_of(items: Iterable[tuple[Oid, bytes]]) -> Agent:
    objects = Objects((ber.key(*oid), value) for oid, value in items)
    return Agent(lambda community: objects if community == COMMUNITY.encode() else None)


def usual() -> Agent:
    return agent_of(
        [
            ((*OCTETS, 2), ber.integer(2**63, ber.COUNTER64)),
            (NAME, ber.octets("switch")),
            ((*OCTETS, 1), ber.integer(7, ber.COUNTER64)),
            ((*OCTETS, 10), ber.integer(9, ber.COUNTER64)),
            (END, ber.integer(-5)),
        ]
    )


def ask(agent: Agent, kind: str, *oids: Oid, version: int = 1, first: int = 0, second: int = 0) -> Answer:
    datagram = agent.answer(request(kind, *oids, version=version, first=first, second=second))
    return answer(datagram, version=version)


def names(found: Answer) -> list[Oid]:
    return [oid for oid, _value in found.binds]


def test_get_tells_an_unknown_row_from_an_unknown_type() -> None:
    found = ask(usual(), "get", NAME, (*OCTETS, 3), (1, 3, 6, 1, 7, 7))
    assert found.error == NO_ERROR
    assert names(found) == [NAME, (*OCTETS, 3), (1, 3, 6, 1, 7, 7)]
    values = [value for _oid, value in found.binds]
    assert bytes(values[0]) == b"switch"
    assert isinstance(values[1], NoSuchInstance)
    assert isinstance(values[2], NoSuchObject)


def test_get_next_follows_the_arcs_not_the_texts() -> None:
    found = ask(usual(), "next", OCTETS, (*OCTETS, 2), (*OCTETS, 9), (1, 3), END)
    assert names(found) == [(*OCTETS, 1), (*OCTETS, 10), (*OCTETS, 10), NAME, END]
    assert isinstance(found.binds[-1][1], EndOfMibView)


def test_bulk_repeats_all_but_the_first_names_row_by_row() -> None:
    found = ask(usual(), "bulk", SYSTEM, OCTETS, (*OCTETS, 2), first=1, second=2)
    assert names(found) == [NAME, (*OCTETS, 1), (*OCTETS, 10), (*OCTETS, 2), END]


def test_bulk_stops_after_the_row_in_which_everything_has_ended() -> None:
    found = ask(usual(), "bulk", (*OCTETS, 10), END, second=50)
    assert names(found) == [END, END, END, END]
    assert [isinstance(value, EndOfMibView) for _oid, value in found.binds] == [False, True, True, True]


@pytest.mark.parametrize(("first", "second", "count"), [(0, 0, 0), (2, 0, 2), (9, 3, 2)])
def test_bulk_takes_odd_numbers_as_the_standard_says(first: int, second: int, count: int) -> None:
    found = ask(usual(), "bulk", SYSTEM, OCTETS, first=first, second=second)
    assert found.error == NO_ERROR
    assert len(found.binds) == count


@pytest.mark.parametrize(("first", "second", "count"), [(-3, 1, 2), (0, -1, 0)])
def test_bulk_takes_a_negative_number_as_zero(first: int, second: int, count: int) -> None:
    binds = b"".join(ber.bind(ber.name_of(ber.key(*oid)), ber.tlv(ber.NULL, b"")) for oid in (SYSTEM, OCTETS))
    numbers = ber.integer(1) + ber.integer(first) + ber.integer(second)
    pdu = ber.tlv(ber.GET_BULK, numbers + ber.tlv(ber.SEQUENCE, binds))
    message = ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets(COMMUNITY) + pdu)
    assert len(answer(usual().answer(message)).binds) == count


def test_bulk_fills_one_frame_and_no_more() -> None:
    agent = agent_of(((*OCTETS, index), ber.octets("x" * 90)) for index in range(1, 100))
    datagram = agent.answer(request("bulk", OCTETS, second=1000))
    found = answer(datagram)
    assert datagram is not None
    assert REPLY_MAX - 110 < len(datagram) <= REPLY_MAX
    assert names(found) == [(*OCTETS, index) for index in range(1, len(found.binds) + 1)]


def test_too_big_answers_are_refused_but_one_large_object_goes_out() -> None:
    agent = agent_of([((*OCTETS, 1), ber.octets("x" * 2000)), ((*OCTETS, 2), ber.octets("y" * 2000))])
    assert ask(agent, "get", (*OCTETS, 1), (*OCTETS, 2)) == Answer(TOO_BIG, 0, [])
    assert names(ask(agent, "get", (*OCTETS, 1))) == [(*OCTETS, 1)]
    assert names(ask(agent, "next", (*OCTETS, 1))) == [(*OCTETS, 2)]
    assert names(ask(agent, "bulk", OCTETS, second=20)) == [(*OCTETS, 1)]


def test_version_1_has_neither_exceptions_nor_64_bits() -> None:
    agent = usual()
    assert names(ask(agent, "get", NAME, version=0)) == [NAME]
    missing = ask(agent, "get", NAME, (*SYSTEM, 99, 0), version=0)
    assert (missing.error, missing.index, names(missing)) == (NO_SUCH_NAME, 2, [NAME, (*SYSTEM, 99, 0)])
    assert ask(agent, "get", (*OCTETS, 1), version=0).error == NO_SUCH_NAME
    assert names(ask(agent, "next", NAME, version=0)) == [END]  # the three Counter64 rows are passed over
    assert ask(agent, "next", END, version=0).error == NO_SUCH_NAME


def test_nothing_can_be_set() -> None:
    assert (ask(usual(), "set", NAME).error, ask(usual(), "set", NAME).index) == (NOT_WRITABLE, 1)
    assert ask(usual(), "set", NAME, version=0).error == NO_SUCH_NAME


def test_silence_for_strangers_and_nonsense_and_each_is_counted() -> None:
    agent = usual()
    assert agent.answer(request("get", NAME, community="guess")) is None
    assert agent.answer(b"") is None
    assert agent.answer(request("get", NAME)[:-1]) is None
    assert (agent.counts.requests, agent.counts.refused, agent.counts.malformed) == (0, 1, 2)


def test_bulk_does_not_exist_in_version_1() -> None:
    datagram = bytearray(request("bulk", OCTETS, second=3))
    assert datagram[2:5] == b"\x02\x01\x01"
    datagram[4] = 0
    assert usual().answer(bytes(datagram)) is None


OIDS = st.lists(st.integers(0, 300), min_size=1, max_size=5).map(lambda rest: (1, 3, *rest))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(OIDS, st.integers(0, 99), min_size=1, max_size=30), st.integers(1, 12))
def test_a_walk_meets_every_object_once_in_order(items: dict[Oid, int], repetitions: int) -> None:
    agent = agent_of((oid, ber.integer(value)) for oid, value in items.items())
    by_next, by_bulk = [], []
    at: Oid = (1, 2)
    while not isinstance((bind := ask(agent, "next", at).binds[0])[1], EndOfMibView):
        at = bind[0]
        by_next.append((at, int(bind[1])))
    at, ended = (1, 2), False
    while not ended:
        for oid, value in ask(agent, "bulk", at, second=repetitions).binds:
            ended = ended or isinstance(value, EndOfMibView)
            if not ended:
                by_bulk.append((oid, int(value)))
                at = oid
    assert by_next == by_bulk == sorted(items.items())


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_no_datagram_stops_the_agent(datagram: bytes) -> None:
    agent = usual()
    agent.answer(datagram)
    assert names(ask(agent, "get", NAME)) == [NAME]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_broken_request_stops_the_agent(data: st.DataObject) -> None:
    agent = usual()
    whole = bytearray(request("bulk", SYSTEM, OCTETS, first=1, second=20))
    for _turn in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    agent.answer(bytes(whole))
    assert names(ask(agent, "get", NAME)) == [NAME]
