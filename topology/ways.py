"""How many separate ways a site has: how many things of a kind have to fail before it is cut off, and which.

By Menger's theorem that is the number of disjoint ways where the things are links; where they are groups of links
(cables, trenches, nodes, entries) it is the number of failures the site cannot survive, which is what people mean when
they ask for separate ways. One and two are told exactly with a witness; three means three or more, and the proof that
no two suffice is the certificate of the pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from rainbow.kernel.texts import N_
from topology.blocks import blocks
from topology.doubles import lost_mask
from topology.net import WEIGHT, rows_of
from topology.risk_groups import GroupKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.doubles import ProvedDoubles
    from topology.net import Ints

MANY = 3
"""So many ways or more."""


class Level(StrEnum):
    """What ways must not share to count as separate."""

    STRAND = "strand"
    CABLE = "cable"
    TRENCH = "trench"
    NODE = "node"
    ENTRY = "entry"


LEVEL_TITLES = {
    Level.STRAND: N_("links"),
    Level.CABLE: N_("cables"),
    Level.TRENCH: N_("trenches"),
    Level.NODE: N_("nodes"),
    Level.ENTRY: N_("entries"),
}

KINDS_OF = {
    Level.CABLE: (GroupKind.CABLE,),
    Level.TRENCH: (GroupKind.TRENCH, GroupKind.CORRIDOR),
    Level.NODE: (GroupKind.NODE,),
    Level.ENTRY: (GroupKind.TRENCH, GroupKind.CORRIDOR, GroupKind.ENTRY, GroupKind.NODE),
}
"""Groups none of which ways of a level may share; separate entries are separate trenches and chambers too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """``count`` things must fail to cut the site off, and ``witness`` are such; empty where count is ``MANY``.

    A count of 0 is a site that is dark. For links the count is exact, however large.
    """

    count: int
    witness: tuple[Code, ...]


def ways(index: CutIndex, sites: Collection[Code]) -> dict[Code, dict[Level, Ways]]:
    """The separate ways of these sites to any hub. Cost: the pairs of four kinds, and a flow for each site."""
    reached = [site for site in sites if site in index.vertex_of and site not in set(index.dark)]
    by_kind = {kind: _by_groups(index, kind, reached) for kinds in KINDS_OF.values() for kind in kinds}
    links = link_ways(index, reached)
    found: dict[Code, dict[Level, Ways]] = {}
    for site in sites:
        dark = Ways(count=0, witness=())
        found[site] = {Level.STRAND: links.get(site, dark)} | {
            level: min((by_kind[kind].get(site, dark) for kind in kinds), key=lambda each: each.count)
            for level, kinds in KINDS_OF.items()
        }
    return found


def _by_groups(index: CutIndex, kind: GroupKind, sites: Collection[Code]) -> dict[Code, Ways]:
    """One, two or many of a kind, with a witness."""
    hubs = set(index.net.codes[: index.net.hubs])
    found = {site: Ways(count=1, witness=(cut,)) for site, cut in _heaviest(index, kind, sites, hubs).items()}
    asked = {index.vertex_of[site]: site for site in sites if site not in found}
    proved = index.doubles(kind).proved
    for first, second in _some_pairs(proved, hubs):
        if not asked:
            break
        holders = [_codes(proved, part, hubs) for part in (first, second)]
        if all(holders):
            links = np.concatenate([proved.parts.rows.row(part) for part in (first, second)])
            lost = set(proved.tree.order[lost_mask(proved.tree, links)].tolist())
            for vertex in asked.keys() & lost:
                witness = [next((code for code in held if code != asked[vertex]), None) for held in holders]
                if None not in witness:
                    found[asked.pop(vertex)] = Ways(count=2, witness=tuple(code for code in witness if code))
    return found | {site: Ways(count=MANY, witness=()) for site in asked.values()}


