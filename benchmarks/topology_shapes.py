"""Plants for the benchmarks of topology, made as arrays: invented, seeded, each shape hard in a way of its own."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from inventory.entities import Code
from topology.graph import GroupKind
from topology.net import Groups, Net

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Edge = tuple[int, int]

EAR = {"sparse": 11, "rings": 5, "dense": 3}
"""Mean links of a ring that is hung into what is there already: the longer, the fewer links a node."""
WEIGHTS = (1, 3, 3, 3, 10, 30)
FEEDER_LINKS = 500
RING_TRENCHES = 2_000


def net_from(vertices: int, edges: Sequence[Edge], trenches: Sequence[Sequence[int]], seed: int) -> Net:
    """A net of one hub, vertex 0, whose trenches hold these links; every other vertex is a site of some weight."""
    chance = random.Random(seed)
    ends = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    measures = np.zeros((vertices, 4), dtype=np.int64)
    measures[1:, 0] = chance.choices(WEIGHTS, k=vertices - 1)
    measures[1:, 1] = 1
    return Net(
        codes=tuple(Code(f"S{number}") for number in range(vertices)),
        hubs=1,
        links=tuple(Code(f"L{number}") for number in range(len(edges))),
        near=ends[:, 0].copy(),
        far=ends[:, 1].copy(),
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        measures=measures,
        groups={
            GroupKind.TRENCH: Groups.of([Code(f"T{number}") for number in range(len(trenches))], trenches),
        },
    )


def rings(trenches: int, seed: int, *, ear: int) -> Net:
    """Rings hung into rings, a tenth of the links as spurs; one trench in ten takes up to three other links with it."""
    chance = random.Random(seed)
    edges: list[Edge] = []
    vertices = 1
    while len(edges) < trenches:
        left = trenches - len(edges)
        if vertices > 1 and (left < 3 or chance.random() < 0.1 * ear):
            edges.append((chance.randrange(vertices), vertices))
            vertices += 1
            if left < 3 or chance.random() < 0.5:
                continue
        length = min(max(2, round(chance.gauss(ear, ear / 4))), left)
        start, end = chance.randrange(vertices), chance.randrange(vertices)
        way = [start, *range(vertices, vertices + length - 1), end]
        vertices += length - 1
        edges.extend(pairwise(way))
    held = [[number] for number in range(len(edges))]
    for number in chance.sample(range(len(edges)), len(edges) // 10):
        near = range(max(0, number - 30), min(len(edges), number + 30))
        held[number] = sorted({number, *chance.sample(near, min(chance.randint(1, 3), len(near)))})
    return net_from(vertices, edges, held, seed)


def routed(trenches: int, seed: int) -> Net:
    """Rings of ten sites from a hub in the middle of a street grid, their cables laid along the streets.

    Each trench carries what happens to pass, dozens of links near the hub.
    """
    chance = random.Random(seed)
    side = max(3, round((trenches / 2) ** 0.5))
    spots = [(x, y) for x in range(side) for y in range(side)]
    middle = (side // 2, side // 2)
    sites = chance.sample([spot for spot in spots if spot != middle], len(spots) // 3)
    edges: list[Edge] = []
    held: dict[tuple[tuple[int, int], tuple[int, int]], list[int]] = {}
    placed = {middle: 0} | {spot: number + 1 for number, spot in enumerate(sites)}
    sites.sort(key=lambda spot: (spot[0] // 6, spot[1] // 6, spot))
    for start in range(0, len(sites), 10):
        ring = [middle, *sites[start : start + 10], middle]
        for here, there in pairwise(ring):
            for step in _streets(here, there, chance):
                held.setdefault(step, []).append(len(edges))
            edges.append((placed[here], placed[there]))
    return net_from(len(placed), edges, list(held.values()), seed)


def _streets(
    here: tuple[int, int], there: tuple[int, int], chance: random.Random
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """A way along the grid with one turn."""
    corner = (here[0], there[1]) if chance.random() < 0.5 else (there[0], here[1])
    steps = []
    for begin, end in ((here, corner), (corner, there)):
        axis = 0 if begin[0] != end[0] else 1
        low, high = sorted((begin, end))
        for at in range(low[axis], high[axis]):
            one = (at, low[1]) if axis == 0 else (low[0], at)
            steps.append((one, (at + 1, low[1]) if axis == 0 else (low[0], at + 1)))
    return steps


def one_ring(trenches: int, seed: int) -> Net:
    """All sites on one ring: two million pairs of 2,000 trenches, each of which harms."""
    way = [*range(trenches), 0]
    return net_from(trenches, list(pairwise(way)), [[link] for link in range(trenches)], seed)


def feeder(trenches: int, seed: int) -> Net:
    """Rings as always, and one trench near the hub through which 500 links from all over the city run."""
    made = rings(trenches, seed, ear=EAR["rings"])
    groups = made.groups[GroupKind.TRENCH]
    chosen = sorted(random.Random(seed).sample(range(len(made.links)), min(FEEDER_LINKS, len(made.links))))
    rows = [chosen, *(groups.row(number).tolist() for number in range(1, groups.count))]
    ends = list(zip(made.near.tolist(), made.far.tolist(), strict=True))
    return net_from(made.vertices, ends, rows, seed)


SHAPES: dict[str, Callable[[int, int], Net]] = {
    "sparse": lambda trenches, seed: rings(trenches, seed, ear=EAR["sparse"]),
    "rings": lambda trenches, seed: rings(trenches, seed, ear=EAR["rings"]),
    "dense": lambda trenches, seed: rings(trenches, seed, ear=EAR["dense"]),
    "routed": routed,
    "one-ring": lambda _trenches, seed: one_ring(RING_TRENCHES, seed),
    "feeder": feeder,
}
