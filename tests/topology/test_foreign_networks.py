"""Random topology files through the import: what a report counts is what igraph counts in the graph behind them."""

from __future__ import annotations

import json
import os
import random
from itertools import combinations
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import igraph
import pytest

from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.foreign import read_foreign
from rainbow.kernel.samples import UnixNs
from topology.cut_index import CutIndex
from topology.report import report, to_json

if TYPE_CHECKING:
    from pathlib import Path

MANY = int(os.environ.get("RAINBOW_MANY", "1"))
"""How many times as many files as by default."""
NAMES = (
    *("Zürich", "Köln-Süd", "東京", "a b", "O'Neil", "<x>", "A&B", '"q"', "None", "", "ß", "é" * 40),
    *("K/1", "x;y", "..", "-", "S-1", "Name,with,commas", "tab\there", "  led", "#1", "São Paulo"),
)
Edge = tuple[int, int]


def a_graph(chance: random.Random) -> tuple[int, list[Edge]]:
    """Nodes and edges: parallel ones, loops, nodes alone; two of three graphs hang together."""
    nodes = chance.randint(1, 14)
    edges = [(chance.randrange(node), node) for node in range(1, nodes)] if chance.random() < 0.65 else []
    edges += [(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(chance.randint(0, nodes + 4))]
    if edges and chance.random() < 0.5:
        edges += chance.choices(edges, k=3)
    chance.shuffle(edges)
    return nodes, edges


def identities(chance: random.Random, nodes: int) -> list[str]:
    plain = chance.random() < 0.5
    return [str(node) if plain else f"{chance.choice(NAMES).strip()}{node}" for node in range(nodes)]


def as_graphml(chance: random.Random, nodes: int, edges: list[Edge]) -> str:
    """As the Topology Zoo writes it: with places for all nodes, for some, for none, or for none on this earth."""
    names, placed = identities(chance, nodes), chance.choice(["all", "some", "none", "nowhere"])
    lines = ['<?xml version="1.0" encoding="utf-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [
        f'<key attr.name="{name}" attr.type="string" for="{kind}" id="{key}"/>'
        for key, kind, name in (
            ("d1", "node", "label"),
            ("d2", "node", "Longitude"),
            ("d3", "node", "Latitude"),
            ("d4", "edge", "LinkLabel"),
        )
    ]
    lines.append('<graph edgedefault="undirected">')
    for name in names:
        place = (chance.uniform(-179, 179), chance.uniform(-80, 80)) if placed != "nowhere" else (999, "nan")
        shown = placed != "none" and (placed != "some" or chance.random() < 0.5)
        data = f'<data key="d2">{place[0]}</data><data key="d3">{place[1]}</data>' if shown else ""
        lines.append(f'<node id={quoteattr(name)}><data key="d1">{escape(chance.choice(NAMES))}</data>{data}</node>')
    for near, far in edges:
        lines.append(
            f"<edge source={quoteattr(names[near])} target={quoteattr(names[far])}>"
            f'<data key="d4">{escape(chance.choice(NAMES))}</data></edge>'
        )
    return "\n".join([*lines, "</graph></graphml>"])


def as_sndlib(chance: random.Random, nodes: int, edges: list[Edge]) -> str:
    """As SNDlib writes it, with places on the earth or on a drawing."""
    names = identities(chance, nodes)
    lines = ['<?xml version="1.0"?><network xmlns="http://sndlib.zib.de/network"><networkStructure>']
    lines.append(f'<nodes coordinatesType="{chance.choice(["geographical", "pixel"])}">')
    for name in names:
        x, y = chance.uniform(-179, 179), chance.uniform(-80, 80)
        lines.append(f"<node id={quoteattr(name)}><coordinates><x>{x}</x><y>{y}</y></coordinates></node>")
    lines.append("</nodes><links>")
    for number, (near, far) in enumerate(edges):
        ends = f"<source>{escape(names[near])}</source><target>{escape(names[far])}</target>"
        lines.append(f'<link id="L{number}">{ends}</link>')
    return "\n".join([*lines, "</links></networkStructure></network>"])


def cuts_of(nodes: int, edges: list[Edge]) -> tuple[int, int]:
    """Bridges, and pairs of other edges that part the graph."""
    graph = igraph.Graph(n=nodes, edges=edges)
    bridges, pieces, pairs = set(graph.bridges()), len(graph.connected_components()), 0
    for pair in combinations([edge for edge in range(len(edges)) if edge not in bridges], 2):
        left = graph.copy()
        left.delete_edges(list(pair))  # of a tuple igraph makes the two ends of one edge
        pairs += len(left.connected_components()) > pieces
    return len(bridges), pairs


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("write", [as_graphml, as_sndlib])
def test_a_network_comes_through_the_import_whole(tmp_path: Path, write: object) -> None:
    assert callable(write)
    together = 0
    for seed in range(12 * MANY):
        chance = random.Random(seed)
        nodes, edges = a_graph(chance)
        file = tmp_path / f"network-{seed}.xml"
        file.write_text(write(chance, nodes, edges), encoding="utf-8")
        write_plant(read_foreign(file), tmp_path / str(seed))
        index = CutIndex.of(read_plant(tmp_path / str(seed)))
        counts = json.loads(to_json(report(index, now=UnixNs(0))))["counts"]
        assert (counts["sites"], counts["links"]) == (nodes, len(edges)), seed
        if len(igraph.Graph(n=nodes, edges=edges).connected_components()) == 1:
            assert (counts["single_cuts"], counts["double_cuts"]) == cuts_of(nodes, edges), seed
            together += 1
        else:
            assert counts["dark"] > 0, seed
    assert together > 5
