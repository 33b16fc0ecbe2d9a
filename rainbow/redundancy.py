"""Which sites are on their last path now: judged when links change, written each round for dashboards and alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.metrics import LINK, REDUNDANCY, REDUNDANCY_TOTAL
from rainbow.kernel.samples import Sample
from topology.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import SampleWriter, UnixNs, Value
    from store.reader import StoreReader
    from topology.cut_index import CutIndex

DOWN = 0
"""Of ``LINK.state``."""


class Redundancy:
    """Keeps what was judged last; the topology is only asked again when other links are down than before."""

    def __init__(self, plant: Plant, make_index: Callable[[], CutIndex]) -> None:
        self._plant = plant
        self._make_index = make_index
        self._index: CutIndex | None = None
        self._down: frozenset[Code] = frozenset()
        self._judged: dict[Code, Standing] = {}

    def step(self, reader: StoreReader, writer: SampleWriter, now_ns: UnixNs) -> None:
        """Judge what the store says of the links now, and write it.

        Raises:
            StoreError: the store cannot be read or written.
            TopologyError: the plant has no hub to be cut off from.
        """
        told = {_down_link(sample) for sample in reader.latest(LINK)}
        down = frozenset(link.code for link in self._plant.links if link.code in told)
        writer.write(self.judged(down, now_ns))

    def judged(self, down: frozenset[Code], now_ns: UnixNs) -> list[Sample]:
        """Samples of the sites that do not stand as built, of those that do again, and the totals."""
        before = self._judged
        if down != self._down:
            self._index = self._index or self._make_index()
            self._judged = standing(self._index, down)
            self._down = down
        repaired = dict.fromkeys(before.keys() - self._judged.keys(), Standing.AS_BUILT)
        shown = {**self._judged, **repaired}
        return [
            *(Sample(REDUNDANCY.series(site=code), now_ns, self._values(code, how)) for code, how in shown.items()),
            Sample(REDUNDANCY_TOTAL.series(city=self._plant.city), now_ns, self._totals()),
        ]

    def _values(self, code: Code, how: Standing) -> dict[Field, Value]:
        name = self._plant.nodes[code].name
        return {REDUNDANCY.standing: int(how), **({REDUNDANCY.label: name} if name else {})}

    def _totals(self) -> dict[Field, Value]:
        ways = list(self._judged.values())
        return {
            REDUNDANCY_TOTAL.last_path: ways.count(Standing.LAST_PATH),
            REDUNDANCY_TOTAL.cut_off: ways.count(Standing.CUT_OFF),
        }


def _down_link(sample: Sample) -> str:
    """The link of a sample that says it is down, else nothing."""
    tags = dict(sample.series.tags)
    return tags.get("link", "") if sample.values.get(LINK.state) == DOWN else ""
