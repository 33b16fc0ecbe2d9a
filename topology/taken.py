"""What each harmful group of one kind takes down alone: ranges of the tree's order, read from either side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from topology.pieces import lost_ranges_of_each, positions

if TYPE_CHECKING:
    from collections.abc import Collection

    from topology.net import Ints, Rows
    from topology.tree import SpanningTree


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """``group`` takes ``tree.order[start:stop]`` down, for every range of every group that does harm."""

    tree: SpanningTree
    group: Ints
    start: Ints
    stop: Ints

    @classmethod
    def by(cls, tree: SpanningTree, groups: Rows, harmful: Ints) -> Taken:
        """What these groups take. Cost: their links and the chords below them, in numpy."""
        kept = groups.keep(tree.live)
        alone = harmful[kept.sizes[harmful] == 1]
        child = tree.child_of_link[kept.members[kept.offsets[alone]]]
        others = harmful[kept.sizes[harmful] != 1]
        row, start, stop = lost_ranges_of_each(tree, kept.take(others))
        return cls(
            tree=tree,
            group=np.concatenate((alone, others[row])),
            start=np.concatenate((tree.enter[child], start)),
            stop=np.concatenate((tree.leave[child], stop)),
        )

    def times(self) -> Ints:
        """For each vertex how many groups take it down."""
        change = np.zeros(len(self.tree.order) + 1, dtype=np.int64)
        np.add.at(change, self.start, 1)
        np.add.at(change, self.stop, -1)
        found = np.zeros(len(self.tree.enter), dtype=np.int64)
        found[self.tree.order] = np.cumsum(change)[:-1]
        return found

    def vertices(self, group: int) -> Ints:
        """What one group takes down. Cost: linear in that."""
        ranges = self._of_group.get(group, [])
        return np.concatenate([self.tree.order[start:stop] for start, stop in ranges])

    @cached_property
    def _of_group(self) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for group, start, stop in zip(self.group.tolist(), self.start.tolist(), self.stop.tolist(), strict=True):
            found.setdefault(group, []).append((start, stop))
        return found

    def takers(self, vertices: Collection[int]) -> dict[int, list[int]]:
        """The groups that take each of these vertices down; who is taken by none is absent. Cost: the answers."""
        asked = np.sort(self.tree.enter[np.fromiter(vertices, np.int64)])
        first, last = np.searchsorted(asked, self.start), np.searchsorted(asked, self.stop)
        who = np.repeat(self.group, last - first).tolist()
        found: dict[int, list[int]] = {}
        for place, group in zip(asked[positions(first, last)].tolist(), who, strict=True):
            found.setdefault(int(self.tree.order[place]), []).append(group)
        return found
