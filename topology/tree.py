"""A spanning tree of what the root reaches, with subtrees as intervals. No recursion and no loop over depth.

A breadth-first tree from scipy, then its preorder by ranking the Euler tour as a linked list (pointer doubling, Wyllie
1979): log2(2n) rounds of numpy whatever the depth, where a walk in Python would cost a step a vertex and scipy's
depth-first order a square of the hub's degree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Net


@dataclass(frozen=True, kw_only=True, eq=False)
class SpanningTree:
    """The tree. Subtree of ``v`` = the vertices ``order[enter[v]:leave[v]]``. Unreached vertices have -1 everywhere.

    ``parent_link`` is the link to the parent, -1 at the root.
    """

    tail: Ints
    head: Ints
    parent: Ints
    parent_link: Ints
    enter: Ints
    leave: Ints
    order: Ints

    @cached_property
    def live(self) -> Bools:
        """Links that can matter to a cut: what the root reaches, without self loops."""
        matters: Bools = (self.enter[self.tail] >= 0) & (self.tail != self.head)
        return matters

    @cached_property
    def child_of_link(self) -> Ints:
        """The vertex below a tree link, -1 for all other links."""
        child = np.full(len(self.tail), -1, dtype=np.int64)
        below = np.flatnonzero(self.parent_link >= 0)
        child[self.parent_link[below]] = below
        return child

    @cached_property
    def chords(self) -> Ints:
        """Live links that are not in the tree."""
        return np.flatnonzero(self.live & (self.child_of_link < 0))

    @cached_property
    def chord_ends(self) -> tuple[Ints, Ints, Ints]:
        """Both ends of every chord by position: (position, position of the other end, link)."""
        near, far = self.enter[self.tail[self.chords]], self.enter[self.head[self.chords]]
        here, there = np.concatenate((near, far)), np.concatenate((far, near))
        order = np.argsort(here, kind="stable")
        return here[order], there[order], np.tile(self.chords, 2)[order]

    @cached_property
    def bridges(self) -> Bools:
        """Links whose loss alone cuts something off, exactly (Tarjan, Information Processing Letters 2(6), 1974).

        A tree link is a bridge if and only if no chord leaves its subtree: the lowest and the highest preorder number
        any chord of the subtree reaches stay inside its interval. Cost: O(n log n), a sparse table of minima.
        """
        found = np.zeros(len(self.tail), dtype=np.bool_)
        below = self.order[1:]
        low, high = self.reach
        inside = (low >= self.enter[below]) & (high < self.leave[below])
        found[self.parent_link[below[inside]]] = True
        return found

    @cached_property
    def reach(self) -> tuple[Ints, Ints]:
        """For each vertex below the root, in preorder: the lowest and highest position a chord of its subtree reaches.

        Its own positions count as reached.
        """
        low = np.arange(len(self.order), dtype=np.int64)
        high = low.copy()
        ends = self.enter[self.tail[self.chords]], self.enter[self.head[self.chords]]
        for here, there in (ends, ends[::-1]):
            np.minimum.at(low, here, there)
            np.maximum.at(high, here, there)
        start, stop = self.enter[self.order[1:]], self.leave[self.order[1:]]
        return _range_best(low, start, stop, np.minimum), _range_best(high, start, stop, np.maximum)

    def is_sound(self) -> bool:
        """Whether the intervals are those of a spanning tree: checked from the links, trusting no library's order."""
        count = len(self.order)
        below = self.order[1:]
        up, link = self.parent[below], self.parent_link[below]
        joined = np.sort(np.stack((self.tail[link], self.head[link])), axis=0) == np.sort(np.stack((below, up)), axis=0)
        size = self.leave - self.enter
        total = np.ones(len(size), dtype=np.int64)
        np.add.at(total, up, size[below])
        return bool(
            joined.all()
            and (self.enter[self.order] == np.arange(count)).all()
            and (self.enter[up] < self.enter[below]).all()
            and (self.leave[below] <= self.leave[up]).all()
            and (total[self.order] == size[self.order]).all()
            and ((self.enter[self.tail] >= 0) == (self.enter[self.head] >= 0)).all()
        )


