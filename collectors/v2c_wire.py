"""The one exchange that makes up nine tenths of all: a Get of version 2c whose answer is nothing but numbers.

Encoded once, and decoded by the shape of the answer before: as long as nothing but the bytes of the values differs,
one comparison says so and the values are where they were. An answer of another shape is read strictly, byte by byte
(BER as RFC 3417, 8, restricts it). Whatever is not exactly that answer is left to the library: errors, texts, missing
objects. Pure: no socket is opened here.
"""

from __future__ import annotations

import struct
from itertools import repeat
from operator import ge
from typing import TYPE_CHECKING, Literal, NamedTuple

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
_BIG: repeat[Literal["big"]] = repeat("big")


class Foreign(Exception):  # noqa: N818 - a signal of this module
    """An answer to another question: late, twice, or forged."""


class _Strange(Exception):  # noqa: N818
    """Not what this module reads."""


class _Shape(NamedTuple):
    """Where the values of an answer lie: what stands between them, and what each must stay below."""

    cut: struct.Struct
    head: bytes
    between: tuple[bytes, ...]
    below: list[int]
    tags: list[int]


class Template:
    """A question to devices of one community."""

    __slots__ = ("_after", "_before", "_community", "_names", "_shape")

    def __init__(self, community: bytes, oids: Sequence[str]) -> None:
        self._community = _tlv(OCTETS, community)
        self._names = [_tlv(OID, _oid(oid)) for oid in oids]
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
        if shape is not None and len(datagram) == shape.cut.size:
            parts = shape.cut.unpack(datagram)
            if parts[0] == shape.head and parts[2::2] == shape.between:
                if parts[1] != number.to_bytes(ID_BYTES, "big"):
                    raise Foreign
                return _values(parts, shape)
        try:
            self._shape = shape = self._read(datagram, number)
        except _Strange:
            return None
        return _values(shape.cut.unpack(datagram), shape)

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
        return self._shaped(datagram, self._places(datagram, at), id_at=pdu + 2)

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

    @staticmethod
    def _shaped(datagram: bytes, places: list[tuple[int, int, int]], *, id_at: int) -> _Shape:
        form, at = [f"{id_at}s{ID_BYTES}s"], id_at + ID_BYTES
        for _tag, first, last in places:
            form.append(f"{first - at}s{last - first}s")
            at = last
        cut = struct.Struct("".join(form))
        parts = cut.unpack(datagram)
        tags = [tag for tag, _first, _last in places]
        below = [_below(tag, last - first) for tag, first, last in places]
        return _Shape(cut, parts[0], parts[2::2], below, tags)


def _values(parts: Sequence[bytes], shape: _Shape) -> list[int] | None:
    values = list(map(int.from_bytes, parts[3::2], _BIG))
    return None if any(map(ge, values, shape.below)) else values


def _below(tag: int, size: int) -> int:
    """Integers are signed, and nothing here is negative; an unsigned number has a zero in front of its full size."""
    return 1 << min(8 * size, 8 * (MOST_BYTES[tag] - 1)) if tag != INTEGER else 1 << (8 * size - 1)


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


def _oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        for shift in range((max(arc.bit_length(), 1) - 1) // 7 * 7, 0, -7):
            out.append(_SHORT | arc >> shift & 0x7F)
        out.append(arc & 0x7F)
    return bytes(out)
