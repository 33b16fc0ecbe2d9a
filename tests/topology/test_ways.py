"""Separate ways against trying every single and every pair of things, and link-disjoint ways against igraph."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import igraph
from topology_brute import lost, reached
from topology_plants import a_plant, a_section, a_site, c, cs, random_plant, way

from topology.cut_index import CutIndex
from topology.stretches import stretches, told
from topology.ways import MANY, Level, ways

if TYPE_CHECKING:
    from inventory.entities import Code
    from inventory.plant import Plant


def fewest(plant: Plant, site: Code, codes: list[Code]) -> int:
    """By search: how many of these things must fail, hubs and the site itself left out."""
    hubs = {hub.code for hub in plant.hubs}
    usable = [code for code in codes if code not in hubs and code != site]
    for size in (1, 2):
        if any(site in lost(plant, some) for some in combinations(usable, size)):
            return size
    return MANY


def test_ways_are_what_trying_every_cut_and_pair_finds() -> None:
    told_apart: dict[int, int] = {}
    for seed in range(70):
        plant = random_plant(seed, nodes=8, links=14, trenches=9, largest=4)
        sites = [site.code for site in plant.sites if not site.is_hub]
        found = ways(CutIndex.of(plant), sites)
        standing = reached(plant, ())
        for site in sites:
            for level, codes in ((Level.TRENCH, plant.section), (Level.CABLE, plant.cable), (Level.NODE, plant.nodes)):
                wanted = fewest(plant, site, list(codes)) if site in standing else 0
                way = found[site][level]
                assert way.count == wanted, (seed, site, level)
                assert len(way.witness) == way.count % MANY
                if way.witness:
                    assert site in lost(plant, way.witness), (seed, site, level)
                told_apart[wanted] = told_apart.get(wanted, 0) + 1
    assert min(told_apart.get(count, 0) for count in range(MANY + 1)) > 5, told_apart


def test_link_disjoint_ways_are_igraphs_maximum_flow_and_the_witness_cuts() -> None:
    for seed in range(40):
        plant = random_plant(seed, nodes=9, links=20)
        index = CutIndex.of(plant)
        sites = [site.code for site in plant.sites if not site.is_hub]
        graph = igraph.Graph(n=index.net.vertices, edges=list(zip(index.net.tail, index.net.head, strict=True)))
        for site, levels in ways(index, sites).items():
            flow = graph.maxflow_value(index.vertex_of[site], 0)
            assert levels[Level.STRAND].count == flow, (seed, site)
            assert len(levels[Level.STRAND].witness) == flow
            assert site not in reached(plant, levels[Level.STRAND].witness)


def test_two_cables_in_one_trench_are_one_way_through_the_ground() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "HUB", "B", 83), a_section("T2", "B", "A"), a_section("T3", "B", "A")],
        ways=[way("L1", "HUB", "A", "T1 T2"), way("L2", "HUB", "A", "T1 T3"), way("L3", "HUB", "B", "T1")],
    )
    found = ways(CutIndex.of(plant), cs("A"))[c("A")]
    assert (found[Level.STRAND].count, found[Level.CABLE].count) == (2, 2)
    assert (found[Level.TRENCH].count, found[Level.TRENCH].witness) == (1, cs("T1"))
    assert found[Level.ENTRY].count == 1


def test_trenches_in_a_row_are_one_stretch_with_its_length_and_its_ends() -> None:
    plant = a_plant(
        sites=[a_site(name, hub=name == "A") for name in "ABCDE"],
        sections=[a_section("T1", "A", "B", 50), a_section("T2", "C", "B", 33), a_section("T3", "D", "E", 10)],
        ways=[],
    )
    long, short = stretches(plant, cs("T3 T1 T2"))
    assert (long.sections, long.metres, long.ends) == (cs("T1 T2"), 83, cs("A C"))
    assert told(plant, long) == "2 trenches from T1 for 83 m between A and C"
    assert told(plant, short) == "trench T3 for 10 m between D and E"
