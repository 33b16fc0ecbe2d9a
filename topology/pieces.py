"""One set of broken links, exactly and quickly: the pieces a spanning tree falls into, and what joins them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Rows
    from topology.tree import SpanningTree


def lost_ranges(tree: SpanningTree, broken: Bools) -> tuple[Ints, Ints]:
    """What the root no longer reaches when the marked links break, as ranges of ``tree.order`` (starts, stops).

    The k broken tree links cut the preorder into at most 2k + 1 ranges of k + 1 pieces; the chords that hold join
    pieces again. Cost: O(k log n + c log k) for the c chords that end below a broken tree link; nothing where no tree
    link breaks.
    """
    child = tree.child_of_link[np.flatnonzero(broken)]
    child = child[child >= 0]
    if not len(child):
        return child, child
    enter = np.sort(tree.enter[child])
    leave = tree.leave[tree.order[enter]]
    marks = np.unique(np.concatenate((np.zeros(1, dtype=np.int64), enter, leave)))
    marks = marks[marks < len(tree.order)]
    stops = np.append(marks[1:], len(tree.order))
    piece = _pieces(marks, enter, leave)
    held = _held_by_root(len(enter) + 1, _joins(tree, broken, marks, stops, piece))
    lost = ~held[piece]
    return marks[lost], stops[lost]


def _joins(tree: SpanningTree, broken: Bools, marks: Ints, stops: Ints, piece: Ints) -> set[tuple[int, int]]:
    """Pairs of pieces that a chord that holds joins. Looked at are the chords with an end outside the root's piece."""
    position, other, link = tree.chord_ends
    inner = np.flatnonzero(piece > 0)
    first, last = np.searchsorted(position, marks[inner]), np.searchsorted(position, stops[inner])
    there = positions(first, last)
    here = np.repeat(piece[inner], last - first)
    holds = ~broken[link[there]]
    beyond = piece[np.searchsorted(marks, other[there[holds]], side="right") - 1]
    here = here[holds]
    apart = here != beyond
    return set(zip(here[apart].tolist(), beyond[apart].tolist(), strict=True))


def _held_by_root(count: int, joins: set[tuple[int, int]]) -> Bools:
    """Which of the pieces hang together with piece 0."""
    beside: dict[int, list[int]] = {}
    for one, other in joins:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    held = np.zeros(count, dtype=np.bool_)
    todo = [0]
    while todo:
        piece = todo.pop()
        if not held[piece]:
            held[piece] = True
            todo += beside.get(piece, [])
    return held


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


def lost_ranges_of_each(tree: SpanningTree, groups: Rows) -> tuple[Ints, Ints, Ints]:
    """What :func:`lost_ranges` says of each of these sets of links on its own: (set, start, stop) of every range.

    Each set gets a copy of the preorder, one after the other, so that all are done at once. Cost: as one by one, less
    what numpy takes for a call.
    """
    width = len(tree.order) + 1
    child = tree.child_of_link[groups.members]
    breaks = child >= 0
    owner, child = groups.owners[breaks], child[breaks]
    begin = np.unique(owner) * width
    enter = np.sort(owner * width + tree.enter[child])
    base = enter - enter % width
    leave = base + tree.leave[tree.order[enter - base]]
    marks = np.unique(np.concatenate((begin, enter, leave)))
    marks = marks[marks % width < width - 1]
    copy = np.searchsorted(begin, marks, side="right") - 1
    ends = begin[copy] + width - 1
    stops = np.minimum(np.append(marks[1:], ends[-1:]), ends)
    piece = _pieces(marks, enter, leave)
    piece = np.where(piece > 0, piece + len(begin) - 1, copy)
    here, beyond = _joins_of_each(tree, groups, marks, stops, piece, len(begin))
    count = len(begin) + len(enter)
    joined = coo_array((np.ones(len(here), dtype=np.int8), (here, beyond)), shape=(count, count))
    _found, body = connected_components(joined, directed=False)
    lost = body[piece] != body[copy]
    first = begin[copy[lost]]
    return first // width, marks[lost] - first, stops[lost] - first


def _joins_of_each(
    tree: SpanningTree, groups: Rows, marks: Ints, stops: Ints, piece: Ints, roots: int
) -> tuple[Ints, Ints]:
    """Pairs of pieces, each of one copy, that a chord that holds joins; pieces from ``roots`` on are no root's."""
    width = len(tree.order) + 1
    position, other, link = tree.chord_ends
    inner = np.flatnonzero(piece >= roots)
    base = marks[inner] - marks[inner] % width
    first, last = np.searchsorted(position, marks[inner] - base), np.searchsorted(position, stops[inner] - base)
    there = positions(first, last)
    base, here = np.repeat(base, last - first), np.repeat(piece[inner], last - first)
    links = len(tree.child_of_link)
    broken = np.sort(groups.owners * links + groups.members)
    holds = ~_is_in(base // width * links + link[there], broken)
    beyond = piece[np.searchsorted(marks, base[holds] + other[there[holds]], side="right") - 1]
    return here[holds], beyond


def _is_in(values: Ints, known: Ints) -> Bools:
    """Which values are among the known ones, which ascend."""
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: Bools = known[place] == values
    return found


def positions(starts: Ints, stops: Ints) -> Ints:
    """All numbers of the ranges, in order."""
    sizes = stops - starts
    shift = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    found: Ints = np.arange(int(sizes.sum()), dtype=np.int64) + shift
    return found
