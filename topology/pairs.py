"""Pairs of cuts as people ask for them: how many, the worst, a ring once, one by one."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from topology.certificate import PairProof
from topology.doubles import lost_mask
from topology.net import SIRENS, SITES, STRUCTURES, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code
    from topology.doubles import ProvedDoubles
    from topology.graph import GroupKind
    from topology.net import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleCut:
    """Any one of ``first`` cut together with any one of ``second`` takes down what neither takes down alone.

    ``lost`` names it, in no order that matters; ``weight`` is by criticality. What either takes down alone comes on
    top. The codes of one side cannot be told apart by this harm: trenches in a row.
    """

    kind: GroupKind
    first: tuple[Code, ...]
    second: tuple[Code, ...]
    weight: int
    sites: int
    structures: int
    sirens: int
    lost: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutClass:
    """A ring: cutting any two of its ``steps`` takes down all that lies between them.

    Each step is the codes that cut the ring at the same place; ``between`` weighs what lies between one step and the
    next, ``weight`` all that hangs on the ring.
    """

    kind: GroupKind
    steps: tuple[tuple[Code, ...], ...]
    between: tuple[int, ...]

    @property
    def weight(self) -> int:
        """What cutting the first and the last step takes down."""
        return sum(self.between)

    @property
    def pairs(self) -> int:
        """Pairs of codes that do joint harm on this ring."""
        sizes = [len(step) for step in self.steps]
        return (sum(sizes) ** 2 - sum(size * size for size in sizes)) // 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Doubles:
    """All pairs of groups of one kind that do harm together which neither does alone. Exact and proved.

    A ring of k trenches has k (k - 1) / 2 of them: ``count`` counts them without writing them out, ``classes`` tells
    the ring once, iterating yields pair after pair, and :meth:`worst` the heaviest first.
    """

    kind: GroupKind
    proved: ProvedDoubles

    @property
    def proof(self) -> PairProof:
        """What the pairs rest on."""
        groups = len(self.proved.groups.codes)
        return PairProof(
            kind=self.kind,
            groups=groups,
            pairs=groups * (groups - 1) // 2,
            joint=self.count,
            swept=self.proved.swept,
            seed=self.proved.seed,
            seeds_refused=self.proved.refused,
        )

    @cached_property
    def count(self) -> int:
        """Pairs of codes. Cost: linear in rings and named pairs, and the pairs of groups that meet in two blocks."""
        several = np.bincount(self.proved.parts.holders.members, minlength=len(self.proved.groups.codes)) > 1
        every = self.proved.parts.holders.sizes
        twice = self.proved.parts.holders.keep(several).sizes
        return self._pairs_of(every) - self._pairs_of(twice) + self._distinct(several)

    def _pairs_of(self, held: Ints) -> int:
        """Pairs of holders, a pair that meets in two blocks counted twice."""
        proved = self.proved
        total = int((held[proved.first] * held[proved.second]).sum())
        sizes = held[proved.rings.rows.members]
        owners = proved.rings.rows.owners
        sums = np.bincount(owners, weights=sizes, minlength=proved.rings.rows.count).astype(np.int64)
        squares = np.bincount(owners, weights=sizes * sizes, minlength=proved.rings.rows.count).astype(np.int64)
        return total + int(((sums * sums - squares) // 2).sum())

    def _distinct(self, several: Bools) -> int:
        """Distinct pairs among the groups that hold parts of several blocks."""
        proved = self.proved
        total = len(proved.groups.codes)
        held = proved.parts.holders.keep(several)
        keys: list[Ints] = [np.zeros(0, dtype=np.int64)]
        some = (held.sizes[proved.first] > 0) & (held.sizes[proved.second] > 0)
        for first, second in zip(proved.first[some].tolist(), proved.second[some].tolist(), strict=True):
            keys.append(_keys(held.row(first), held.row(second), total))
        for ring in range(proved.rings.rows.count):
            members = held.take(proved.rings.rows.row(ring))
            keys += [
                _keys(members.row(place), members.members[members.offsets[place + 1] :], total)
                for place in np.flatnonzero(members.sizes).tolist()
            ]
        return len(np.unique(np.concatenate(keys)))

    @cached_property
    def classes(self) -> tuple[CutClass, ...]:
        """The rings, the heaviest first."""
        rows, place = self.proved.rings.rows, self.proved.rings.place[:, WEIGHT]
        found = []
        for ring in range(rows.count):
            start, stop = int(rows.offsets[ring]), int(rows.offsets[ring + 1])
            steps = [
                (self._codes(part), int(at))
                for part, at in zip(rows.row(ring).tolist(), place[start:stop], strict=True)
            ]
            held = [(codes, at) for codes, at in steps if codes]
            if len(held) > 1:
                between = tuple(after - before for (_c, before), (_d, after) in pairwise(held))
                found.append(CutClass(kind=self.kind, steps=tuple(codes for codes, _at in held), between=between))
        return tuple(sorted(found, key=lambda each: (-each.weight, each.steps)))

    def _codes(self, part: int) -> tuple[Code, ...]:
        return tuple(self.proved.groups.codes[group] for group in self.proved.parts.holders.row(part).tolist())

    def __iter__(self) -> Iterator[DoubleCut]:
        """Joint harm after joint harm, by the weight of what the parts of a block take down, the heaviest first.

        Two groups that meet in two blocks come once for each of them.
        """
        for first, second in self._heaviest():
            yield from self._cuts(first, second)

    def worst(self, count: int) -> list[DoubleCut]:
        """The heaviest joint harms. Cost: as many heap steps and ranges of the tree as there are asked for."""
        return sorted(islice(self, count), key=lambda cut: (-cut.weight, cut.first, cut.second))

    def _heaviest(self) -> Iterator[tuple[int, int]]:
        """Pairs of parts by what they take down together: named ones and those of rings merged, nothing written out."""
        proved = self.proved
        order = np.argsort(-proved.joint[:, WEIGHT], kind="stable")
        named = (
            (-int(proved.joint[pair, WEIGHT]), int(proved.first[pair]), int(proved.second[pair])) for pair in order
        )
        yield from ((first, second) for _weight, first, second in heapq.merge(named, self._along_rings()))

    def _along_rings(self) -> Iterator[tuple[int, int, int]]:
        """Pairs of ring members, the farthest apart first: each pair's inner neighbours wait until it was taken."""
        rows, place = self.proved.rings.rows, self.proved.rings.place[:, WEIGHT].tolist()
        members = rows.members.tolist()
        waiting = [
            (place[left] - place[right], left, right)
            for left, right in zip(rows.offsets[:-1].tolist(), (rows.offsets[1:] - 1).tolist(), strict=True)
        ]
        heapq.heapify(waiting)
        seen = {(left, right) for _weight, left, right in waiting}
        while waiting:
            weight, left, right = heapq.heappop(waiting)
            yield weight, members[left], members[right]
            for inner in ((left + 1, right), (left, right - 1)):
                if inner[0] < inner[1] and inner not in seen:
                    seen.add(inner)
                    heapq.heappush(waiting, (place[inner[0]] - place[inner[1]], *inner))

    def _cuts(self, first: int, second: int) -> Iterator[DoubleCut]:
        """What holders of these two parts do: exactly, for what a holder takes down elsewhere is no joint harm."""
        proved = self.proved
        rows = proved.parts.rows
        together = np.concatenate((rows.row(first), rows.row(second)))
        joint = lost_mask(proved.tree, together)
        for part in (first, second):
            joint &= ~lost_mask(proved.tree, rows.row(part))
        at = np.flatnonzero(joint)
        for one, left in self._holders(first, at):
            for other, right in self._holders(second, at):
                yield self._cut(one, other, proved.tree.order[at[~(left | right)]])

    def _holders(self, part: int, at: Ints) -> list[tuple[tuple[Code, ...], Bools]]:
        """The holders of a part, together where they take down the same of these positions alone."""
        same: dict[bytes, tuple[list[Code], Bools]] = {}
        for group in self.proved.parts.holders.row(part).tolist():
            alone = self._alone(group)[at]
            same.setdefault(alone.tobytes(), ([], alone))[0].append(self.proved.groups.codes[group])
        return [(tuple(sorted(codes)), alone) for codes, alone in same.values()]

    def _alone(self, group: int) -> Bools:
        if group not in self._known:
            self._known[group] = lost_mask(self.proved.tree, self.proved.groups.row(group))
        return self._known[group]

    @cached_property
    def _known(self) -> dict[int, Bools]:
        """What a group alone takes down, kept while this object lives."""
        return {}

    def _cut(self, first: tuple[Code, ...], second: tuple[Code, ...], lost: Ints) -> DoubleCut:
        low, high = sorted((first, second))
        total = self.proved.net.measures[lost].sum(axis=0)
        return DoubleCut(
            kind=self.kind,
            first=low,
            second=high,
            weight=int(total[WEIGHT]),
            sites=int(total[SITES]),
            structures=int(total[STRUCTURES]),
            sirens=int(total[SIRENS]),
            lost=tuple(self.proved.net.code_of(vertex) for vertex in lost.tolist()),
        )


def _keys(one: Ints, other: Ints, total: int) -> Ints:
    """A number for each pair of one of each."""
    return (np.minimum.outer(one, other) * total + np.maximum.outer(one, other)).ravel()
