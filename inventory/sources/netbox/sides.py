"""Which panel or closure an end of a cable is plugged into, and how a closure's cables part into two sides. Pure.

NetBox joins a position of a front port to one of a rear port. A closure's splices are such joints if its cables can be
put on two sides with all splices from one side to the other: every tree of cables can, three in a ring cannot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.glass import End, Splice
from inventory.lightpath.terminals import NOWHERE
from inventory.sources.netbox.wanted import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Cable, Code, Record, StrandRef
    from inventory.lightpath.graph import LightGraph
    from inventory.plant import Plant

    CableEnd = tuple[Code, End]


def end_of(graph: LightGraph, terminal: int) -> CableEnd:
    """The end of a cable that a strand's terminal is at."""
    return graph.terminals.strand(terminal).cable, End.TO if terminal & 1 else End.FROM


def voted(plant: Plant) -> dict[CableEnd, tuple[Ref, Code]]:
    """For each end of a cable the panel or closure that takes most of its strands, where one does."""
    graph = plant.light
    votes: dict[CableEnd, Counter[tuple[str, Code]]] = {}
    for terminal, mate in enumerate(graph.joints.mate):
        if mate == NOWHERE or not graph.terminals.is_strand(terminal):
            continue
        record = graph.joint(terminal)
        owner: Record | None = None
        if isinstance(record, Splice):
            owner = plant.closure[record.closure]
        elif not graph.terminals.is_strand(mate) and mate < graph.terminals.linear:
            owner = graph.terminals.panel(mate)[0]
        if owner is not None:
            votes.setdefault(end_of(graph, terminal), Counter())[owner.id, owner.code] += 1
    found: dict[CableEnd, tuple[Ref, Code]] = {}
    for end, counted in votes.items():
        (key, code), _count = max(counted.items(), key=lambda item: (item[1], item[0]))
        found[end] = Ref("devices", key), code
    return found


@dataclass(frozen=True, slots=True)
class Sides:
    """Ends of cables on the front side, each with its splices: own strand, the other strand, and its end."""

    front: dict[CableEnd, list[tuple[int, StrandRef, End]]] = field(default_factory=dict)
    rear: frozenset[CableEnd] = frozenset()

    @classmethod
    def of(cls, plant: Plant, holder: Callable[[Cable, End], Ref]) -> Sides:
        """The sides of every box in which all joints are splices."""
        graph = plant.light
        beside: dict[CableEnd, set[CableEnd]] = {}
        spoilt: set[CableEnd] = set()
        pairs: list[tuple[int, int]] = []
        for a, b in enumerate(graph.joints.mate):
            if b == NOWHERE or not graph.terminals.is_strand(a):
                continue
            one = end_of(graph, a)
            other = end_of(graph, b) if graph.terminals.is_strand(b) else None
            if other is None or one == other or _box(plant, holder, one) != _box(plant, holder, other):
                spoilt.add(one)
                continue
            beside.setdefault(one, set()).add(other)
            pairs.append((a, b))
        front, rear = _parted(beside, spoilt)
        splices: dict[CableEnd, list[tuple[int, StrandRef, End]]] = {end: [] for end in sorted(front)}
        for a, b in pairs:
            if (one := end_of(graph, a)) in splices:
                splices[one].append((graph.terminals.strand(a).number, graph.terminals.strand(b), end_of(graph, b)[1]))
        return cls(splices, rear)

    def holds(self, graph: LightGraph, a: int, b: int) -> bool:
        """Whether the joint of two terminals is a mapping already."""
        if not (graph.terminals.is_strand(a) and graph.terminals.is_strand(b)):
            return False
        one, other = end_of(graph, a), end_of(graph, b)
        return (one in self.front and other in self.rear) or (other in self.front and one in self.rear)


def _box(plant: Plant, holder: Callable[[Cable, End], Ref], end: CableEnd) -> Ref:
    return holder(plant.cable[end[0]], end[1])


def _parted(beside: dict[CableEnd, set[CableEnd]], spoilt: set[CableEnd]) -> tuple[set[CableEnd], frozenset[CableEnd]]:
    """Front and rear of every group of ends that can be parted; the first end by code is at the rear."""
    front: set[CableEnd] = set()
    rear: set[CableEnd] = set()
    seen: set[CableEnd] = set()
    for first in sorted(beside):
        if first in seen:
            continue
        side = {first: False}
        stack, sound = [first], True
        while stack:
            here = stack.pop()
            sound = sound and here not in spoilt
            for there in sorted(beside[here]):
                if there not in side:
                    side[there] = not side[here]
                    stack.append(there)
                elif side[there] is side[here]:
                    sound = False
        seen |= set(side)
        if sound:
            front |= {end for end, is_front in side.items() if is_front}
            rear |= {end for end, is_front in side.items() if not is_front}
    return front, frozenset(rear)
