"""How long all single and all double cuts of a city take, beside what a loop over NetworkX or igraph takes.

Run ``python -m benchmarks.topology`` for the table, ``--trenches N --json`` for one size as JSON. Every timed run
starts from cold arrays, and what it finds is held against igraph; loops that would take minutes are timed on a sample
and extrapolated, which the output declares.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from benchmarks.topology_shapes import SHAPES
from inventory.entities import TrenchSection
from inventory.plant import Plant
from topology.availability import availability
from topology.cut_index import CutIndex
from topology.doubles import ProvedDoubles, lost_mask, prove_doubles
from topology.graph import GroupKind
from topology.labels import draw_labels
from topology.net import WEIGHT
from topology.pairs import Doubles
from topology.rates import rates_of
from topology.settings import TopologySettings
from topology.singles import ProvedSingles, prove_singles
from topology.tree import spanning_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from topology.net import Bools, Groups, Ints, Net

SEED = 4202
METRES = 60.0
"""Length of every trench where rates are asked for."""
REPEATS = 7
IGRAPH_SAMPLE, NETWORKX_SAMPLE, PAIR_SAMPLE = 120, 6, 60
SIZES = {"sparse": (1_000, 10_000, 100_000), "rings": (1_000, 10_000, 100_000), "dense": (1_000, 10_000, 100_000)}
"""Sizes of the table; the other shapes come in one size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A loop of somebody else: seconds for all single cuts, and whether that is extrapolated from a sample."""

    seconds: float
    extrapolated: bool


def singles(net: Net) -> ProvedSingles:
    """All single cuts from cold arrays: tree, labels, proof."""
    tree = spanning_tree(net)
    return prove_singles(net, tree, draw_labels(tree, SEED), net.groups[GroupKind.TRENCH])


def doubles(net: Net) -> ProvedDoubles:
    """All pairs from cold arrays, proved."""
    return prove_doubles(net, GroupKind.TRENCH, seed=SEED)


class IgraphLoop:
    """What a cut takes down, by deleting its links from a copy of an igraph graph."""

    def __init__(self, net: Net) -> None:
        import igraph  # noqa: PLC0415 - a peer's memory is not counted as ours

        self.graph = igraph.Graph(n=net.vertices, edges=np.stack((net.tail, net.head), axis=1).tolist())
        self.weight = net.measures[:, WEIGHT]

    def lost(self, links: Ints) -> int:
        """The weight that is cut off from the hub."""
        return int(self.weight[self.cut_off(links)].sum())

    def cut_off(self, links: Ints) -> Bools:
        """Which vertices are cut off from the hub."""
        left = self.graph.copy()
        left.delete_edges(links.tolist())
        part = np.asarray(left.connected_components().membership)
        found: Bools = part != part[0]
        return found


class NetworkxLoop:
    """The same by NetworkX: copy, remove, walk."""

    def __init__(self, net: Net) -> None:
        self.component = nx.node_connected_component
        self.graph: nx.MultiGraph[int] = nx.MultiGraph()
        self.graph.add_nodes_from(range(net.vertices))
        self.ends = list(zip(net.tail.tolist(), net.head.tolist(), range(len(net.links)), strict=True))
        for near, far, link in self.ends:
            self.graph.add_edge(near, far, key=link)
        self.weight = net.measures[:, WEIGHT]

    def lost(self, links: Ints) -> int:
        """The weight that is cut off from the hub."""
        left = self.graph.copy()
        left.remove_edges_from([self.ends[link] for link in links.tolist()])
        reached = self.component(left, 0)
        return int(self.weight.sum() - self.weight[list(reached)].sum())


def timed_loop(lost: Callable[[Ints], int], groups: Groups, known: Ints, sample: int) -> Peer:
    """Time a loop over a sample of the cuts, each result held against what is known."""
    count = min(groups.count, sample)
    chosen = random.Random(SEED).sample(range(groups.count), count)
    harmful = np.flatnonzero(known)[: count // 2].tolist()
    chosen = (harmful + chosen)[:count]
    start = time.perf_counter()
    found = [lost(groups.row(group)) for group in chosen]
    seconds = time.perf_counter() - start
    assert found == known[chosen].tolist(), "a peer finds another loss"
    return Peer(seconds=seconds / count * groups.count, extrapolated=count < groups.count)


def pairs_equal(net: Net, found: ProvedDoubles, loop: IgraphLoop) -> bool:
    """Whether pairs named, and pairs at random, do together what igraph sees and neither does alone."""
    groups = net.groups[GroupKind.TRENCH]
    number = {code: place for place, code in enumerate(groups.codes)}
    vertex = {code: place for place, code in enumerate(net.codes)}
    view = Doubles(kind=GroupKind.TRENCH, proved=found)
    whole = loop.cut_off(np.zeros(0, dtype=np.int64))

    def joint(one: int, other: int) -> set[int]:
        rows = groups.row(one), groups.row(other)
        harm = loop.cut_off(np.union1d(*rows)) & ~whole
        return set(np.flatnonzero(harm & ~loop.cut_off(rows[0]) & ~loop.cut_off(rows[1])).tolist())

    for cut in view.worst(PAIR_SAMPLE // 2):
        named = {vertex[code] for code in cut.lost}
        if not named or not named <= joint(number[cut.first[0]], number[cut.second[0]]):
            return False
    chance = random.Random(SEED)
    drawn = [chance.sample(range(groups.count), 2) for _ in range(PAIR_SAMPLE // 2)]
    harmful = {frozenset(groups.codes[group] for group in pair) for pair in drawn if joint(*pair)}
    if not harmful:
        return True
    return harmful == {pair for pair in harmful if is_told(view, pair)}


def is_told(view: Doubles, pair: frozenset[str]) -> bool:
    """Whether a pair is on a ring or among the named ones; a ring's pairs are never written out."""
    for ring in view.classes:
        steps = [step for step in ring.steps if pair.intersection(step)]
        if len(steps) > 1:
            return True
    found, parts = view.proved, view.proved.parts
    held = [{view.proved.groups.codes[group] for group in parts.holders.row(part)} for part in range(parts.rows.count)]
    return any(
        pair & held[first] and pair & held[second]
        for first, second in zip(found.first.tolist(), found.second.tolist(), strict=True)
    )


