"""Every single cut, exactly: what the loss of each risk group alone takes from the hubs.

Three kinds of group, each decided by the cheapest method that is a proof:

* one link: a bridge or not (:attr:`topology.tree.SpanningTree.bridges`), its harm is one interval of the tree;
* up to ``LIGHT`` links: independent labels prove it harmless, dependent ones send it to the sweep;
* more links: the sweep.

A group the labels suspect and the sweep finds harmless means unlucky labels: the answer is right all the same, but the
seed is drawn again, so that a certificate speaks of labels that told the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.labels import LIGHT, suspects
from topology.net import WEIGHT
from topology.sweep import lost_measures

if TYPE_CHECKING:
    from inventory.entities import Code
    from topology.graph import GroupKind
    from topology.net import Bools, Ints, Labels, Net, Rows
    from topology.tree import SpanningTree


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleCut:
    """A risk group whose loss alone takes something down: a single point of failure.

    ``weight`` is by criticality, ``sites``, ``structures`` and ``sirens`` are numbers; ask ``CutIndex.lost([code])``
    for the names. A node's own fall is not counted against it: only what it takes with it.
    ``hub_made``: unavoidable in a network with this hub, the group is the hub or its building's entry.
    """

    kind: GroupKind
    code: Code
    weight: int
    sites: int
    structures: int
    sirens: int
    hub_made: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProvedSingles:
    """``measures`` has a row a group: what it takes down. ``deceived`` counts groups the labels suspected wrongly."""

    measures: Ints
    swept: int
    deceived: int


def prove_singles(net: Net, tree: SpanningTree, labels: Labels, groups: Rows) -> ProvedSingles:
    """The exact harm of every group. The labels must be even (:func:`topology.labels.are_even`).

    Cost: O(n log n + M log T) for T suspected groups of M links together.

    Raises:
        TopologyError: a single link's label contradicts the bridges, so one of them is wrong.
    """
    groups = groups.keep(tree.live)
    sizes = groups.sizes
    measures = np.zeros((len(sizes), net.measures.shape[1]), dtype=np.int64)
    alone = np.flatnonzero(sizes == 1)
    links = groups.members[groups.offsets[alone]]
    harmful = tree.bridges[links]
    if (labels[links[harmful]] != 0).any():
        raise TopologyError(
            _("the labels contradict the bridges of the plant's graph: no answer can be trusted"),
            cure=_("report this with the plant files; it is a fault of RAINBOW, not of the plant"),
        )
    measures[alone[harmful]] = below(net, tree, links[harmful])
    suspected = np.flatnonzero(suspects(labels, groups) & (sizes > 1))
    measures[suspected] = lost_measures(net, groups.take(suspected), tree.live)
    light = suspected[sizes[suspected] <= LIGHT]
    deceived = int((measures[light, WEIGHT] == 0).sum()) + int(((labels[links] == 0) & ~harmful).sum())
    return ProvedSingles(measures=measures, swept=len(suspected), deceived=deceived)


def below(net: Net, tree: SpanningTree, links: Ints) -> Ints:
    """A row a tree link: the measures of the subtree below it."""
    sums = np.zeros((len(tree.order) + 1, net.measures.shape[1]), dtype=np.int64)
    np.cumsum(net.measures[tree.order], axis=0, out=sums[1:])
    child = tree.child_of_link[links]
    return sums[tree.leave[child]] - sums[tree.enter[child]]


def holds_all_ways_out(net: Net, groups: Rows, entries: Bools) -> Bools:
    """Groups that hold every link out of some hub: cutting one does what the loss of that hub's building does.

    Where a hub has one link only, every section to the end of that link would pass; there only what the hub's own
    building touches (``entries``) is its entry, and the rest of the way is avoidable like any other.
    """
    found = np.zeros(groups.count, dtype=np.bool_)
    owners = groups.owners
    for hub in range(net.hubs):
        out = (net.near == hub) != (net.far == hub)
        ways = int(out.sum())
        held = np.bincount(owners[out[groups.members]], minlength=groups.count)
        if ways:
            found |= (held == ways) & ((ways > 1) | entries)
    return found
