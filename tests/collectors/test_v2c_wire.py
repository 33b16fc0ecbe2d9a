"""Our own encoding of a Get and reading of its answer, against the simulator's agent and against damage."""

from __future__ import annotations

import pytest
from hostile_agent import failing, honest, with_id
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.v2c_wire import LEAST_ID, MOST_ID, Foreign, Template
from simulator import ber

OIDS = ["1.3.6.1.2.1.2.2.1.14.1", "1.3.6.1.2.1.31.1.1.1.6.70000", "1.3.6.1.2.1.2.2.1.8.300", "1.3.6.1.2.1.1.3.0"]
TAGS = (ber.COUNTER32, ber.COUNTER64, ber.INTEGER, ber.TIME_TICKS)
MOST = (2**32 - 1, 2**64 - 1, 2**31 - 1, 2**32 - 1)
ID = LEAST_ID + 12345
values = st.tuples(*(st.integers(0, most) for most in MOST))


def served(numbers: tuple[int, ...]) -> dict[str, bytes]:
    return {oid: ber.integer(number, tag) for oid, tag, number in zip(OIDS, TAGS, numbers, strict=True)}


def template() -> Template:
    return Template(b"public", OIDS)


@given(st.lists(values, min_size=1, max_size=5), st.integers(LEAST_ID, MOST_ID - 10))
@example([MOST, (0, 0, 0, 0), MOST], LEAST_ID)
def test_what_the_agent_serves_is_what_is_read_whatever_came_before(rounds: list[tuple[int, ...]], number: int) -> None:
    tested = template()
    for turn, numbers in enumerate(rounds):
        request = tested.request(number + turn)
        asked = ber.parse_request(request)
        assert (asked.version, asked.community, asked.request_id) == (1, b"public", number + turn)
        assert [ber.key_of(name) for name in asked.names] == [ber.parse_oid(oid) for oid in OIDS]
        reply = honest(served(numbers))(request)
        assert tested.numbers(reply, number + turn) == list(numbers)
        assert tested.numbers(reply, number + turn) == list(numbers), "by its shape, too"


NUMBERS = (5, 2**40, 1, 4711)


@pytest.mark.parametrize("seen_before", [False, True])
def test_answers_to_other_questions_are_foreign(seen_before: bool) -> None:  # noqa: FBT001 - a parameter of the test
    tested, answer = template(), honest(served(NUMBERS))
    if seen_before:
        assert tested.numbers(answer(tested.request(ID)), ID) == list(NUMBERS)
    with pytest.raises(Foreign):
        tested.numbers(answer(with_id(tested.request(ID), 1)), ID)


def bad_answers() -> dict[str, bytes]:
    request = template().request(ID)
    asked = ber.parse_request(request)
    good = honest(served(NUMBERS))(request)
    text, negative = {OIDS[0]: ber.octets("5")}, {OIDS[2]: ber.integer(-1)}
    long = {OIDS[1]: ber.tlv(ber.COUNTER64, b"\1" * 9)}
    longer = {OIDS[0]: ber.tlv(ber.COUNTER32, b"\0" * 6)}
    empty = {OIDS[0]: ber.tlv(ber.COUNTER32, b"")}
    wrong = {
        name: honest({**served(NUMBERS), **spoilt})(request)
        for name, spoilt in {
            "text": text,
            "negative": negative,
            "beyond 64 bits": long,
            "longer than its type": longer,
            "no byte": empty,
        }.items()
    }
    names = [ber.bind(name, ber.integer(1)) for name in asked.names]
    return wrong | {
        "missing object": honest({oid: value for oid, value in served(NUMBERS).items() if oid != OIDS[1]})(request),
        "error": failing(request, 5, 1, echo=True),
        "too big": failing(request, 1),
        "one less": ber.response(asked, b"".join(names[:-1])),
        "one more": ber.response(asked, b"".join([*names, names[0]])),
        "another order": ber.response(asked, b"".join(reversed(names))),
        "truncated": good[:-3],
        "something behind": good + b"\0",
        "version 1": good.replace(b"\2\1\1", b"\2\1\0", 1),
        "another community": good.replace(b"public", b"pub1ic"),
        "a trap": good.replace(bytes((ber.RESPONSE,)), b"\xa7", 1),
        "nothing": b"",
        "garbage": bytes(range(200)),
    }


@pytest.mark.parametrize("kind", sorted(bad_answers()))
@pytest.mark.parametrize("seen_before", [False, True])
def test_whatever_is_not_plain_is_left_to_the_library(kind: str, seen_before: bool) -> None:  # noqa: FBT001 - same
    tested = template()
    if seen_before:
        assert tested.numbers(honest(served(NUMBERS))(tested.request(ID)), ID) == list(NUMBERS)
    assert tested.numbers(bad_answers()[kind], ID) is None


def test_a_type_that_was_damaged_at_first_does_not_shut_the_good_ones_out() -> None:
    tested = template()
    good = honest(served(NUMBERS))(tested.request(ID))
    damaged = bytearray(good)
    damaged[311 % len(good)] ^= 1
    assert tested.numbers(bytes(damaged), ID) == list(NUMBERS)
    assert tested.numbers(good, ID) is None
    assert tested.numbers(good, ID) == list(NUMBERS)


@given(st.binary(max_size=300))
def test_bytes_never_crash(datagram: bytes) -> None:
    assert template().numbers(datagram, ID) is None


@given(st.integers(0, 10_000), st.integers(1, 255))
@example(311, 1)  # a counter's type becomes a gauge's, its number stays
def test_damage_between_the_values_is_never_read(place: int, flip: int) -> None:
    tested = template()
    good = honest(served(NUMBERS))(tested.request(ID))
    assert tested.numbers(good, ID) == list(NUMBERS)
    damaged = bytearray(good)
    damaged[place % len(good)] ^= flip
    try:
        read = tested.numbers(bytes(damaged), ID)
    except Foreign:
        return
    if read is not None:
        assert sum(mine != theirs for mine, theirs in zip(read, NUMBERS, strict=True)) == 1, "a byte of one value"
