"""Cycle-space labels: random numbers on links whose exclusive or tells cuts.

Every chord of a spanning tree gets a random number, every tree link the exclusive or of the chords that cover it. Each
bit is then a random element of the graph's cycle space, and a set of links contains a cut *only if* a non-empty subset
of its labels adds up to 0 over GF(2); the other way round it holds but for a chance of 2**-64 a subset (Pritchard and
Thurimella, ACM Transactions on Algorithms 7(4), 2011, arXiv cs/0702113).

So a group whose labels are independent is *proved* harmless as soon as the labels are proved even (:func:`are_even`),
whatever the seed. A group whose labels are dependent is suspected, and :mod:`topology.sweep` decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Labels, Rows
    from topology.tree import SpanningTree

LIGHT = 24
"""Links in the largest group the labels are asked about; heavier ones go to the sweep unasked."""
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, LIGHT)
BITS = 64


def draw_labels(tree: SpanningTree, seed: int, *, bits: int = BITS) -> Labels:
    """The labels of all links; those the root does not reach have 0. Fewer ``bits`` make more false suspicions.

    Cost: linear.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    labels = np.zeros(len(tree.tail), dtype=np.uint64)
    drawn = chance.integers(0, 2**64, size=len(tree.chords), dtype=np.uint64)
    labels[tree.chords] = drawn >> np.uint64(BITS - bits)
    at = np.zeros(len(tree.order) + 1, dtype=np.uint64)
    for ends in (tree.tail, tree.head):
        np.bitwise_xor.at(at, tree.enter[ends[tree.chords]] + 1, labels[tree.chords])
    before = np.bitwise_xor.accumulate(at)
    below = tree.order[1:]
    labels[tree.parent_link[below]] = before[tree.leave[below]] ^ before[tree.enter[below]]
    return labels


def are_even(tree: SpanningTree, labels: Labels) -> bool:
    """Whether the labels at every vertex add up to 0, that is: every bit is an element of the cycle space.

    Deterministic, and knows nothing of trees: it is what makes "independent, so harmless" a proof.
    """
    links = np.flatnonzero(tree.live)
    at = np.zeros(len(tree.enter), dtype=np.uint64)
    np.bitwise_xor.at(at, tree.tail[links], labels[links])
    np.bitwise_xor.at(at, tree.head[links], labels[links])
    return not at.any()


def even_labels(tree: SpanningTree, seed: int, *, bits: int = BITS) -> Labels:
    """Labels that are proved even.

    Raises:
        TopologyError: they are not; that is a fault of this software.
    """
    labels = draw_labels(tree, seed, bits=bits)
    if not are_even(tree, labels):
        raise TopologyError(
            _("the labels of seed {seed} are not even: no answer can be trusted").format(seed=seed),
            cure=_("report this with the plant files; it is a fault of RAINBOW, not of the plant"),
        )
    return labels


def suspects(labels: Labels, groups: Rows) -> Bools:
    """Groups whose labels are dependent over GF(2), and all groups of more than ``LIGHT`` links.

    Groups of nearly equal size are eliminated side by side. Cost: O(members * size / 64) words, in numpy.
    """
    sizes = groups.sizes
    found = sizes > LIGHT
    smallest = 1
    for width in _WIDTHS:
        here = np.flatnonzero((sizes >= smallest) & (sizes <= width))
        smallest = width + 1
        if len(here):
            found[here] = _dependent(labels, groups, here, width)
    return found


def _dependent(labels: Labels, groups: Rows, here: Ints, width: int) -> Bools:
    """Gaussian elimination of the chosen groups at once: a column that becomes 0 is a sum of those before it."""
    sizes = groups.sizes[here]
    rows = np.zeros((width, len(here)), dtype=np.uint64)
    found = np.zeros(len(here), dtype=np.bool_)
    for column in range(width):
        there = np.flatnonzero(sizes > column)
        rows[column, there] = labels[groups.members[groups.offsets[here[there]] + column]]
    for column in range(width):
        pivot = rows[column]
        found |= (pivot == 0) & (sizes > column)
        lowest = pivot & (~pivot + np.uint64(1))
        later = rows[column + 1 :]
        later ^= np.where(later & lowest, pivot, np.uint64(0))
    return found
