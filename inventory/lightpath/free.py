"""Free strands between two places: glass that is continuous already, and what a splice or a patch would join.

A piece of free glass is a light path that no transceiver ends, of strands that are good, unreserved and in no link.
Pieces over the same cables are one bundle. A route is a bundle or several joined at nodes; fewer joints to make go
first, then the shorter way.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import networkx as nx

from inventory.entities import Status
from inventory.glass import Splice, StrandCondition
from inventory.lightpath.budget import budget, hops, node_at
from inventory.lightpath.graph import Stop
from inventory.lightpath.joints import IDLE
from inventory.lightpath.links import strands_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.entities import Code, StrandRef
    from inventory.lightpath.graph import LightGraph, LightPath

PER_JOINT_M = 1_000_000.0
"""A joint to make weighs more than any detour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Free pieces of glass side by side: the same cables between the same nodes, as many strands as ``pieces``."""

    a: Code
    b: Code
    cables: tuple[Code, ...]
    pieces: tuple[tuple[StrandRef, ...], ...]
    splices: int
    length_m: float
    loss_db: float
    at_panel: tuple[bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRoute:
    """A way of free glass between two nodes. ``to_splice`` and ``to_patch`` are the nodes where pieces are to join."""

    bundles: tuple[Bundle, ...]
    to_splice: tuple[Code, ...]
    to_patch: tuple[Code, ...]

    @property
    def free(self) -> int:
        """How many strands the whole way has."""
        return min(len(bundle.pieces) for bundle in self.bundles)

    @property
    def splices(self) -> int:
        """Splices that are on the way already."""
        return sum(bundle.splices for bundle in self.bundles)

    @property
    def length_m(self) -> float:
        """Length the light would travel."""
        return sum(bundle.length_m for bundle in self.bundles)

    @property
    def cables(self) -> tuple[Code, ...]:
        """All cables in order."""
        return tuple(cable for bundle in self.bundles for cable in bundle.cables)


def free_bundles(graph: LightGraph) -> tuple[Bundle, ...]:
    """All free glass of a plant, bundled; losses are at 1550 nm."""
    plant = graph.plant
    used = {strand for link in plant.links if link.status not in IDLE for strand in plant.strands_of(link)}
    used |= {item.strand for item in plant.strand_states if item.condition is not StrandCondition.GOOD}
    bundles: dict[tuple[object, ...], list[tuple[LightPath, tuple[StrandRef, ...]]]] = {}
    for path in graph.paths:
        if path.begin is not Stop.OPEN or path.end is not Stop.OPEN:
            continue
        strands = strands_on(graph, path)
        if not strands or not used.isdisjoint(strands) or not _in_service(graph, strands):
            continue
        a, b = node_at(graph, path.terminals[0]), node_at(graph, path.terminals[-1])
        if b < a:
            a, b, path, strands = b, a, path.turned(), strands[::-1]  # noqa: PLW2901 - the same path, turned
        key = (a, b, tuple(strand.cable for strand in strands), _at_panel(graph, path))
        bundles.setdefault(key, []).append((path, strands))
    return tuple(_bundle(graph, members) for members in bundles.values())


def free_routes(graph: LightGraph, a: Code, b: Code, *, most: int = 5) -> tuple[FreeRoute, ...]:
    """Ways of free glass from node ``a`` to node ``b``, the best first."""
    bundles = free_bundles(graph)
    direct = [_route((item,), a) for item in bundles if {item.a, item.b} == {a, b}]
    direct.sort(key=lambda route: (route.length_m, -route.free))
    net: nx.Graph[Code] = nx.Graph()
    best: dict[frozenset[Code], Bundle] = {}
    for bundle in bundles:
        ends = frozenset((bundle.a, bundle.b))
        if len(ends) == 2 and ends != {a, b}:  # noqa: PLR2004 - a bundle has two ends
            first = best.setdefault(ends, bundle)
            if (bundle.length_m, -len(bundle.pieces)) < (first.length_m, -len(first.pieces)):
                best[ends] = bundle
    for bundle in best.values():
        net.add_edge(bundle.a, bundle.b, weight=PER_JOINT_M + bundle.length_m)
    return (*direct, *_joined(net, best, a, b, most - len(direct)))[:most]


def _joined(
    net: nx.Graph[Code], best: dict[frozenset[Code], Bundle], a: Code, b: Code, most: int
) -> Iterator[FreeRoute]:
    if most <= 0 or a not in net or b not in net or not nx.has_path(net, a, b):
        return
    for nodes in islice(nx.shortest_simple_paths(net, a, b, weight="weight"), most):
        yield _route(tuple(best[frozenset(pair)] for pair in pairwise(nodes)), a)


def _route(bundles: Sequence[Bundle], begin: Code) -> FreeRoute:
    """Bundles turned so that each begins where the one before ends, and what joins them."""
    turned = []
    here = begin
    for bundle in bundles:
        turned.append(bundle if bundle.a == here else _turned(bundle))
        here = turned[-1].b
    joints = [(one.b, one.at_panel[1] and other.at_panel[0]) for one, other in pairwise(turned)]
    return FreeRoute(
        bundles=tuple(turned),
        to_splice=tuple(node for node, patch in joints if not patch),
        to_patch=tuple(node for node, patch in joints if patch),
    )


def _turned(bundle: Bundle) -> Bundle:
    return Bundle(
        a=bundle.b,
        b=bundle.a,
        cables=bundle.cables[::-1],
        pieces=tuple(piece[::-1] for piece in bundle.pieces),
        splices=bundle.splices,
        length_m=bundle.length_m,
        loss_db=bundle.loss_db,
        at_panel=bundle.at_panel[::-1],
    )


def _bundle(graph: LightGraph, members: Sequence[tuple[LightPath, tuple[StrandRef, ...]]]) -> Bundle:
    path, strands = members[0]
    passed = hops(graph, path, 1550)
    return Bundle(
        a=node_at(graph, path.terminals[0]),
        b=node_at(graph, path.terminals[-1]),
        cables=tuple(strand.cable for strand in strands),
        pieces=tuple(item for _path, item in members),
        splices=_splices(graph, path),
        length_m=sum(hop.length_m for hop in passed),
        loss_db=budget(passed).total_db,
        at_panel=_at_panel(graph, path),
    )


def _splices(graph: LightGraph, path: LightPath) -> int:
    joints = {
        frozenset(pair)
        for pair in pairwise(path.terminals)
        if graph.joints.mate[pair[0]] == pair[1] and isinstance(graph.joint(pair[0]), Splice)
    }
    return len(joints)


def _at_panel(graph: LightGraph, path: LightPath) -> tuple[bool, bool]:
    first, last = (not graph.terminals.is_strand(item) for item in (path.terminals[0], path.terminals[-1]))
    return first, last


def _in_service(graph: LightGraph, strands: Iterable[StrandRef]) -> bool:
    return all(graph.plant.cable[strand.cable].status is Status.IN_SERVICE for strand in strands)
