"""Triples of cuts through a given one: what a third cut does to those that two of them leave standing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from topology.graph import GroupKind
from topology.net import measures_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.pairs import DoubleCut


def triples(index: CutIndex, through: Code, *, kind: GroupKind = GroupKind.TRENCH) -> Iterator[DoubleCut]:
    """Pairs of this kind that, together with ``through``, take down what no two of the three do.

    Found as the joint harm of pairs where ``through`` is cut already, less what the pair does without it. Cost: an
    index of what is left and its pairs, then a look-up for each pair of codes that is asked for.

    Raises:
        TopologyError: an unknown code.
    """
    rest = index.without(set(index.links_of([through])))
    for cut in rest.doubles(kind):
        same: dict[tuple[tuple[Code, ...], Code], list[Code]] = {}
        for one in cut.first:
            for other in cut.second:
                without = index.lost([one, other])
                left = tuple(code for code in cut.lost if code not in {*without.sites, *without.structures})
                if left and through not in {one, other}:
                    same.setdefault((left, one), []).append(other)
        for (left, one), others in same.items():
            yield _cut(index, cut, left, (one,), tuple(others))


def _cut(
    index: CutIndex, cut: DoubleCut, left: tuple[Code, ...], first: tuple[Code, ...], second: tuple[Code, ...]
) -> DoubleCut:
    weight, sites, structures, sirens = (
        sum(column) for column in zip(*(measures_of(index.plant.nodes[code]) for code in left), strict=True)
    )
    return replace(
        cut, first=first, second=second, lost=left, weight=weight, sites=sites, structures=structures, sirens=sirens
    )
