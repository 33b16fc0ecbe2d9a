"""What comes over the wire, given damaged to the code that reads it in service: answers, reports, traps, names."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import socket
import traceback
from typing import TYPE_CHECKING

from gufo.snmp import SnmpError
from gufo.snmp._fast import GetIter, SnmpV2cClientSocket

from collectors.client import V3, V2c
from collectors.snmp_answers import or_none, receive_many, receive_one
from collectors.snmp_usm import anonymous_socket, complaint_in, set_user
from collectors.tables import IF_NAME
from collectors.traps.listener import TrapListener
from collectors.traps.notification import SNMP_TRAP_OID, understood
from collectors.traps.settings import TrapSettings
from collectors.v2c_wire import LEAST_ID, MOST_BYTES, Foreign, Template
from collectors.walk_guard import WalkGuard
from rainbow.kernel.secret import Secret
from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OIDS = ["1.3.6.1.2.1.2.2.1.14.1", "1.3.6.1.2.1.31.1.1.1.6.70000", "1.3.6.1.2.1.2.2.1.8.300", "1.3.6.1.2.1.1.3.0"]
KINDS = (ber.COUNTER32, ber.COUNTER64, ber.INTEGER, ber.TIME_TICKS)
NAMES = [ber.name_of(ber.parse_oid(oid)) for oid in OIDS]
ID = LEAST_ID + 4711
MARK = ber.tlv(ber.INTEGER, b"IDID")
"""Stands for the number of the request, which the library draws."""
USER = V3(user="rainbow", auth="SHA-256", auth_key=Secret("authentic-key"), priv="AES", priv_key=Secret("private-key"))
SNMP_ERRORS = (SnmpError, OSError, RuntimeError, ValueError, TimeoutError)
"""What the client sorts into its own errors; anything else would end a poll round."""


def answer(values: tuple[bytes, ...], number: bytes = MARK, *, kind: int = ber.RESPONSE, status: int = 0) -> bytes:
    """An answer of version 2c to :data:`OIDS`."""
    binds = b"".join(ber.bind(name, value) for name, value in zip(NAMES, values, strict=False))
    pdu = number + ber.integer(status) + ber.integer(0) + ber.tlv(ber.SEQUENCE, binds)
    return ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets("public") + ber.tlv(kind, pdu))


def _values(*numbers: int) -> tuple[bytes, ...]:
    return tuple(ber.integer(number, kind) for number, kind in zip(numbers, KINDS, strict=True))


def answers(number: bytes = MARK) -> list[bytes]:
    """Good and odd answers to begin with."""
    text, nothing = ber.octets("ge-0/0/1"), ber.tlv(ber.NULL, b"")
    rows = [ber.bind(ber.name_of(ber.parse_oid(f"{IF_NAME}.{row}")), ber.octets(f"ge{row}")) for row in range(1, 9)]
    bulk = number + ber.integer(0) * 2 + ber.tlv(ber.SEQUENCE, b"".join(rows))
    return [
        answer(_values(5, 2**40, 1, 4711), number),
        answer(_values(2**32 - 1, 2**64 - 1, 2**31 - 1, 2**32 - 1), number),
        answer(_values(0, 0, 0, 0), number),
        answer((text, nothing, ber.tlv(ber.NO_SUCH_OBJECT, b""), ber.tlv(ber.IP_ADDRESS, bytes(4))), number),
        answer((ber.tlv(ber.OID, NAMES[0]), ber.tlv(ber.OPAQUE, b"\x9f\x78\x04AbCd"), text, text), number),
        answer((nothing,) * 4, number, status=5),
        answer((), number, kind=0xA8),
        ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets("public") + ber.tlv(ber.RESPONSE, bulk)),
    ]


def _true_values(datagram: bytes) -> list[int] | None:
    """The values by the simulator's reader, which shares nothing with the collector's."""
    try:
        _tag, message, end = ber.read(datagram, 0)
        _version, community, at = ber.read(message, 3)
        _tag, pdu, _end = ber.read(message, at)
        _tag, number, at = ber.read(pdu, 0)
        _tag, binds, _end = ber.read(pdu, at + 6)
        found, at = [], 0
        while at < len(binds):
            _tag, bind, at = ber.read(binds, at)
            _tag, _name, value_at = ber.read(bind, 0)
            _tag, value, _end = ber.read(bind, value_at)
            found.append(int.from_bytes(value, "big"))
    except ber.Malformed:
        return None
    whole = end == len(datagram) and community == b"public" and number == ID.to_bytes(4, "big")
    return found if whole else None


@contextlib.contextmanager
def numbers() -> Iterator[Callable[[bytes], None]]:
    """Our own reader of answers that are nothing but numbers: right, foreign, or left to the library; never wrong."""
    template = Template(b"public", OIDS)
    most = [1 << 8 * size for size in (MOST_BYTES[kind] for kind in KINDS)]
    good = answers(ber.integer(ID))[0]

    def one(datagram: bytes) -> None:
        for learned in (False, True):
            template._shape = None  # each input begins anew, with and without an answer before it
            if learned:
                template.numbers(good, ID)
            with contextlib.suppress(Foreign):
                found = template.numbers(datagram, ID)
                if found is not None:
                    assert found == _true_values(datagram), "another value than what stands there"
                    assert all(0 <= value < limit for value, limit in zip(found, most, strict=True))

    yield one


class Pipe:
    """The library's client socket, and the device's end of it."""

    def __init__(self) -> None:
        self.device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.device.bind(("127.0.0.1", 0))
        self.device.settimeout(1.0)
        self.place = f"127.0.0.1:{self.device.getsockname()[1]}"
        self.panics = 0

    def reply(self, datagram: bytes) -> None:
        """Answer the question that lies there; :data:`MARK` becomes its number."""
        question, peer = self.device.recvfrom(65_535)
        if MARK in datagram:
            datagram = datagram.replace(MARK, ber.integer(ber.parse_request(question).request_id))
        self.device.sendto(datagram, peer)

    def close(self) -> None:
        self.device.close()

    def survives(self, work: Callable[[], None]) -> bool:
        """Whether the socket may be used again: the library's panics are known, and cost the socket."""
        try:
            work()
        except (*SNMP_ERRORS, StopAsyncIteration):
            return True
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # pyo3's class cannot be imported
                raise
            self.panics += 1
            return False
        return True


