"""What came to the trap listener since it began, by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.traps.notification import Kind
from rainbow.kernel.metrics import TRAPS
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Series, UnixNs, Value

_FIELDS: dict[Kind, Field] = {
    Kind.LINK_DOWN: TRAPS.link_down,
    Kind.LINK_UP: TRAPS.link_up,
    Kind.RESTART: TRAPS.restart,
    Kind.OPTICS: TRAPS.optics,
    Kind.OTHER: TRAPS.other,
}


@dataclass(slots=True)
class TrapCounts:
    """``heard`` were let in and understood, ``damped`` were too many, ``refused`` were not let in or not understood."""

    heard: Counter[Kind] = field(default_factory=Counter)
    damped: int = 0
    refused: int = 0

    def sample(self, series: Series, time_ns: UnixNs) -> Sample:
        """All counts, zeros too: who counts on from them needs a beginning."""
        values: dict[Field, Value] = {item: self.heard[kind] for kind, item in _FIELDS.items()}
        values[TRAPS.other] = self.heard[Kind.OTHER] + self.heard[Kind.POWER]
        return Sample(series, time_ns, values | {TRAPS.damped: self.damped, TRAPS.refused: self.refused})
