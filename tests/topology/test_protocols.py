"""What protocols make of breaks: cases made by hand, and all rules against a plain search and NetworkX's flows."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from topology_brute import served
from topology_plants import a_lag, a_plant, a_ring, a_section, a_site, a_tree, an_area, c, cs, random_plant, way

from topology.cut_index import CutIndex
from topology.protocols import GroupState, Protocols
from topology.whatif import what_if

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code, LinkGroup
    from inventory.plant import Plant
    from topology.net import Ints


def two_rings() -> Plant:
    """HUB-A-B-C-HUB, and HUB-X-B hung on it: the first blocked at L3, the second at L6."""
    ends = {"L1": "HUB A", "L2": "A B", "L3": "B C", "L4": "C HUB", "L5": "HUB X", "L6": "X B"}
    plant = a_plant(
        sites=[a_site("HUB", hub=True), *(a_site(name) for name in "ABCX")],
        sections=[a_section(f"T{code[1:]}", *pair.split()) for code, pair in ends.items()],
        ways=[way(code, *pair.split(), f"T{code[1:]}") for code, pair in ends.items()],
    )
    return replace(plant, link_groups=(a_ring("RING", "L1 L2 L3 L4", "L3"), a_ring("HUNG", "L5 L6", "L6")))


def steered(plant: Plant, cuts: str) -> dict[Code, tuple[GroupState, tuple[Code, ...]]]:
    return {each.group: (each.state, each.opened) for each in what_if(CutIndex.of(plant), cs(cuts)).steered}


def test_one_break_opens_the_blocked_link_and_a_second_isolates_the_arc_though_light_leads_there() -> None:
    plant = two_rings()
    assert steered(plant, "T1") == {"RING": (GroupState.PROTECTING, ("L3",))}
    assert what_if(CutIndex.of(plant), cs("T1")).allowed
    found = what_if(CutIndex.of(plant), cs("T1 T4"))
    assert found.is_possible
    assert not found.allowed
    assert found.isolated == ("A", "B", "C")
    assert {each.group: each.state for each in found.steered} == {"RING": GroupState.BROKEN}
    assert {each.site: each.is_delivered for each in found.rerouted} == {"A": False, "B": False, "C": False, "X": True}
    alone = what_if(CutIndex.of(replace(plant, link_groups=())), cs("T1 T4"))
    assert alone.allowed
    assert not alone.is_documented


def test_the_hung_ring_opens_for_its_own_break_only_and_then_carries_the_arc() -> None:
    found = what_if(CutIndex.of(two_rings()), cs("T1 T4"), down_links=cs("L5"))
    assert found.isolated == ()
    assert set(found.impact.loss.sites) == {"A", "B", "C", "X"}, "L6 is open, but no light leads to the hub"
    assert what_if(CutIndex.of(two_rings()), cs("T5")).allowed


def test_a_ring_with_a_link_out_of_service_is_not_whole_and_a_break_more_is_too_many() -> None:
    plant = two_rings()
    ports = (plant.links[0].a, plant.links[0].b)
    short = replace(plant, links=plant.links[1:], interfaces=tuple(p for p in plant.interfaces if p.code not in ports))
    protocols = Protocols(index=CutIndex.of(short))
    assert protocols.isolated(()) == ()
    assert protocols.isolated(cs("L4")) == cs("A B C")


def test_an_aggregation_below_its_least_number_is_down_altogether() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section(code, "HUB", "A") for code in ("T1", "T2", "T3")],
        ways=[way(f"L{n}", "HUB", "A", f"T{n}") for n in (1, 2, 3)],
    )
    plant = replace(plant, link_groups=(a_lag("LAG", "L1 L2 L3", 2),))
    one, two = what_if(CutIndex.of(plant), cs("T1")), what_if(CutIndex.of(plant), cs("T1 T2"))
    assert (one.allowed, [each.state for each in one.steered]) == (True, [GroupState.PROTECTING])
    assert [(each.delivered_before_mbps, each.delivered_mbps) for each in one.rerouted] == [(3_000, 2_000)]
    assert (two.is_possible, two.isolated) == (True, ("A",))
    assert [each.state for each in two.steered] == [GroupState.BROKEN]


@pytest.mark.parametrize(("max_hops", "beyond"), [(20, 4), (24, 0)])
def test_a_tree_that_grows_past_the_max_age_loses_its_far_bridges(max_hops: int, beyond: int) -> None:
    """A ring of 25: cut beside the hub, the last bridge is 24 hops away."""
    names = ["HUB", *(f"S{n}" for n in range(1, 25)), "HUB"]
    plant = a_plant(
        sites=[a_site(name, hub=name == "HUB") for name in names[:-1]],
        sections=[a_section(f"T{n}", *pair) for n, pair in enumerate(pairwise(names))],
        ways=[way(f"L{n}", *pair, f"T{n}") for n, pair in enumerate(pairwise(names))],
    )
    tree = a_tree("TREE", " ".join(f"L{n}" for n in range(25)), max_hops=max_hops)
    found = what_if(CutIndex.of(replace(plant, link_groups=(tree,))), cs("T24"))
    assert found.is_possible
    assert len(found.isolated) == beyond
    assert {c(f"S{n}") for n in range(25 - beyond, 25)} == set(found.isolated)
    assert found.steered[0].state is (GroupState.BROKEN if beyond else GroupState.PROTECTING)


def test_a_tree_carries_one_way_only_and_routing_all_of_least_cost() -> None:
    plant = two_rings()
    links = "L1 L2 L3 L4 L5 L6"
    room = {}
    for group in (a_tree("TREE", links, root="SW-HUB"), an_area("AREA", links)):
        found = what_if(CutIndex.of(replace(plant, link_groups=(group,))), cs("T3"))
        room[group.code] = {each.site: (each.most_mbps, each.delivered_mbps) for each in found.rerouted}["C"]
        assert found.allowed
    found = what_if(CutIndex.of(replace(plant, link_groups=(an_area("AREA", links),))), cs("T4"))
    (at_b,) = [each for each in found.rerouted if each.site == "C"]
    assert at_b.delivered_mbps == 1_000
    assert room == {"TREE": (1_000, 1_000), "AREA": (1_000, 1_000)}
    ospf = Protocols(index=CutIndex.of(replace(plant, link_groups=(an_area("AREA", links),)))).carrying(())
    assert ospf.links.all(), "B is two hops away by A, by C and by X"
    tree = Protocols(index=CutIndex.of(replace(plant, link_groups=(a_tree("TREE", links, root="SW-HUB"),)))).carrying(
        ()
    )
    assert int(tree.links.sum()) == 4


def random_groups(plant: Plant, chance: random.Random) -> tuple[LinkGroup, ...]:
    links = [link.code for link in plant.links]
    chance.shuffle(links)
    found: list[LinkGroup] = []
    while len(links) > 1:
        some, links = links[: (size := chance.randint(1, 4))], links[size:]
        number = len(found)
        kind = chance.choice(("ring", "lag", "tree", "area", "none"))
        if kind == "ring":
            found.append(a_ring(f"G{number}", " ".join(some), chance.choice(some)))
        elif kind == "lag":
            found.append(a_lag(f"G{number}", " ".join(some), chance.randint(1, len(some))))
        elif kind != "none":
            found.append((a_tree if kind == "tree" else an_area)(f"G{number}", " ".join(some)))
    return tuple(found)


def test_who_is_isolated_is_what_a_search_over_the_links_that_carry_finds() -> None:
    isolated = 0
    for seed in range(120):
        chance = random.Random(seed)
        plant = random_plant(seed, nodes=10, links=18)
        plant = replace(plant, link_groups=random_groups(plant, chance))
        protocols = Protocols(index=CutIndex.of(plant))
        for count in (0, 1, 2, 3):
            gone = set(chance.sample([link.code for link in plant.links], min(count, len(plant.links))))
            wanted = served(plant, gone) - served(plant, gone, by_protocol=True)
            assert set(protocols.isolated(gone)) == wanted, seed
            isolated += bool(wanted)
    assert isolated > 15


def test_room_and_way_are_networkx_maximum_flow_and_shortest_path_by_light_and_by_protocol() -> None:
    compared = less = 0
    for seed in range(50):
        chance = random.Random(seed)
        plant = random_plant(seed, nodes=8, links=16)
        plant = replace(
            plant,
            interfaces=tuple(replace(port, speed_mbps=chance.choice((100, 1_000))) for port in plant.interfaces),
            sections=tuple(replace(section, length_m=chance.uniform(10, 900)) for section in plant.sections),
            link_groups=random_groups(plant, chance),
        )
        index = CutIndex.of(plant)
        found = what_if(index, [fullest(plant)])
        lit = {code for code in index.net.links if code not in found.impact.loss.links}
        both = [ends for near, far, key in index.graph.edges(keys=True) if key in lit for ends in _both(near, far, key)]
        arcs = list(_raw(index, *Protocols(index=index).carrying(found.impact.loss.links).arcs(index)))
        for each in found.rerouted:
            assert each.most_mbps == flow(plant, index, both, each.site), seed
            assert each.delivered_mbps == flow(plant, index, arcs, each.site), seed
            if each.is_delivered:
                assert each.route_m + each.hops == pytest.approx(far_m(plant, index, arcs, each.site)), seed
            compared += 1
            less += each.delivered_mbps < each.most_mbps
    assert compared > 15
    assert less > 4


def fullest(plant: Plant) -> Code:
    return max(plant.section, key=lambda code: len(plant.links_in.get(code, ())))


def _raw(index: CutIndex, link: Ints, start: Ints, _end: Ints) -> Iterator[tuple[Code, Code, Code]]:
    """The arcs between nodes as they were before all hubs became one: (from, to, link)."""
    net = index.net
    for number, here in zip(link.tolist(), start.tolist(), strict=True):
        near, far = net.codes[net.near[number]], net.codes[net.far[number]]
        yield (near, far, net.links[number]) if net.tail[number] == here else (far, near, net.links[number])


def _both(near: Code, far: Code, key: Code) -> list[tuple[Code, Code, Code]]:
    return [(near, far, key), (far, near, key)]


def flow(plant: Plant, index: CutIndex, arcs: list[tuple[Code, Code, Code]], site: Code) -> int:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from([site, "core"])
    for near, far, key in arcs:
        link = plant.link[key]
        room = min(plant.interface[end].speed_mbps for end in (link.a, link.b))
        held = graph.get_edge_data(near, far, {"capacity": 0})["capacity"]
        graph.add_edge(near, far, capacity=held + room)
    for hub in index.net.codes[: index.net.hubs]:
        graph.add_edge(hub, "core")
    return int(nx.maximum_flow_value(graph, site, "core"))


def far_m(plant: Plant, index: CutIndex, arcs: list[tuple[Code, Code, Code]], site: Code) -> float:
    """The shortest way in metres, and one more a hop."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for near, far, key in arcs:
        metres = sum(plant.section[code].length_m for code in plant.sections_of(plant.link[key]))
        graph.add_edge(near, far, metres=metres + 1.0)
    lengths: dict[str, float] = nx.single_source_dijkstra_path_length(graph, site, weight="metres")
    return min(lengths[hub] for hub in index.net.codes[: index.net.hubs] if hub in lengths)
