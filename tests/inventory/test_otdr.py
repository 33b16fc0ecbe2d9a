"""From metres of light to a place: against an own reckoning on the straight section T1 of the plant in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.entities import Code, RouteKnown, StrandRef
from inventory.geodesy import distance_m, point_at
from inventory.lightpath.otdr import locate, optical_length_m

if TYPE_CHECKING:
    from inventory.lightpath.graph import LightPath
    from inventory.plant import Plant


def path(plant: Plant, cable: str = "A", number: int = 2) -> LightPath:
    return plant.light.through(StrandRef(Code(cable), number))[0]


def test_beyond_the_first_coil(glass_plant: Plant) -> None:
    """A has 5 m coiled at HALL, 15 m in the ring; nobody measured it, so light goes what is drawn and coiled."""
    exact = replace(glass_plant, cables=(_measured(glass_plant), *glass_plant.cables[1:]))
    section = exact.section[Code("T1")]
    place = locate(exact.light, path(exact), 5.0 + 100.0)
    assert place is not None
    assert (place.section, place.coil, place.node) == ("T1", None, "HALL")
    assert place.in_section_m == pytest.approx(100.0, abs=0.01)
    assert place.point is not None
    assert distance_m(place.point, section.line[0]) == pytest.approx(100.0, abs=0.5)
    coil = locate(exact.light, path(exact), 5.0 + section.length_m + 7.0)
    assert coil is not None
    assert (coil.coil, coil.point) == ("RING", exact.nodes[Code("RING")].point)
    near = locate(exact.light, path(exact), 3.0)
    assert near is not None
    assert near.coil == "HALL"


def _measured(plant: Plant) -> object:
    cable = plant.cable[Code("A")]
    return replace(cable, optical_m=plant.section[Code("T1")].length_m + 20.0)


def test_windings_are_spread_over_the_route(glass_plant: Plant) -> None:
    section = glass_plant.section[Code("T2")]
    cable = replace(glass_plant.cable[Code("B")], optical_m=2 * section.length_m)
    plant = replace(glass_plant, cables=(glass_plant.cables[0], cable, glass_plant.cables[2]))
    place = locate(plant.light, path(plant, "B", 12), section.length_m)
    assert place is not None
    assert place.in_section_m == pytest.approx(section.length_m / 2)
    assert place.uncertain_m > section.length_m / 2


def test_from_the_other_end_the_same_place(glass_plant: Plant) -> None:
    light, way = glass_plant.light, path(glass_plant)
    length_m = optical_length_m(light, way)
    for metres in (10.0, 300.0, 450.0, 700.0):
        one, other = locate(light, way, metres), locate(light, way.turned(), length_m - metres)
        assert one is not None
        assert other is not None
        assert (one.section, one.strand) == (other.section, other.strand)
        assert one.in_section_m == pytest.approx(other.in_section_m, abs=0.01)


def test_beyond_the_end_is_nowhere(glass_plant: Plant) -> None:
    assert locate(glass_plant.light, path(glass_plant), 1e6) is None


def test_an_unknown_route_gives_no_point_but_a_distance(glass_plant: Plant) -> None:
    cable = replace(
        glass_plant.cable[Code("A")], route=(), containers=(), slack=(), route_known=RouteKnown.NONE, sheath_m=900.0
    )
    plant = replace(glass_plant, cables=(cable, *glass_plant.cables[1:]))
    place = locate(plant.light, path(plant), 400.0)
    assert place is not None
    assert (place.point, place.section, place.node, place.node_m) == (None, None, "HALL", 400.0)


@given(st.floats(0, 1200))
def test_every_metre_has_a_place_that_is_as_far_as_said(glass_plant: Plant, metres: float) -> None:
    way = path(glass_plant)
    place = locate(glass_plant.light, way, metres)
    if metres > optical_length_m(glass_plant.light, way):
        assert place is None
        return
    assert place is not None
    if place.section is not None:
        section = glass_plant.section[place.section]
        assert 0 <= place.in_section_m <= section.length_m + 1e-6
        assert place.node in {section.from_node, section.to_node}
        assert place.point == point_at(section.line, place.in_section_m)


def test_a_point_along_a_line() -> None:
    line = [(7.77, 49.44), (7.77, 49.441), (7.771, 49.441)]
    assert point_at(line, -1) == line[0]
    assert point_at(line, 1e9) == line[2]
    lon, lat = point_at(line, 111.21 + 36.26)
    assert (lon, lat) == (pytest.approx(7.7705, abs=2e-6), pytest.approx(49.441, abs=2e-6))


def test_a_route_known_in_part_gives_no_point(glass_plant: Plant) -> None:
    """What is drawn of it may lie anywhere on the way: metres cannot be told along it."""
    cable = replace(glass_plant.cable[Code("A")], route_known=RouteKnown.PARTIAL, sheath_m=900.0)
    plant = replace(glass_plant, cables=(cable, *glass_plant.cables[1:]))
    place = locate(plant.light, path(plant), 500.0)
    assert place is not None
    assert (place.section, place.node, place.node_m) == (None, "RING", 400.0)


@pytest.mark.parametrize(("share", "node"), [(0.1, "RING"), (0.4, "RING"), (0.6, "SCHOOL"), (0.9, "SCHOOL")])
def test_the_nearer_node_is_named_and_the_doubt_grows_with_the_way(glass_plant: Plant, share: float, node: str) -> None:
    section = glass_plant.section[Code("T2")]
    place = locate(glass_plant.light, path(glass_plant, "B", 12), section.length_m * share)
    assert place is not None
    assert place.node == node
    assert place.node_m == pytest.approx(section.length_m * min(share, 1 - share))
    assert place.uncertain_m == 2.0  # nothing but the least: the glass is as long as it is drawn
    longer = replace(glass_plant.cable[Code("B")], optical_m=section.length_m + 60.0)
    plant = replace(glass_plant, cables=(glass_plant.cables[0], longer, glass_plant.cables[2]))
    far = locate(plant.light, path(plant, "B", 12), 100.0)
    assert far is not None
    assert far.uncertain_m == pytest.approx(30.0 + 0.2)
