"""What a line or a circle touches, against points strewn along both."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from math import cos, hypot, radians
from typing import TYPE_CHECKING

import pytest

from planner.reach import METRES_A_DEGREE, Shape, touched_nodes, touched_sections

if TYPE_CHECKING:
    from inventory.entities import LonLat
    from inventory.plant import Plant


def strewn(line: tuple[LonLat, ...], scale: float, count: int = 60) -> list[tuple[float, float]]:
    """Points along a line, in metres on a plane."""
    flat = [(longitude * scale, latitude * METRES_A_DEGREE) for longitude, latitude in line]
    if len(flat) == 1:
        return flat
    return [
        (x1 + (x2 - x1) * step / count, y1 + (y2 - y1) * step / count)
        for (x1, y1), (x2, y2) in pairwise(flat)
        for step in range(count + 1)
    ]


def gap_m(one: tuple[LonLat, ...], other: tuple[LonLat, ...]) -> float:
    scale = METRES_A_DEGREE * cos(radians(one[0][1]))
    theirs = strewn(other, scale)
    return min(hypot(x - u, y - v) for x, y in strewn(one, scale) for u, v in theirs)


@pytest.mark.parametrize("seed", range(6))
def test_a_shape_touches_what_is_within_its_reach(plant: Plant, seed: int) -> None:
    draw = random.Random(seed)
    east, north = draw.choice(plant.sites).point
    points = tuple(
        (east + draw.uniform(-3, 3) / 1000, north + draw.uniform(-3, 3) / 1000) for _n in range(1 + seed % 3)
    )
    shape = Shape(line=points, reach_m=draw.choice((15.0, 60.0, 150.0)))
    touched = set(touched_sections(plant, shape))
    for section in plant.sections:
        found_m = gap_m(points, section.line)
        if abs(found_m - shape.reach_m) > 5:  # so coarse are the strewn points
            assert (section.code in touched) == (found_m < shape.reach_m), (section.code, found_m)
    nodes = set(touched_nodes(plant, shape))
    for code in plant.devices_at:
        found_m = gap_m(points, (plant.nodes[code].point,))
        if abs(found_m - shape.reach_m) > 5:
            assert (code in nodes) == (found_m < shape.reach_m)


def test_crossing_is_touching_however_long_the_pieces(plant: Plant) -> None:
    (first, *_rest) = plant.sections
    east, north = first.line[0]
    long = replace(first, line=((east - 0.01, north), (east + 0.01, north)))
    crossed = replace(plant, sections=(long,))
    across = Shape(line=((east + 0.001, north - 0.01), (east + 0.0012, north + 0.01)), reach_m=0.5)
    beside = Shape(line=((east + 0.011, north - 0.01), (east + 0.011, north + 0.01)), reach_m=0.5)
    assert list(touched_sections(crossed, across)) == [first.code]
    assert list(touched_sections(crossed, beside)) == []


def test_a_trench_in_one_point_has_a_distance_too(plant: Plant) -> None:
    (first, *_rest) = plant.sections
    point = replace(first, line=(first.line[0], first.line[0]))
    circle = Shape(line=(first.line[0],), reach_m=1.0)
    assert list(touched_sections(replace(plant, sections=(point,)), circle)) == [first.code]
