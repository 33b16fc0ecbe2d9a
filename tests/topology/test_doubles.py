"""All pairs against breadth-first search on random multigraphs, and the pairs of real networks against the oracle."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import igraph
import numpy as np
import pytest
from conftest import shared_data
from topology_brute import lost
from topology_plants import cs, random_plant, ring_city

from inventory.sources.foreign import read_foreign
from simulator.city import generate
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.triples import triples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inventory.entities import Code
    from inventory.plant import Plant

MANY = int(os.environ.get("RAINBOW_MANY", "1"))
"""How many times as many random plants as by default; 35 makes more than 5,000."""
KINDS = (GroupKind.TRENCH, GroupKind.CABLE, GroupKind.NODE)


def pairs_by_search(plant: Plant, codes: list[Code]) -> dict[frozenset[str], frozenset[str]]:
    alone = {code: lost(plant, [code]) for code in codes}
    found = {}
    for one, other in combinations(codes, 2):
        joint = lost(plant, [one, other]) - alone[one] - alone[other]
        if joint:
            found[frozenset((one, other))] = frozenset(joint)
    return found


def pairs_by_index(index: CutIndex, kind: GroupKind) -> dict[frozenset[str], frozenset[str]]:
    found: dict[frozenset[str], frozenset[str]] = {}
    for cut in index.doubles(kind):
        assert cut.sites + cut.structures == len(cut.lost)
        for one in cut.first:
            for other in cut.second:
                pair = frozenset((one, other))
                found[pair] = found.get(pair, frozenset()) | frozenset(cut.lost)
    return found


@pytest.mark.parametrize("block", range(10))
def test_every_pair_is_what_a_search_finds(block: int) -> None:
    seen = 0
    for seed in range(block * 15 * MANY, (block + 1) * 15 * MANY):
        plant = random_plant(seed, nodes=10, links=14, trenches=13, largest=1 + seed % 5)
        index = CutIndex.of(plant)
        for kind, codes in zip(KINDS, (plant.section, plant.cable, plant.nodes), strict=True):
            wanted = pairs_by_search(plant, list(codes))
            assert pairs_by_index(index, kind) == wanted, (seed, kind)
            assert index.doubles(kind).count == len(wanted), (seed, kind)
            seen += len(wanted)
    assert seen > 10 * MANY


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_the_way_of_heavy_groups_finds_the_same(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(25):
        plant = random_plant(seed, nodes=12, links=26, trenches=8, largest=12)
        light = CutIndex.of(plant)
        by_value = {kind: pairs_by_index(light, kind) for kind in KINDS}
        with monkeypatch.context() as patched:
            patched.setattr("topology.spans.LIGHT_RANK", limit)
            patched.setattr("topology.doubles.LIGHT_RANK", limit)
            index = CutIndex.of(plant)
            for kind in KINDS:
                assert pairs_by_index(index, kind) == by_value[kind], (seed, kind)
        assert by_value[GroupKind.TRENCH] == pairs_by_search(plant, list(plant.section)), seed


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6])
def test_short_labels_are_refused_and_change_no_pair(bits: int) -> None:
    refused = 0
    for seed in range(30):
        plant = random_plant(seed, nodes=11, links=20, trenches=9, largest=4)
        index = CutIndex.of(plant)
        short = replace(index, bits=bits)
        for kind in KINDS:
            assert pairs_by_index(short, kind) == pairs_by_index(index, kind), (seed, kind)
            assert not index.doubles(kind).proved.refused
            refused += len(short.doubles(kind).proved.refused)
    assert refused > 0


def test_pairs_of_real_networks_are_those_of_the_oracle() -> None:
    folder = shared_data("topologies")
    seen = 0
    for known in json.loads((folder / "oracle.json").read_text(encoding="utf-8")):
        if known["components"] == 1:
            index = CutIndex.of(read_foreign(folder / known["file"]))
            doubles = index.doubles(GroupKind.TRENCH)
            assert doubles.count == known["two_edge_cut_pairs"], known["file"]
            if doubles.count < 100:
                assert sum(len(cut.first) * len(cut.second) for cut in doubles) == doubles.count
            seen += 1
    assert seen > 20


def test_a_ring_is_told_once_and_its_pairs_in_order_of_harm() -> None:
    doubles = CutIndex.of(ring_city()).doubles(GroupKind.TRENCH)
    (ring,) = doubles.classes
    assert set(ring.steps) == {cs("T1"), cs("T2"), cs("T3")}
    assert (ring.pairs, doubles.count, ring.weight) == (3, 3, 17)
    worst = doubles.worst(10)
    assert (worst[0].first, worst[0].second) == (cs("T1"), cs("T3"))
    assert [cut.weight for cut in worst] == sorted((cut.weight for cut in worst), reverse=True)
    assert set(worst[0].lost) == {"A", "B", "LAMP", "D"}


def test_files_in_another_order_and_another_seed_change_no_pair() -> None:
    for seed in range(40):
        plant = random_plant(seed, nodes=12, links=20)
        chance = random.Random(seed)
        links = list(plant.links)
        chance.shuffle(links)
        wanted = pairs_by_index(CutIndex.of(plant), GroupKind.TRENCH)
        mixed = CutIndex.of(replace(plant, links=tuple(links), sections=plant.sections[::-1]))
        assert pairs_by_index(mixed, GroupKind.TRENCH) == wanted
        assert pairs_by_index(replace(mixed, seed=11), GroupKind.TRENCH) == wanted


def test_every_triple_through_a_trench_is_what_a_search_finds() -> None:
    seen = 0
    for seed in range(60):
        plant = random_plant(seed, nodes=8, links=14, trenches=12, largest=6)
        index = CutIndex.of(plant)
        if len(plant.section) < 3:
            continue
        through, *rest = list(plant.section)
        known = {frozenset(some): lost(plant, some) for size in (1, 2) for some in combinations(plant.section, size)}
        wanted = {}
        for one, other in combinations(rest, 2):
            smaller = known[frozenset((one, other))] | known[frozenset((one, through))]
            joint = lost(plant, [through, one, other]) - smaller - known[frozenset((other, through))]
            if joint:
                wanted[frozenset((one, other))] = frozenset(joint)
        found = {
            frozenset((one, other)): frozenset(cut.lost)
            for cut in triples(index, through)
            for one in cut.first
            for other in cut.second
        }
        assert found == wanted, seed
        seen += len(found)
    assert seen > 15


@pytest.mark.timeout(3_600)
def test_all_pairs_of_a_city_are_what_igraph_finds_pair_by_pair() -> None:
    """With many runs: every one of 638,000 pairs of the 1,130 trenches of a city, each cut and looked at."""
    plant = generate(2, 60 if MANY == 1 else 240).plant
    vertex = {site.code: 0 for site in plant.sites if site.is_hub}
    for device in plant.devices:
        vertex.setdefault(device.node, len(vertex))
    ends = [(vertex[plant.node_of(link.a)], vertex[plant.node_of(link.b)]) for link in plant.links]
    number = {link.code: place for place, link in enumerate(plant.links)}
    held: dict[frozenset[int], list[Code]] = {}
    for code, links in plant.links_in.items():
        held.setdefault(frozenset(number[link] for link in links), []).append(code)
    graph = igraph.Graph(n=len(vertex), edges=ends)

    def cut_off(links: frozenset[int]) -> NDArray[np.bool_]:
        left = graph.copy()
        left.delete_edges(links)
        part = np.asarray(left.connected_components().membership)
        return part != part[0]

    whole = cut_off(frozenset())
    alone = {links: cut_off(links) for links in held}
    wanted = {}
    for one, other in combinations(held, 2):
        joint = cut_off(one | other) & ~(alone[one] | alone[other] | whole)
        if joint.any():
            wanted |= {frozenset((a, b)): joint for a in held[one] for b in held[other]}
    found = pairs_by_index(CutIndex.of(plant), GroupKind.TRENCH)
    assert found.keys() == wanted.keys()
    assert all({vertex[code] for code in found[pair]} == set(np.flatnonzero(wanted[pair]).tolist()) for pair in found)
    assert len(wanted) > 1_000
