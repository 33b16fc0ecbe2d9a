"""New trenches along streets: from each exposed site the cheapest ways to where it would hang on something else.

Streets meet where their lines share a point, to 10 cm; a bridge over a street shares none. Sites stand beside their
street: the last metres from the nearest bend of a street, ``BESIDE_M`` at most, are dug straight and cost the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.entities import Code
from inventory.geodesy import distance_m
from topology.dig import DEFAULT, FARTHEST_M, FROM_SITE, Candidate, exposed_sites
from topology.graph import GroupKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.entities import LonLat
    from topology.cut_index import CutIndex

BESIDE_M = 80.0
_DECIMALS = 6
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street's line, and what is to be broken up and mended along it: a surface that has a cost, or nothing."""

    line: tuple[LonLat, ...]
    surface: str = ""


class _Net:
    """Streets as a graph of their bends."""

    def __init__(self, streets: Iterable[Street], eur_per_m: Mapping[str, float]) -> None:
        self.around: dict[Spot, list[tuple[Spot, float, str]]] = {}
        self._eur_per_m = eur_per_m
        for street in streets:
            for a, b in pairwise(street.line):
                near, far = _spot(a), _spot(b)
                metres = distance_m(a, b)
                if near != far:
                    self.around.setdefault(near, []).append((far, metres, street.surface))
                    self.around.setdefault(far, []).append((near, metres, street.surface))

    def beside(self, point: LonLat) -> Spot | None:
        """The nearest bend of a street; None where none is near."""
        metres, spot = min(((distance_m(point, spot), spot) for spot in self.around), default=(BESIDE_M + 1, None))
        return spot if metres <= BESIDE_M else None

    def cheapest(self, start: Spot, wanted: set[Spot]) -> Iterator[tuple[Spot, list[tuple[Spot, float, str]]]]:
        """Wanted places by what a trench there costs (Dijkstra), each with its steps: (place, metres, surface)."""
        came: dict[Spot, tuple[Spot, float, str] | None] = {}
        todo: list[tuple[float, float, Spot, tuple[Spot, float, str] | None]] = [(0.0, 0.0, start, None)]
        while todo:
            cost, walked_m, here, step = heappop(todo)
            if here in came:
                continue
            came[here] = step
            if here in wanted:
                yield here, self._steps(came, here)
            for far, metres, surface in self.around[here] if walked_m <= FARTHEST_M else ():
                if far not in came:
                    price = metres * self._eur_per_m.get(surface or DEFAULT, self._eur_per_m[DEFAULT])
                    heappush(todo, (cost + price, walked_m + metres, far, (here, metres, surface)))

    @staticmethod
    def _steps(came: Mapping[Spot, tuple[Spot, float, str] | None], end: Spot) -> list[tuple[Spot, float, str]]:
        found = []
        while (step := came[end]) is not None:
            found.append((end, step[1], step[2]))
            end = step[0]
        return found[::-1]


def candidates_along(
    index: CutIndex, streets: Sequence[Street], eur_per_m: Mapping[str, float]
) -> tuple[Candidate, ...]:
    """Candidates for every exposed site: along streets to the nodes that hang on another trench, the cheapest first.

    Sites and switches that no street passes have none. Cost: a search for each exposed site.
    """
    net, nodes = _Net(streets, eur_per_m), index.plant.nodes
    takers = index.takers(GroupKind.TRENCH, list(index.vertex_of))
    at: dict[Spot, list[Code]] = {}
    for code in index.vertex_of:
        spot = net.beside(nodes[code].point)
        if spot is not None:
            at.setdefault(spot, []).append(code)
    found: dict[tuple[Code, Code], Candidate] = {}
    for site in sorted(exposed_sites(index), key=index.naming.rank):
        start, mine = net.beside(nodes[site].point), set(takers.get(site, ()))
        left = FROM_SITE
        for spot, steps in net.cheapest(start, set(at)) if start is not None else ():
            for other in at[spot]:
                if left and other != site and not mine <= set(takers.get(other, ())):
                    left -= 1
                    found.setdefault((min(site, other), max(site, other)), _made(index, site, other, start, steps))
            if not left:
                break
    return tuple(found.values())


def _made(
    index: CutIndex, site: Code, other: Code, start: Spot | None, steps: Sequence[tuple[Spot, float, str]]
) -> Candidate:
    ends = index.plant.nodes[site].point, index.plant.nodes[other].point
    line = [ends[0], *([start] if start else []), *(spot for spot, _metres, _surface in steps), ends[1]]
    beside_m = distance_m(line[0], line[1]) + distance_m(line[-2], line[-1])
    by_surface = {"": beside_m} if beside_m > 0.0 else {}
    for _place, metres, surface in steps:
        by_surface[surface] = by_surface.get(surface, 0.0) + metres
    return Candidate(
        code=Code(f"NEW-{min(site, other)}-{max(site, other)}"),
        near=site,
        far=other,
        metres=sum(by_surface.values()),
        stretches=tuple(by_surface.items()),
        line=tuple(line),
    )


def _spot(point: LonLat) -> Spot:
    return round(point[0], _DECIMALS), round(point[1], _DECIMALS)
