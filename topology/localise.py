"""Which trench, cable or node explains these links being down: the reverse of a cut.

A cut takes all links of its risk group and no other. So a group is judged by three sets of links: those it *explains*
(in the group and down), those it leaves *unexplained* (down, but not in the group) and those that *contradict* it (in
the group and up). Links of unknown state are evidence of nothing. Groups of one kind that hold the same links, but for
those of unknown state, cannot be told apart: they are one explanation with several codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.graph import GroupKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.entities import Code
    from topology.cut_index import CutIndex

_KINDS = tuple(GroupKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One event that may have happened, and how well it fits. ``codes`` cannot be told apart by what is known.

    ``explains``: links it takes that are down. ``unexplained``: links that are down all the same. ``contradicted``:
    links it should have taken and that are up.
    """

    kind: GroupKind
    codes: tuple[Code, ...]
    explains: tuple[Code, ...]
    unexplained: tuple[Code, ...]
    contradicted: tuple[Code, ...]

    @property
    def is_exact(self) -> bool:
        """Whether it explains every link that is down and contradicts none that is up."""
        return not self.unexplained and not self.contradicted


def explain(index: CutIndex, down: Collection[Code], unknown: Collection[Code] = ()) -> tuple[Explanation, ...]:
    """The single events that explain at least one of the links that are down, the best first.

    Links that are neither ``down`` nor ``unknown`` are up. Links the index does not hold (not in service) are passed
    over. Ranked by links left unexplained or contradicted, then by links contradicted, then trench, cable, node, then
    by code. Cost: linear in the links of the groups that hold a down link.
    """
    fallen = {link for link in down if link in index.link_number}
    silent = {link for link in unknown if link in index.link_number} - fallen
    alike: dict[tuple[GroupKind, frozenset[Code]], list[Code]] = {}
    for kind in GroupKind:
        touched = dict.fromkeys(code for link in sorted(fallen) for code in index.groups_of_link[link][kind])
        for code in touched:
            seen = frozenset(index.members(kind, code)) - silent
            alike.setdefault((kind, seen), []).append(code)
    found = [
        Explanation(
            kind=kind,
            codes=tuple(sorted(codes)),
            explains=tuple(sorted(seen & fallen)),
            unexplained=tuple(sorted(fallen - seen)),
            contradicted=tuple(sorted(seen - fallen)),
        )
        for (kind, seen), codes in alike.items()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(found: Explanation) -> tuple[int, int, int, tuple[Code, ...]]:
    wrong = len(found.unexplained) + len(found.contradicted)
    return wrong, len(found.contradicted), _KINDS.index(found.kind), found.codes
