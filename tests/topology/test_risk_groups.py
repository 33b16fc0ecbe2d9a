"""Risk groups beyond trenches, cables and nodes: entries, corridors, ducts, and what people wrote down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from topology_plants import a_plant, a_section, a_site, c, cs, uid, way

from inventory.entities import Diversity, Duct, Service
from inventory.glass import RiskGroup, RiskKind
from topology.claims import false_claims
from topology.cut_index import CutIndex
from topology.entries import entries
from topology.graph import GroupKind
from topology.report import report
from topology.report_values import Verdict

if TYPE_CHECKING:
    from inventory.plant import Plant

NOW = 1_700_000_000_000_000_000
M = 1 / 111_320
"""A metre of latitude in degrees."""


def two_ways(*lines: tuple[tuple[float, float], ...]) -> Plant:
    """A hub and a school, two trenches between them with these lines."""
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "HUB", "A")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", "T2")],
    )
    drawn = zip(plant.sections, lines, strict=True)
    return replace(plant, sections=tuple(replace(section, line=line) for section, line in drawn))


SOUTH = ((7.77, 49.44), (7.77, 49.44 + 100 * M))
BESIDE = ((7.77 + 1 * M, 49.44), (7.77 + 1 * M, 49.44 + 100 * M))
AROUND = ((7.77, 49.44), (7.77 + 80 * M, 49.44), (7.77 + 80 * M, 49.44 + 100 * M), (7.77, 49.44 + 100 * M))


def test_trenches_side_by_side_are_one_corridor_and_prove_nothing_diverse() -> None:
    plant = two_ways(SOUTH, BESIDE)
    index = CutIndex.of(plant)
    assert index.singles(GroupKind.TRENCH) == []
    (cut,) = index.singles(GroupKind.CORRIDOR)
    assert (cut.code, cut.sites) == ("T1+T2", 1)
    assert index.lost(cs("T1+T2")).sites == ("A",)
    service = Service(
        id=uid("SV"), code=c("SV"), user_group=c("UG"), sites=cs("A"), required_diversity=Diversity.TRENCH
    )
    (claim,) = false_claims(CutIndex.of(replace(plant, services=(service,))))
    assert (claim.verdict, claim.cuts) == (Verdict.BROKEN, cs("T1+T2"))


def test_ways_that_part_share_neither_corridor_nor_entry() -> None:
    index = CutIndex.of(two_ways(SOUTH, AROUND))
    assert all(index.singles(kind) == [] for kind in GroupKind if kind is not GroupKind.NODE)


def test_one_hole_in_the_wall_is_one_entry() -> None:
    hook = ((7.77, 49.44), (7.77, 49.44 + 3 * M), (7.77 + 90 * M, 49.44 + 3 * M), (7.77 + 90 * M, 49.44 + 90 * M))
    plant = two_ways(SOUTH, (*hook, (7.77 + 50 * M, 49.44 + 100 * M)))
    assert entries(plant.sections, cs("HUB A")) == {"HUB": [cs("T1 T2")], "A": [cs("T1"), cs("T2")]}
    index = CutIndex.of(plant)
    (cut,) = index.singles(GroupKind.ENTRY)
    assert (cut.code, cut.hub_made) == ("HUB/entry-1", True)


def test_a_long_straight_line_is_a_sketch_and_shows_no_corridor() -> None:
    far = ((7.77, 49.44), (7.77, 49.54))
    plant = two_ways(far, far)
    sketched = replace(plant, sections=tuple(replace(section, length_m=11_000.0) for section in plant.sections))
    index = CutIndex.of(sketched)
    assert index.net.groups[GroupKind.CORRIDOR].codes == ()
    assert index.net.groups[GroupKind.ENTRY].codes == ()


def test_a_power_supply_people_know_of_takes_what_hangs_on_it() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "A", "B"), a_section("T3", "B", "HUB")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "A", "B", "T2"), way("L3", "B", "HUB", "T3")],
    )
    known = (
        RiskGroup(id=uid("P"), code=c("P"), name="Substation", kind=RiskKind.POWER, members=cs("A B")),
        RiskGroup(id=uid("F"), code=c("F"), kind=RiskKind.OTHER, members=cs("T1 C-L3")),
        RiskGroup(id=uid("D"), code=c("D"), kind=RiskKind.OTHER, members=cs("SW-A")),
    )
    index = CutIndex.of(replace(plant, risk_groups=known))
    (power,) = index.singles(GroupKind.POWER)
    assert (power.code, power.sites) == ("P", 2)
    assert [(cut.code, cut.sites) for cut in index.singles(GroupKind.OTHER)] == [("F", 2), ("D", 1)]
    made = report(index, now=NOW)
    point = next(point for point in made.single_points if point.code == "P")
    assert (point.name, point.place, point.hub_made) == ("Substation", "A, B", False)


def test_a_duct_takes_the_cables_in_it_and_in_what_lies_in_it() -> None:
    plant = two_ways(SOUTH, AROUND)
    ducts = (
        Duct(id=uid("PIPE"), code=c("PIPE"), from_node=c("HUB"), to_node=c("A"), route=cs("T1")),
        Duct(id=uid("MICRO"), code=c("MICRO"), from_node=c("HUB"), to_node=c("A"), parent=c("PIPE")),
    )
    inside, other = plant.cables
    index = CutIndex.of(replace(plant, ducts=ducts, cables=(replace(inside, containers=cs("MICRO")), other)))
    assert index.links_of(cs("PIPE")) == index.links_of(cs("MICRO")) == cs("L1")
    assert index.singles(GroupKind.DUCT) == []
    assert index.lost(cs("PIPE T2")).sites == ("A",)
