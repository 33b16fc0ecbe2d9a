"""The plant of a city of 2,000 switches: read it, check it, trace all its light; against a plain way of tracing.

``python -m benchmarks.inventory [SWITCHES]`` invents a city, grows it to cables as they are bought (20,000 trench
sections, 200,000 strands), writes it, and measures. Seconds are CPU time of one core, so that a busy machine does not
change them much.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from inventory.checks import check
from inventory.entities import Code, RouteNode, StrandRef, TrenchSection
from inventory.geodesy import length_m, point_at
from inventory.glass import End, StrandEnd
from inventory.lightpath.free import free_bundles
from inventory.lightpath.graph import LightGraph
from inventory.lightpath.links import strands_on
from inventory.sources.city_folder import read_plant, write_plant
from simulator.city import generate

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from inventory.entities import LonLat
    from inventory.plant import Plant

    T = TypeVar("T")

GROWTH = 4
LIMIT_S = 5.0


def main(switches: int = 2000) -> None:
    """Measure and print."""
    plant = grown(halved(generate(7, switches).plant))
    print(f"{switches} switches, {len(plant.sections)} sections, {len(plant.cables)} cables, ", end="")
    print(f"{sum(cable.strand_count for cable in plant.cables)} strands, {len(plant.links)} links")
    with tempfile.TemporaryDirectory() as folder:
        write_plant(plant, Path(folder))
        started = time.process_time()
        read = read_plant(Path(folder))
        read_s = time.process_time() - started
    assert read == plant
    report("read the files, and see whether they are sound", read_s, LIMIT_S)
    findings = measured("check", lambda: check(replace(read)), LIMIT_S)
    assert findings == []
    graph = measured("number and join all glass", lambda: LightGraph.of(replace(read)))
    paths = measured("all light paths", lambda: graph.paths, LIMIT_S)
    measured("all free strands, bundled", lambda: free_bundles(graph))
    started = time.process_time()
    plain = plain_paths(read)
    plain_s = time.process_time() - started
    print(f"{'all light paths, the plain way':48} {plain_s:8.2f} s")
    mine = {frozenset(map(str, strands_on(graph, path))) for path in paths}
    assert {strands for strands in plain if strands} == {strands for strands in mine if strands}
    fresh = LightGraph.of(replace(read))
    ours_s = seconds(lambda: fresh.paths) + seconds(lambda: LightGraph.of(replace(read)))
    print(f"{'ratio, numbering included':48} {plain_s / ours_s:8.1f} x")


def measured(what: str, work: Callable[[], T], limit_s: float | None = None) -> T:
    """Do it once, print how long it took."""
    started = time.process_time()
    result = work()
    report(what, time.process_time() - started, limit_s)
    return result


def report(what: str, took_s: float, limit_s: float | None = None) -> None:
    """Print how long something took, and whether that is good."""
    verdict = "" if limit_s is None else f"   (at most {limit_s:g} s: {'good' if took_s < limit_s else 'TOO SLOW'})"
    print(f"{what:48} {took_s:8.2f} s{verdict}")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def plain_paths(plant: Plant) -> set[frozenset[str]]:  # noqa: C901 - plain means in one piece
    """The strands of every path by a general graph: named ends, an edge for all that joins, connected pieces.

    Without colours: filters are not passed, which takes nothing away from the strands of a path.
    """
    net: nx.Graph[str] = nx.Graph()
    for cable in plant.cables:
        for number in range(1, cable.strand_count + 1):
            net.add_edge(f"{cable.code}/{number}:from", f"{cable.code}/{number}:to")
    for panel in plant.panels:
        for number in range(1, panel.ports + 1):
            net.add_edge(f"back {panel.code}:{number}", f"{panel.code}:{number}")
    for splice in plant.splices:
        node = plant.closure[splice.closure].node
        for step in range(splice.count):
            net.add_edge(_end(plant, splice.a, step, node), _end(plant, splice.b, step, node))
    for termination in plant.terminations:
        owner, _colon, first = termination.port.rpartition(":")
        node = plant.panel[Code(owner)].node
        for step in range(termination.count):
            net.add_edge(_end(plant, termination.strand, step, node), f"back {owner}:{int(first) + step}")
    for patch in plant.patches:
        net.add_edge(patch.a, patch.b)
    return {
        frozenset(end.rpartition(":")[0] for end in piece if end.endswith((":from", ":to")))
        for piece in nx.connected_components(net)
    }


def _end(plant: Plant, end: StrandEnd, step: int, node: Code) -> str:
    cable = plant.cable[end.strand.cable]
    side = End.FROM if cable.from_node == node else End.TO
    return f"{cable.code}/{end.strand.number + step}:{side}"


def halved(plant: Plant) -> Plant:
    """Every trench section in two, with a route node in its middle."""
    sections: list[TrenchSection] = []
    nodes: list[RouteNode] = []
    parts: dict[Code, tuple[Code, Code]] = {}
    for section in plant.sections:
        middle: LonLat = point_at(section.line, section.length_m / 2)
        node = RouteNode(id=f"{section.id[:-2]}aa", code=Code(f"{section.code}-M"), point=middle)
        nodes.append(node)
        lines = ((*section.line[:1], middle), (middle, *section.line[1:]))
        ends = ((section.from_node, node.code), (node.code, section.to_node))
        parts[section.code] = (Code(f"{section.code}-A"), Code(f"{section.code}-B"))
        sections.extend(
            replace(
                section,
                id=f"{section.id[:-2]}{mark}",
                code=code,
                from_node=a,
                to_node=b,
                line=line,
                length_m=length_m(line),
            )
            for mark, code, (a, b), line in zip(("bb", "cc"), parts[section.code], ends, lines, strict=True)
        )
    way = _Halves(plant, parts).way
    return replace(
        plant,
        route_nodes=(*plant.route_nodes, *nodes),
        sections=tuple(sections),
        ducts=tuple(replace(item, route=way(item.from_node, item.route)) for item in plant.ducts),
        cables=tuple(
            replace(
                item, route=way(item.from_node, item.route), containers=(item.containers * 2)[: 2 * len(item.route)]
            )
            for item in plant.cables
        ),
    )


@dataclass(frozen=True, slots=True)
class _Halves:
    """Which two sections one became."""

    plant: Plant
    parts: dict[Code, tuple[Code, Code]]

    def way(self, begin: Code, route: tuple[Code, ...]) -> tuple[Code, ...]:
        """A route over the halves, from its first node on."""
        found: list[Code] = []
        here = begin
        for code in route:
            section = self.plant.section[code]
            along = section.from_node == here
            found.extend(self.parts[code] if along else self.parts[code][::-1])
            here = section.to_node if along else section.from_node
        return tuple(found)


def grown(plant: Plant) -> Plant:
    """Every cable with four times the strands, spliced and brought in as before."""
    starts: dict[str, list[int]] = {}
    for termination in plant.terminations:
        owner, _colon, first = termination.port.rpartition(":")
        starts.setdefault(owner, []).append(int(first))

    def port(code: Code) -> Code:
        owner, _colon, number = code.rpartition(":")
        if owner not in starts:
            return code
        start = max(item for item in starts[owner] if item <= int(number))
        return Code(f"{owner}:{(start - 1) * GROWTH + 1 + int(number) - start}")

    return replace(
        plant,
        cables=tuple(replace(item, strand_count=item.strand_count * GROWTH) for item in plant.cables),
        panels=tuple(replace(item, ports=item.ports * GROWTH) for item in plant.panels),
        closures=tuple(replace(item, tray_slots=item.tray_slots * GROWTH) for item in plant.closures),
        splices=tuple(
            replace(item, count=(item.count + 1) * GROWTH - 1) if item.count > 1 else item for item in plant.splices
        ),
        terminations=tuple(
            replace(
                item,
                port=port(item.port),
                count=item.count * GROWTH,
                strand=StrandEnd(StrandRef(item.strand.strand.cable, 1)),
            )
            for item in plant.terminations
        ),
        patches=tuple(replace(item, b=port(item.b)) for item in plant.patches),
    )


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:2]))
