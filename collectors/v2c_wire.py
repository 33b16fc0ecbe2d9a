"""The one exchange that makes up nine tenths of all: a Get of version 2c whose answer is nothing but numbers.

Encoded once, and decoded by the shape of the answer before: as long as nothing but the bytes of the values differs,
one comparison of two long integers says so and the values are where they were. An answer of another shape is read
strictly, byte by byte (BER as RFC 3417, 8, restricts it). Whatever is not exactly that answer is left to the library:
errors, texts, missing objects. Pure: no socket is opened here.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from operator import sub
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SEQUENCE, INTEGER, OCTETS, NULL, OID = 0x30, 0x02, 0x04, 0x05, 0x06
GET, RESPONSE = 0xA0, 0xA2
MOST_BYTES = {INTEGER: 4, 0x41: 5, 0x42: 5, 0x43: 5, 0x46: 9}
"""Numbers and how long they may be: INTEGER, Counter32, Gauge32, TimeTicks, Counter64."""
ID_BYTES = 4
LEAST_ID, MOST_ID = 1 << 30, (1 << 31) - 1
"""Request identifiers that take four bytes, always."""
_SHORT = 0x80
_SIGN = 0x80
_WIDTHS = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""Widths in bytes that :mod:`struct` reads."""


class Foreign(Exception):  # noqa: N818 - a signal of this module
    """An answer to another question: late, twice, or forged."""


class _Strange(Exception):  # noqa: N818
    """Not what this module reads."""


class _Shape(NamedTuple):
    """Where the values of an answer lie, and what stands between them.

    ``mask`` has the bits of the datagram that no value may change, ``fixed`` what they are. ``cut`` takes each value
    with as many bytes before it as fill a width of :mod:`struct`; those are fixed, and ``surplus`` is their worth.
    """

    size: int
    id_at: int
    mask: int
    fixed: int
    cut: struct.Struct
    surplus: list[int]
    tags: list[int]

    def values(self, datagram: bytes) -> list[int]:
        return list(map(sub, self.cut.unpack(datagram), self.surplus))


class Template:
    """A question to devices of one community."""

    __slots__ = ("_after", "_before", "_community", "_names", "_shape")

    def __init__(self, community: bytes, oids: Sequence[str]) -> None:
        self._community = _tlv(OCTETS, community)
        self._names = [_name(oid) for oid in oids]
        binds = b"".join(_tlv(SEQUENCE, name + _tlv(NULL, b"")) for name in self._names)
        mark = bytes(ID_BYTES)
        pdu = _tlv(GET, _tlv(INTEGER, mark) + _tlv(INTEGER, b"\0") * 2 + _tlv(SEQUENCE, binds))
        whole = _tlv(SEQUENCE, _tlv(INTEGER, b"\1") + self._community + pdu)
        at = whole.index(_tlv(INTEGER, mark)) + 2
        self._before, self._after = whole[:at], whole[at + ID_BYTES :]
        self._shape: _Shape | None = None

    def request(self, number: int) -> bytes:
        """The datagram; ``number`` is from ``LEAST_ID`` to ``MOST_ID``."""
        return self._before + number.to_bytes(ID_BYTES, "big") + self._after

    def numbers(self, datagram: bytes, number: int) -> list[int] | None:
        """The values in the order of the OIDs, None where the answer is to be left to the library.

        Raises:
            Foreign: it answers another question.
        """
        shape = self._shape
        if (
            shape is not None
            and len(datagram) == shape.size
            and int.from_bytes(datagram, "big") & shape.mask == shape.fixed
        ):
            if datagram[shape.id_at : shape.id_at + ID_BYTES] != number.to_bytes(ID_BYTES, "big"):
                raise Foreign
            return shape.values(datagram)
        try:
            self._shape = shape = self._read(datagram, number)
        except _Strange:
            return None
        return shape.values(datagram)

    def _read(self, datagram: bytes, number: int) -> _Shape:
        """The strict way."""
        message, end = _inside(datagram, 0, SEQUENCE)
        if end != len(datagram) or datagram[message : message + 3] != b"\2\1\1":
            raise _Strange
        at = message + 3
        if datagram[at : at + len(self._community)] != self._community:
            raise _Strange
        pdu, end = _inside(datagram, at + len(self._community), RESPONSE)
        if end != len(datagram) or datagram[pdu : pdu + 2] != bytes((INTEGER, ID_BYTES)):
            raise _Strange
        at = pdu + 2 + ID_BYTES
        if datagram[pdu + 2 : at] != number.to_bytes(ID_BYTES, "big"):
            raise Foreign
        if datagram[at : at + 6] != b"\2\1\0\2\1\0":
            raise _Strange
        at, end = _inside(datagram, at + 6, SEQUENCE)
        if end != len(datagram):
            raise _Strange
        return _shaped(datagram, self._places(datagram, at), id_at=pdu + 2)

    def _places(self, datagram: bytes, at: int) -> list[tuple[int, int, int]]:
        """Tag, beginning and end of each value."""
        places = []
        for name in self._names:
            inner, end = _inside(datagram, at, SEQUENCE)
            if datagram[inner : inner + len(name)] != name:
                raise _Strange
            tag = datagram[inner + len(name)] if inner + len(name) < end else 0
            first, last = _inside(datagram, inner + len(name), tag)
            if last != end or not 1 <= last - first <= MOST_BYTES.get(tag, 0):
                raise _Strange
            places.append((tag, first, last))
            at = end
        if at != len(datagram):
            raise _Strange
        if self._shape is not None and self._shape.tags != [tag for tag, _first, _last in places]:
            self._shape = None  # an object keeps its type: this answer was damaged, or the one before
            raise _Strange
        return places


