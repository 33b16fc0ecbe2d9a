"""Trenches in a row as a person names them: how many metres, between which two places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Sections that hang together. ``ends`` are the nodes where the stretch begins and stops; none if it is a ring."""

    sections: tuple[Code, ...]
    metres: float
    ends: tuple[Code, ...]


def stretches(plant: Plant, sections: Iterable[Code]) -> tuple[Stretch, ...]:
    """The sections as stretches that hang together by their nodes, the longest first."""
    left = [plant.section[code] for code in dict.fromkeys(sections)]
    found = []
    while left:
        joined = [left.pop(0)]
        nodes = {joined[0].from_node, joined[0].to_node}
        while more := [item for item in left if not nodes.isdisjoint((item.from_node, item.to_node))]:
            joined += more
            left = [item for item in left if item not in more]
            nodes |= {end for item in more for end in (item.from_node, item.to_node)}
        times: dict[Code, int] = {}
        for item in joined:
            for end in (item.from_node, item.to_node):
                times[end] = times.get(end, 0) + 1
        found.append(
            Stretch(
                sections=tuple(item.code for item in joined),
                metres=sum(item.length_m for item in joined),
                ends=tuple(sorted(node for node, count in times.items() if count == 1)),
            )
        )
    return tuple(sorted(found, key=lambda stretch: (-stretch.metres, stretch.sections)))


def told(plant: Plant, stretch: Stretch) -> str:
    """A stretch in words: ``trench T-17 for 83 m between X and Y``."""
    count = len(stretch.sections)
    named = ngettext("trench {code}", "{count} trenches from {code}", count).format(
        count=count, code=stretch.sections[0]
    )
    labels = [plant.nodes[node].label for node in stretch.ends]
    if not labels:
        return _("{named}, a ring of {metres:.0f} m").format(named=named, metres=stretch.metres)
    return _("{named} for {metres:.0f} m between {ends}").format(
        named=named, metres=stretch.metres, ends=_(" and ").join(labels)
    )
