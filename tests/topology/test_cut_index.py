"""The cut index against breadth-first search on random multigraphs, igraph's bridges and cases made by hand."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import igraph
import pytest
from topology_brute import links_of, lost, reached
from topology_plants import a_hole, a_plant, a_section, a_site, c, cs, path_plant, random_plant, renamed, ring_city, way

from inventory.entities import Criticality, RouteKnown, Site, Status
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.net import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code
    from inventory.plant import Plant

MANY = int(os.environ.get("RAINBOW_MANY", "1"))
"""How many times as many random plants as by default; 13 makes more than 5,000."""
KINDS = [GroupKind.TRENCH, GroupKind.CABLE, GroupKind.NODE]


def codes_of(plant: Plant, kind: GroupKind) -> Iterable[Code]:
    return {GroupKind.TRENCH: plant.section, GroupKind.CABLE: plant.cable, GroupKind.NODE: plant.nodes}[kind]


def nodes(index: CutIndex, *cuts: Code, down_links: tuple[Code, ...] = ()) -> set[Code]:
    loss = index.lost(cuts, down_links=down_links)
    return {*loss.sites, *loss.structures}


def weight(plant: Plant, found: set[Code]) -> int:
    return sum(WEIGHTS[plant.nodes[code].criticality] for code in found)  # type: ignore[union-attr]


@pytest.mark.parametrize("block", range(20))
def test_every_single_cut_is_what_a_search_finds(block: int) -> None:
    for seed in range(block * 20 * MANY, (block + 1) * 20 * MANY):
        plant = random_plant(seed, largest=1 + seed % 5)
        index = CutIndex.of(plant)
        for kind in KINDS:
            singles = {cut.code: cut for cut in index.singles(kind)}
            harm = {code: lost(plant, [code]) - {code} for code in codes_of(plant, kind)}
            assert {code for code, found in harm.items() if found} == set(singles), (seed, kind)
            for code, cut in singles.items():
                sites = [node for node in harm[code] if isinstance(plant.nodes[node], Site)]
                assert cut.weight == weight(plant, harm[code]), (seed, code)
                assert (cut.sites, cut.structures) == (len(sites), len(harm[code]) - len(sites))
                assert cut.sirens == len(set(index.lost([code]).sirens) - {code})
                assert index.loss_of(cut) == index.lost([code])
            exposed = Counter(node for found in harm.values() for node in found if not is_hub(plant, node))
            assert index.exposed(kind) == exposed, (seed, kind)


def is_hub(plant: Plant, code: Code) -> bool:
    node = plant.nodes[code]
    return isinstance(node, Site) and node.is_hub


@pytest.mark.parametrize("block", range(10))
def test_any_set_of_cuts_on_any_damage_is_what_a_search_finds(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        plant = random_plant(seed, nodes=14, links=22)
        index = CutIndex.of(plant)
        chance = random.Random(seed)
        everything = [code for kind in KINDS for code in codes_of(plant, kind)]
        for _ in range(4):
            cuts = chance.sample(everything, min(chance.randint(0, 4), len(everything)))
            down = chance.sample(list(plant.link), min(chance.randint(0, 3), len(plant.link)))
            assert nodes(index, *cuts, down_links=tuple(down)) == lost(plant, cuts, down), (seed, cuts, down)
            held = {link for code in cuts for link in links_of(plant, code)} | set(down)
            assert set(index.lost(cuts, down_links=down).links) == held
            assert index.cut_off(down) == lost(plant, (), down)


@pytest.mark.parametrize("seed", range(40))
def test_an_index_without_some_links_is_that_of_a_graph_that_never_had_them(seed: int) -> None:
    rng = random.Random(f"without/{seed}")
    index = CutIndex.of(random_plant(seed))
    gone = rng.sample(sorted(index.net.links), rng.randint(0, len(index.net.links)))
    graph = index.graph.copy()
    graph.remove_edges_from([edge for edge in index.graph.edges(keys=True) if edge[2] in gone])
    made, known = index.without(gone), CutIndex.of_graph(graph)
    assert (made.net.codes, made.net.links) == (known.net.codes, known.net.links)
    assert set(made.graph.edges(keys=True)) == set(graph.edges(keys=True))
    for kind in GroupKind:
        assert made.net.groups[kind].members.tolist() == known.net.groups[kind].members.tolist()
        assert made.singles(kind) == known.singles(kind)
        assert made.exposed(kind) == known.exposed(kind)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6])
def test_short_labels_are_caught_and_change_no_answer(bits: int) -> None:
    refused = 0
    for seed in range(40):
        plant = random_plant(seed, nodes=12, links=20)
        index = CutIndex.of(plant)
        short = replace(index, bits=bits)
        for kind in KINDS:
            assert short.singles(kind) == index.singles(kind)
        assert not index.certify().seeds_refused
        refused += len(short.certify().seeds_refused)
    assert refused > 0


def test_groups_of_one_link_are_the_bridges_igraph_finds() -> None:
    for seed in range(60):
        plant = random_plant(seed, nodes=30, links=40)
        ends = [(plant.node_of(link.a), plant.node_of(link.b)) for link in plant.links]
        names = {site.code: number for number, site in enumerate(plant.sites) if site.is_hub}
        hubs = set(names)
        number = {code: 0 if code in hubs else place + 1 for place, code in enumerate(plant.nodes)}
        graph = igraph.Graph(n=len(number) + 1, edges=[(number[a], number[b]) for a, b in ends])
        root = set(graph.subcomponent(0))
        bridges = {plant.links[edge].code for edge in graph.bridges() if graph.es[edge].source in root}
        index = CutIndex.of(plant)
        # Each link of these plants has a cable of its own: cables are the groups of size one.
        assert {cut.code.removeprefix("C-") for cut in index.singles(GroupKind.CABLE)} == bridges, seed


@pytest.mark.parametrize("seed", range(40))
def test_names_and_order_of_the_files_change_nothing(seed: int) -> None:
    plant = random_plant(seed, nodes=12, links=18)
    other, new = renamed(plant, seed)
    index, mirror = CutIndex.of(plant), CutIndex.of(other)
    for kind in KINDS:
        mapped = sorted((replace(cut, code=new[cut.code]) for cut in index.singles(kind)), key=lambda cut: cut.code)
        assert mapped == sorted(mirror.singles(kind), key=lambda cut: cut.code)
    assert {new[code] for code in index.dark} == set(mirror.dark)
    assert replace(index, seed=7).singles(GroupKind.TRENCH) == index.singles(GroupKind.TRENCH)


def test_the_fingerprint_names_the_model_and_not_the_order_of_its_files() -> None:
    plant = ring_city()
    turned = replace(plant, links=plant.links[::-1], sites=plant.sites[::-1], sections=plant.sections[::-1])
    less = replace(plant, links=plant.links[1:])
    hashes = [CutIndex.of(each).certify().model_sha256 for each in (plant, turned, less)]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("seed", range(30))
def test_another_link_never_makes_a_loss_larger(seed: int) -> None:
    plant = random_plant(seed, nodes=12, links=18)
    if not plant.links:
        return
    less = replace(plant, links=plant.links[:-1])
    for code in plant.section:
        was, now = lost(less, [code]), nodes(CutIndex.of(plant), code)
        assert now & reached(less, ()) <= was


def test_a_ring_with_one_entry_and_a_spur() -> None:
    index = CutIndex.of(ring_city())
    trenches = {cut.code: cut for cut in index.singles(GroupKind.TRENCH)}
    assert list(trenches) == ["E", "T4", "T5"]
    assert [cut.hub_made for cut in trenches.values()] == [True, False, False]
    assert index.lost(cs("E")).sites == ("B", "A", "D")
    assert index.lost(cs("T4")).sirens == ("LAMP",)
    assert (trenches["T4"].sites, trenches["T4"].structures, trenches["T4"].sirens) == (1, 1, 1)
    assert index.lost(cs("T1 T2")).sites == ("A",)
    assert not index.lost(cs("T1"))
    assert index.lost(cs("T1")).links == ("L1",)
    made = {cut.code: cut.hub_made for cut in index.singles(GroupKind.NODE)}
    assert made == {"HALL": True, "HOLE": True, "B": False, "LAMP": False}
    assert index.lost(cs("HALL")).sites == ("HALL", "B", "A", "D")
    assert index.exposed(GroupKind.TRENCH) == {"A": 1, "B": 1, "LAMP": 2, "D": 3}


def test_a_hub_of_one_link_has_an_entry_but_the_rest_of_the_way_is_avoidable() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        structures=[a_hole("H")],
        sections=[a_section("T1", "HUB", "H"), a_section("T2", "H", "A"), a_section("T3", "A", "B")],
        ways=[way("L1", "HUB", "A", "T1 T2"), way("L2", "A", "B", "T3")],
    )
    made = {cut.code: cut.hub_made for kind in KINDS for cut in CutIndex.of(plant).singles(kind)}
    assert made == {"T1": True, "T2": False, "T3": False, "C-L1": True, "C-L2": False} | {
        "HUB": True,
        "H": False,
        "A": False,
    }


def test_the_entry_of_one_of_two_hubs_is_hub_made_too() -> None:
    plant = a_plant(
        sites=[a_site("H1", hub=True), a_site("H2", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "H1", "A"), a_section("T2", "H2", "B"), a_section("T3", "H2", "B")],
        ways=[
            way("L1", "H1", "A", "T1"),
            way("L2", "H1", "A", "T1"),
            way("L3", "H2", "B", "T2"),
            way("L4", "H2", "B", "T3"),
        ],
    )
    assert [(cut.code, cut.hub_made) for cut in CutIndex.of(plant).singles(GroupKind.TRENCH)] == [("T1", True)]


def test_a_trench_of_two_links_is_a_cut_no_bridge_shows() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "HUB", "B"), a_section("T3", "A", "B")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "B", "T2"), way("L3", "A", "B", "T2 T3")],
    )
    assert [cut.code for cut in CutIndex.of(plant).singles(GroupKind.TRENCH)] == ["T2"]


def test_a_dark_site_is_no_harm_of_any_cut() -> None:
    plant = ring_city()
    plant = replace(plant, sites=(*plant.sites, a_site("X"), a_site("Y")))
    extra = a_plant(sites=[a_site("X"), a_site("Y")], sections=[], ways=[way("LX", "X", "Y")])
    plant = replace(
        plant,
        devices=(*plant.devices, *extra.devices),
        interfaces=(*plant.interfaces, *extra.interfaces),
        cables=(*plant.cables, *extra.cables),
        links=(*plant.links, *extra.links),
    )
    index = CutIndex.of(plant)
    assert index.dark == ("X", "Y")
    assert not index.lost(cs("X C-LX"))
    assert [cut.code for cut in index.singles(GroupKind.TRENCH)] == ["E", "T4", "T5"]


def test_links_out_of_service_carry_nothing() -> None:
    plant = ring_city()
    planned = tuple(replace(link, status=Status.PLANNED) if link.code == "L2" else link for link in plant.links)
    index = CutIndex.of(replace(plant, links=planned))
    assert {cut.code for cut in index.singles(GroupKind.TRENCH)} == {"E", "T1", "T3", "T4", "T5"}


def test_a_cable_of_unknown_route_shares_no_trench_but_still_falls() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", known=RouteKnown.NONE)],
    )
    index = CutIndex.of(plant)
    assert index.singles(GroupKind.TRENCH) == []
    assert index.lost(cs("T1 C-L2")).sites == ("A",)
    assert [data for *_ends, data in index.graph.edges(keys=True, data="proven")] == [True, False]


def test_no_hub_and_unknown_codes_name_their_cure() -> None:
    plant = ring_city()
    hubless = replace(plant, sites=tuple(replace(site, is_hub=False) for site in plant.sites))
    with pytest.raises(TopologyError, match="has no hub") as nothing:
        CutIndex.of(hubless)
    assert "is_hub" in nothing.value.cure
    with pytest.raises(TopologyError, match="no node NOWHERE"):
        CutIndex.of(plant, core=[c("NOWHERE")])
    with pytest.raises(TopologyError, match="no trench, cable, node or risk group LAMB") as near:
        CutIndex.of(plant).lost(cs("LAMB"))
    assert "LAMP" in near.value.cure
    with pytest.raises(TopologyError) as nothing:
        CutIndex.of(plant).lost(cs("entirely-else"))
    assert "lists of trenches" in nothing.value.cure


def test_a_named_core_overrules_the_hubs() -> None:
    index = CutIndex.of(ring_city(), core=cs("D"))
    assert index.lost(cs("T5")).sites == ("HALL", "B", "A")


def test_the_most_critical_come_first() -> None:
    plant = ring_city()
    loss = CutIndex.of(plant).lost(cs("E"))
    assert loss.sites[0] == "B"
    assert loss.weight == 2 * WEIGHTS[Criticality.NORMAL] + WEIGHTS[Criticality.HIGH] + WEIGHTS[Criticality.LOW]


def test_a_city_of_one_building_has_no_cuts() -> None:
    index = CutIndex.of(a_plant(sites=[a_site("HUB", hub=True)], sections=[], ways=[]))
    assert [index.singles(kind) for kind in KINDS] == [[], [], []]
    assert index.dark == ()
    assert index.certify().scenarios == 1


def test_a_path_of_many_trenches_needs_no_recursion() -> None:
    index = CutIndex.of(path_plant(10_000))
    singles = index.singles(GroupKind.TRENCH)
    assert [cut.sites for cut in singles[:3]] == [10_000, 9_999, 9_998]
    assert len(index.lost(cs("T9990")).sites) == 10
