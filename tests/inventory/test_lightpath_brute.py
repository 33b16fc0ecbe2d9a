"""Light paths against a second opinion: a tracer by brute force, over random plants."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory.entities import Cable, Code, StrandRef, Structure, StructureKind
from inventory.glass import (
    Closure,
    End,
    Panel,
    Passive,
    PassiveKind,
    Patch,
    Splice,
    StrandEnd,
    Termination,
)
from inventory.plant import Plant

if TYPE_CHECKING:
    from inventory.lightpath.graph import LightGraph, LightPath

# A random plant, and a tracer that knows nothing of terminals: it follows named ends through a plain graph of what is
# joined at one wavelength.

NODES = ("N0", "N1", "N2")
GRID = (1471, 1491, 1511)


def random_filters(rng: random.Random) -> tuple[Passive, ...]:
    return tuple(
        Passive(
            id=f"m{number}",
            code=Code(f"MX{number}"),
            kind=PassiveKind.FILTER,
            node=Code(rng.choice(NODES)),
            colours=tuple(rng.sample(GRID, rng.randint(1, 3))),
            express=rng.random() < 0.5,
        )
        for number in range(rng.randint(0, 3))
    )


def random_plant(seed: int) -> Plant:
    rng = random.Random(seed)
    cables = tuple(
        Cable(
            id=f"c{number}",
            code=Code(f"C{number}"),
            from_node=Code(rng.choice(NODES)),
            to_node=Code(rng.choice(NODES)),
            strand_count=rng.randint(1, 4),
        )
        for number in range(rng.randint(1, 6))
    )
    closures = tuple(Closure(id=node, code=Code(f"CL-{node}"), node=Code(node)) for node in NODES)
    panels = tuple(Panel(id=node, code=Code(f"OD-{node}"), node=Code(node), ports=4) for node in NODES)
    passives = random_filters(rng)

    def strand_end() -> StrandEnd:
        cable = rng.choice(cables)
        strand = StrandRef(cable.code, rng.randint(1, cable.strand_count))
        return StrandEnd(strand, rng.choice([None, End.FROM, End.TO]))

    ports = [f"OD-{node}:{number}" for node in NODES for number in (1, 2, 3, 4)]
    for item in passives:
        ports += [f"{item.code}:{name}" for name in ("com", *item.colours, *(["exp"] if item.express else []))]
    return Plant(
        city="random",
        structures=tuple(
            Structure(id=node, code=Code(node), kind=StructureKind.HANDHOLE, point=(7.7, 49.4)) for node in NODES
        ),
        cables=cables,
        closures=closures,
        panels=panels,
        passives=passives,
        splices=tuple(
            Splice(
                id=f"s{number}",
                code=Code(f"S{number}"),
                closure=rng.choice(closures).code,
                a=strand_end(),
                b=strand_end(),
                count=rng.choice([1, 1, 2]),
            )
            for number in range(rng.randint(0, 12))
        ),
        terminations=tuple(
            Termination(id=f"t{number}", code=Code(f"T{number}"), port=Code(rng.choice(ports)), strand=strand_end())
            for number in range(rng.randint(0, 6))
        ),
        patches=tuple(
            Patch(id=f"p{number}", code=Code(f"P{number}"), a=Code(rng.choice(ports)), b=Code(rng.choice(ports)))
            for number in range(rng.randint(0, 6))
        ),
    )


def brute_mates(plant: Plant) -> dict[str, str]:  # noqa: C901 - a second opinion stays in one piece
    """Named ends joined to each other, the first record that claims one wins."""
    mates: dict[str, str] = {}

    def ends(end: StrandEnd, node: str, step: int) -> list[str]:
        cable = plant.cable[end.strand.cable]
        if not 1 <= end.strand.number + step <= cable.strand_count:
            return []
        places = {End.FROM: cable.from_node, End.TO: cable.to_node}
        return [
            f"{cable.code}/{end.strand.number + step}:{side}"
            for side, place in places.items()
            if place == node and end.end in {None, side}
        ]

    def owner(name: str) -> str:
        return name.removeprefix("back ").rpartition(":")[0]

    def join(a: str, b: str) -> None:
        strand_itself = "/" in a and "/" in b and a.partition(":")[0] == b.partition(":")[0]
        filter_itself = owner(a).startswith("MX") and owner(a) == owner(b)
        if a != b and not strand_itself and not filter_itself and a not in mates and b not in mates:
            mates[a], mates[b] = b, a

    for splice in plant.splices:
        node = plant.closure[splice.closure].node
        sides = [[ends(end, node, step) for end in (splice.a, splice.b)] for step in range(splice.count)]
        whole = all(len(found) == 1 for pair in sides for found in pair)
        same = splice.a.strand == splice.b.strand
        for pair in sides if whole and not same else ():
            join(pair[0][0], pair[1][0])
    for termination in plant.terminations:
        panel = plant.panel.get(Code(owner(termination.port)))
        node = panel.node if panel else plant.passive[Code(owner(termination.port))].node
        if len(found := ends(termination.strand, node, 0)) == 1:
            join(found[0], f"back {termination.port}" if panel else termination.port)
    for patch in plant.patches:
        join(patch.a, patch.b)
    return mates


def brute_component(plant: Plant, start: str, nm: int | None) -> set[str]:  # noqa: C901 - as above
    """All ends that light of a wavelength reaches from a named one; without colour it enters no filter."""
    edges: dict[str, set[str]] = defaultdict(set)

    def edge(a: str, b: str) -> None:
        edges[a].add(b)
        edges[b].add(a)

    for cable in plant.cables:
        for number in range(1, cable.strand_count + 1):
            edge(f"{cable.code}/{number}:from", f"{cable.code}/{number}:to")
    for panel in plant.panels:
        for number in range(1, panel.ports + 1):
            edge(f"{panel.code}:{number}", f"back {panel.code}:{number}")
    for item in plant.passives:
        if nm in item.colours:
            edge(f"{item.code}:com", f"{item.code}:{nm}")
        elif item.express:  # without a colour: what no filter has
            edge(f"{item.code}:com", f"{item.code}:exp")
    for a, b in brute_mates(plant).items():
        edge(a, b)
    found, waiting = {start}, [start]
    while waiting:
        for there in edges[waiting.pop()] - found:
            found.add(there)
            waiting.append(there)
    return found


def named(graph: LightGraph, terminal: int) -> str:
    terminals = graph.terminals
    if terminals.is_strand(terminal):
        return f"{terminals.strand(terminal)}:{'to' if terminal & 1 else 'from'}"
    if terminal < terminals.linear:
        panel, number = terminals.panel(terminal)
        return f"{'' if terminal & 1 else 'back '}{panel.code}:{number}"
    return graph.port_names[terminal]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32))
@example(2440)  # a filter's port leads back to its own common port
def test_tracing_finds_what_brute_force_finds(seed: int) -> None:
    plant = random_plant(seed)
    graph = plant.light
    listed = {path.key for path in graph.paths}
    for cable in plant.cables:
        for number in range(1, cable.strand_count + 1):
            paths = graph.through(StrandRef(cable.code, number))
            assert paths
            assert {path.key for path in paths} <= listed
            start = f"{cable.code}/{number}:from"
            judge(plant, start, paths)
            colours = {path.wavelength_nm for path in paths}
            for nm in GRID:
                if any(reached.endswith(f":{nm}") for reached in brute_component(plant, start, nm)):
                    assert nm in colours


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32))
@example(2440)
def test_tracing_from_ports_finds_what_brute_force_finds(seed: int) -> None:
    """From every port of a panel; ``judge`` asserts."""
    plant = random_plant(seed)
    graph = plant.light
    for terminal in range(graph.terminals.panel_base[0], graph.terminals.end):
        judge(plant, named(graph, terminal), graph.trace(terminal))


def judge(plant: Plant, start: str, paths: tuple[LightPath, ...]) -> None:
    """Each path once, of terminals that all differ, and all that brute force reaches at its wavelength."""
    assert len({path.key for path in paths}) == len(paths)
    for path in paths:
        assert len(set(path.terminals)) == len(path.terminals)
        passed = {named(plant.light, item) for item in path.terminals}
        assert passed == brute_component(plant, start, path.wavelength_nm), path
