"""Agents that cost next to nothing: what a collector can do when it need not wait for the other half of the machine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator import ber

if TYPE_CHECKING:
    from simulator.udp import Answers

_ID_BYTES = 4
_UPTIME = ber.tlv(ber.OID, ber.name_of(ber.parse_oid("1.3.6.1.2.1.1.3.0")))
_ASKED = _UPTIME + ber.tlv(ber.NULL, b"")
_SAID = _UPTIME + bytes((ber.TIME_TICKS, _ID_BYTES))


@dataclass
class Frozen:
    """Answers a version 2c question for sysUpTime and others as it did first: counters stand still, the clock runs."""

    behind: Answers
    _known: dict[bytes, tuple[bytes, int, int, float]] = field(default_factory=dict)

    def answer(self, datagram: bytes) -> bytes | None:
        """See :class:`Answers`."""
        at = _id_at(datagram)
        if not datagram.endswith(_ASKED) or datagram[at - 1] != _ID_BYTES:
            return self.behind.answer(datagram)
        name = datagram[:at] + datagram[at + _ID_BYTES :]
        if name not in self._known:
            reply = self.behind.answer(datagram)
            if reply is None or reply[-len(_SAID) - _ID_BYTES : -_ID_BYTES] != _SAID:
                return reply
            ticks = int.from_bytes(reply[-_ID_BYTES:], "big")
            self._known[name] = (reply, _id_at(reply), ticks, time.monotonic())
        reply, there, ticks, since_s = self._known[name]
        now = (ticks + int((time.monotonic() - since_s) * 100)).to_bytes(_ID_BYTES, "big")
        return reply[:there] + datagram[at : at + _ID_BYTES] + reply[there + _ID_BYTES : -_ID_BYTES] + now


def _id_at(message: bytes) -> int:
    """Where the body of the request identifier begins."""
    at = _head(message, 0)
    at += 3  # the version
    at = _head(message, at) + message[at + 1]  # the community
    return _head(message, at) + 2


def _head(message: bytes, at: int) -> int:
    size = message[at + 1]
    return at + 2 + (size & 0x7F if size & 0x80 else 0)
