"""What is used of gufo-snmp's sockets, and how its answers are looked at."""

# ruff: noqa: D102 - the methods are the library's, and described there

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeGuard, TypeVar

from collectors.snmp_session import HasFd
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gufo.snmp._fast import GetIter

    from collectors.client import SnmpValue

T = TypeVar("T")
_PLAIN = frozenset({int, str, bytes})


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


def or_none(receive: Callable[[GetIter], T], position: GetIter) -> T | None:
    """The library says "no rows" by StopAsyncIteration."""
    try:
        return receive(position)
    except StopAsyncIteration:
        return None