def _shaped(datagram: bytes, places: list[tuple[int, int, int]], *, id_at: int) -> _Shape:
    mask = bytearray(b"\xff" * len(datagram))
    mask[id_at : id_at + ID_BYTES] = bytes(ID_BYTES)
    form, surplus, at = [">"], [], 0
    for tag, first, last in places:
        mask[first:last] = bytes(last - first)
        if tag == INTEGER:
            mask[first] = _SIGN  # signed, and nothing here is negative
        elif last - first == MOST_BYTES[tag]:
            mask[first] = 0xFF  # a zero in front of an unsigned number of full size
            first += 1  # noqa: PLW2901 - the zero is no part of the number
        width = next(width for width in _WIDTHS if width >= last - first)
        form.append(f"{last - width - at}x{_WIDTHS[width]}")
        surplus.append(int.from_bytes(datagram[last - width : first], "big") << 8 * (last - first))
        at = last
    if any(datagram[first] & mask[first] for _tag, first, _last in places):
        raise _Strange
    form.append(f"{len(datagram) - at}x")
    bits = int.from_bytes(mask, "big")
    return _Shape(
        size=len(datagram),
        id_at=id_at,
        mask=bits,
        fixed=int.from_bytes(datagram, "big") & bits,
        cut=struct.Struct("".join(form)),
        surplus=surplus,
        tags=[tag for tag, _first, _last in places],
    )


def _inside(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the body of an element begins and ends."""
    if at + 2 > len(data) or data[at] != tag or not tag:
        raise _Strange
    size, at = data[at + 1], at + 2
    if size >= _SHORT:
        count = size & 0x7F
        if not 1 <= count <= 2 or at + count > len(data):  # noqa: PLR2004 - a datagram is shorter than 64 kB
            raise _Strange
        size, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + size > len(data):
        raise _Strange
    return at, at + size


def _tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < _SHORT:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(length))) + length + body


@lru_cache(maxsize=1 << 16)
def _name(text: str) -> bytes:
    """An OID encoded: the same bytes for all devices that are asked for it."""
    first, second, *rest = map(int, text.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        for shift in range((max(arc.bit_length(), 1) - 1) // 7 * 7, 0, -7):
            out.append(_SHORT | arc >> shift & 0x7F)
        out.append(arc & 0x7F)
    return _tlv(OID, bytes(out))
