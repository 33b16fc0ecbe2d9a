"""Two ways for a service that share as little as can be, and the proof that none share less.

Any two ways of a site share at least the trenches whose cut alone takes it down, for both pass them. So a pair that
shares nothing else is the best there is, and the single cuts, proved, are the proof. Pairs are sought by taking the
shortest ways one after the other and for each the way that avoids its trenches most dearly; where the graph is small
every way is tried, which is a proof too. Else an integer programme is asked (:mod:`topology.least_shared`): it proves
its pair, or a bound, and the difference is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import networkx as nx

from inventory.entities import Code
from inventory.glass import StrandCondition
from inventory.lightpath.joints import IDLE
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.graph import GroupKind
from topology.least_shared import Edge, least_shared
from topology.light import link_m
from topology.ways import link_ways

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from inventory.plant import Plant
    from topology.cut_index import CutIndex

TRIED = 40
"""Shortest ways that are tried as the first of a pair."""
SMALL = 14
"""Links up to which every way is tried."""
SOLVED = 600
"""Links on ways of a site up to which the integer programme is asked."""
TOLERANCE_M = 0.01
_ROOT = ("core", "")
_Spot = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way from a site to a hub: its links in order, the trenches and nodes it passes, its length."""

    links: tuple[Code, ...]
    trenches: frozenset[Code]
    nodes: frozenset[Code]
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPair:
    """The best two ways found; ``second`` is None where there is only one that repeats no link.

    ``shared`` trenches are passed by both, for ``shared_m`` metres; any two ways share ``unavoidable_m`` of them.

    ``is_best``: no pair shares fewer metres. ``is_proven``: all cables of both ways are documented in full.
    """

    site: Code
    first: Way
    second: Way | None
    shared: tuple[Code, ...]
    shared_m: float
    unavoidable_m: float
    is_best: bool
    is_proven: bool


