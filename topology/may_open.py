"""May we open this trench on Tuesday? Yes, no with names, or yes if something comes first.

What may come first: repairing what is down, joining free strands that lie elsewhere, building what is planned. Each way
out is enough by itself and asks for no more than it needs; all are checked by asking the same question again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown, StrandRef
from inventory.lightpath.free import free_bundles
from topology.whatif import links_down, what_if, without_service

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from inventory.entities import Cable, Code
    from inventory.lightpath.free import Bundle
    from inventory.plant import Plant
    from topology.cut_index import CutIndex
    from topology.whatif import WhatIf


class Answer(StrEnum):
    """The three answers."""

    YES = "yes"
    NO = "no"
    IF_FIRST = "yes_if_first"


class FirstKind(StrEnum):
    """What has to be done before."""

    REPAIR = "repair"
    JOIN = "join_strands"
    BUILD = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """One way out. ``codes``: what to repair, or links to build; ``joins``: glass to join for each lost piece."""

    kind: FirstKind
    codes: tuple[Code, ...] = ()
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Free glass from ``site``, which would be alone, to ``to``, which keeps its service.

    ``strands`` in order, one after the other; at the nodes of ``at`` they are to be joined, patched or spliced.
    """

    site: Code
    to: Code
    strands: tuple[StrandRef, ...]
    at: tuple[Code, ...]
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MayOpen:
    """The answer with all it rests on; ``first`` is empty for a plain yes or no, the least trouble first."""

    answer: Answer
    found: WhatIf
    first: tuple[First, ...]


def may_open(
    index: CutIndex, cuts: Sequence[Code], *, down: Collection[Code] = (), planned: CutIndex | None = None
) -> MayOpen:
    """Whether these may be opened while others are down: links, trenches, cables or nodes.

    ``planned`` is the index with everything planned built. Cost: that of :func:`topology.whatif.what_if`; for a no,
    linear once for each thing that is down or link that is planned, and the free glass of the plant.

    Raises:
        TopologyError: an unknown code, or no cut at all.
    """
    found = what_if(index, cuts, down_links=links_down(index, down))
    if found.allowed:
        return MayOpen(answer=Answer.YES, found=found, first=())
    ways_out = (_repair(index, cuts, down), _join(index, cuts, found), _build(planned, cuts, found, index))
    first = tuple(way for way in ways_out if way is not None)
    return MayOpen(answer=Answer.IF_FIRST if first else Answer.NO, found=found, first=first)


def _repair(index: CutIndex, cuts: Sequence[Code], down: Collection[Code]) -> First | None:
    """What has to be repaired, and no more: with it, the cuts take nothing down on top of what stays down."""

    def is_enough(repaired: Collection[Code]) -> bool:
        left = [code for code in down if code not in repaired]
        return not without_service(index, cuts, down_links=links_down(index, left))

    needed = _needed(down, is_enough)
    return First(kind=FirstKind.REPAIR, codes=needed) if needed else None


def _build(planned: CutIndex | None, cuts: Sequence[Code], found: WhatIf, now: CutIndex) -> First | None:
    if planned is None:
        return None
    new = [link for link in planned.net.links if link not in now.link_number]

    def is_enough(built: Collection[Code]) -> bool:
        waiting = {link for link in new if link not in built}
        harm = without_service(planned.without(waiting), cuts, down_links=found.down_links)
        return harm.isdisjoint(found.without_service)

    needed = _needed(new, is_enough)
    return First(kind=FirstKind.BUILD, codes=needed) if needed else None


def _needed(offered: Collection[Code], is_enough: Callable[[Collection[Code]], bool]) -> tuple[Code, ...]:
    """The offered ones less all that can be left out, one after the other; empty where even all are not enough."""
    if not offered or not is_enough(offered):
        return ()
    needed = list(offered)
    for code in offered:
        fewer = [other for other in needed if other != code]
        if is_enough(fewer):
            needed = fewer
    return tuple(needed)


