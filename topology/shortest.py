"""Shortest ways from the hubs to everything at once, over links of which some may carry one way only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from topology.net import Ints

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortest:
    """How ``far`` each vertex is, infinite for no way; ``came`` from which vertex, by which ``link``, or -1."""

    far: Floats
    came: Ints
    link: Ints

    def way(self, vertex: int) -> list[int]:
        """The links from a vertex to its hub, in order; empty for a hub and where no way leads."""
        found = []
        while self.link[vertex] >= 0:
            found.append(int(self.link[vertex]))
            vertex = int(self.came[vertex])
        return found


def shortest(vertices: int, arcs: tuple[Ints, Ints, Ints], weight: Floats) -> Shortest:
    """Shortest ways to vertex 0 (Dijkstra, 1959). ``arcs``: (link, from, to) towards the hubs; ``weight`` of each link.

    Of parallel arcs the shortest is taken, of equal ones the first. Weights are positive. Cost: O(m log n).
    """
    link, start, end = arcs
    key = end * vertices + start
    order = np.lexsort((link, weight[link], key))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = key[order][1:] != key[order][:-1]
    chosen = order[first]
    keys = key[chosen]
    graph = coo_array((weight[link[chosen]], (end[chosen], start[chosen])), shape=(vertices, vertices)).tocsr()
    fars, cames = dijkstra(graph, directed=True, indices=np.zeros(1, dtype=np.int64), return_predecessors=True)
    far, came = fars[0], np.maximum(cames[0].astype(np.int64), -1)
    by = np.full(vertices, -1, dtype=np.int64)
    reached = np.flatnonzero(came >= 0)
    by[reached] = link[chosen][np.searchsorted(keys, came[reached] * vertices + reached)]
    return Shortest(far=far, came=came, link=by)
