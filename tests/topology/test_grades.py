"""Grades of diversity: one city for each, distances against Shapely, pairs against the thorough search."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from parted_city import parted
from shapely import LineString, Point, union_all
from topology_plants import HERE, a_plant, a_section, a_site, c, cs, random_plant, ring_city, uid, way

from inventory.entities import RouteKnown
from inventory.glass import RiskGroup, RiskKind
from simulator.city import generate
from topology.apart import STEP_M, Drawing, apart
from topology.cut_index import CutIndex
from topology.diversity import best_pair
from topology.grades import Common, Grade, grades
from topology.rates import MINUTES_PER_YEAR, rates_of
from topology.report_diversity import worst_text
from topology.settings import TopologySettings
from topology.way_pairs import way_pairs

if TYPE_CHECKING:
    from inventory.entities import LonLat
    from inventory.plant import Plant
    from topology.grades import Graded

RATES = rates_of(TopologySettings())
LAT_M = 1 / 111_320
LON_M = LAT_M / 0.65026  # cosine of 49.44 degrees
ONE = "0,0 0,{0} 400,{0} 400,0"
OTHER = "0,0 0,-{0} 400,-{0} 400,0"


def places(text: str) -> tuple[LonLat, ...]:
    points = [tuple(float(each) for each in pair.split(",")) for pair in text.split()]
    return tuple((HERE[0] + east * LON_M, HERE[1] + north * LAT_M) for east, north in points)


def drawn(one: str, other: str) -> Plant:
    """HUB at the origin, A 400 m east of it, and two trenches drawn in metres."""
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A", 500.0), a_section("T2", "HUB", "A", 500.0)],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", "T2")],
    )
    lines = {"T1": places(one), "T2": places(other)}
    return replace(
        plant,
        sites=tuple(replace(site, point=places("0,0" if site.is_hub else "400,0")[0]) for site in plant.sites),
        sections=tuple(replace(section, line=lines[section.code]) for section in plant.sections),
    )


def graded(plant: Plant, site: str = "A") -> Graded:
    return grades(CutIndex.of(plant), [c(site)], RATES)[c(site)]


@pytest.mark.parametrize(
    ("one", "other", "grade", "why", "says"),
    [
        (ONE.format(60), OTHER.format(60), Grade.FAR, Common.NOTHING, "nothing in common"),
        (ONE.format(20), OTHER.format(20), Grade.ENTRIES, Common.NEAR, "T1 comes within 40 m of T2"),
        (
            "0,0 0,10 40,10 40,60 400,60 400,0",
            "0,0 0,10 -40,10 -40,-60 400,-60 400,0",
            Grade.APART,
            Common.ENTRY,
            "both enter HUB/entry-1 on one side",
        ),
        (ONE.format(5), OTHER.format(5), Grade.STREET, Common.NEAR, "T1 comes within 10 m of T2"),
        (ONE.format(1), OTHER.format(1), Grade.TRENCH, Common.NEAR, "both pass A"),
        (
            "0,0 0,60 200,60 200,-60 400,-60 400,0",
            "0,0 0,-60 100,-60 100,20 400,20 400,0",
            Grade.TRENCH,
            Common.NEAR,
            "",
        ),
    ],
)
def test_each_grade_has_its_city(one: str, other: str, grade: Grade, why: Common, says: str) -> None:
    plant = drawn(one, other)
    found = graded(plant)
    assert (found.grade, found.why, found.is_proven, found.is_best) == (grade, why, True, True)
    assert says in worst_text(plant, found)


def test_a_shared_trench_is_told_with_its_metres_and_its_minutes() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("E", "HUB", "A", 83), a_section("T1", "HUB", "A", 500), a_section("T2", "HUB", "A", 900)],
        ways=[way("L1", "HUB", "A", "E T1"), way("L2", "HUB", "A", "E T2")],
    )
    found = graded(plant)
    assert (found.grade, found.things, found.common_m) == (Grade.TRENCH, ("E",), 83.0)
    assert found.minutes == pytest.approx(RATES.down(8.0 * 0.083 / 1_000) * MINUTES_PER_YEAR)
    assert worst_text(plant, found) == "both through trench E for 83 m between A and HUB"


def test_one_cable_is_grade_0_whatever_its_links_and_one_way_only_too() -> None:
    plant = drawn(ONE.format(60), OTHER.format(60))
    links = (plant.links[0], replace(plant.links[1], strands=plant.links[0].strands))
    found = graded(replace(plant, links=links))
    assert (found.grade, found.why, found.things) == (Grade.CABLE, Common.CABLE, ("C-L1",))
    spur = graded(ring_city(), "D")
    assert (spur.grade, spur.why, spur.second) == (Grade.CABLE, Common.ONE_WAY, ())


def test_a_known_risk_in_common_holds_a_grade_down_but_not_one_of_the_building_itself() -> None:
    plant = drawn(ONE.format(60), OTHER.format(60))
    flood = RiskGroup(id=uid("FLOOD"), code=c("FLOOD"), kind=RiskKind.OTHER, members=cs("T1 T2"))
    found = graded(replace(plant, risk_groups=(flood,)))
    assert (found.grade, found.why, found.things) == (Grade.APART, Common.RISK, ("FLOOD",))
    power = replace(flood, kind=RiskKind.POWER, members=cs("A T1"))
    assert graded(replace(plant, risk_groups=(power,))).grade is Grade.FAR


def test_what_nobody_drew_is_not_proven() -> None:
    plant = drawn(ONE.format(60), OTHER.format(60))
    vague = tuple(replace(cable, route_known=RouteKnown.PARTIAL) for cable in plant.cables)
    assert not graded(replace(plant, cables=vague)).is_proven
    assert graded(drawn("0,0 400,0", "0,0 0,-60 400,-60 400,0")).is_proven is not False
    sketch = tuple(replace(section, length_m=5_000.0) for section in plant.sections)
    assert not graded(replace(plant, sections=sketch)).is_proven


def test_beside_each_other_some_cuts_take_both_and_the_nearer_the_more() -> None:
    minutes = [graded(drawn(ONE.format(half), OTHER.format(half))).minutes for half in (1, 2, 5, 60)]
    assert minutes == sorted(minutes, reverse=True)
    rate = 8.0 / 1_000_000.0
    assert minutes[0] == pytest.approx(RATES.down(rate * 360 * 2.718281828 ** (-2 / 1.5)) * MINUTES_PER_YEAR, rel=0.05)


def test_distances_are_shapelys() -> None:
    chance = random.Random(4711)
    for _round in range(40):
        one, other = ([(chance.uniform(0, 300), chance.uniform(0, 300)) for _n in range(5)] for _side in range(2))
        plant = drawn(*(" ".join(f"{x},{y}" for x, y in line) for line in (one, other)))
        drawing = Drawing(plant)
        flat = [drawing.flat(section.line).tolist() for section in plant.sections]
        found = apart(drawing, cs("T1"), cs("T2"), [places("9999,9999")[0]], zone_m=0.0)
        assert found.metres.sum() == pytest.approx(LineString(flat[0]).length)
        assert found.distance.min() == pytest.approx(LineString(flat[0]).distance(LineString(flat[1])), abs=STEP_M / 2)
        at, total = 0.0, 0.0
        for start, end in pairwise(flat[0]):
            total += LineString([start, end]).length
        for distance, metres in zip(found.distance.tolist(), found.metres.tolist(), strict=True):
            point = Point(LineString(flat[0]).interpolate(at + metres / 2))
            assert distance == pytest.approx(point.distance(LineString(flat[1])), abs=0.01)
            at += metres
        assert at == pytest.approx(total)


def test_what_lies_round_the_ends_is_left_out_exactly() -> None:
    chance = random.Random(815)
    for _round in range(40):
        one, other = ([(chance.uniform(0, 300), chance.uniform(0, 300)) for _n in range(5)] for _side in range(2))
        drawing = Drawing(drawn(*(" ".join(f"{x},{y}" for x, y in line) for line in (one, other))))
        ends = places("80,90 200,150")
        found = apart(drawing, cs("T1"), cs("T2"), ends, zone_m=50.0)
        zones = union_all([Point(place).buffer(50.0, quad_segs=256) for place in drawing.flat(ends).tolist()])
        left, beside = (
            LineString(line.tolist()).difference(zones)
            for line in (drawing.flat(places(" ".join(f"{x},{y}" for x, y in line))) for line in (one, other))
        )
        assert found.metres.sum() == pytest.approx(left.length, abs=0.2)
        assert found.distance.min() == pytest.approx(left.distance(beside), abs=STEP_M / 2 + 0.1)


@pytest.mark.parametrize("pieces", [2, 5, 91])
def test_where_a_surveyor_parts_a_trench_changes_no_grade(pieces: int) -> None:
    city = generate(1, 40).plant
    whole, found = (
        grades(CutIndex.of(plant), [site.code for site in city.sites], RATES) for plant in (city, parted(city, pieces))
    )
    assert {site: (one.grade, one.why) for site, one in found.items()} == {
        site: (one.grade, one.why) for site, one in whole.items()
    }


def test_quick_pairs_claim_the_best_only_where_the_thorough_search_finds_none_better() -> None:
    claimed = 0
    for seed in range(40):
        index = CutIndex.of(random_plant(seed, nodes=7, links=12, trenches=9, largest=3))
        sites = [site.code for site in index.plant.sites]
        metres = {section.code: section.length_m for section in index.plant.sections}
        for pair in way_pairs(index, sites):
            wanted = best_pair(index, pair.site)
            trenches = [
                {t for link in way for t in index.plant.sections_of(index.plant.link[link])}
                for way in (pair.first, pair.second)
            ]
            assert not set(pair.first) & set(pair.second)
            assert bool(pair.second) == (wanted.second is not None)
            if pair.is_best and pair.second:
                claimed += 1
                assert sum(metres[code] for code in trenches[0] & trenches[1]) == pytest.approx(wanted.shared_m), seed
    assert claimed > 25
