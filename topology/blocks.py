"""Blocks: the pieces of the graph that no single vertex can part, hung one below the other from the root.

A cut is a sum of cuts within blocks, so two groups can only harm together what they do not harm alone within one block
that both touch. A city of rings from a hub falls into one small block a ring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from topology.net import Ints
    from topology.tree import SpanningTree


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blocks:
    """``of_link``: the block of each live link, -1 for the others. ``entry``: the vertex a block hangs from."""

    of_link: Ints
    entry: Ints
    sizes: Ints


def blocks(tree: SpanningTree) -> Blocks:
    """The blocks of what the root reaches (Tarjan and Vishkin, SIAM Journal on Computing 14(4), 1985).

    Two tree links are of one block if a chord joins their subtrees, or if a chord leaves the lower one's subtree for
    somewhere outside the upper one's. Any spanning tree does. Cost: O((n + m) log n), in numpy.
    """
    count = len(tree.order)
    below = tree.order[1:]
    start = tree.enter
    tail, head = tree.tail[tree.chords], tree.head[tree.chords]
    swap = start[tail] > start[head]
    first, second = np.where(swap, head, tail), np.where(swap, tail, head)
    beside = tree.leave[first] <= start[second]
    low, high = tree.reach
    inner = below[tree.parent[below] != tree.order[0]]
    upper = tree.parent[inner]
    out = (low[start[inner] - 1] < start[upper]) | (high[start[inner] - 1] >= tree.leave[upper])
    joins = (
        np.concatenate((start[first[beside]], start[inner[out]])),
        np.concatenate((start[second[beside]], start[upper[out]])),
    )
    size = max(count, 1)
    part = connected_components(
        coo_array((np.ones(len(joins[0]), dtype=np.int8), joins), shape=(size, size)), directed=False
    )[1]
    names, top, number = np.unique(part[1:], return_index=True, return_inverse=True)
    of_link = np.full(len(tree.tail), -1, dtype=np.int64)
    of_link[tree.parent_link[below]] = number
    of_link[tree.chords] = number[start[second] - 1]
    return Blocks(
        of_link=of_link,
        entry=tree.parent[below[top]],
        sizes=np.bincount(of_link[of_link >= 0], minlength=len(names)),
    )
