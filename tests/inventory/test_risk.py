from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.corridor import corridors
from inventory.entities import Code, TrenchSection
from inventory.geodesy import length_m
from inventory.glass import RiskKind
from inventory.risk import common_risks, containers_of, sections_through, shared_risks

if TYPE_CHECKING:
    from inventory.plant import Plant

METRES_PER_DEGREE = 111_210.0
"""Of latitude at 49.44 degrees north."""


def test_what_a_link_rests_on(glass_plant: Plant) -> None:
    risks = {(risk.kind, risk.code): risk.links for risk in shared_risks(glass_plant)}
    assert risks[RiskKind.TRENCH, Code("T1")] == ("L1", "L2", "L3")
    assert risks[RiskKind.TRENCH, Code("T3")] == ("L3",)
    assert risks[RiskKind.CABLE, Code("A")] == ("L1", "L2", "L3")
    assert risks[RiskKind.DUCT, Code("M1")] == risks[RiskKind.DUCT, Code("P1")] == ("L1", "L2", "L3")
    assert risks[RiskKind.ENTRY, Code("T2")] == ("L1", "L2")
    assert risks[RiskKind.HUB, Code("HALL")] == ("L1", "L2", "L3")
    assert risks[RiskKind.STRUCTURE, Code("RING")] == ("L1", "L2", "L3")
    assert risks[RiskKind.POWER, Code("RG-1")] == ("L1", "L2", "L3")


def test_what_two_links_have_in_common(glass_plant: Plant, small_plant: Plant) -> None:
    shared = common_risks(glass_plant, glass_plant.link[Code("L1")], glass_plant.link[Code("L3")])
    assert (RiskKind.TRENCH, Code("T1")) in shared
    assert (RiskKind.TRENCH, Code("T2")) not in shared
    diverse = common_risks(small_plant, small_plant.link[Code("L1")], small_plant.link[Code("L2")])
    assert diverse == ((RiskKind.HUB, Code("HALL")),)


def test_containers_are_followed_to_the_outermost(glass_plant: Plant) -> None:
    assert containers_of(glass_plant, glass_plant.cable[Code("A")]) == ("M1", "P1")
    assert sections_through(glass_plant, Code("M1")) == ("T1",)
    circle = replace(glass_plant, ducts=tuple(replace(duct, parent=Code("M1"), route=()) for duct in glass_plant.ducts))
    assert containers_of(circle, circle.cable[Code("A")]) == ("M1",)
    assert sections_through(circle, Code("P1")) == ()


def beside(plant: Plant, apart_m: float, *, angle: float = 0.0) -> Plant:
    """The plant with a section so far beside T2, or crossing its middle at an angle."""
    (x, y), (u, v) = plant.section[Code("T2")].line
    east = METRES_PER_DEGREE * math.cos(math.radians(y))
    along = ((u - x) * east, (v - y) * METRES_PER_DEGREE)
    size = math.hypot(*along)
    normal = (-along[1] / size * apart_m / east, along[0] / size * apart_m / METRES_PER_DEGREE)
    line = ((x + normal[0], y + normal[1]), (u + normal[0], v + normal[1]))
    if angle:
        middle = ((x + u) / 2, (y + v) / 2)
        line = ((middle[0] - 0.001, middle[1] - 0.001 * angle), (middle[0] + 0.001, middle[1] + 0.001 * angle))
    new = TrenchSection(
        id="x", code=Code("T9"), from_node=Code("FIRE"), to_node=Code("FIRE"), line=line, length_m=length_m(line)
    )
    return replace(plant, sections=(*plant.sections, new))


@pytest.mark.parametrize(("apart_m", "near"), [(0.0, True), (1.8, True), (2.2, False), (-1.8, True)])
def test_sections_side_by_side_are_a_corridor(glass_plant: Plant, apart_m: float, near: bool) -> None:  # noqa: FBT001
    found = corridors(beside(glass_plant, apart_m))
    assert [(item.a, item.b) for item in found] == ([("T2", "T9")] if near else [])
    if near:
        assert found[0].beside_m == pytest.approx(glass_plant.section[Code("T2")].length_m, abs=3)


def test_sections_that_cross_or_meet_are_none(glass_plant: Plant) -> None:
    assert corridors(glass_plant) == ()
    assert corridors(beside(glass_plant, 0, angle=8.0)) == ()
