"""The simulator's codec against pysnmp's, and against anything a network may bring."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ
from pysnmp.proto.rfc1902 import Counter64
from snmp_words import request

from simulator import ber

ARC = st.integers(0, 2**32 - 1)
OIDS = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39), st.lists(ARC, max_size=20)),
    st.tuples(st.just(2), st.integers(0, 47), st.lists(ARC, max_size=20)),
).map(lambda parts: (parts[0], parts[1], *parts[2]))


@settings(deadline=None, max_examples=60)
@given(OIDS)
def test_names_and_keys_belong_together(arcs: tuple[int, ...]) -> None:
    key = ber.key(*arcs)
    name = ber.name_of(key)
    assert ber.arcs_of(key) == arcs
    assert ber.key_of(name) == key
    assert ber.tlv(ber.OID, name) == encoder.encode(univ.ObjectIdentifier(arcs))
    assert ber.parse_oid("." + ".".join(map(str, arcs))) == key


@settings(deadline=None, max_examples=60)
@given(st.lists(OIDS, min_size=2, max_size=8))
def test_keys_sort_as_arcs_do(oids: list[tuple[int, ...]]) -> None:
    assert [ber.arcs_of(key) for key in sorted(ber.key(*oid) for oid in oids)] == sorted(oids)


def test_encoded_names_do_not_sort_as_arcs_do() -> None:
    assert ber.name_of(ber.key(1, 3, 16383)) > ber.name_of(ber.key(1, 3, 16384))  # the reason for keys


@settings(deadline=None, max_examples=60)
@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_are_encoded_as_short_as_they_must_be(value: int) -> None:
    encoded = ber.integer(value)
    assert int(decoder.decode(encoded)[0]) == value
    first_nine_bits = int.from_bytes(encoded[2:4], "big") >> 7
    assert len(encoded) == 3 or first_nine_bits not in {0, 0b111111111}  # X.690, 8.3.2
    if value >= 0:
        assert ber.integer(value, ber.COUNTER64) == encoder.encode(Counter64(value))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=70_000))
def test_texts_of_all_lengths_come_back(body: bytes) -> None:
    encoded = ber.tlv(ber.OCTETS, body)
    assert bytes(decoder.decode(encoded)[0]) == body
    assert ber.read(encoded, 0) == (ber.OCTETS, body, len(encoded))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["get", "next", "set"]), st.lists(OIDS, max_size=6), st.sampled_from([0, 1]))
def test_requests_are_read(kind: str, oids: list[tuple[int, ...]], version: int) -> None:
    found = ber.parse_request(request(kind, *oids, version=version, community="naïve"))
    assert found.version == version
    assert found.community == "naïve".encode("latin-1")
    assert [ber.arcs_of(ber.key_of(name)) for name in found.names] == oids


def test_bulk_requests_carry_their_two_numbers() -> None:
    found = ber.parse_request(request("bulk", (1, 3), (1, 4), first=1, second=25))
    assert (found.kind, found.first, found.second) == (ber.GET_BULK, 1, 25)


def is_read_or_malformed(datagram: bytes) -> bool:
    """Whether a datagram is called malformed, or read as one of the questions an agent knows."""
    try:
        found = ber.parse_request(datagram)
    except ber.Malformed:
        return True
    return found.kind in {ber.GET, ber.GET_NEXT, ber.GET_BULK, ber.SET}


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_anything_is_read_or_called_malformed(datagram: bytes) -> None:
    assert is_read_or_malformed(datagram)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_broken_request_is_read_or_called_malformed(data: st.DataObject) -> None:
    whole = bytearray(request("bulk", (1, 3, 6, 1, 2, 1, 2, 2, 1, 10), (1, 0, 8802), second=20))
    for _turn in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    assert is_read_or_malformed(bytes(whole[:cut]))


@pytest.mark.parametrize(
    "name",
    [b"", b"\x80", b"\x2b\x80", b"\x2b" + b"\x90\x80\x80\x80\x00", b"\x2b" * 200],
    ids=["empty", "never ends", "ends within an arc", "an arc of 33 bits", "more than 128 arcs"],
)
def test_names_that_snmp_does_not_have(name: bytes) -> None:
    with pytest.raises(ber.Malformed):
        ber.key_of(name)


@pytest.mark.parametrize("text", ["", "1", "1.-3", "3.1", "1.40", "1.3.4294967296", "1..3", "1.3.", "a.b"])
def test_texts_that_are_no_identifier(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ber.parse_oid(text)


def test_a_key_is_four_bytes_an_arc() -> None:
    assert ber.key(1, 3, 6) == struct.pack(">3I", 1, 3, 6)