class _Library:
    """The library's readers on one socket, as the client uses them."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._socket: SnmpV2cClientSocket | None = None
        self._ways = (self._many, self._many, self._single, self._bulk)
        self._turn = 0

    def one(self, datagram: bytes) -> None:
        self._turn += 1
        way = self._ways[len(datagram) % len(self._ways)]
        if not self._pipe.survives(lambda: way(datagram)) or self._turn % 5000 == 0:
            self._socket = None  # as with each poll

    def _asked(self, send: Callable[[SnmpV2cClientSocket], None], datagram: bytes) -> SnmpV2cClientSocket:
        if self._socket is None:
            self._socket = SnmpV2cClientSocket(self._pipe.place, "public", 0, 0, 0, 0)
        send(self._socket)
        self._pipe.reply(datagram)
        return self._socket

    def _many(self, datagram: bytes) -> None:
        _plain(receive_many(self._asked(lambda client: client.send_get_many(OIDS), datagram)))

    def _single(self, datagram: bytes) -> None:
        _plain(receive_one(self._asked(lambda client: client.send_get_many(OIDS[:1]), datagram)))

    def _bulk(self, datagram: bytes) -> None:
        position, guard = GetIter(IF_NAME, 20), WalkGuard(IF_NAME, max_rows=200, max_bytes=20_000)
        client = self._asked(lambda asked: asked.send_get_bulk(position), datagram)
        for row in or_none(client.recv_get_bulk, position) or ():
            if row is not None:
                guard.fault(*row)


@contextlib.contextmanager
def library() -> Iterator[Callable[[bytes], None]]:
    """The library's readers: one Get, many, a bulk walk behind its guard."""
    with contextlib.closing(Pipe()) as pipe:
        yield _Library(pipe).one


def _plain(values: Mapping[str, object]) -> None:
    for oid, value in values.items():
        assert isinstance(oid, str)
        assert value is None or isinstance(value, int | float | str | bytes), type(value)


def reports() -> list[bytes]:
    """A report of version 3 that tells an engine's identifier and time, and others that refuse."""
    found = []
    for counter in (4, 2, 3, 5):
        usm = (
            ber.tlv(ber.OCTETS, b"\x80\x00\x1f\x88\x04rainbow")
            + ber.integer(3)
            + ber.integer(4711)
            + ber.octets("") * 3
        )
        bind = ber.bind(ber.name_of(ber.parse_oid(f"1.3.6.1.6.3.15.1.1.{counter}.0")), ber.integer(7, ber.COUNTER32))
        pdu = ber.tlv(0xA8, MARK + ber.integer(0) * 2 + ber.tlv(ber.SEQUENCE, bind))
        scoped = ber.tlv(ber.SEQUENCE, ber.tlv(ber.OCTETS, b"\x80\x00\x1f\x88\x04rainbow") + ber.octets("") + pdu)
        head = ber.tlv(ber.SEQUENCE, MARK + ber.integer(65_507) + ber.tlv(ber.OCTETS, b"\0") + ber.integer(3))
        security = ber.tlv(ber.OCTETS, ber.tlv(ber.SEQUENCE, usm))
        found.append(ber.tlv(ber.SEQUENCE, ber.integer(3) + head + security + scoped))
    return found


