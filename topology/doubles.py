"""Every pair of cuts that does harm neither does alone, exactly and proved, without looking at every pair.

Such *joint* harm of two groups arises within one block (:mod:`topology.blocks`) from the parts they hold there
(:mod:`topology.parts`), in one of two ways:

* Both parts are one link. Links that are a cut in pairs form *rings* (2-edge-cut classes): any two of a ring are a cut,
  and what lies between them is lost. That "are a cut or equal" is transitive among links that are no bridge, so a ring
  of k links is proved by k - 1 pairs of neighbours, and its k (k - 1) / 2 pairs are never written out.
* Else the labels name the pair (:mod:`topology.spans`), or it is proved harmless.

The sweep weighs every named pair and every pair of neighbours exactly. Labels that told an untruth about a part, a ring
or a pair are refused and drawn again, with more bits each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.blocks import blocks
from topology.bundles import bundled
from topology.labels import BITS, draw_labels
from topology.net import WEIGHT, Rows
from topology.parts import parts_of
from topology.pieces import lost_ranges
from topology.rings import find_rings
from topology.spans import LIGHT_RANK, candidates
from topology.sweep import sweep
from topology.tree import spanning_tree

if TYPE_CHECKING:
    from topology.graph import GroupKind
    from topology.net import Bools, Groups, Ints, Labels, Net
    from topology.parts import Parts
    from topology.rings import Rings
    from topology.tree import SpanningTree

MOST_DRAWS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProvedDoubles:
    """All joint harm of pairs of groups of one kind.

    ``rings`` and the explicit pairs ``first``, ``second`` are of parts; ``joint`` is what a pair of parts takes down
    and neither does alone, never 0. A pair of groups does joint harm if and only if it holds such a pair of parts.
    """

    net: Net
    tree: SpanningTree
    groups: Groups
    parts: Parts
    rings: Rings
    first: Ints
    second: Ints
    joint: Ints
    seed: int
    refused: tuple[int, ...]
    swept: int


def prove_doubles(net: Net, kind: GroupKind, *, seed: int, bits: int = BITS) -> ProvedDoubles:
    """All pairs of one kind. ``bits`` of the labels of the first draw, then more: never a matter of truth.

    Cost: O(M log M) for M memberships, the values of light spans, an elimination for each heavy part, and a sweep of
    the pairs named: about as many as there are links where trenches are rings.

    Raises:
        TopologyError: no draw told the truth; that is a fault of this software.
    """
    lean = bundled(net, kind).net
    tree = spanning_tree(lean)
    refused: list[int] = []
    for draw in range(seed, seed + MOST_DRAWS):
        found = _attempt(lean, tree, kind, draw, min(bits << len(refused), BITS), tuple(refused))
        if found is not None:
            return found
        refused.append(draw)
    raise TopologyError(
        _("no labels of {draws} draws told the truth about pairs of cuts").format(draws=MOST_DRAWS),
        cure=_("report this with the plant files; it is a fault of RAINBOW, not of the plant"),
    )


def _attempt(
    net: Net, tree: SpanningTree, kind: GroupKind, seed: int, bits: int, refused: tuple[int, ...]
) -> ProvedDoubles | None:
    """All pairs by the labels of one seed, or None if they told an untruth anywhere."""
    groups = net.groups[kind]
    pieces = blocks(tree)
    labels = _words(tree, groups, seed, bits)
    parts = parts_of(net, tree, pieces, labels, groups)
    if parts.deceived:
        return None
    wide = parts.rows.sizes > 1
    rings = find_rings(net, tree, parts, labels)
    named = candidates(labels, parts.rows, parts.block, wide)
    if rings.deceived or named.deceived:
        return None
    swept = sweep(net, _Pairs(rows=parts.rows, first=named.first, second=named.second), tree.live)
    if (swept.cuts != named.cuts).any():
        return None
    joint = swept.lost - _either(tree, parts, net.measures, named.first, named.second)
    harms = np.flatnonzero(joint[:, WEIGHT] > 0)
    return ProvedDoubles(
        net=net,
        tree=tree,
        groups=groups,
        parts=parts,
        rings=rings,
        first=named.first[harms],
        second=named.second[harms],
        joint=joint[harms],
        seed=seed,
        refused=refused,
        swept=parts.swept + rings.swept + len(named.first),
    )


def _words(tree: SpanningTree, groups: Groups, seed: int, bits: int) -> Labels:
    """Labels of as many words as the two largest groups together need to be told from chance."""
    largest = int(groups.keep(tree.live).sizes.max(initial=0))
    count = 1 if largest <= LIGHT_RANK else -(-(2 * largest + BITS) // BITS)
    drawn = [draw_labels(tree, seed + MOST_DRAWS * word, bits=bits) for word in range(count)]
    return np.stack(drawn, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """The links of both parts of each pair, common ones twice, as :func:`topology.sweep.sweep` asks for them."""

    rows: Rows
    first: Ints
    second: Ints

    @property
    def offsets(self) -> Ints:
        """Where the links of each pair begin."""
        sizes = self.rows.sizes
        return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes[self.first] + sizes[self.second])))

    def take(self, chosen: Ints) -> Rows:
        """Only the chosen pairs, written out."""
        both = self.rows.take(np.stack((self.first[chosen], self.second[chosen]), axis=1).ravel())
        return Rows(offsets=both.offsets[::2], members=both.members)


def _either(tree: SpanningTree, parts: Parts, measures: Ints, first: Ints, second: Ints) -> Ints:
    """What the one part or the other of each pair takes down alone."""
    alone = parts.lost[first] + parts.lost[second]
    both = np.flatnonzero((parts.lost[first, WEIGHT] > 0) & (parts.lost[second, WEIGHT] > 0))
    before = np.zeros((len(tree.order) + 1, measures.shape[1]), dtype=np.int64)
    np.cumsum(measures[tree.order], axis=0, out=before[1:])
    known = {
        part: lost_ranges(tree, _marked(tree, parts.rows.row(part)))
        for part in np.union1d(first[both], second[both]).tolist()
    }
    for pair in both.tolist():
        (one_from, one_to), (other_from, other_to) = known[int(first[pair])], known[int(second[pair])]
        start, stop = np.maximum.outer(one_from, other_from), np.minimum.outer(one_to, other_to)
        meet = start < stop
        alone[pair] -= (before[stop[meet]] - before[start[meet]]).sum(axis=0)
    return alone


def _marked(tree: SpanningTree, links: Ints) -> Bools:
    broken = np.zeros(len(tree.tail), dtype=np.bool_)
    broken[links] = True
    return broken


def lost_mask(tree: SpanningTree, links: Ints) -> Bools:
    """The positions of ``tree.order`` that are lost when these links break."""
    change = np.zeros(len(tree.order) + 1, dtype=np.int8)
    starts, stops = lost_ranges(tree, _marked(tree, links))
    change[starts] += 1
    change[stops] -= 1
    return np.cumsum(change[:-1]).astype(np.bool_)
