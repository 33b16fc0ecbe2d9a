"""The network of a city as a study's arrays, and back again in a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from inventory.entities import Code
from topology.net import Groups, Net
from topology.pieces import lost_ranges_of_each
from topology.risk_groups import GroupKind
from topology.tree import SpanningTree, spanning_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studies.arrays import Array, Arrays
    from studies.question import Ground
    from topology.cut_index import CutIndex
    from topology.net import Bools, Ints, Rows

    Floats = NDArray[np.float64]


def network_arrays(index: CutIndex) -> dict[str, Array]:
    """What a cut does, as arrays: links, what losing a node counts, the links of each trench."""
    net, groups = index.net, index.net.groups[GroupKind.TRENCH]
    return {
        "codes": np.asarray(net.codes, dtype=np.str_),
        "links": np.asarray(net.links, dtype=np.str_),
        "trenches": np.asarray(groups.codes, dtype=np.str_),
        "hubs": np.asarray([net.hubs], dtype=np.int64),
        "near": net.near,
        "far": net.far,
        "measures": net.measures,
        "trench_offsets": groups.offsets,
        "trench_links": groups.members,
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A study's arrays, with the network among them as topology knows it."""

    arrays: Arrays

    def ints(self, name: str) -> Ints:
        """One array of whole numbers."""
        return cast("Ints", self.arrays[name])

    def floats(self, name: str) -> Floats:
        """One array of numbers."""
        return cast("Floats", self.arrays[name])

    @cached_property
    def net(self) -> Net:
        """The network; of all groups it knows the trenches."""
        near, far, hubs = self.ints("near"), self.ints("far"), int(self.ints("hubs")[0])
        return Net(
            codes=tuple(Code(code) for code in self.arrays["codes"].tolist()),
            hubs=hubs,
            links=tuple(Code(code) for code in self.arrays["links"].tolist()),
            near=near,
            far=far,
            tail=np.maximum(near - (hubs - 1), 0),
            head=np.maximum(far - (hubs - 1), 0),
            measures=self.ints("measures"),
            groups={
                GroupKind.TRENCH: Groups(
                    codes=tuple(Code(code) for code in self.arrays["trenches"].tolist()),
                    offsets=self.ints("trench_offsets"),
                    members=self.ints("trench_links"),
                )
            },
        )

    @cached_property
    def tree(self) -> SpanningTree:
        """A spanning tree of what the hubs reach."""
        return spanning_tree(self.net)

    @property
    def trenches(self) -> Groups:
        """The links of each trench."""
        return self.net.groups[GroupKind.TRENCH]

    @cached_property
    def measure_sums(self) -> Ints:
        """Measures added up along the tree's order: what a range loses is the difference of two rows."""
        sums = np.zeros((len(self.tree.order) + 1, self.net.measures.shape[1]), dtype=np.int64)
        np.cumsum(self.net.measures[self.tree.order], axis=0, out=sums[1:])
        return sums

    def lost(self, scenarios: Rows) -> Lost:
        """What each of these sets of links cuts off. Exact. Cost: its links and the chords below them, in numpy."""
        if not self._breaks[scenarios.members].any():
            none = np.zeros(0, dtype=np.int64)
            return Lost(model=self, scenarios=scenarios.count, scenario=none, start=none, stop=none)
        scenario, start, stop = lost_ranges_of_each(self.tree, scenarios)
        return Lost(model=self, scenarios=scenarios.count, scenario=scenario, start=start, stop=stop)

    @cached_property
    def _breaks(self) -> Bools:
        """Links whose loss breaks the tree: without one of these in a set nothing is cut off."""
        return self.tree.child_of_link >= 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Lost:
    """What scenarios take down, as ranges of the tree's order: ``scenario`` loses ``order[start:stop]``."""

    model: Model
    scenarios: int
    scenario: Ints
    start: Ints
    stop: Ints

    def part(self, first: int, last: int) -> Lost:
        """Only these ranges."""
        return replace(
            self,
            scenario=self.scenario[first:last],
            start=self.start[first:last],
            stop=self.stop[first:last],
        )

    @property
    def measures(self) -> Ints:
        """A row a scenario: weight, sites, structures, sirens."""
        sums = self.model.measure_sums
        parts = sums[self.stop] - sums[self.start]
        columns = [np.bincount(self.scenario, weights=part, minlength=self.scenarios) for part in parts.T]
        return np.stack(columns, axis=1).astype(np.int64)

    def times(self) -> Ints:
        """For each vertex, in how many of the scenarios it is lost."""
        change = np.zeros(len(self.model.tree.order) + 1, dtype=np.int64)
        np.add.at(change, self.start, 1)
        np.add.at(change, self.stop, -1)
        return cast("Ints", self._by_vertex(np.cumsum(change)[:-1]))

    def weighted(self, weights: Floats) -> Floats:
        """For each vertex the sum of the weights of the scenarios in which it is lost."""
        change = np.zeros(len(self.model.tree.order) + 1, dtype=np.float64)
        np.add.at(change, self.start, weights[self.scenario])
        np.add.at(change, self.stop, -weights[self.scenario])
        return cast("Floats", np.maximum(self._by_vertex(np.cumsum(change)[:-1]), 0.0))

    def _by_vertex(self, along: NDArray[np.generic]) -> NDArray[np.generic]:
        found = np.zeros(len(self.model.tree.enter), dtype=along.dtype)
        found[self.model.tree.order] = along
        return found


def site_rows(ground: Ground, model: Model, minutes: Floats, low: Floats, high: Floats) -> list[dict[str, object]]:
    """Minutes a year of all sites that are reached at all, hubs left out, those that are lost longest first."""
    index = ground.index
    rows: list[tuple[float, Code, dict[str, object]]] = []
    for site in index.plant.sites:
        vertex = index.vertex_of.get(site.code, 0)
        if vertex and model.tree.enter[vertex] >= 0:
            told = {"minutes": float(minutes[vertex]), "low": float(low[vertex]), "high": float(high[vertex])}
            rows.append((-told["minutes"], site.code, {"site": site.code, "name": site.label, **told}))
    return [row for _minutes, _code, row in sorted(rows, key=lambda each: each[:2])]