@contextlib.contextmanager
def version3() -> Iterator[Callable[[bytes], None]]:
    """Sessions of SNMPv3 while they learn an engine, and after it."""
    turn = itertools.count(1)

    def whole(datagram: bytes) -> None:
        client = anonymous_socket(pipe.place)
        client.send_refresh()
        _number(pipe, datagram)
        client.recv_refresh()
        if next(turn) % 50 == 0:  # keys cost two milliseconds of hashing
            set_user(client, USER)
            client.send_get_many(OIDS)
            _number(pipe, datagram)
            _plain(client.recv_get_many())

    def one(datagram: bytes) -> None:
        complaint_in(datagram)
        pipe.survives(lambda: whole(datagram))

    with contextlib.closing(Pipe()) as pipe:
        yield one


def _number(pipe: Pipe, datagram: bytes) -> None:
    """Answer with the number of the message, which stands at the same place in each question."""
    question, peer = pipe.device.recvfrom(65_535)
    with contextlib.suppress(ber.Malformed, ValueError):
        _tag, message, _end = ber.read(question, 0)
        _tag, head, _end = ber.read(message, 3)
        _tag, number, _end = ber.read(head, 0)
        datagram = datagram.replace(MARK, ber.tlv(ber.INTEGER, number))
    pipe.device.sendto(datagram, peer)


def traps() -> list[bytes]:
    """Traps and informs of version 2c: a link down, a vendor's alarm, an unknown community."""
    found = []
    for kind, community in ((0xA7, "public"), (0xA6, "public"), (0xA7, "wrong")):
        binds = b"".join(
            ber.bind(ber.name_of(ber.parse_oid(oid)), value)
            for oid, value in (
                ("1.3.6.1.2.1.1.3.0", ber.integer(4711, ber.TIME_TICKS)),
                (SNMP_TRAP_OID, ber.tlv(ber.OID, ber.name_of(ber.parse_oid("1.3.6.1.6.3.1.1.5.3")))),
                ("1.3.6.1.2.1.2.2.1.1.7", ber.integer(7)),
                ("1.3.6.1.2.1.31.1.1.1.18.7", ber.octets("to the fire station")),
            )
        )
        pdu = ber.tlv(kind, ber.integer(99) + ber.integer(0) * 2 + ber.tlv(ber.SEQUENCE, binds))
        found.append(ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets(community) + pdu))
    return [*found, *reports()]


def _told(context: dict[str, object]) -> str:
    error = context.get("exception")
    return "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else str(context)


class _Complaints(logging.Handler):
    """What a listener logs as unforeseen."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()} {record.exc_info}")


@contextlib.contextmanager
def trap() -> Iterator[Callable[[bytes], None]]:
    """The trap listener with the library under it, over a real socket; nothing is damped."""
    loop, complaints, log = asyncio.new_event_loop(), _Complaints(), logging.getLogger("rainbow.collectors.traps")
    known = {"v2c": V2c(community=Secret("public")), "v3": USER}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        number = port.getsockname()[1]
    settings = TrapSettings(port=number, most_per_s=1e9, burst=1_000_000_000)
    listener = TrapListener(settings, known, lambda _heard: None)
    hearing = listener.hearing()
    loop.set_exception_handler(lambda _loop, context: complaints.said.append(_told(context)))
    log.addHandler(complaints)
    loop.run_until_complete(hearing.__aenter__())
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    async def heard() -> None:
        for _turn in range(4):
            await asyncio.sleep(0)

    def one(datagram: bytes) -> None:
        sender.sendto(datagram, ("127.0.0.1", number))
        loop.run_until_complete(heard())
        if complaints.said:
            raise AssertionError(complaints.said.pop())

    try:
        yield one
    finally:
        loop.run_until_complete(hearing.__aexit__(None, None, None))
        sender.close()
        log.removeHandler(complaints)
        loop.close()


@contextlib.contextmanager
def binding() -> Iterator[Callable[[bytes], None]]:
    """What a trap says, whatever its names and values are."""

    def one(data: bytes) -> None:
        parts = data.decode("utf-8", "replace").split("\n")
        said = understood("127.0.0.1", zip(parts[::2], parts[1::2], strict=False))
        assert said.if_index is None or said.if_index >= 0

    yield one
