"""The oracle: breadth-first search over the plant's records, sharing no code with the room it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.entities import Code
    from inventory.plant import Plant


def links_of(plant: Plant, code: Code) -> set[Code]:
    """Links through a section, in a cable, at or past a node: by walking every record."""
    found = set()
    for link in plant.links:
        touched: set[Code] = set()
        for end in (link.a, link.b):
            touched.add(plant.device[plant.interface[end].device].node)
        for strand in (*link.strands, *link.return_strands):
            cable = plant.cable[strand.cable]
            touched |= {cable.code, cable.from_node, cable.to_node, *cable.route}
            for section in cable.route:
                touched |= {plant.section[section].from_node, plant.section[section].to_node}
        if code in touched:
            found.add(link.code)
    return found


def reached(plant: Plant, down: Collection[Code], *, fallen: Collection[Code] = ()) -> set[Code]:
    """Nodes with a device from which a hub is reached over links that are not down."""
    neighbours: dict[Code, set[Code]] = {}
    for link in plant.links:
        if link.code not in down:
            a = plant.device[plant.interface[link.a].device].node
            b = plant.device[plant.interface[link.b].device].node
            neighbours.setdefault(a, set()).add(b)
            neighbours.setdefault(b, set()).add(a)
    seen = {site.code for site in plant.sites if site.is_hub and site.code not in fallen}
    todo = list(seen)
    while todo:
        for other in neighbours.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def lost(plant: Plant, cuts: Iterable[Code], down_links: Iterable[Code] = ()) -> set[Code]:
    """Nodes with a device that reach a hub whole and do not with these cuts; a cut node is lost itself."""
    cuts = set(cuts)
    down = set(down_links).union(*(links_of(plant, code) for code in cuts))
    fallen = cuts & set(plant.nodes)
    return reached(plant, ()) - reached(plant, down, fallen=fallen)


def served(plant: Plant, gone: Collection[Code], *, by_protocol: bool = False) -> set[Code]:
    """Nodes that reach a hub by light, or over the links that rings and aggregations let carry.

    A spanning tree and a routed area of few hops reach all that their links do.
    """
    dead = set(gone)
    for group in plant.link_groups if by_protocol else ():
        up = [link for link in group.links if link not in gone]
        if group.blocked is not None and len(up) == len(group.links):
            dead.add(group.blocked)
        if len(up) < group.min_links:
            dead |= set(up)
    return reached(plant, dead)
