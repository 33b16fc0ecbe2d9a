"""What a planned cut does on top of what is down: against search, igraph's flow and cases made by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from topology_brute import lost
from topology_plants import a_plant, a_section, a_site, c, cs, random_plant, ring_city, uid

from inventory.entities import Channel
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.whatif import in_circle, what_if
from topology.whatif_answer import render_what_if

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
    for seed in range(40):
        plant = random_plant(seed, nodes=10, links=18)
        chance = random.Random(seed)
        cuts = chance.sample(list(plant.section), min(2, len(plant.section)))
        down = chance.sample(list(plant.link), min(2, len(plant.link)))
        found = what_if(CutIndex.of(plant), cuts, down_links=down)
        wanted = lost(plant, cuts, down) - lost(plant, (), down)
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


@pytest.mark.parametrize(
    ("optics", "metres", "says"),
    [
        ("1000BASE-LX10", 1_000.0, "light margin 12.5 dB at L2"),
        ("1000BASE-LX10", 32_000.0, "light margin 1.6 dB at L2: little is left for repairs"),
        ("1000BASE-LX10", 39_000.0, "at L2: TOO LITTLE LIGHT"),
        ("1000BASE-ZX", 1_000.0, "; TOO MUCH LIGHT by up to 7.1 dB at L2: fit an attenuator"),
        ("", 1_000.0, "; light unknown: no transceiver of the way is described"),
    ],
)
def test_the_light_of_the_protection_path_is_told_and_what_is_wrong_with_it(
    optics: str, metres: float, says: str
) -> None:
    """A turns to the link to B, which is lit all the time: the light of the path is that of its worst link."""
    plant = ring_city()
    ports = tuple(replace(port, optics=optics) for port in plant.interfaces)
    lengths = {"T2": metres, "E": 100.0, "T3": 200_000.0 if optics == "1000BASE-ZX" else 100.0}
    sections = tuple(replace(each, length_m=lengths.get(each.code, 10.0)) for each in plant.sections)
    found = what_if(CutIndex.of(replace(plant, interfaces=ports, sections=sections)), cs("T1"))
    assert says in render_what_if(found).replace("\n      ", " ")


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