def _heaviest(index: CutIndex, kind: GroupKind, sites: Collection[Code], hubs: set[Code]) -> dict[Code, Code]:
    """The heaviest group of a kind that alone takes each of these sites, its own fall and that of hubs aside.

    A sweep along the tree's order with the ranges that are open in a heap. Cost: O((r + s) log r) for r ranges, which
    a list of all takers is not: a street of houses in a row has a square of them.
    """
    taken, codes, weight = index.taken(kind), index.net.groups[kind].codes, index.harm(kind)[:, WEIGHT].tolist()
    ranges = sorted(zip(taken.start.tolist(), taken.stop.tolist(), taken.group.tolist(), strict=True), reverse=True)
    asked = sorted((int(index.tree.enter[vertex]), site) for site in sites if (vertex := index.vertex_of[site]))
    found: dict[Code, Code] = {}
    heap: list[tuple[int, Code, int]] = []
    for place, site in asked:
        while ranges and ranges[-1][0] <= place:
            _start, stop, group = ranges.pop()
            if codes[group] not in hubs:
                heappush(heap, (-weight[group], codes[group], stop))
        aside = []
        while heap and (heap[0][2] <= place or heap[0][1] == site):
            entry = heappop(heap)
            if entry[2] > place:
                aside.append(entry)  # the site itself: still open for what hangs on it
        if heap:
            found[site] = heap[0][1]
        for entry in aside:
            heappush(heap, entry)
    return found


def _codes(proved: ProvedDoubles, part: int, hubs: set[Code]) -> list[Code]:
    """Who holds a part: two will do, the site itself is no witness; a hub never is."""
    codes = (proved.groups.codes[group] for group in proved.parts.holders.row(part).tolist())
    return list(islice((code for code in codes if code not in hubs), 2))


def _some_pairs(proved: ProvedDoubles, hubs: set[Code]) -> Iterator[tuple[int, int]]:
    """Enough pairs of parts to take every node down that any pair does: neighbours on rings, then all others.

    Neighbours among the parts that something other than a hub holds.
    """
    rows = proved.rings.rows
    no_hub = np.fromiter((code not in hubs for code in proved.groups.codes), np.bool_, len(proved.groups.codes))
    held = proved.parts.holders.keep(no_hub).sizes
    for ring in range(rows.count):
        yield from pairwise(part for part in rows.row(ring).tolist() if held[part])
    yield from zip(proved.first.tolist(), proved.second.tolist(), strict=True)


def link_ways(index: CutIndex, sites: Collection[Code]) -> dict[Code, Ways]:
    """The number of link-disjoint ways of each site, with a minimum cut (Ford and Fulkerson, 1956).

    A way to the root passes one block after the other, so the fewest ways through one of them are the answer. Cost: a
    flow for each vertex a way leaves a block by, in that block alone.
    """
    tree, pieces = index.tree, blocks(index.tree)
    members = rows_of(pieces.of_link[tree.live], np.flatnonzero(tree.live), len(pieces.sizes))
    fewest: dict[int, Ways] = {}
    found = {}
    for site in sites:
        vertex = index.vertex_of[site]
        chain = []
        while vertex and vertex not in fewest:
            chain.append(vertex)
            vertex = int(pieces.entry[pieces.of_link[tree.parent_link[vertex]]])
        for inner in reversed(chain):
            block = int(pieces.of_link[tree.parent_link[inner]])
            entry = int(pieces.entry[block])
            here = _through(index, members.row(block), inner, entry)
            fewest[inner] = min((here, fewest[entry]), key=lambda each: each.count) if entry else here
        if index.vertex_of[site]:
            found[site] = fewest[index.vertex_of[site]]
    return found


def _through(index: CutIndex, links: Ints, start: int, end: int) -> Ways:
    """Link-disjoint ways from a vertex of a block to its entry, over the block's links."""
    net = index.net
    if (index.tree.child_of_link[links] < 0).sum() <= 1:  # no chord: a bridge; one: a ring
        cut = links[(net.tail[links] == start) | (net.head[links] == start)]
        return Ways(count=len(cut), witness=tuple(net.links[link] for link in cut.tolist()))
    vertices, local = np.unique(np.concatenate((net.tail[links], net.head[links])), return_inverse=True)
    tail, head = local[: len(links)], local[len(links) :]
    ones = np.ones(2 * len(links), dtype=np.int32)
    ends = np.concatenate((tail, head)), np.concatenate((head, tail))
    graph = coo_array((ones, ends), shape=(len(vertices), len(vertices))).tocsr()
    here, there = np.searchsorted(vertices, (start, end)).tolist()
    flow = maximum_flow(graph, here, there)
    left = csr_array(graph - flow.flow)
    left.eliminate_zeros()
    side = np.zeros(len(vertices), dtype=np.bool_)
    side[breadth_first_order(left, here, return_predecessors=False)] = True
    cut = links[side[tail] != side[head]]
    return Ways(count=int(flow.flow_value), witness=tuple(net.links[link] for link in cut.tolist()))
