"""How many minutes a year each node is without a way to a hub, between bounds that are proved.

Trenches fail independently, each for the share of time its rate and the repair say; so do groups people gave a rate.
Let ``S`` be the groups that take a node down alone, and ``A`` the probability that one of them is down: exact. Beside
that, a node is lost by pairs within one block of its way to the hub (rings exactly; other pairs are counted for the
whole block) or by three groups or more of one block. So

* at least ``A + (1 - A) * pairs on rings``, less what may be counted twice,
* at most ``A + (1 - A) * (all pairs + P(three or more of a block are down))``.

Equipment, power and the node's own fall are not in it: it is the availability of the ways through the ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from topology.blocks import blocks
from topology.net import WEIGHT
from topology.rates import MINUTES_PER_YEAR
from topology.risk_groups import GroupKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.doubles import ProvedDoubles
    from topology.rates import Rates
    from topology.tree import SpanningTree

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Minutes a year without a way to a hub: surely ``least_min``, at most ``most_min``; ``single_min`` by one cut."""

    node: Code
    least_min: float
    most_min: float
    single_min: float


def availability(index: CutIndex, rates: Rates) -> dict[Code, Availability]:
    """The bounds for every node that is not dark, hubs left out. Cost: that of the pairs of trenches, then linear."""
    proved = index.doubles(GroupKind.TRENCH).proved
    down = _shares(index, rates)
    trench = down[GroupKind.TRENCH]
    single = -np.expm1(-_alone(index, down))
    total = float(trench.sum())
    known = sum(float(shares.sum()) for shares in down.values()) - total
    rings = _on_rings(proved, trench)
    others = _of_blocks(proved, trench) + known * (total + known)
    # Two groups that meet on two rings are one event: what only such groups do is left out of the lower bound.
    several = np.bincount(proved.parts.holders.members, minlength=len(trench)) > 1
    once = np.maximum(rings - _on_rings(proved, trench * several), 0.0)
    least = single + (1.0 - single) * np.maximum(once * max(0.0, 1.0 - total - known) - single * total, 0.0)
    most = single + (1.0 - single) * np.minimum(rings + others, 1.0)
    return {
        index.net.code_of(vertex): Availability(
            node=index.net.code_of(vertex),
            least_min=float(least[vertex]) * MINUTES_PER_YEAR,
            most_min=float(most[vertex]) * MINUTES_PER_YEAR,
            single_min=float(single[vertex]) * MINUTES_PER_YEAR,
        )
        for vertex in (np.flatnonzero(index.tree.enter[1:] >= 0) + 1).tolist()
    }


def _shares(index: CutIndex, rates: Rates) -> dict[GroupKind, Floats]:
    """The share of time each group is down: trenches by their rate, groups people gave one."""
    sections = index.plant.section
    found = {
        GroupKind.TRENCH: np.asarray(
            [rates.down(rates.per_year(sections[code])) for code in index.net.groups[GroupKind.TRENCH].codes],
            dtype=np.float64,
        )
    }
    known = {group.code: group.rate for group in index.plant.risk_groups if group.rate is not None}
    for kind, groups in index.net.groups.items():
        if any(code in known for code in groups.codes) and kind not in found:
            found[kind] = np.asarray([rates.down(known.get(code) or 0.0) for code in groups.codes], dtype=np.float64)
    return found


def _alone(index: CutIndex, down: Mapping[GroupKind, Floats]) -> Floats:
    """For each vertex the sum of -log(1 - share) of the groups that take it down alone."""
    tree = index.tree
    change = np.zeros(len(tree.order) + 1, dtype=np.float64)
    for kind, shares in down.items():
        risk = -np.log1p(-shares)
        taken = index.taken(kind)
        np.add.at(change, taken.start, risk[taken.group])
        np.add.at(change, taken.stop, -risk[taken.group])
    return _by_vertex(tree, change)


def _by_vertex(tree: SpanningTree, change: Floats) -> Floats:
    """Values by vertex from changes along the tree's order; rounding never makes one negative."""
    found = np.zeros(len(tree.enter), dtype=np.float64)
    found[tree.order] = np.maximum(np.cumsum(change)[:-1], 0.0)
    return found


def _broken(proved: ProvedDoubles, shares: Floats) -> Floats:
    """The probability that a part is broken by one of its holders."""
    holders = proved.parts.holders
    risk = np.bincount(holders.owners, weights=-np.log1p(-shares[holders.members]), minlength=holders.count)
    return np.asarray(-np.expm1(-risk), dtype=np.float64)


def _on_rings(proved: ProvedDoubles, shares: Floats) -> Floats:
    """For each vertex the chance that its ring is broken on both sides of it, added up over the rings above it.

    What hangs between two neighbours of a ring is lost if one before and one after it are broken. Along the tree the
    value changes at each tree link of the ring; what lies below it is before it on the branch of negative places.
    """
    tree, rows = proved.tree, proved.rings.rows
    change = np.zeros(len(tree.order) + 1, dtype=np.float64)
    if not rows.count:
        return _by_vertex(tree, change)
    broken = _broken(proved, shares)[rows.members]
    before = np.cumsum(broken)
    start = np.concatenate((np.zeros(1), before))[rows.offsets[:-1]]
    whole = np.diff(np.concatenate((np.zeros(1), before))[rows.offsets])
    passed = before - start[rows.owners]
    after = passed * (whole[rows.owners] - passed)
    ahead = (passed - broken) * (whole[rows.owners] - passed + broken)
    child = tree.child_of_link[proved.parts.rows.members[proved.parts.rows.offsets[rows.members]]]
    inner = child >= 0
    step = np.where(proved.rings.place[:, WEIGHT] < 0, after - ahead, ahead - after)[inner]
    np.add.at(change, tree.enter[child[inner]], step)
    np.add.at(change, tree.leave[child[inner]], -step)
    return _by_vertex(tree, change)


def _of_blocks(proved: ProvedDoubles, shares: Floats) -> Floats:
    """For each vertex a bound for what its blocks add: pairs that are no ring, and three groups at once."""
    tree, parts = proved.tree, proved.parts
    pieces = blocks(tree)
    count = len(pieces.sizes)
    broken = _broken(proved, shares)
    held = np.bincount(parts.block, weights=broken, minlength=count) if parts.rows.count else np.zeros(count)
    bound = held**3 / 6.0
    if len(proved.first):
        pairs = broken[proved.first] * broken[proved.second]
        bound += np.bincount(parts.block[proved.first], weights=pairs, minlength=count)
    below = tree.order[1:]
    block = pieces.of_link[tree.parent_link[below]]
    top = tree.parent[below] == pieces.entry[block]
    change = np.zeros(len(tree.order) + 1, dtype=np.float64)
    np.add.at(change, tree.enter[below[top]], bound[block[top]])
    np.add.at(change, tree.leave[below[top]], -bound[block[top]])
    return _by_vertex(tree, change)
