"""The ports of one device between polls: which OIDs to ask, and what was counted last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.rates import FASTEST_BPS, UPTIME_TICKS, Reading, rates
from collectors.reading import PortState
from collectors.tables import COLUMNS, COUNTERS, STATES, instance
from rainbow.kernel.metrics import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.client import SnmpValue
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Series, Value

GIVEN_UP_AFTER = 3
"""Polls in a row without a column after which it is not asked for until the next discovery."""
STORED_END = 1 << 63
"""The store and InfluxDB keep signed 64-bit numbers; a counter beyond is used for its rate only."""
_ALL_SEEN = (True,) * len(COLUMNS)
_NONE_SEEN = (False,) * len(COLUMNS)
_IN, _OUT = 0, 1
"""Places of the octet counters in COUNTERS."""
_STATES = slice(len(COUNTERS), -1)


class Settled(NamedTuple):
    """A port whose last answer was whole: its states as stored, in the order of STATES, the speed that bounds it."""

    fields: tuple[int, int, int]
    speed_bps: float

    @property
    def oper(self) -> int:
        """See OPER."""
        return self.fields[0]

    @property
    def admin(self) -> int:
        """See ADMIN."""
        return self.fields[1]


class Port:
    """One port: ``oids`` in the order of COLUMNS, empty where the device does not have the column.

    ``last`` is its last reading, unless a block holds it (:mod:`collectors.port_block`).
    """

    __slots__ = ("_missed", "_seen", "_specs", "if_name", "index", "last", "oids", "plant_bps", "series", "settled")

    def __init__(self, *, if_name: str, index: int, series: Series, plant_bps: int) -> None:
        self.if_name = if_name
        self.index = index
        self.series = series
        self.plant_bps = plant_bps
        self.oids = [instance(column, index) for column in COLUMNS]
        self._specs = [column.wide for column in COUNTERS]
        self._seen = _NONE_SEEN
        self._missed = [0] * len(COLUMNS)
        self.last: Reading | None = None
        self.settled: Settled | None = None

    def ask_again(self) -> None:
        """After a discovery: columns given up are asked for once more."""
        for place, oid in enumerate(self.oids):
            if not oid:
                self.oids[place] = instance(COLUMNS[place], self.index)
                self._missed[place] = 0

    def take(
        self, values: Mapping[str, SnmpValue], *, at_s: float, uptime_ticks: int | None
    ) -> tuple[dict[Field, Value], PortState] | None:
        """Fields of INTERFACE and the port's state from one answer, None where the device has no such row.

        ``at_s`` is monotonic: rates are made of it, never of the wall clock.
        """
        raw = list(map(values.get, self.oids))
        if None not in raw:
            self._seen = _ALL_SEEN
            self._missed = [0] * len(COLUMNS)
        elif not self._note_missing(raw):
            return None
        counted = [
            value if isinstance(value, int) and 0 <= value < 1 << spec.bits else None
            for value, spec in zip(raw[: len(COUNTERS)], self._specs, strict=True)
        ]
        fields = self._states(raw)
        self.settled = self._settle(counted, fields)
        for column, total in zip(COUNTERS, counted, strict=True):
            if total is not None and total < STORED_END:
                fields[column.total] = total
        in_bps, out_bps = self._rates(fields, counted, _ticks(raw[-1]), at_s=at_s, uptime_ticks=uptime_ticks)
        return fields, PortState(
            _state(fields, INTERFACE.admin_state), _state(fields, INTERFACE.oper_state), in_bps, out_bps
        )

    def _settle(self, counted: Sequence[int | None], fields: Mapping[Field, Value]) -> Settled | None:
        """None where something is missing, odd, or counted in 32 bits."""
        narrow = any(spec is not column.wide for spec, column in zip(self._specs, COUNTERS, strict=True))
        oper, admin, speed = (_state(fields, column.field) for column in STATES)
        if narrow or None in counted or oper is None or admin is None or speed is None:
            return None
        return Settled((oper, admin, speed), self._speed_bps(fields) or FASTEST_BPS)

    def _speed_bps(self, fields: Mapping[Field, Value]) -> float:
        """By device and plant, whichever says more; 0 where neither does."""
        said = fields.get(INTERFACE.speed_bps, 0)
        return max(said if isinstance(said, int) else 0, self.plant_bps)

    def _states(self, raw: list[SnmpValue | None]) -> dict[Field, Value]:
        fields: dict[Field, Value] = {}
        for column, value in zip(STATES, raw[_STATES], strict=True):
            if isinstance(value, int) and column.least <= value <= column.most:
                fields[column.field] = value * column.factor
        return fields

    def _rates(
        self,
        fields: dict[Field, Value],
        counted: Sequence[int | None],
        discontinuity: int | None,
        *,
        at_s: float,
        uptime_ticks: int | None,
    ) -> tuple[float | None, float | None]:
        """Add the rates since the last poll to the fields; those of the octets also go to the totals."""
        before, self.last = self.last, Reading(at_s, uptime_ticks, discontinuity, counted)
        if before is None:
            return None, None
        found = rates(before, self.last, self._specs, speed_bps=self._speed_bps(fields))
        for column, rate in zip(COUNTERS, found, strict=True):
            if rate is not None:
                fields[column.rate] = rate
        return found[_IN], found[_OUT]

    def _note_missing(self, raw: list[SnmpValue | None]) -> bool:
        """Remember which columns did not come; False where none came."""
        if not any(value is not None for value in raw):
            return False
        self._seen = tuple(seen or value is not None for seen, value in zip(self._seen, raw, strict=True))
        for place, value in enumerate(raw):
            if value is not None:
                self._missed[place] = 0
            elif self.oids[place]:
                self._missed[place] += 1
                self._do_without(place)
        return True

    def _do_without(self, place: int) -> None:
        """Ask for the 32-bit counter where the 64-bit one was never there; else give the column up in time."""
        narrow = COUNTERS[place].narrow_oid if place < len(COUNTERS) else ""
        if narrow and not self._seen[place] and self._specs[place] is COUNTERS[place].wide:
            self.oids[place] = instance(narrow, self.index)
            self._specs[place] = COUNTERS[place].narrow
            self._missed[place] = 0
            self.last = None
        elif self._missed[place] >= GIVEN_UP_AFTER:
            self.oids[place] = ""


def _state(fields: Mapping[Field, Value], field: Field) -> int | None:
    value = fields.get(field)
    return value if isinstance(value, int) else None


def _ticks(raw: SnmpValue | None) -> int | None:
    return raw % UPTIME_TICKS if isinstance(raw, int) else None
