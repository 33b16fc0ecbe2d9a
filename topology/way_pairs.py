"""Two ways of every site that share little trench: quick enough for a whole city, with what is proved about each.

The first is the shortest, the second the one that avoids its trenches most dearly. A pair that shares no more than the
trenches whose cut alone takes the site down is the best there is (:mod:`topology.diversity`); where this quick pair
shares more, the thorough search is asked, as long as the network is small enough for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from topology.diversity import best_pair
from topology.graph import GroupKind
from topology.light import link_m
from topology.shortest import shortest
from topology.ways import link_ways

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.net import Ints
    from topology.shortest import Floats, Shortest

DEAR = 1e6
"""A shared metre weighs as much as a detour of so many."""
MOST_LINKS = 40_000
"""A street of 100,000 houses in a row would need 5,000 million."""
THOROUGH_LINKS, MOST_THOROUGH = 400, 20
"""Up to so many links, doubtful pairs are searched for thoroughly, so many of them (a tenth of a second each)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPair:
    """Links of two ways from the site on; ``second`` is empty where there is one way only. ``hubs`` they lead to."""

    site: Code
    first: tuple[Code, ...]
    second: tuple[Code, ...]
    hubs: tuple[Code, ...]
    is_best: bool


def way_pairs(index: CutIndex, sites: Collection[Code]) -> Iterator[WayPair]:
    """A pair for each site that reaches a hub and is none, the nearest first; ``MOST_LINKS`` on all of them together.

    Cost: a search for shortest ways for each site with two ways or more.
    """
    search = _Search(index)
    reached = [site for site in sites if np.isfinite(search.first.far[index.vertex_of.get(site, 0)])]
    links = link_ways(index, [site for site in reached if index.vertex_of.get(site)])
    room = MOST_LINKS
    for site in sorted(links, key=lambda site: float(search.first.far[index.vertex_of[site]])):
        pair = search.pair(site, links[site].count)
        room -= len(pair.first) + len(pair.second)
        if room < 0:
            return
        yield pair


class _Search:
    """What all searches share: lengths, arcs both ways, which link lies in which trench, what a trench takes."""

    def __init__(self, index: CutIndex) -> None:
        self._index = index
        net = index.net
        self._weight: Floats = np.asarray([link_m(index.plant, link) + 1.0 for link in net.links], dtype=np.float64)
        every = np.arange(len(net.links), dtype=np.int64)
        self._arcs: tuple[Ints, Ints, Ints] = (
            np.concatenate((every, every)),
            np.concatenate((net.tail, net.head)),
            np.concatenate((net.head, net.tail)),
        )
        trenches = net.groups[GroupKind.TRENCH]
        shape = (trenches.count, len(net.links))
        ones = np.ones(len(trenches.members), dtype=np.float64)
        self._lies_in = csr_array((ones, trenches.members, trenches.offsets), shape=shape)
        length = [index.plant.section[code].length_m + 1.0 for code in trenches.codes]
        self._length: Floats = np.asarray(length, dtype=np.float64)
        taken = index.taken(GroupKind.TRENCH)
        self._taken: dict[Code, list[tuple[int, int]]] = {}
        for group, start, stop in zip(taken.group.tolist(), taken.start.tolist(), taken.stop.tolist(), strict=True):
            self._taken.setdefault(trenches.codes[group], []).append((start, stop))
        self._thorough = 0
        self.first: Shortest = shortest(net.vertices, self._arcs, self._weight)

    def pair(self, site: Code, count: int) -> WayPair:
        """The two ways of a site that has so many link-disjoint ones."""
        index = self._index
        vertex = index.vertex_of[site]
        first = self.first.way(vertex)
        second = self._second(vertex, first) if count > 1 else []
        if not second and count > 1:
            first, second = self._by_flow(vertex)
        shared = self._trenches(first) & self._trenches(second)
        sure = count == 1 or all(self._takes(code, vertex) for code in shared)
        if not sure and len(index.net.links) <= THOROUGH_LINKS and self._thorough < MOST_THOROUGH:
            self._thorough += 1
            found = best_pair(index, site)
            sure, ends = found.is_best, (found.first.links, found.second.links if found.second else ())
            first, second = ([index.link_number[link] for link in way] for way in ends)
        one, other = (tuple(index.net.links[number] for number in way) for way in (first, second))
        return WayPair(site=site, first=one, second=other, hubs=self._hubs(first, second), is_best=sure)

    def _takes(self, trench: Code, vertex: int) -> bool:
        """Whether a trench alone takes a vertex down, so that no two ways can avoid it both."""
        place = self._index.tree.enter[vertex]
        return any(start <= place < stop for start, stop in self._taken.get(trench, ()))

    def _second(self, vertex: int, first: list[int]) -> list[int]:
        used = np.zeros(len(self._weight), dtype=np.float64)
        used[first] = 1.0
        passed = (self._lies_in @ used > 0) * self._length
        weight = self._weight + DEAR * (self._lies_in.T @ passed)
        free = used[self._arcs[0]] == 0
        arcs = self._arcs[0][free], self._arcs[1][free], self._arcs[2][free]
        return shortest(self._index.net.vertices, arcs, weight).way(vertex)

    def _by_flow(self, vertex: int) -> tuple[list[int], list[int]]:
        """Two ways without a common link where the shortest one stands in the way of any other."""
        link, start, end = self._arcs
        vertices = self._index.net.vertices
        ones = np.ones(len(link), dtype=np.int32)
        flow = maximum_flow(coo_array((ones, (start, end)), shape=(vertices, vertices)).tocsr(), vertex, 0).flow.tocoo()
        steps: dict[int, list[int]] = {}
        between: dict[tuple[int, int], list[int]] = {}
        for number, here, there in zip(link.tolist(), start.tolist(), end.tolist(), strict=True):
            between.setdefault((here, there), []).append(number)
        for here, there, units in zip(
            flow.row.tolist(), flow.col.tolist(), flow.data.astype(np.int64).tolist(), strict=True
        ):
            steps.setdefault(here, []).extend(between[here, there][: max(0, int(units))])
        return self._walked(vertex, steps), self._walked(vertex, steps)

    def _walked(self, vertex: int, steps: dict[int, list[int]]) -> list[int]:
        net, found = self._index.net, []
        while vertex:
            found.append(link := steps[vertex].pop())
            vertex = int(net.head[link] if net.tail[link] == vertex else net.tail[link])
        return found

    def _trenches(self, way: list[int]) -> frozenset[Code]:
        index = self._index
        groups = (index.groups_of_link[index.net.links[number]] for number in way)
        return frozenset(code for group in groups for code in group[GroupKind.TRENCH])

    def _hubs(self, *ways: list[int]) -> tuple[Code, ...]:
        net = self._index.net
        last = [way[-1] for way in ways if way]
        return tuple(net.codes[net.near[link] if net.near[link] < net.hubs else net.far[link]] for link in last)
