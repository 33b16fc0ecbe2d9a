"""One set of broken links, exactly and quickly: the pieces a spanning tree falls into, and what joins them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from topology.net import Bools, Ints
    from topology.tree import SpanningTree


def lost_ranges(tree: SpanningTree, broken: Bools) -> tuple[Ints, Ints]:
    """What the root no longer reaches when the marked links break, as ranges of ``tree.order`` (starts, stops).

    The k broken tree links cut the preorder into at most 2k + 1 ranges of k + 1 pieces; the chords that hold join
    pieces again. Cost: O(c log k + k log k) for c chords; nothing at all where no tree link breaks.
    """
    child = tree.child_of_link[np.flatnonzero(broken)]
    child = child[child >= 0]
    if not len(child):
        return child, child
    enter, leave = np.sort(tree.enter[child]), tree.leave[tree.order[np.sort(tree.enter[child])]]
    marks = np.unique(np.concatenate((np.zeros(1, dtype=np.int64), enter, leave)))
    marks = marks[marks < len(tree.order)]
    piece = _pieces(marks, enter, leave)
    holds = tree.chords[~broken[tree.chords]]
    here = piece[np.searchsorted(marks, tree.enter[tree.tail[holds]], side="right") - 1]
    there = piece[np.searchsorted(marks, tree.enter[tree.head[holds]], side="right") - 1]
    apart = here != there
    count = len(enter) + 1
    joins = coo_array((np.ones(int(apart.sum()), dtype=np.int32), (here[apart], there[apart])), shape=(count, count))
    part = connected_components(joins, directed=False)[1]
    lost = part[piece] != part[0]
    stops = np.append(marks[1:], len(tree.order))
    return marks[lost], stops[lost]


def _pieces(marks: Ints, enter: Ints, leave: Ints) -> Ints:
    """The piece each range belongs to: the innermost broken subtree around it, counted from 1; 0 is the root's."""
    piece = np.empty(len(marks), dtype=np.int64)
    starts, stops = enter.tolist(), leave.tolist()
    opened: list[int] = []
    following = 0
    for place, mark in enumerate(marks.tolist()):
        while opened and stops[opened[-1]] <= mark:
            opened.pop()
        if following < len(starts) and starts[following] == mark:
            opened.append(following)
            following += 1
        piece[place] = opened[-1] + 1 if opened else 0
    return piece


def positions(starts: Ints, stops: Ints) -> Ints:
    """All numbers of the ranges, in order."""
    sizes = stops - starts
    shift = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    found: Ints = np.arange(int(sizes.sum()), dtype=np.int64) + shift
    return found