def median_s(work: Callable[[], object]) -> tuple[float, list[object]]:
    """The median time of ``REPEATS`` runs and all their results."""
    times, results = [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        results.append(work())
        times.append(time.perf_counter() - start)
    return statistics.median(times), results


def measure(shape: str, trenches: int) -> dict[str, object]:
    """One size of one shape, as the JSON says it."""
    net = SHAPES[shape](trenches, SEED)
    groups = net.groups[GroupKind.TRENCH]
    singles_s, alone = median_s(lambda: singles(net))
    doubles_s, pairs = median_s(lambda: doubles(net))
    first, pair = alone[0], pairs[0]
    assert isinstance(first, ProvedSingles)
    assert isinstance(pair, ProvedDoubles)
    assert all(isinstance(each, ProvedSingles) and (each.measures == first.measures).all() for each in alone)
    assert all(isinstance(each, ProvedDoubles) and (each.joint == pair.joint).all() for each in pairs)
    known = first.measures[:, WEIGHT]
    loop = IgraphLoop(net)
    peers = {
        "igraph_singles_s": timed_loop(loop.lost, groups, known, IGRAPH_SAMPLE),
        "networkx_singles_s": timed_loop(NetworkxLoop(net).lost, groups, known, NETWORKX_SAMPLE),
    }
    equal = pairs_equal(net, pair, loop)
    assert equal, "igraph sees other joint harm"
    return {
        "shape": shape,
        "trenches": groups.count,
        "links": len(net.links),
        "singles_s": round(singles_s, 5),
        "doubles_proved_s": round(doubles_s, 5),
        "single_cuts": int((known > 0).sum()),
        "double_cuts": Doubles(kind=GroupKind.TRENCH, proved=pair).count,
        "scenarios_swept": pair.swept,
        "peers": {name: round(peer.seconds, 3) for name, peer in peers.items()},
        "extrapolated": [name for name, peer in peers.items() if peer.extrapolated],
        **questions(net),
        "times_igraph": round(peers["igraph_singles_s"].seconds / singles_s),
        "peak_rss_mb": fresh_peak_mb(shape, trenches),
        "equal": equal,
    }


def index_of(net: Net) -> CutIndex:
    """An index on made arrays, with trenches of ``METRES``."""
    here = (0.0, 0.0)
    sections = tuple(
        TrenchSection(
            id=code, code=code, from_node=net.codes[0], to_node=net.codes[0], line=(here, here), length_m=METRES
        )
        for code in net.groups[GroupKind.TRENCH].codes
    )
    plant = Plant(city="benchmark", sections=sections)
    return CutIndex(plant=plant, graph=nx.MultiGraph(), net=net, tree=spanning_tree(net), seed=SEED)


def questions(net: Net) -> dict[str, object]:
    """Times of questions on an index whose single cuts and pairs are known."""
    index = index_of(net)
    index.harm(GroupKind.TRENCH)
    index.doubles(GroupKind.TRENCH)
    rates = rates_of(TopologySettings())
    availability_s, found = median_s(lambda: availability(index, rates))
    bounds = found[0]
    assert isinstance(bounds, dict)
    chance = random.Random(SEED)
    groups = net.groups[GroupKind.TRENCH]
    chosen = [chance.sample(range(groups.count), 4) for _ in range(200)]
    times = []
    for some in chosen:
        links = np.concatenate([groups.row(group) for group in some])
        start = time.perf_counter()
        lost_mask(index.tree, links)
        times.append(time.perf_counter() - start)
    return {
        "availability_s": round(availability_s, 5),
        "availability_gap_min": round(max(each.most_min - each.least_min for each in bounds.values()), 5),
        "lost_of_4_us": round(statistics.median(times) * 1e6),
    }


def fresh_peak_mb(shape: str, trenches: int) -> float:
    """Peak memory of a process that makes the plant, its single and its double cuts, and nothing else."""
    command = [sys.executable, "-m", "benchmarks.topology", "--shape", shape, "--trenches", str(trenches), "--peak"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(shape: str, trenches: int) -> float:
    """Make all cuts once; the process's peak memory in MB.

    Linux's ``VmHWM`` where there is one: ``ru_maxrss`` keeps the size of the process that started this one.
    """
    net = SHAPES[shape](trenches, SEED)
    singles(net)
    doubles(net)
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def table() -> None:
    """All shapes and sizes for a person."""
    print(f"{'shape':<10}{'trenches':>9}{'singles':>11}{'all pairs':>11}{'igraph':>12}{'networkx':>12}{'peak MB':>9}")
    for shape in SHAPES:
        for trenches in SIZES.get(shape, (10_000,)):
            found = measure(shape, trenches)
            peers = found["peers"]
            assert isinstance(peers, dict)
            shown = [f"{peers[name]:,.1f} s" + ("*" if name in str(found["extrapolated"]) else "") for name in peers]
            print(
                f"{shape:<10}{found['trenches']:>9}{found['singles_s']:>9} s{found['doubles_proved_s']:>9} s"
                f"{shown[0]:>12}{shown[1]:>12}{found['peak_rss_mb']:>9}",
                flush=True,
            )
    print("* extrapolated from a sample; singles alone, nobody's loop does pairs")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trenches", type=int, help="one size instead of the table")
    parser.add_argument("--shape", choices=list(SHAPES), default="rings")
    parser.add_argument("--json", action="store_true", help="one size as JSON")
    parser.add_argument("--peak", action="store_true", help="only this process's peak memory in MB")
    chosen = parser.parse_args(arguments)
    if chosen.peak:
        print(round(peak(chosen.shape, chosen.trenches or 10_000), 1))
    elif chosen.trenches or chosen.json:
        print(json.dumps(measure(chosen.shape, chosen.trenches or 10_000), indent=None if chosen.json else 2))
    else:
        table()


if __name__ == "__main__":
    main()
