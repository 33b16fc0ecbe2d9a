"""One set of broken links, exactly and quickly: the pieces a spanning tree falls into, and what joins them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from topology.net import Bools, Ints
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


def positions(starts: Ints, stops: Ints) -> Ints:
    """All numbers of the ranges, in order."""
    sizes = stops - starts
    shift = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    found: Ints = np.arange(int(sizes.sum()), dtype=np.int64) + shift
    return found
