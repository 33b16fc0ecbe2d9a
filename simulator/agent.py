"""The agent: answers Get, GetNext, GetBulk and Set for a view of objects, as RFC 3416 says (RFC 1157 for version 1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simulator.ber import Request

REPLY_MAX = 1472
"""Bytes of the largest reply: what fits an Ethernet frame (1,500 less IP and UDP heads)."""
DATAGRAM_MAX = 65_507
"""What UDP carries at all: for a single object that would fit no frame, so that a walk gets past it."""
_HEAD_ROOM = 8
"""Bytes by which the lengths in a reply's heads may grow when bindings come in."""
_TOO_BIG = 1
_NO_SUCH_NAME = 2
_NOT_WRITABLE = 17
_V1 = 0
_V2C = 1
_END = ber.tlv(ber.END_OF_MIB_VIEW, b"")
_NULL = ber.tlv(ber.NULL, b"")


class View(Protocol):
    """Objects as an agent sees them. Names are bodies of object identifiers, values are encoded whole."""

    def get(self, name: bytes) -> bytes | None:
        """The value of exactly this object, or None."""

    def walk(self, name: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Names and values of the objects behind a name, in order."""

    def knows_column(self, name: bytes) -> bool:
        """Whether the object type exists, though this instance of it does not."""


class Objects:
    """A fixed view: objects that do not change, by key (see :mod:`simulator.ber`). The last of equals counts."""

    def __init__(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        self._values = dict(items)
        self._keys = sorted(self._values)

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, name: bytes) -> bytes | None:
        """See :class:`View`."""
        return self._values.get(ber.key_of(name))

    def walk(self, name: bytes) -> Iterator[tuple[bytes, bytes]]:
        """See :class:`View`."""
        for index in range(bisect_right(self._keys, ber.key_of(name)), len(self._keys)):
            key = self._keys[index]
            yield ber.name_of(key), self._values[key]

    def knows_column(self, name: bytes) -> bool:
        """See :class:`View`. No MIB is at hand: a type exists if another instance beside this one does."""
        column = ber.key_of(name)[:-4]
        index = bisect_left(self._keys, column)
        return index < len(self._keys) and self._keys[index].startswith(column)


@dataclass(slots=True)
class Counts:
    """What an agent was asked. ``refused`` were of a community or version it does not know."""

    requests: int = 0
    malformed: int = 0
    refused: int = 0


@dataclass(slots=True)
class Agent:
    """Answers datagrams. ``views`` finds the objects of a community, or None for one that is not known.

    No reply is longer than ``reply_max`` bytes but for a single object.
    """

    views: Callable[[bytes], View | None]
    reply_max: int = REPLY_MAX
    counts: Counts = field(default_factory=Counts)

    def answer(self, datagram: bytes) -> bytes | None:
        """The reply, or None: malformed and unknown communities are met with silence, as real agents do."""
        try:
            request = ber.parse_request(datagram)
        except ber.Malformed:
            self.counts.malformed += 1
            return None
        view = self.views(request.community) if request.version in {_V1, _V2C} else None
        if view is None:
            self.counts.refused += 1
            return None
        if request.version == _V1 and request.kind == ber.GET_BULK:
            self.counts.malformed += 1
            return None
        self.counts.requests += 1
        return _reply(view, request, self.reply_max)


def _reply(view: View, request: Request, reply_max: int) -> bytes:
    if request.kind == ber.SET:
        return _echo(request, error=_NO_SUCH_NAME if request.version == _V1 else _NOT_WRITABLE, index=1)
    if request.kind == ber.GET_BULK:
        return _bulk(view, request, reply_max)
    found = _next if request.kind == ber.GET_NEXT else _get
    parts: list[bytes] = []
    for index, name in enumerate(request.names, 1):
        part = found(view, name, old=request.version == _V1)
        if part is None:
            return _echo(request, error=_NO_SUCH_NAME, index=index)
        parts.append(part)
    reply = ber.response(request, b"".join(parts))
    most = reply_max if len(parts) > 1 else DATAGRAM_MAX
    return reply if len(reply) <= most else ber.response(request, b"", error=_TOO_BIG)


def _echo(request: Request, *, error: int, index: int) -> bytes:
    binds = b"".join(ber.bind(name, _NULL) for name in request.names)
    return ber.response(request, binds, error=error, index=index)


def _get(view: View, name: bytes, *, old: bool) -> bytes | None:
    """A binding for Get; None is version 1's noSuchName, which 64-bit counters get as well (RFC 3584, 4.2.2.1)."""
    value = view.get(name)
    if old:
        return ber.bind(name, value) if value is not None and value[0] != ber.COUNTER64 else None
    if value is None:
        value = ber.tlv(ber.NO_SUCH_INSTANCE if view.knows_column(name) else ber.NO_SUCH_OBJECT, b"")
    return ber.bind(name, value)


def _next(view: View, name: bytes, *, old: bool) -> bytes | None:
    """A binding for GetNext; version 1 passes over 64-bit counters and ends with noSuchName (None)."""
    for found, value in view.walk(name):
        if not old or value[0] != ber.COUNTER64:
            return ber.bind(found, value)
    return None if old else ber.bind(name, _END)


def _bulk(view: View, request: Request, reply_max: int) -> bytes:
    """GetBulk (RFC 3416, 4.2.3), cut where the reply would grow too large, as the standard allows."""
    room = reply_max - len(ber.response(request, b"")) - _HEAD_ROOM
    single = max(0, request.first)
    parts: list[bytes] = []
    for part in chain(
        (_first(view, name) for name in request.names[:single]),
        _repeated(view, request.names[single:], max(0, request.second)),
    ):
        room -= len(part)
        if room < 0 and parts:
            break
        parts.append(part)
    return ber.response(request, b"".join(parts))


def _first(view: View, name: bytes) -> bytes:
    return next((ber.bind(found, value) for found, value in view.walk(name)), ber.bind(name, _END))


def _repeated(view: View, names: tuple[bytes, ...], repetitions: int) -> Iterator[bytes]:
    """Row after row of the repeated names; the first row in which all have ended is the last."""
    walks = [view.walk(name) for name in names]
    last = list(names)
    for _turn in range(repetitions):
        ended = True
        for column, walk in enumerate(walks):
            found = next(walk, None)
            if found is None:
                yield ber.bind(last[column], _END)
            else:
                ended = False
                last[column] = found[0]
                yield ber.bind(*found)
        if ended:
            return