def _join(index: CutIndex, cuts: Sequence[Code], found: WhatIf) -> First | None:
    """Free glass for each piece that would be alone, over cables that neither the cuts nor what is down touch."""
    lost = set(found.without_service)
    if not lost.isdisjoint(cuts):
        return None
    gone = set(found.impact.loss.links)
    served = set(index.vertex_of) - lost - set(index.dark)
    around = _glass(index, cuts, gone)
    joins = [_way_out(around, piece, served) for piece in _pieces(index, lost, gone)]
    known = tuple(join for join in joins if join is not None)
    return First(kind=FirstKind.JOIN, joins=known) if len(known) == len(joins) else None


def _pieces(index: CutIndex, lost: set[Code], gone: set[Code]) -> Iterator[list[Code]]:
    """What would be alone together, and needs one way out; the most critical first."""
    around: dict[Code, list[Code]] = {code: [] for code in lost}
    for near, far, key in index.graph.edges(keys=True):
        if key not in gone and near in lost and far in lost:
            around[near].append(far)
            around[far].append(near)
    seen: set[Code] = set()
    for start in sorted(lost, key=index.naming.rank):
        piece = [start] if start not in seen else []
        seen.add(start)
        for node in piece:  # grows while it is walked
            piece += [far for far in dict.fromkeys(around[node]) if far not in seen]
            seen.update(piece)
        if piece:
            yield piece


def _glass(index: CutIndex, cuts: Sequence[Code], gone: set[Code]) -> dict[Code, list[Bundle]]:
    """Free bundles by the nodes they end at, those whose documented way keeps apart from the cuts and what is down."""
    plant = index.plant
    bad = {cable for link in gone for cable in plant.cables_of(plant.link[link])}
    apart = {cable.code for cable in plant.cables if cable.code not in bad and _is_apart(plant, cable, set(cuts))}
    around: dict[Code, list[Bundle]] = {}
    for bundle in free_bundles(plant.light):
        if apart.issuperset(bundle.cables):
            around.setdefault(bundle.a, []).append(bundle)
            around.setdefault(bundle.b, []).append(bundle)
    return around


def _is_apart(plant: Plant, cable: Cable, cuts: set[Code]) -> bool:
    if cable.route_known is not RouteKnown.FULL:
        return False
    nodes = {cable.from_node, cable.to_node}
    for code in cable.route:
        nodes |= {plant.section[code].from_node, plant.section[code].to_node}
    return cuts.isdisjoint((cable.code, *cable.route, *nodes))


def _way_out(around: Mapping[Code, Sequence[Bundle]], piece: Sequence[Code], served: set[Code]) -> Join | None:
    """The shortest free way from the piece to anything that keeps its service (Dijkstra)."""
    came: dict[Code, tuple[Code, Bundle] | None] = {}
    todo: list[tuple[float, int, Code, tuple[Code, Bundle] | None]] = [
        (0.0, number, code, None) for number, code in enumerate(piece)
    ]
    number = len(todo)
    while todo:
        walked_m, _tie, here, step = heappop(todo)
        if here in came:
            continue
        came[here] = step
        if here in served:
            return _joined(came, here)
        for bundle in around.get(here, ()):
            number += 1
            far = bundle.b if bundle.a == here else bundle.a
            heappush(todo, (walked_m + bundle.length_m + 1.0, number, far, (here, bundle)))
    return None


def _joined(came: Mapping[Code, tuple[Code, Bundle] | None], end: Code) -> Join:
    nodes, strands, metres = [end], list[StrandRef](), 0.0
    while (step := came[nodes[-1]]) is not None:
        here, bundle = step
        piece = bundle.pieces[0]
        strands = [*(piece if bundle.a == here else piece[::-1]), *strands]
        metres += bundle.length_m
        nodes.append(here)
    return Join(site=nodes[-1], to=end, strands=tuple(strands), at=tuple(nodes[-2:0:-1]), metres=metres)
