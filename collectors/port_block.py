"""Ports read with one request, taken together: one pass over a column of values instead of one over each port.

Nearly every answer is as ever: whole, states as before, counters gone up by no more than the line can carry. Those go
through here; any other one is taken port by port (:meth:`collectors.ports.Port.take`), which knows all that can be
wrong. Both give the same.
"""

from __future__ import annotations

from itertools import repeat
from operator import mul, sub, truediv
from typing import TYPE_CHECKING, NamedTuple

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
from collectors.tables import COUNTERS, STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.client import SnmpValue
    from collectors.ports import Port
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Numbers, Value

    Taken = tuple[Numbers, PortState]
    """A row of FIELDS, and the port's state."""

_WIDTH = len(COUNTERS)
FIELDS = (
    *(column.field for column in STATES),
    *(column.rate for column in COUNTERS),
    *(column.total for column in COUNTERS),
)
"""What a port's row holds."""
_FACTORS = tuple(column.wide.factor for column in COUNTERS)
_BITS = tuple(BITS_PER_OCTET if c.wide.counts is Counts.OCTETS else SMALLEST_FRAME_BITS for c in COUNTERS)
"""Bits of the line that one count takes at least."""
_SURE = 1 - 1e-9
"""Whatever is that close to the ceiling is judged port by port, where nothing is rounded twice."""


class _AsEver(NamedTuple):
    """What stays from answer to answer while all is as ever: states and marks, and what counters are judged by."""

    others: list[SnmpValue | None]
    settled: tuple[Settled, ...]
    most_ps: list[float]
    """Counts a second that each counter's line can carry."""


class PortBlock:
    """Ports asked for in one request: counters of all of them first, then their states, then their marks.

    The block holds their last counters while all is as ever, else they do.
    """

    def __init__(self, ports: Sequence[Port]) -> None:
        self.ports = tuple(ports)
        rows = [port.oids for port in ports]
        asked = [
            *(oid for row in rows for oid in row[:_WIDTH]),
            *(oid for row in rows for oid in row[_WIDTH:-1]),
            *(row[-1] for row in rows),
        ]
        self.oids = tuple(filter(None, asked))
        self._is_whole = len(self.oids) == len(asked)
        self._factors = _FACTORS * len(ports)
        self._known: _AsEver | None = None
        self._at_s = 0.0
        self._uptime_ticks: int | None = None
        self._counted: list[int] = []

    @property
    def is_settled(self) -> bool:
        """Whether the last answer was whole, so that the same will be asked again."""
        return self._known is not None

    def take(
        self, values: Sequence[SnmpValue | None], *, at_s: float, uptime_ticks: int | None
    ) -> Sequence[Taken | None]:
        """What :meth:`Port.take` gives, for each port; ``values`` are those of :attr:`oids`, others behind them."""
        if (found := self._as_ever(values, at_s, uptime_ticks)) is not None:
            return found
        self.give_back()
        said = {oid: value for oid, value in zip(self.oids, values, strict=False) if value is not None}
        taken = [_row(port.take(said, at_s=at_s, uptime_ticks=uptime_ticks)) for port in self.ports]
        self._known = self._settle(values)
        self._at_s, self._uptime_ticks = at_s, uptime_ticks
        return taken

    def give_back(self) -> None:
        """Let the ports hold their last counters themselves; to be called before the block is dropped."""
        if self._known is None:
            return
        marks = self._known.others[-len(self.ports) :]
        for place, (port, mark) in enumerate(zip(self.ports, marks, strict=True)):
            counted = self._counted[place * _WIDTH : (place + 1) * _WIDTH]
            port.last = Reading(self._at_s, self._uptime_ticks, _ticks(mark), counted)
        self._known = None

    def _as_ever(self, values: Sequence[SnmpValue | None], at_s: float, uptime_ticks: int | None) -> list[Taken] | None:
        known, end = self._known, len(self._counted)
        if known is None or values[end : len(self.oids)] != known.others:
            return None
        seconds = at_s - self._at_s
        if seconds < SHORTEST_S or restarted(self._uptime_ticks, uptime_ticks, seconds):
            return None
        counted: list[int] = values[:end]  # type: ignore[assignment] # what is no number cannot be subtracted from
        try:
            grown = list(map(sub, counted, self._counted))
        except TypeError:
            return None
        fullest_s = max(map(truediv, grown, known.most_ps))
        if min(grown) < 0 or fullest_s > (seconds + CACHE_S) * _SURE or max(counted) >= STORED_END:
            return None
        self._at_s, self._uptime_ticks, self._counted = at_s, uptime_ticks, counted
        rates = list(map(truediv, map(mul, grown, self._factors), repeat(seconds)))
        return [
            (
                (*item.fields, *rates[first : first + _WIDTH], *counted[first : first + _WIDTH]),
                PortState(item.admin, item.oper, rates[first], rates[first + 1]),
            )
            for first, item in zip(range(0, end, _WIDTH), known.settled, strict=True)
        ]

    def _settle(self, values: Sequence[SnmpValue | None]) -> _AsEver | None:
        """What to compare the next answer with; None where a port's answer was not whole."""
        settled = tuple(port.settled for port in self.ports if port.settled is not None)
        if not settled or len(settled) < len(self.ports) or not self._is_whole:
            return None
        counted = [value for value in values[: len(self.ports) * _WIDTH] if isinstance(value, int)]
        self._counted = counted
        return _AsEver(
            others=list(values[len(counted) : len(self.oids)]),
            settled=settled,
            most_ps=[item.speed_bps / bits for item in settled for bits in _BITS],
        )


def _row(taken: tuple[Mapping[Field, Value], PortState] | None) -> Taken | None:
    if taken is None:
        return None
    fields, state = taken
    return tuple(map(fields.get, FIELDS)), state  # type: ignore[arg-type] # all fields of a port are numbers


def _ticks(raw: SnmpValue | None) -> int | None:
    return raw % UPTIME_TICKS if isinstance(raw, int) else None
