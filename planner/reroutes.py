"""What breaks without anybody losing service, and the way that is left: the ring, and how it is walked now."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from planner.aftermath import margin_db
from planner.formats import decimal, length, listed
from planner.picture import WEAK_MARGIN_DB
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.entities import Code, Link
    from planner.network import Network
    from planner.picture import Picture

MOST_REROUTES = 12
"""So many are told; a trunk holds hundreds of links, and nobody reads hundreds of ways."""
MOST_HOPS_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute:
    """A link that is gone, and what stands in for it. ``via`` are the nodes on the way that is left."""

    ends: str
    way: str
    via: tuple[Code, ...]
    length_m: float
    is_weak: bool


def reroutes(
    network: Network, picture: Picture, broken: Iterable[Code], gone: Collection[Code], lost: Collection[Code]
) -> tuple[Reroute, ...]:
    """For broken links whose ends both keep service the shortest way that is left, each pair of ends once.

    ``gone``: all links that carry nothing, the broken ones too. Cost: a shortest way for each pair told.
    """
    plant, found, seen = network.plant, [], set()
    for code in broken:
        link = plant.link[code]
        near, far = plant.node_of(link.a), plant.node_of(link.b)
        pair = frozenset((near, far))
        if near == far or pair in seen or not pair.isdisjoint(lost):
            continue
        seen.add(pair)
        way = _shortest(network, near, far, gone)
        if way:
            found.append(_told(network, picture, near, far, way))
        if len(found) == MOST_REROUTES:
            break
    return tuple(found)


def _told(network: Network, picture: Picture, near: Code, far: Code, way: list[tuple[Code, Link]]) -> Reroute:
    via = tuple(node for node, _link in way[:-1])
    length_m = sum(network.length_m(link) for _node, link in way)
    margins = [margin[0] for _node, link in way if (margin := margin_db(network, picture, link)) is not None]
    through = listed((network.label(node) for node in via), most=MOST_HOPS_NAMED) or _("a parallel link")
    links = ngettext("{count} link", "{count} links", len(way)).format(count=len(way))
    parts = [links, length(length_m)]
    if margins:
        parts.append(_("light margin {margin} dB or more").format(margin=decimal(min(margins))))
    return Reroute(
        ends=_("{near} to {far}").format(near=network.label(near), far=network.label(far)),
        way=_("by {nodes} ({facts})").format(nodes=through, facts=listed(parts)),
        via=via,
        length_m=length_m,
        is_weak=bool(margins) and min(margins) < WEAK_MARGIN_DB,
    )


def _shortest(network: Network, near: Code, far: Code, gone: Collection[Code]) -> list[tuple[Code, Link]]:
    """The shortest way by metres of trench (Dijkstra), as nodes with the links that lead to them; empty for none."""
    came: dict[Code, tuple[Code, Link] | None] = {}
    queue: list[tuple[float, int, Code, tuple[Code, Link] | None]] = [(0.0, 0, near, None)]
    number = 0
    while queue:
        walked_m, _tie, here, step = heappop(queue)
        if here in came:
            continue
        came[here] = step
        if here == far:
            break
        for link in network.links_at.get(here, ()):
            there = network.far_end(link, here)
            if link.code not in gone and there not in came:
                number += 1
                heappush(queue, (walked_m + max(1.0, network.length_m(link)), number, there, (here, link)))
    if far not in came:
        return []
    way: list[tuple[Code, Link]] = []
    here = far
    while (back := came[here]) is not None:
        way.append((here, back[1]))
        here = back[0]
    return way[::-1]
