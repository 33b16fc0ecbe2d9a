"""Traps and informs of simulated switches, version 2c: coldStart, linkDown and linkUp (SNMPv2-MIB, IF-MIB)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator import ber
from simulator.mib import ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rainbow.kernel.secret import Secret
    from simulator.network import Happening
    from simulator.parts import Port

TRAP, INFORM = 0xA7, 0xA6
"""PDUs of RFC 3416."""
_VERSION_2C = 1
COLD_START, LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.1", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
_UP_TIME, _TRAP_OID = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"
_IF_INDEX, _IF_ADMIN, _IF_OPER = (f"1.3.6.1.2.1.2.2.1.{column}" for column in (1, 7, 8))
_UP, _DOWN = 1, 2
AGAIN_S, TRIES = 1.0, 4
"""An inform is said again until it is confirmed, so often at most."""
_DATAGRAM_MAX = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapTarget:
    """Who is told; ``inform`` asks for a confirmation."""

    address: str
    port: int
    inform: bool = False

    def __post_init__(self) -> None:
        if not ipaddress.ip_address(self.address).is_loopback:
            raise SimulatorError(
                _("simulated switches send traps to this machine alone, not to {address}").format(address=self.address),
                cure=_("listen on a loopback address: [collect.traps] address"),
            )


class TrapSender:
    """Sends for all switches, each from its own address. ``confirmed`` counts informs that were answered."""

    def __init__(self, target: TrapTarget, communities: Mapping[str, Secret]) -> None:
        self.confirmed = 0
        self._target = target
        self._communities = communities
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._sockets: dict[str, socket.socket] = {}

    @contextlib.contextmanager
    def open(self) -> Iterator[Callable[[Happening, float], None]]:
        """What sends while the block runs; must be entered inside a running event loop."""
        try:
            yield self._send
        finally:
            for handle in self._waiting.values():
                handle.cancel()
            for sock in self._sockets.values():
                asyncio.get_running_loop().remove_reader(sock)
                sock.close()
            self._waiting.clear()
            self._sockets.clear()

    def _send(self, happening: Happening, now_s: float) -> None:
        device = happening.switch.device
        number = next(self._numbers)
        community = self._communities[device.snmp].reveal()
        message = message_of(happening, now_s, community=community, number=number, inform=self._target.inform)
        self._transmit(self._socket(device.address), message, number, TRIES if self._target.inform else 1)

    def _transmit(self, sock: socket.socket, message: bytes, number: int, tries: int) -> None:
        with contextlib.suppress(OSError):  # nobody listens: that is what informs are said again for
            sock.sendto(message, (self._target.address, self._target.port))
        if tries > 1:
            loop = asyncio.get_running_loop()
            self._waiting[number] = loop.call_later(AGAIN_S, self._transmit, sock, message, number, tries - 1)
        else:
            self._waiting.pop(number, None)

    def _socket(self, address: str) -> socket.socket:
        if address not in self._sockets:
            version = ipaddress.ip_address(address).version
            sock = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_DGRAM)  # noqa: PLR2004 - IPv6
            sock.setblocking(False)  # noqa: FBT003 - the library's own
            sock.bind((address, 0))
            asyncio.get_running_loop().add_reader(sock, self._confirm, sock)
            self._sockets[address] = sock
        return self._sockets[address]

    def _confirm(self, sock: socket.socket) -> None:
        """Take a confirmation: what it confirms is not said again."""
        with contextlib.suppress(OSError, ber.Malformed):
            number = confirmed_by(sock.recv(_DATAGRAM_MAX))
            if (handle := self._waiting.pop(number, None)) is not None:
                handle.cancel()
                self.confirmed += 1


def message_of(happening: Happening, now_s: float, *, community: str, number: int, inform: bool) -> bytes:
    """The datagram."""
    head = ber.integer(number) + ber.integer(0) + ber.integer(0)
    pdu = ber.tlv(INFORM if inform else TRAP, head + ber.tlv(ber.SEQUENCE, _binds(happening, now_s)))
    return ber.tlv(ber.SEQUENCE, ber.integer(_VERSION_2C) + ber.tlv(ber.OCTETS, community.encode()) + pdu)


def _binds(happening: Happening, now_s: float) -> bytes:
    switch, port, _up = happening
    trap_oid = COLD_START if port is None else LINK_UP if happening.up else LINK_DOWN
    binds = _bind(_UP_TIME, ticks(now_s - switch.booted_s)) + _bind(_TRAP_OID, _oid(trap_oid))
    return binds if port is None else binds + _port_binds(port, up=happening.up)


def _port_binds(port: Port, *, up: bool) -> bytes:
    return b"".join(
        _bind(f"{column}.{port.index}", ber.integer(value))
        for column, value in (
            (_IF_INDEX, port.index),
            (_IF_ADMIN, _UP if port.enabled else _DOWN),
            (_IF_OPER, _UP if up else _DOWN),
        )
    )


def _bind(oid: str, value: bytes) -> bytes:
    return ber.bind(ber.name_of(ber.parse_oid(oid)), value)


def _oid(oid: str) -> bytes:
    return ber.tlv(ber.OID, ber.name_of(ber.parse_oid(oid)))


def confirmed_by(datagram: bytes) -> int:
    """The number of the inform a response confirms.

    Raises:
        Malformed: it is no response.
    """
    _tag, message, _end = ber.read(datagram, 0)
    _version, _body, at = ber.read(message, 0)
    _community, _body, at = ber.read(message, at)
    tag, pdu, _end = ber.read(message, at)
    kind, number, _at = ber.read(pdu, 0)
    if tag != ber.RESPONSE or kind != ber.INTEGER:
        raise ber.Malformed("no response")
    return int.from_bytes(number, "big", signed=True)
