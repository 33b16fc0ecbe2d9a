"""How many separate ways a site has: how many things of a kind have to fail before it is cut off, and which.

By Menger's theorem that is the number of disjoint ways where the things are links; where they are groups of links
(cables, trenches, nodes, entries) it is the number of failures the site cannot survive, which is what people mean when
they ask for separate ways. One and two are told exactly with a witness; three means three or more, and the proof that
no two suffice is the certificate of the pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from rainbow.kernel.texts import N_
from topology.doubles import lost_mask
from topology.risk_groups import GroupKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.doubles import ProvedDoubles

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
    links = _by_links(index, reached)
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
    found = {
        site: Ways(count=1, witness=(cut,))
        for site, cuts in index.takers(kind, sites).items()
        for cut in reversed(cuts)
        if cut not in hubs
    }
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


def _by_links(index: CutIndex, sites: Collection[Code]) -> dict[Code, Ways]:
    """The number of link-disjoint ways of each site, with a minimum cut (Ford and Fulkerson, 1956)."""
    net, live = index.net, np.flatnonzero(index.tree.live)
    ends = np.concatenate((net.tail[live], net.head[live])), np.concatenate((net.head[live], net.tail[live]))
    ones = np.ones(2 * len(live), dtype=np.int32)
    graph = coo_array((ones, ends), shape=(net.vertices, net.vertices)).tocsr()
    found = {}
    for site in sites:
        vertex = index.vertex_of[site]
        if vertex == 0:
            continue
        flow = maximum_flow(graph, vertex, 0)
        left = csr_array(graph - flow.flow)
        left.eliminate_zeros()
        side = np.zeros(net.vertices, dtype=np.bool_)
        side[breadth_first_order(left, vertex, return_predecessors=False)] = True
        cut = live[side[net.tail[live]] != side[net.head[live]]]
        found[site] = Ways(count=int(flow.flow_value), witness=tuple(net.links[link] for link in cut.tolist()))
    return found
