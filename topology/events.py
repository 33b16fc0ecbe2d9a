"""Everything that may happen to links at once, each distinct set of links with how often it is hit and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from topology.alike import alike
from topology.net import Rows, rows_of
from topology.risk_groups import GroupKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.net import Ints
    from topology.rates import Rates

    Floats = NDArray[np.float64]

POWER_PER_YEAR = 0.005
"""Mains failures a year that outlast a node's battery of four hours: 0.27 interruptions, 1.9 % of them longer."""
PATH_PER_YEAR = 0.048
"""Faults of one path a year: 0.03 at its patches, 0.009 for each of its two modules."""
_LEAST_CUTS = 1e-6
"""Cuts a year of the shortest stub: no length of 0 makes an event impossible."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """Distinct sets of links with the events that take exactly these: ``rate`` a year, ``cut_share`` of it cuts."""

    rows: Rows
    takes: csr_array
    rate: Floats
    cut_share: Floats
    trenches: tuple[tuple[Code, ...], ...]
    nodes: tuple[tuple[Code, ...], ...]


def events_of(index: CutIndex, rates: Rates) -> Events:
    """All events of a plant. Cost: linear in memberships."""
    net = index.net
    cuts = net.groups[GroupKind.TRENCH]
    count = len(net.links)
    standing = rows_of(
        np.concatenate((net.near, net.far)), np.tile(np.arange(count, dtype=np.int64), 2), len(net.codes)
    )
    single = np.arange(count, dtype=np.int64)
    sizes = np.concatenate((cuts.sizes, standing.sizes, np.ones(count, dtype=np.int64)))
    members = np.concatenate((_ascending(cuts), standing.members, single))
    every = Rows(offsets=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))), members=members)
    same = alike(every)
    chosen = np.unique(same, return_index=True)[1]
    cut_rate = np.asarray(
        [max(rates.per_year(index.plant.section[code]), _LEAST_CUTS) for code in cuts.codes], dtype=np.float64
    )
    rate = np.concatenate((cut_rate, np.full(len(net.codes), POWER_PER_YEAR), np.full(count, PATH_PER_YEAR)))
    total = np.asarray(np.bincount(same, weights=rate, minlength=len(chosen)), dtype=np.float64)
    trenches: list[list[Code]] = [[] for _ in chosen]
    nodes: list[list[Code]] = [[] for _ in chosen]
    for number, code in enumerate(cuts.codes):
        trenches[int(same[number])].append(code)
    for number, code in enumerate(net.codes):
        nodes[int(same[cuts.count + number])].append(code)
    rows = every.take(chosen)
    takes = csr_array((np.ones(len(rows.members)), rows.members, rows.offsets), shape=(rows.count, count))
    return Events(
        rows=rows,
        takes=takes,
        rate=total,
        cut_share=np.bincount(same[: cuts.count], weights=cut_rate, minlength=len(chosen)) / total,
        trenches=tuple(map(tuple, trenches)),
        nodes=tuple(map(tuple, nodes)),
    )


def _ascending(rows: Rows) -> Ints:
    return rows.members[np.lexsort((rows.members, rows.owners))]
