"""Objects of a switch in their order, made once for all switches that have the same ones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simulator.parts import Port, Switch

    Scalar = Callable[[Switch, float], bytes | None]
    """Makes the value of an object of a switch at a time; None where it is not there."""
    Cell = Callable[[Switch, Port, float], bytes | None]
    """Makes the value of an object of a port."""


class Entry(NamedTuple):
    """An object: of a port by its row, or of the switch (row -1)."""

    key: bytes
    make_for_switch: Scalar | None
    make_for_port: Cell | None
    row: int


@dataclass(frozen=True, slots=True)
class Column:
    """Objects of one type, one for each of some ports. ``index`` gives the rest of the identifier for an ifIndex."""

    oid: tuple[int, ...]
    make: Cell
    index: Callable[[int], tuple[int, ...]]


class Layout:
    """All objects that a switch can have."""

    def __init__(self, entries: Iterable[Entry], columns: Iterable[bytes]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry.key)
        self._keys = [entry.key for entry in self._entries]
        self._names = [ber.name_of(key) for key in self._keys]
        self._at = {name: index for index, name in enumerate(self._names)}
        self._columns = frozenset(columns)

    def get(self, switch: Switch, name: bytes, now_s: float) -> bytes | None:
        """The value of exactly this object, or None."""
        index = self._at.get(name)
        return None if index is None else _value(self._entries[index], switch, now_s)

    def walk(self, switch: Switch, name: bytes, now_s: float) -> Iterator[tuple[bytes, bytes]]:
        """Names and values behind a name; objects that are not there just now are passed over."""
        known = self._at.get(name)
        start = known + 1 if known is not None else bisect_right(self._keys, ber.key_of(name))
        for index in range(start, len(self._entries)):
            value = _value(self._entries[index], switch, now_s)
            if value is not None:
                yield self._names[index], value

    def knows_column(self, name: bytes) -> bool:
        """Whether the object's type is one of this layout's."""
        key = ber.key_of(name)
        return any(key[:end] in self._columns for end in range(len(key) - 4, 0, -4))


def _value(entry: Entry, switch: Switch, now_s: float) -> bytes | None:
    _key, for_switch, for_port, row = entry
    if for_port is not None:
        return for_port(switch, switch.ports[row], now_s)
    return for_switch(switch, now_s) if for_switch is not None else None