_SHALLOW = 64
"""Up to this many steps a range on average, ranges are walked: subtrees of a breadth-first tree are small."""


def _range_best(values: Ints, start: Ints, stop: Ints, best: np.ufunc) -> Ints:
    """``best.reduce(values[start:stop])`` for many non-empty ranges, walked or from a sparse table level by level."""
    if not len(start):
        return start
    if (stop - start).sum() <= _SHALLOW * len(values):
        walked: Ints = best.reduceat(np.append(values, values[-1:]), np.stack((start, stop), axis=1).ravel())[::2]
        return walked
    result = np.empty(len(start), dtype=np.int64)
    level = np.frexp((stop - start).astype(np.float64))[1].astype(np.int64) - 1
    table = values
    for power in range(int(level.max()) + 1):
        here = np.flatnonzero(level == power)
        result[here] = best(table[start[here]], table[stop[here] - (1 << power)])
        step = 1 << power
        if len(table) > step:
            table = best(table[:-step], table[step:])
    return result


def sound_tree(net: Net, city: str) -> SpanningTree:
    """A spanning tree that is proved to be one.

    Raises:
        TopologyError: it is none; that is a fault of this software.
    """
    tree = spanning_tree(net)
    if not tree.is_sound():
        raise TopologyError(
            _("the spanning tree of {city} is unsound: no answer can be trusted").format(city=city),
            cure=_("report this with the plant files; it is a fault of RAINBOW, not of the plant"),
        )
    return tree


def spanning_tree(net: Net) -> SpanningTree:
    """The tree of what the root reaches. Cost: O((n + m) log n), in numpy."""
    count = net.vertices
    ones = np.ones(len(net.tail), dtype=np.int32)
    adjacency = coo_array((ones, (net.tail, net.head)), shape=(count, count)).tocsr()
    found, before = breadth_first_order(adjacency, 0, directed=False, return_predecessors=True)
    visited: Ints = found.astype(np.int64)
    parent = np.full(count, -1, dtype=np.int64)
    parent[visited[1:]] = before[visited[1:]]
    enter, leave, order = _preorder(parent, visited)
    return SpanningTree(
        tail=net.tail,
        head=net.head,
        parent=parent,
        parent_link=_links_to_parents(net, parent, visited[1:]),
        enter=enter,
        leave=leave,
        order=order,
    )


def _links_to_parents(net: Net, parent: Ints, below: Ints) -> Ints:
    """For each vertex below the root the first link (of several parallel ones) to its parent."""
    count = net.vertices
    keys = np.minimum(net.tail, net.head) * count + np.maximum(net.tail, net.head)
    distinct, first = np.unique(keys, return_index=True)
    wanted = np.minimum(below, parent[below]) * count + np.maximum(below, parent[below])
    found = np.full(count, -1, dtype=np.int64)
    if len(below):
        found[below] = first[np.searchsorted(distinct, wanted)]
    return found


def _preorder(parent: Ints, visited: Ints) -> tuple[Ints, Ints, Ints]:
    """Enter, leave and order of a tree. Arc ``v`` of the Euler tour goes down to v, arc ``count + v`` back up."""
    count = len(parent)
    family = visited[1:][np.argsort(parent[visited[1:]], kind="stable")]
    after = np.arange(2 * count, dtype=np.int64)
    after[visited] = visited + count
    above = parent[family]
    eldest = np.ones(len(family), dtype=np.bool_)
    eldest[1:] = above[1:] != above[:-1]
    after[above[eldest]] = family[eldest]
    after[family + count] = above + count
    younger = np.flatnonzero(~eldest)
    after[family[younger - 1] + count] = family[younger]
    to_go = (after != np.arange(2 * count)).astype(np.int64)
    last = visited[0] + count
    while (after[visited] != last).any():
        to_go += to_go[after]
        after = after[after]
    enter = np.full(count, -1, dtype=np.int64)
    leave = np.full(count, -1, dtype=np.int64)
    order = visited[np.argsort(-to_go[visited], kind="stable")]
    enter[order] = np.arange(len(order))
    leave[order] = enter[order] + (to_go[order] - to_go[order + count] + 1) // 2
    return enter, leave, order
