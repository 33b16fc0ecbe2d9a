"""What a planned cut does on top of what is down: against search, igraph's flow and cases made by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import igraph
import pytest
from topology_brute import lost
from topology_plants import a_plant, a_section, a_site, c, cs, random_plant, ring_city, uid

from inventory.entities import Channel
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.whatif import in_circle, what_if

M = 1 / 111_320


def test_a_trench_may_be_opened_or_not_or_only_after_a_repair() -> None:
    index = CutIndex.of(ring_city())
    assert what_if(index, cs("T1")).allowed
    blocked = what_if(index, cs("T1"), down_links=cs("L2"))
    assert not blocked.allowed
    assert blocked.impact.loss.sites == ("A",)
    assert blocked.only_together == ("A",), "without the link that is down the trench could be opened"
    assert what_if(index, cs("T4")).only_together == ()


def test_what_is_lost_is_what_a_search_finds() -> None:
    for seed in range(60):
        plant = random_plant(seed, nodes=10, links=18)
        chance = random.Random(seed)
        cuts = chance.sample(list(plant.section), min(2, len(plant.section)))
        down = chance.sample(list(plant.link), min(2, len(plant.link)))
        found = what_if(CutIndex.of(plant), cuts, down_links=down)
        wanted = lost(plant, cuts, down)
        assert {*found.impact.loss.sites, *found.impact.loss.structures} == wanted
        assert found.allowed is not bool(wanted)
        assert set(found.only_together) == wanted - lost(plant, cuts)


def test_room_and_length_of_the_long_way_round() -> None:
    plant = ring_city()
    slow = tuple(replace(port, speed_mbps=100) if port.code == "SW-B:L2b" else port for port in plant.interfaces)
    sections = tuple(replace(section, length_m=1_000.0) for section in plant.sections)
    found = what_if(CutIndex.of(replace(plant, interfaces=slow, sections=sections)), cs("T1"))
    (site,) = [each for each in found.rerouted if each.site == "A"]
    assert (site.before_mbps, site.most_mbps) == (1_100, 100)
    assert site.hops == 2
    assert site.route_m == 3_000.0
    assert site.latency_us == pytest.approx(14.7)


def test_the_most_that_can_be_carried_is_igraphs_maximum_flow() -> None:
    compared = 0
    for seed in range(60):
        plant = random_plant(seed, nodes=8, links=18)
        chance = random.Random(seed)
        ports = tuple(replace(port, speed_mbps=chance.choice((100, 1_000, 10_000))) for port in plant.interfaces)
        plant = replace(plant, interfaces=ports)
        index = CutIndex.of(plant)
        if not plant.section:
            continue
        found = what_if(index, [next(iter(plant.section))])
        up = [n for n, code in enumerate(index.net.links) if code not in found.impact.loss.links]
        edges = [(int(index.net.tail[n]), int(index.net.head[n])) for n in up]
        graph = igraph.Graph(n=index.net.vertices, edges=edges)
        speeds = [
            min(plant.interface[end].speed_mbps for end in (plant.link[code].a, plant.link[code].b))
            for code in (index.net.links[n] for n in up)
        ]
        for each in found.rerouted:
            assert each.most_mbps == graph.maxflow_value(index.vertex_of[each.site], 0, capacity=speeds)
            compared += 1
    assert compared > 10


def test_colours_that_go_dark_are_named() -> None:
    plant = ring_city()
    channel = Channel(id=uid("CH"), code=c("CH"), link=c("L4"), wavelength_nm=1511, user_group=c("UG"))
    found = what_if(CutIndex.of(replace(plant, channels=(channel,))), cs("T4"))
    assert found.colours == (("L4", 1511, "UG"),)


def test_a_circle_takes_the_sections_that_come_into_it() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("NEAR", "HUB", "A"), a_section("FAR", "HUB", "A")],
        ways=[],
    )
    lines = {"NEAR": ((7.77, 49.44), (7.77, 49.45)), "FAR": ((7.78, 49.44), (7.78, 49.45))}
    plant = replace(plant, sections=tuple(replace(each, line=lines[each.code]) for each in plant.sections))
    centre = (7.77 + 30 * M, 49.445)
    assert in_circle(plant, centre, 30.0) == cs("NEAR")
    assert in_circle(plant, centre, 10.0) == ()
    assert in_circle(plant, centre, 2_000.0) == cs("NEAR FAR")
    with pytest.raises(TopologyError, match="radius -1 m is not positive"):
        in_circle(plant, centre, -1)


def test_nothing_to_cut_is_a_question_without_an_answer() -> None:
    with pytest.raises(TopologyError, match="nothing to cut"):
        what_if(CutIndex.of(ring_city()), ())