def best_pair(index: CutIndex, site: Code, *, strands: int = 0) -> BestPair:
    """The pair of ways from a site to any hub that shares the fewest metres of trench, then is the shortest.

    ``strands``: only cables with so many strands that are good and free count, with twice as many where both ways pass.
    The two ways never share a link. Cost: ``TRIED`` times two searches for shortest ways.

    Raises:
        TopologyError: the site has no way to a hub at all.
    """
    if index.vertex_of.get(site, 0) == 0 or site in index.dark:
        raise TopologyError(
            _("{site} has no way to a hub").format(site=site), cure=_("name a site with a switch that is no hub")
        )
    room = _Room(free=_free(index.plant), strands=strands) if strands else None
    graph = _graph(index, room)
    if site not in _reached(graph):
        raise TopologyError(
            _("{site}: no way has {count} free strands in every cable").format(site=site, count=strands),
            cure=_("ask for fewer strands, or lay a cable"),
        )
    found = min(_pairs(index, graph, site, room), key=lambda pair: _order(index.plant, pair))
    made = _made(index, site, *found, everything=graph.number_of_edges() // 2 <= SMALL, whole=not strands)
    return made if made.is_best else _solved(index, graph, made, room)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How many strands of each cable are free, and how many each way needs."""

    free: Mapping[Code, int]
    strands: int

    def holds(self, cables: Iterable[Code], *, taken: Collection[Code] = ()) -> bool:
        """Whether a way fits into these cables while another takes its share of ``taken``."""
        return all(self.free[cable] >= self.strands * (2 if cable in taken else 1) for cable in cables)


def _free(plant: Plant) -> dict[Code, int]:
    """Strands of each cable that are in no link, not broken and not reserved."""
    used = {strand for link in plant.links if link.status not in IDLE for strand in plant.strands_of(link)}
    used |= {state.strand for state in plant.strand_states if state.condition is not StrandCondition.GOOD}
    count = Counter(strand.cable for strand in used)
    return {cable.code: cable.strand_count - count[cable.code] for cable in plant.cables}


def _graph(index: CutIndex, room: _Room | None) -> nx.Graph[_Spot]:
    """Nodes and links both as vertices, so that parallel links stay apart; all hubs are one."""
    graph: nx.Graph[_Spot] = nx.Graph()
    hubs = set(index.net.codes[: index.net.hubs])
    for near, far, key in index.graph.edges(keys=True):
        ends = [_ROOT if end in hubs else ("node", end) for end in (near, far)]
        cables = index.groups_of_link[key][GroupKind.CABLE]
        if ends[0] != ends[1] and (room is None or room.holds(cables)):
            for end in ends:
                graph.add_edge(end, ("link", key), metres=link_m(index.plant, key) / 2 + 0.5)
    return graph


def _reached(graph: nx.Graph[_Spot]) -> set[Code]:
    return {Code(spot[1]) for spot in nx.node_connected_component(graph, _ROOT)} if _ROOT in graph else set()


def _pairs(index: CutIndex, graph: nx.Graph[_Spot], site: Code, room: _Room | None) -> Iterator[tuple[Way, Way | None]]:
    """Pairs to choose from; a site with one way only gives that way alone."""
    start = ("node", site)
    small = graph.number_of_edges() // 2 <= SMALL
    firsts = nx.shortest_simple_paths(graph, start, _ROOT, weight="metres")
    for path in firsts if small else islice(firsts, TRIED):
        first = _way(index, path)
        rest = graph.copy()
        rest.remove_nodes_from([spot for spot in path if spot[0] == "link"])
        if room is not None:
            rest.remove_nodes_from(_too_full(index, rest, room, first))
        if not nx.has_path(rest, start, _ROOT):
            yield first, None
        elif small:
            for other in nx.shortest_simple_paths(rest, start, _ROOT, weight="metres"):
                yield first, _way(index, other)
        else:
            yield first, _way(index, nx.shortest_path(rest, start, _ROOT, weight=_dear(index, rest, first)))


def _too_full(index: CutIndex, graph: nx.Graph[_Spot], room: _Room, first: Way) -> list[_Spot]:
    """Links over a cable that has no strands left for a second way beside the first."""
    cables = {link: index.groups_of_link[Code(link)][GroupKind.CABLE] for kind, link in graph if kind == "link"}
    taken = {cable for link in first.links for cable in index.groups_of_link[link][GroupKind.CABLE]}
    return [("link", link) for link, found in cables.items() if not room.holds(found, taken=taken)]


def _solved(index: CutIndex, graph: nx.Graph[_Spot], found: BestPair, room: _Room | None) -> BestPair:
    """The pair that the integer programme finds, or the one found with the bound that it proves."""
    edges, weight, rooms = _programme(index, graph, found.site, room)
    if len(edges) > SOLVED:
        return found
    least = least_shared(edges, found.site, _ROOT[0], weight, rooms)
    if least is None:
        return found
    if least.ways is None:
        return replace(found, is_best=found.second is None)
    first, second = (_way_over(index, [Code(link) for link in way]) for way in least.ways)
    better = min((first, second), (found.first, found.second), key=lambda pair: _order(index.plant, pair))
    made = _made(index, found.site, *better, everything=False, whole=room is None)
    is_best = made.second is not None and made.shared_m <= least.bound_m + TOLERANCE_M
    return replace(made, is_best=is_best, unavoidable_m=max(made.unavoidable_m, min(least.bound_m, made.shared_m)))


def _programme(
    index: CutIndex, graph: nx.Graph[_Spot], site: Code, room: _Room | None
) -> tuple[list[Edge], dict[Hashable, float], dict[Hashable, int]]:
    """The links that lie on any way to a hub, the trenches that two of them share, and cables with room for one way."""
    start: _Spot = ("node", site)
    closed = graph.copy()
    closed.add_edge(start, _ROOT)
    pieces: Iterable[set[_Spot]] = nx.biconnected_components(closed)  # type: ignore[assignment] # stubs are a list off
    spots = next(piece for piece in pieces if start in piece and _ROOT in piece)
    links = sorted(Code(spot[1]) for spot in spots if spot[0] == "link")
    in_trench: dict[Code, set[Code]] = {}
    for link in links:
        for code in index.groups_of_link[link][GroupKind.TRENCH]:
            in_trench.setdefault(code, set()).add(link)
    weight: dict[Hashable, float] = {}
    for code, held in in_trench.items():
        if len(held) > 1:  # trenches that carry the same links are one risk
            weight[frozenset(held)] = weight.get(frozenset(held), 0.0) + index.plant.section[code].length_m
    edges = []
    for link in links:
        near, far = (spot[1] if spot != _ROOT else _ROOT[0] for spot in graph["link", link])
        risks = frozenset(frozenset(held) for held in in_trench.values() if link in held and len(held) > 1)
        cables: frozenset[Hashable] = frozenset(index.groups_of_link[link][GroupKind.CABLE] if room is not None else ())
        edges.append(
            Edge(link=link, near=near, far=far, metres=link_m(index.plant, link) + 1.0, risks=risks, rooms=cables)
        )
    full = () if room is None else (cable for cable, free in room.free.items() if free < 2 * room.strands)
    return edges, weight, dict.fromkeys(full, 1)


def _dear(index: CutIndex, graph: nx.Graph[_Spot], first: Way) -> str:
    """Make what the first way passes dear: a shared metre counts as a million."""
    section = index.plant.section
    for near, far in graph.edges:
        link = near[1] if near[0] == "link" else far[1]
        trenches = first.trenches.intersection(index.groups_of_link[Code(link)][GroupKind.TRENCH])
        shared = sum(section[code].length_m for code in trenches)
        graph.edges[near, far]["dear"] = graph.edges[near, far]["metres"] + 1e6 * (shared + len(trenches))
    return "dear"


def _way(index: CutIndex, path: Sequence[_Spot]) -> Way:
    return _way_over(index, [Code(spot[1]) for spot in path if spot[0] == "link"])


def _way_over(index: CutIndex, over: Sequence[Code]) -> Way:
    links = tuple(over)
    groups = [index.groups_of_link[link] for link in links]
    return Way(
        links=links,
        trenches=frozenset(code for found in groups for code in found[GroupKind.TRENCH]),
        nodes=frozenset(code for found in groups for code in found[GroupKind.NODE]),
        metres=sum(link_m(index.plant, link) for link in links),
    )


def _metres(plant: Plant, trenches: Iterable[Code]) -> float:
    return sum(plant.section[code].length_m for code in trenches)


def _order(plant: Plant, pair: tuple[Way, Way | None]) -> tuple[bool, float, float]:
    first, second = pair
    if second is None:
        return True, 0.0, first.metres
    return False, _metres(plant, first.trenches & second.trenches), first.metres + second.metres


def _made(index: CutIndex, site: Code, first: Way, second: Way | None, *, everything: bool, whole: bool) -> BestPair:
    """``everything``: all pairs were tried. ``whole``: over the whole graph, so the single cuts are a bound."""
    shared = first.trenches & second.trenches if second else first.trenches
    unavoidable = set(index.takers(GroupKind.TRENCH, [site]).get(site, ())) & shared
    edges: Iterable[tuple[Code, Code, Code, bool]] = index.graph.edges(keys=True, data="proven")
    proven = {key for _near, _far, key, known in edges if known}
    links = {*first.links, *(second.links if second else ())}
    sure = shared == unavoidable if second else link_ways(index, [site])[site].count == 1
    return BestPair(
        site=site,
        first=first,
        second=second,
        shared=tuple(sorted(shared)),
        shared_m=_metres(index.plant, shared),
        unavoidable_m=_metres(index.plant, unavoidable),
        is_best=everything or (whole and sure),
        is_proven=links <= proven,
    )
