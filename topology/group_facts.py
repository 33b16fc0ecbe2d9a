"""What a report says of each link group: what breaks it, and whom a break isolates though light still leads there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from inventory.entities import Protocol
from topology.protocols import GroupState, Protocols

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code, LinkGroup
    from topology.cut_index import CutIndex

LONGEST_RING = 40
"""Links of a ring up to which every second break is tried: 780 pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """A link group. ``breaks_it``: trenches whose cut alone is more than it can protect against.

    ``isolated``: nodes that one of those takes from the network though light still leads there; ``second`` those that
    two cut trenches of a ring do, None where the ring is too long for every pair to be tried.
    """

    group: Code
    protocol: Protocol
    links: tuple[Code, ...]
    blocked: Code | None
    breaks_it: tuple[Code, ...]
    isolated: tuple[Code, ...]
    second: tuple[Code, ...] | None


def group_facts(index: CutIndex) -> tuple[GroupFacts, ...]:
    """All groups in service, in the plant's order. Cost: linear for each set of links that a trench takes.

    Two cuts in one trench for a link stand for all pairs of trenches: those that take more links do more.
    """
    return tuple(_Examined(index).facts())


class _Examined:
    """Remembers what each set of links isolates."""

    def __init__(self, index: CutIndex) -> None:
        self._index = index
        self._protocols = Protocols(index=index)
        self._known: dict[frozenset[Code], tuple[Code, ...]] = {}
        self._taken: dict[Code, frozenset[Code]] = {}
        for trench, links in index.plant.links_in.items():
            taken = frozenset(link for link in links if link in index.link_number)
            if taken:
                self._taken[trench] = taken
        self._through: dict[Code, list[Code]] = {}
        for trench, live in self._taken.items():
            for link in live:
                self._through.setdefault(link, []).append(trench)
        self._breaks: dict[frozenset[Code], frozenset[Code]] = {}

    def facts(self) -> Iterator[GroupFacts]:
        for group in self._protocols.groups:
            trenches = dict.fromkeys(trench for link in group.links for trench in self._through.get(link, ()))
            breaks = [trench for trench in trenches if group.code in self._broken(self._taken[trench])]
            yield GroupFacts(
                group=group.code,
                protocol=group.protocol,
                links=group.links,
                blocked=group.blocked,
                breaks_it=tuple(breaks),
                isolated=self._all(self._taken[trench] for trench in breaks),
                second=self._second(group) if len(group.links) <= LONGEST_RING else None,
            )

    def _second(self, group: LinkGroup) -> tuple[Code, ...]:
        if group.protocol is not Protocol.ERPS:
            return ()
        sets = (
            [self._taken[trench] for trench in self._through[link]] for link in group.links if link in self._through
        )
        least = {min(some, key=lambda taken: (len(taken), sorted(taken))) for some in sets}
        return self._all(one | other for one, other in combinations(sorted(least, key=sorted), 2))

    def _all(self, gone: Iterator[frozenset[Code]]) -> tuple[Code, ...]:
        found = {code for links in gone for code in self._isolated(links)}
        return tuple(sorted(found, key=self._index.naming.rank))

    def _isolated(self, gone: frozenset[Code]) -> tuple[Code, ...]:
        if gone not in self._known:
            self._known[gone] = self._protocols.isolated(gone)
        return self._known[gone]

    def _broken(self, gone: frozenset[Code]) -> frozenset[Code]:
        if gone not in self._breaks:
            steered = self._protocols.steered(gone)
            self._breaks[gone] = frozenset(each.group for each in steered if each.state is GroupState.BROKEN)
        return self._breaks[gone]
