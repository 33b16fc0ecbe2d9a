"""The two ways that share the fewest metres of trench, as an integer programme: exact, or a bound where time runs out.

Disjoint ways under shared risk are NP-hard (Hu, 2003), so the solver (HiGHS) may stop at its limit: what it has proved
by then is a lower bound. For each way ``k`` a unit flows over arcs ``x[k, a]`` from the site to the hubs; a trench is
used by a way that uses a link in it, ``u[k, t] >= x[k, a]``, and shared where both use it,
``y[t] >= u[1, t] + u[2, t] - 1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

LIMIT_S = 10.0
_LENGTH = 1e-9
"""What a metre of way weighs beside a shared one: enough to avoid circles, too little to choose a shared trench."""
_ONE_WAY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link between two vertices, its length, and the risks and rooms it takes part in, each by a key."""

    link: str
    near: str
    far: str
    metres: float
    risks: frozenset[Hashable]
    rooms: frozenset[Hashable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """``ways``: two ways as links in order, None where there are no two; ``bound_m``: no two ways share less."""

    ways: tuple[tuple[str, ...], tuple[str, ...]] | None
    bound_m: float


class _Programme:
    """Rows of the programme as they are written down."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rows: list[tuple[list[int], list[float], float, float]] = []

    def row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self._rows.append((list(terms), list(terms.values()), low, high))

    def constraint(self) -> LinearConstraint:
        columns = [column for row in self._rows for column in row[0]]
        values = [value for row in self._rows for value in row[1]]
        numbers = np.repeat(np.arange(len(self._rows)), [len(row[0]) for row in self._rows])
        matrix = coo_array((values, (numbers, columns)), shape=(len(self._rows), self._size)).tocsr()
        return LinearConstraint(matrix, [row[2] for row in self._rows], [row[3] for row in self._rows])


def least_shared(
    edges: Sequence[Edge], start: str, end: str, weight: Mapping[Hashable, float], room: Mapping[Hashable, int]
) -> Least | None:
    """The pair of ways from ``start`` to ``end`` without a common link that shares the least ``weight`` of risks.

    ``room``: how many of the two ways each room holds, one or (absent) both. None where the solver found no pair
    within ``LIMIT_S``. Cost: exponential at worst.
    """
    arcs, risks = 2 * len(edges), sorted(weight, key=str)
    at = {risk: number for number, risk in enumerate(risks)}
    first_use, first_share = 2 * arcs, 2 * arcs + 2 * len(risks)
    size = first_share + len(risks)
    made = _Programme(size)
    _flows(made, edges, start, end, arcs)
    for number, edge in enumerate(edges):
        both = {way * arcs + 2 * number + side: 1.0 for way in (0, 1) for side in (0, 1)}
        made.row(both, 0.0, 1.0)
        for way in (0, 1):
            used = {way * arcs + 2 * number + side: 1.0 for side in (0, 1)}
            for risk in edge.risks:
                made.row({**used, first_use + way * len(risks) + at[risk]: -1.0}, -1.0, 0.0)
    _rooms(made, edges, room, arcs)
    for number in range(len(risks)):
        uses = {first_use + way * len(risks) + number: 1.0 for way in (0, 1)}
        made.row({**uses, first_share + number: -1.0}, -np.inf, 1.0)
    cost = np.zeros(size)
    cost[: 2 * arcs] = np.tile(np.repeat([edge.metres * _LENGTH for edge in edges], 2), 2)
    cost[first_share:] = [weight[risk] for risk in risks]
    whole = np.zeros(size, dtype=np.int64)
    whole[: 2 * arcs] = 1
    solved = milp(
        cost,
        constraints=made.constraint(),
        bounds=Bounds(0.0, 1.0),
        integrality=whole,
        options={"time_limit": LIMIT_S, "mip_rel_gap": 1e-9},
    )
    if solved.status == 2:  # noqa: PLR2004 - infeasible
        return Least(ways=None, bound_m=0.0)
    if solved.x is None:
        return None
    flow: list[float] = solved.x.tolist()
    ways = [_walk(edges, flow[way * arcs : (way + 1) * arcs], start, end) for way in (0, 1)]
    length = 2.0 * sum(edge.metres for edge in edges) * _LENGTH
    return Least(ways=(ways[0], ways[1]), bound_m=max(0.0, float(solved.mip_dual_bound) - length))


def _flows(made: _Programme, edges: Sequence[Edge], start: str, end: str, arcs: int) -> None:
    """One unit of each way leaves the start, arrives at the end, and is kept everywhere else."""
    around: dict[str, dict[int, float]] = {start: {}, end: {}}
    for number, edge in enumerate(edges):
        for side, (tail, head) in enumerate(((edge.near, edge.far), (edge.far, edge.near))):
            around.setdefault(tail, {})[2 * number + side] = 1.0
            around.setdefault(head, {})[2 * number + side] = -1.0
    for vertex, terms in around.items():
        sent = 1.0 if vertex == start else -1.0 if vertex == end else 0.0
        for way in (0, 1):
            made.row({way * arcs + arc: sign for arc, sign in terms.items()}, sent, sent)


def _rooms(made: _Programme, edges: Sequence[Edge], room: Mapping[Hashable, int], arcs: int) -> None:
    """A room for one way only: no link of the one in it together with a link of the other."""
    held: dict[Hashable, list[int]] = {}
    for number, edge in enumerate(edges):
        for key in edge.rooms:
            if room.get(key, 2) == 1:
                held.setdefault(key, []).append(number)
    for numbers in held.values():
        for one in numbers:
            for other in numbers:
                terms = {2 * one + side: 1.0 for side in (0, 1)} | {arcs + 2 * other + side: 1.0 for side in (0, 1)}
                made.row(terms, 0.0, 1.0)


def _walk(edges: Sequence[Edge], flow: Sequence[float], start: str, end: str) -> tuple[str, ...]:
    """The links of a way in order; circles, which cost nothing, are left out."""
    steps: dict[str, list[tuple[str, str]]] = {}
    for number, edge in enumerate(edges):
        for side, (tail, head) in enumerate(((edge.near, edge.far), (edge.far, edge.near))):
            if flow[2 * number + side] > _ONE_WAY:
                steps.setdefault(tail, []).append((head, edge.link))
    came: dict[str, tuple[str, str] | None] = {start: None}
    todo = [start]
    while todo:
        here = todo.pop(0)
        for head, link in steps.get(here, ()):
            if head not in came:
                came[head] = (here, link)
                todo.append(head)
    found = []
    while (step := came[end]) is not None:
        found.append(step[1])
        end = step[0]
    return tuple(found[::-1])
