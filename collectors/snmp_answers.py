"""What is used of gufo-snmp's sockets, and how its answers are looked at."""

# ruff: noqa: D102 - the methods are the library's, and described there

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeGuard, TypeVar

from gufo.snmp import SnmpAuthError

from collectors.client import Fault
from collectors.snmp_session import Broken, HasFd, next_datagram
from collectors.v2c_wire import MOST_BYTES
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gufo.snmp._fast import GetIter

    from collectors.client import SnmpValue

T = TypeVar("T")
_PLAIN = frozenset({int, str, bytes})
_NUMBERS = frozenset(MOST_BYTES)
"""Tags of numbers; as the length of one they would be longer than any."""


class Socket(HasFd, Protocol):
    """What this module uses of the library's sockets."""

    def send_get(self, oid: str) -> None: ...
    def recv_get(self) -> object: ...
    def send_get_many(self, oids: list[str]) -> None: ...
    def recv_get_many(self) -> Mapping[str, object]: ...
    def send_get_next(self, iter_getnext: GetIter) -> None: ...
    def recv_get_next(self, iter_getnext: GetIter) -> tuple[str, object]: ...
    def send_get_bulk(self, iter_getbulk: GetIter) -> None: ...
    def recv_get_bulk(self, iter_getnext: GetIter) -> Sequence[tuple[str, object] | None]: ...


def is_whole(values: Mapping[str, object], names: AbstractSet[str]) -> TypeGuard[Mapping[str, SnmpValue]]:
    """Whether an answer holds exactly what was asked, in types that values have here."""
    return values.keys() == names and _PLAIN.issuperset(map(type, values.values()))


def receive_many(socket: Socket) -> Mapping[str, object]:
    """The values of an answer.

    Nothing but zeros, sysUpTime among them, is what the library makes of integers without a single byte.
    """
    values = socket.recv_get_many()
    if len(values) > 1 and not any(values.values()):
        raise ValueError(_("all its values are empty"))
    return values


def receive_one(socket: Socket) -> Mapping[str, object]:
    """The value of an answer to a question for one object, or nothing.

    A zero may be an integer without a single byte here too; one that is there ends in its byte, not in its length.
    """
    datagram = next_datagram(socket.get_fd())
    values = socket.recv_get_many()
    if not any(values.values()) and datagram[-1:] == b"\0" and datagram[-2] in _NUMBERS:
        return {}
    return values


def fault_of(error: Exception) -> Fault:
    """The kind of a bad answer."""
    if isinstance(error, SnmpAuthError):
        return Fault.REFUSED
    return Fault.PANIC if isinstance(error, Broken) else Fault.UNREADABLE


def or_none(receive: Callable[[GetIter], T], position: GetIter) -> T | None:
    """The library says "no rows" by StopAsyncIteration."""
    try:
        return receive(position)
    except StopAsyncIteration:
        return None
