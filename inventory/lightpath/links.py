"""The light path behind a documented link, and whether it is the one the link claims. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.entities import Direction, Link
from inventory.glass import RX, TX
from inventory.lightpath.terminals import NOWHERE
from inventory.loss import colours_on
from inventory.optics_classes import canonical_nm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code, StrandRef
    from inventory.lightpath.graph import LightGraph, LightPath


def way_of(graph: LightGraph, link: Link, direction: Direction) -> LightPath | None:
    """The path of one way of a link, from the sender's jack to the receiver's; None where no light leads there.

    Of several colours the link's own is taken.
    """
    start, goal = (link.a, link.b) if direction is Direction.A_TO_B else (link.b, link.a)
    own = {canonical_nm(item) for item in colours_on(graph.plant, link, direction)}
    found = [path for path in paths_from(graph, start) if _reaches(graph, path, goal)]
    return next((path for path in found if path.colour in own), found[0] if found else None)


def paths_from(graph: LightGraph, interface: Code) -> Iterator[LightPath]:
    """Light paths that a port's light takes, beginning at the jack it leaves."""
    only, sends, _receives = graph.terminals.jacks(interface)
    for jack in (sends, only):
        if graph.joints.mate[jack] != NOWHERE:
            for path in graph.trace(jack):
                yield path if path.terminals[0] == jack else path.turned()


def lit_ways(graph: LightGraph, path: LightPath) -> tuple[LightPath, ...]:
    """The directions light takes on a path: from a sending jack to a receiving one; both where nothing tells.

    Where one jack sends and receives, the colour's channel tells.
    """
    return tuple(way for way in (path, path.turned()) if _may_shine(graph, way))


def _may_shine(graph: LightGraph, way: LightPath) -> bool:
    jacks = [graph.terminals.jack(item) if graph.terminals.is_jack(item) else None for item in _ends(way)]
    first, last = jacks
    if (first and first[1] == RX) or (last and last[1] == TX):
        return False
    link = graph.plant.link_at.get(first[0].code) if first else None
    if first is None or link is None or way.colour is None:
        return True
    against = Direction.B_TO_A if first[0].code == link.a else Direction.A_TO_B
    channels = graph.plant.channels_on.get(link.code, ())
    own = [item.direction for item in channels if canonical_nm(item.colour) == way.colour]
    return not own or any(direction is not against for direction in own)


def _ends(way: LightPath) -> tuple[int, int]:
    return way.terminals[0], way.terminals[-1]


def strands_on(graph: LightGraph, path: LightPath) -> tuple[StrandRef, ...]:
    """The strands of a path in order."""
    linear = graph.terminals.panel_base[0] if graph.terminals.panel_base else graph.terminals.linear
    found = [graph.terminals.strand(item) for item in path.terminals if item < linear]
    return tuple(dict.fromkeys(found))


def documented(graph: LightGraph, link: Link) -> bool:
    """Whether splices, terminations or patches say anything about a link's way, not the link alone."""
    strands = (strand for strand in graph.plant.strands_of(link) if _exists(graph, strand))
    bases = [graph.terminals.base_of[strand.cable] + 2 * (strand.number - 1) for strand in strands]
    terminals = [terminal for base in bases for terminal in (base, base + 1)]
    terminals += [jack for end in (link.a, link.b) for jack in graph.terminals.jacks(end)]
    return any(graph.joints.mate[item] != NOWHERE and not isinstance(graph.joint(item), Link) for item in terminals)


def _exists(graph: LightGraph, strand: StrandRef) -> bool:
    return 1 <= strand.number <= graph.plant.cable[strand.cable].strand_count


def _reaches(graph: LightGraph, path: LightPath, interface: Code) -> bool:
    last = path.terminals[-1]
    return graph.terminals.is_jack(last) and graph.terminals.jack(last)[0].code == interface
