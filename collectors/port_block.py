"""Ports read with one request, taken together: one pass over a column of values instead of one over each port.

Nearly every answer is as ever: whole, states as before, counters gone up by no more than the line can carry. Those go
through here; any other one is taken port by port (:meth:`collectors.ports.Port.take`), which knows all that can be
wrong. Both give the same.
"""

from __future__ import annotations

from itertools import repeat
from operator import mul, sub, truediv
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from collectors.ports import STORED_END, Settled
from collectors.rates import (
    BITS_PER_OCTET,
    CACHE_S,
    SHORTEST_S,
    SMALLEST_FRAME_BITS,
    UPTIME_TICKS,
    Counts,
    Reading,
    restarted,
)
from collectors.reading import PortState
from collectors.tables import COUNTERS, DISCONTINUITY
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import Row, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.client import SnmpValue
    from collectors.ports import Port
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

    Taken = tuple[Mapping[Field, Value], PortState]

_WIDTH = len(COUNTERS)
_SHAPE = Shape(
    (
        *(INTERFACE.admin_state, INTERFACE.oper_state, INTERFACE.speed_bps),
        *(column.rate for column in COUNTERS),
        *(column.total for column in COUNTERS),
    )
)
"""As the catalogue has them, so that the store takes a row as it stands."""
_FACTORS = tuple(column.wide.factor for column in COUNTERS)
_BITS = tuple(BITS_PER_OCTET if c.wide.counts is Counts.OCTETS else SMALLEST_FRAME_BITS for c in COUNTERS)
"""Bits of the line that one count takes at least."""
_ONLY_NUMBERS = {int}
_SURE = 1 - 1e-9
"""Whatever is that close to the ceiling is judged port by port, where nothing is rounded twice."""


class _AsEver(NamedTuple):
    """What the last answer was: values in the order of the block's OIDs, and what they are compared with."""

    at_s: float
    uptime_ticks: int | None
    counted: list[int]
    states: list[SnmpValue | None]
    marks: list[SnmpValue | None]
    settled: tuple[Settled, ...]
    most_ps: list[float]
    """Counts a second that each counter's line can carry."""


class PortBlock:
    """Ports asked for in one request. The block holds their last counters while all is as ever, else they do."""

    def __init__(self, ports: Sequence[Port]) -> None:
        self.ports = tuple(ports)
        self.oids = tuple(oid for port in ports for oid in port.oids if oid)
        self._counters = [oid for port in ports for oid in port.oids[:_WIDTH]]
        self._states = [oid for port in ports for oid in port.oids[_WIDTH:-1]]
        self._marks = [f"{DISCONTINUITY}.{port.index}" for port in ports]
        self._factors = _FACTORS * len(ports)
        self._known: _AsEver | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the last answer was whole, so that the same will be asked again."""
        return self._known is not None

    def take(self, values: Mapping[str, SnmpValue], *, at_s: float, uptime_ticks: int | None) -> list[Taken | None]:
        """What :meth:`Port.take` gives, for each port."""
        if (found := self._as_ever(values, at_s, uptime_ticks)) is not None:
            return found
        self.give_back()
        taken: list[Taken | None] = [port.take(values, at_s=at_s, uptime_ticks=uptime_ticks) for port in self.ports]
        self._known = self._settle(values, at_s, uptime_ticks)
        return taken

    def give_back(self) -> None:
        """Let the ports hold their last counters themselves; to be called before the block is dropped."""
        known = self._known
        if known is None:
            return
        for place, port in enumerate(self.ports):
            counted = known.counted[place * _WIDTH : (place + 1) * _WIDTH]
            port.last = Reading(known.at_s, known.uptime_ticks, _ticks(known.marks[place]), counted)
        self._known = None

    def _as_ever(
        self, values: Mapping[str, SnmpValue], at_s: float, uptime_ticks: int | None
    ) -> list[Taken | None] | None:
        known = self._known
        if known is None:
            return None
        get = values.get
        counted = list(map(get, self._counters))
        seconds = at_s - known.at_s
        if list(map(get, self._states)) != known.states or list(map(get, self._marks)) != known.marks:
            return None
        if not _numbers(counted) or seconds < SHORTEST_S or restarted(known.uptime_ticks, uptime_ticks, seconds):
            return None
        grown = list(map(sub, counted, known.counted))
        fullest_s = max(map(truediv, grown, known.most_ps))
        if min(grown) < 0 or fullest_s > (seconds + CACHE_S) * _SURE or max(counted) >= STORED_END:
            return None
        self._known = known._replace(at_s=at_s, uptime_ticks=uptime_ticks, counted=counted)
        rates = list(map(truediv, map(mul, grown, self._factors), repeat(seconds)))
        return [
            _taken(settled, counted[first : first + _WIDTH], rates[first : first + _WIDTH])
            for first, settled in zip(range(0, len(counted), _WIDTH), known.settled, strict=True)
        ]

    def _settle(self, values: Mapping[str, SnmpValue], at_s: float, uptime_ticks: int | None) -> _AsEver | None:
        """What to compare the next answer with; None where a port's answer was not whole."""
        settled = tuple(port.settled for port in self.ports if port.settled is not None)
        counted = [values.get(oid) for oid in self._counters]
        if len(settled) < len(self.ports) or not _numbers(counted):
            return None
        return _AsEver(
            at_s=at_s,
            uptime_ticks=uptime_ticks,
            counted=counted,
            states=[values.get(oid) for oid in self._states],
            marks=[values.get(oid) for oid in self._marks],
            settled=settled,
            most_ps=[item.speed_bps / bits for item in settled for bits in _BITS],
        )


def _taken(settled: Settled, counted: list[int], rates: list[float]) -> Taken:
    oper, admin, speed_bps = settled.fields
    row = Row(_SHAPE, (admin, oper, speed_bps, *rates, *counted))
    return row, PortState(admin, oper, rates[0], rates[1])


def _numbers(values: list[SnmpValue | None]) -> TypeGuard[list[int]]:
    return set(map(type, values)) == _ONLY_NUMBERS


def _ticks(raw: SnmpValue | None) -> int | None:
    return raw % UPTIME_TICKS if isinstance(raw, int) else None
