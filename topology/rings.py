"""Rings: links any two of which are a cut, in the order in which they lie around what they cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from topology.net import WEIGHT, Rows
from topology.sweep import lost_measures

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Labels, Net
    from topology.parts import Parts
    from topology.tree import SpanningTree


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rings:
    """``rows``: the parts of each ring in order, two at least. ``place``: a row a member of ``rows``, what lies before.

    Cutting two members takes down the difference of their places. ``swept`` pairs of neighbours were proved;
    ``deceived`` of them are no cut, or cut off something else than the labels said.
    """

    rows: Rows
    place: Ints
    swept: int
    deceived: int


def find_rings(net: Net, tree: SpanningTree, parts: Parts, labels: Labels) -> Rings:
    """The rings among parts of one link. Cost: a sort and a sweep of the neighbours."""
    part = np.flatnonzero(parts.rows.sizes == 1)
    link = parts.rows.members[parts.rows.offsets[part]]
    word = labels[link, 0]
    place = _places(net, tree, link, word)
    order = np.lexsort((place[:, WEIGHT], word))
    part, link, word, place = part[order], link[order], word[order], place[order]
    new = np.ones(len(part) + 1, dtype=np.bool_)
    new[1:-1] = word[1:] != word[:-1]
    inner = np.flatnonzero(~new[1:-1])
    pairs = Rows(
        offsets=2 * np.arange(len(inner) + 1, dtype=np.int64),
        members=np.stack((link[inner], link[inner + 1]), 1).ravel(),
    )
    between = place[inner + 1] - place[inner]
    wrong = (lost_measures(net, pairs, tree.live) != between).any(axis=1) | (between[:, WEIGHT] == 0)
    offsets = np.flatnonzero(new)
    found = Rows(offsets=offsets, members=part)
    several = np.flatnonzero(found.sizes > 1)
    kept = np.repeat(found.sizes > 1, found.sizes)
    return Rings(rows=found.take(several), place=place[kept], swept=len(inner), deceived=int(wrong.sum()))


def _places(net: Net, tree: SpanningTree, link: Ints, word: Labels) -> Ints:
    """A position along its ring for each link, in measures, up to a shift for the ring.

    A ring's tree links hang below one another on at most two branches, joined by at most one chord. Two links of a
    branch cut off what hangs below the one and not the other, two of different branches what hangs below either.
    """
    below = np.zeros((len(tree.order) + 1, net.measures.shape[1]), dtype=np.int64)
    np.cumsum(net.measures[tree.order], axis=0, out=below[1:])
    child = tree.child_of_link[link]
    found = below[tree.leave[child]] - below[tree.enter[child]]
    start = np.where(child >= 0, tree.enter[child], len(tree.order))
    found[child < 0] = 0
    order = np.lexsort((start, word))
    new = np.ones(len(link), dtype=np.bool_)
    new[1:] = word[order[1:]] != word[order[:-1]]
    ring = np.cumsum(new) - 1
    top_leave = tree.leave[child[order[new]]]
    same_branch: Bools = start[order] < top_leave[ring]
    sign = np.empty(len(link), dtype=np.int64)
    sign[order] = np.where(same_branch, -1, 1)
    return found * sign[:, None]
