"""What fails together, derived from the plant: one risk for each trench, duct, cable, structure and so on. Pure.

A link rests on the cables its light runs through, these on their containers, transitively, and on trench sections,
these on the nodes they join. Unknown routes add nothing here: who asks for diversity has to look at
``Cable.route_known`` too. Cost: linear in what the links rest on; :mod:`inventory.corridor` finds near sections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import NO_DUCT, Code, Site, Structure
from inventory.glass import RiskKind
from inventory.lightpath.joints import IDLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.entities import Cable, Link, LonLat
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRisk:
    """One thing whose failure takes ``links`` down; ``code`` is the thing's, or that of a manual risk group."""

    kind: RiskKind
    code: Code
    links: tuple[Code, ...]


def containers_of(plant: Plant, cable: Cable) -> tuple[Code, ...]:
    """All ducts a cable lies in, each once, an inner one before what it lies in; a circle of parents ends."""
    found: dict[Code, None] = {}
    for code in cable.containers:
        here: Code | None = code if code != NO_DUCT else None
        while here is not None and here not in found:
            found[here] = None
            here = plant.duct[here].parent
    return tuple(found)


def sections_through(plant: Plant, duct: Code) -> tuple[Code, ...]:
    """The route of a duct: its own, else that of what it lies in."""
    seen: set[Code] = set()
    here: Code | None = duct
    while here is not None and here not in seen:
        seen.add(here)
        record = plant.duct[here]
        if record.route:
            return record.route
        here = record.parent
    return ()


def line_through(plant: Plant, route: Sequence[Code], begin: Code) -> list[LonLat]:
    """One line along a route, from its first node on."""
    found: list[LonLat] = []
    here = begin
    for section in (plant.section[code] for code in route):
        ahead = section.from_node == here
        line = section.line if ahead else section.line[::-1]
        found.extend(line[1:] if found and found[-1] == line[0] else line)
        here = section.to_node if ahead else section.from_node
    return found


def risks_of(plant: Plant, link: Link) -> Iterator[tuple[RiskKind, Code]]:
    """Everything a link rests on, by kind; a thing may come more than once."""
    ends = {plant.node_of(link.a), plant.node_of(link.b)}
    for end in sorted(ends):
        node = plant.nodes[end]
        yield (RiskKind.HUB if isinstance(node, Site) and node.is_hub else RiskKind.STRUCTURE), end
    for cable in (plant.cable[code] for code in plant.cables_of(link)):
        yield RiskKind.CABLE, cable.code
        for duct in containers_of(plant, cable):
            yield RiskKind.DUCT, duct
        for code in cable.route:
            section = plant.section[code]
            yield RiskKind.TRENCH, code
            for end in (section.from_node, section.to_node):
                yield from _node(plant, end, ends, code)


def _node(plant: Plant, node: Code, ends: set[Code], section: Code) -> Iterator[tuple[RiskKind, Code]]:
    record = plant.nodes[node]
    if isinstance(record, Site):
        yield RiskKind.ENTRY, section  # the last piece of trench is how it enters the building
    elif node not in ends:
        yield (RiskKind.STRUCTURE if isinstance(record, Structure) else RiskKind.CROSSING), node


def shared_risks(plant: Plant, links: Iterable[Link] | None = None) -> tuple[SharedRisk, ...]:
    """All risks that links have, derived and manual, by kind and code; ``links`` defaults to all in use."""
    chosen = tuple(links) if links is not None else tuple(item for item in plant.links if item.status not in IDLE)
    found: dict[tuple[RiskKind, Code], dict[Code, None]] = {}
    for link in chosen:
        for key in risks_of(plant, link):
            found.setdefault(key, {})[link.code] = None
    for group in plant.risk_groups:
        hit = [link.code for link in chosen if not _touched(plant, link).isdisjoint(group.members)]
        if hit:
            found.setdefault((group.kind, group.code), {}).update(dict.fromkeys(hit))
    order = list(RiskKind)
    return tuple(
        SharedRisk(kind=kind, code=code, links=tuple(codes))
        for (kind, code), codes in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    )


def common_risks(plant: Plant, one: Link, other: Link) -> tuple[tuple[RiskKind, Code], ...]:
    """What two links share: they are diverse as far as documented where this is empty but for their ends."""
    first, second = dict.fromkeys(_all_risks(plant, one)), set(_all_risks(plant, other))
    return tuple(key for key in first if key in second)


def _all_risks(plant: Plant, link: Link) -> Iterator[tuple[RiskKind, Code]]:
    yield from risks_of(plant, link)
    touched = _touched(plant, link)
    for group in plant.risk_groups:
        if not touched.isdisjoint(group.members):
            yield group.kind, group.code


def _touched(plant: Plant, link: Link) -> set[Code]:
    found = {code for _kind, code in risks_of(plant, link)}
    found.update(plant.interface[end].device for end in (link.a, link.b))
    return found
