"""As much BER (ITU-T X.690) as an SNMP v1/v2c agent needs (RFC 1157, RFC 3416): small, quick, no recursion.

Used by the simulator only; RAINBOW's collectors read devices with a library.

Object identifiers stand in two forms: a *name* is the body of the encoding, as it comes and goes in datagrams; a *key*
is four bytes an arc, big end first, which sorts as the arcs do (encoded bodies do not: 16,384 comes before 16,383).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

INTEGER = 0x02
OCTETS = 0x04
NULL = 0x05
OID = 0x06
SEQUENCE = 0x30
IP_ADDRESS = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TIME_TICKS = 0x43
OPAQUE = 0x44
COUNTER64 = 0x46
NO_SUCH_OBJECT = 0x80
NO_SUCH_INSTANCE = 0x81
END_OF_MIB_VIEW = 0x82
GET = 0xA0
GET_NEXT = 0xA1
RESPONSE = 0xA2
SET = 0xA3
GET_BULK = 0xA5

_SHORT = 0x80
_LENGTH_BYTES_MAX = 4
_INTEGER_BYTES_MAX = 5
"""32 bits, and one byte of zeros that some put before an unsigned number."""
_ARCS_MAX = 128
_ARC_MAX = (1 << 32) - 1
"""RFC 2578, 3.5: at most 128 arcs, none above 32 bits."""
_ARC_BYTES = 4
_LAST_ROOT = 2
_BELOW_ROOT = 40
"""X.690, 8.19.4: the first two arcs share a byte; below roots 0 and 1 the second is under 40."""
_HIGH_BITS_LEAST = _SHORT


class Malformed(ValueError):  # noqa: N818 - a datagram, not a fault of ours
    """The datagram is not a well-formed SNMP message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as an agent sees it. For GetBulk ``first`` is non-repeaters and ``second`` max-repetitions."""

    version: int
    community: bytes
    kind: int
    request_id: int
    first: int
    second: int
    names: tuple[bytes, ...]


def length(size: int) -> bytes:
    """A length in definite form."""
    if size < _SHORT:
        return bytes((size,))
    body = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((_SHORT | len(body),)) + body


def tlv(tag: int, body: bytes) -> bytes:
    """Tag, length, value."""
    size = len(body)
    return bytes((tag, size)) + body if size < _SHORT else bytes((tag,)) + length(size) + body


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A signed integer; also for Counter, Gauge and TimeTicks, which are encoded alike."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(size, "big", signed=True))


def octets(text: str) -> bytes:
    """An octet string of a text."""
    return tlv(OCTETS, text.encode())


def key(*arcs: int) -> bytes:
    """The key of an object identifier.

    Raises:
        ValueError: an arc is not 0 to 4,294,967,295, or the arcs are no object identifier.
    """
    if not 1 < len(arcs) <= _ARCS_MAX or arcs[0] > _LAST_ROOT or (arcs[0] < _LAST_ROOT and arcs[1] >= _BELOW_ROOT):
        raise ValueError("not an object identifier")
    try:
        return struct.pack(f">{len(arcs)}I", *arcs)
    except struct.error:
        raise ValueError("not an object identifier") from None


def parse_oid(text: str | bytes) -> bytes:
    """The key of ``1.3.6.1`` or ``.1.3.6.1``.

    Raises:
        ValueError: it is no object identifier.
    """
    written = text.encode() if isinstance(text, str) else text
    return key(*map(int, written.strip().lstrip(b".").split(b".")))


def arcs_of(packed: bytes) -> tuple[int, ...]:
    """The arcs of a key."""
    return struct.unpack(f">{len(packed) // _ARC_BYTES}I", packed)


def name_of(packed: bytes) -> bytes:
    """The name that belongs to a key."""
    first, second, *rest = arcs_of(packed)
    body = [first * _BELOW_ROOT + second, *rest]
    if max(body) < _HIGH_BITS_LEAST:
        return bytes(body)
    out = bytearray()
    for arc in body:
        for shift in range((max(arc.bit_length(), 1) - 1) // 7 * 7, 0, -7):
            out.append(_SHORT | arc >> shift & 0x7F)
        out.append(arc & 0x7F)
    return bytes(out)


@lru_cache(maxsize=1 << 14)
def key_of(name: bytes) -> bytes:
    """The key that belongs to a name.

    Raises:
        Malformed: it is empty, ends within an arc, or has arcs that SNMP does not.
    """
    arcs: list[int] = []
    arc = 0
    for byte in name:
        arc = arc << 7 | byte & 0x7F
        if arc > _ARC_MAX:
            raise Malformed("object identifier")
        if byte < _SHORT:
            arcs.append(arc)
            arc = 0
    if not arcs or name[-1] >= _SHORT:
        raise Malformed("object identifier")
    first = min(arcs[0] // _BELOW_ROOT, _LAST_ROOT)
    if len(arcs) >= _ARCS_MAX:
        raise Malformed("object identifier")
    return struct.pack(f">{len(arcs) + 1}I", first, arcs[0] - first * _BELOW_ROOT, *arcs[1:])


def read(data: bytes, at: int) -> tuple[int, bytes, int]:
    """The element at an offset: tag, body, offset behind it.

    Raises:
        Malformed: it is cut short or of indefinite length.
    """
    if at + 2 > len(data):
        raise Malformed("cut short")
    tag = data[at]
    size = data[at + 1]
    start = at + 2
    if size >= _SHORT:
        count = size & 0x7F
        if not 0 < count <= _LENGTH_BYTES_MAX or start + count > len(data):
            raise Malformed("length")
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > len(data):
        raise Malformed("cut short")
    return tag, data[start : start + size], start + size


def _expect(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    found, body, end = read(data, at)
    if found != tag:
        raise Malformed(f"tag {found:#x} where {tag:#x} belongs")
    return body, end


def _number(data: bytes, at: int) -> tuple[int, int]:
    body, end = _expect(data, at, INTEGER)
    if not 0 < len(body) <= _INTEGER_BYTES_MAX:
        raise Malformed("integer")
    return int.from_bytes(body, "big", signed=True), end


@lru_cache(maxsize=1 << 12)
def names_in(binds: bytes) -> tuple[bytes, ...]:
    """The names in a list of bindings. Remembered: a collector asks the same in each round.

    Raises:
        Malformed: it is none.
    """
    names: list[bytes] = []
    at = 0
    while at < len(binds):
        one, at = _expect(binds, at, SEQUENCE)
        name = _expect(one, 0, OID)[0]
        key_of(name)
        names.append(name)
    return tuple(names)


def parse_request(datagram: bytes) -> Request:
    """A request of version 1 or 2c.

    Raises:
        Malformed: it is not one.
    """
    message, _end = _expect(datagram, 0, SEQUENCE)
    version, at = _number(message, 0)
    community, at = _expect(message, at, OCTETS)
    kind, pdu, _end = read(message, at)
    if kind not in {GET, GET_NEXT, GET_BULK, SET}:
        raise Malformed(f"PDU {kind:#x}")
    request_id, at = _number(pdu, 0)
    first, at = _number(pdu, at)
    second, at = _number(pdu, at)
    binds, _end = _expect(pdu, at, SEQUENCE)
    return Request(
        version=version,
        community=community,
        kind=kind,
        request_id=request_id,
        first=first,
        second=second,
        names=names_in(binds),
    )


def bind(name: bytes, value: bytes) -> bytes:
    """One variable binding: a name and an encoded value."""
    return tlv(SEQUENCE, tlv(OID, name) + value)


def response(request: Request, binds: bytes, *, error: int = 0, index: int = 0) -> bytes:
    """A response message around encoded bindings."""
    head = integer(request.request_id) + integer(error) + integer(index)
    pdu = tlv(RESPONSE, head + tlv(SEQUENCE, binds))
    return tlv(SEQUENCE, integer(request.version) + tlv(OCTETS, request.community) + pdu)
