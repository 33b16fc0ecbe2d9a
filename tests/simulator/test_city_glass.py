"""An invented city's glass: light really takes the strands its links claim, and everything on the way is documented."""

from __future__ import annotations

import pytest

from inventory.entities import Direction, Link
from inventory.lightpath.links import strands_on, way_of
from inventory.optics_classes import canonical_nm
from inventory.risk import containers_of
from simulator.city import generate


@pytest.mark.parametrize(("seed", "switches"), [(2021, 40), (5, 9), (8, 2)])
def test_light_takes_the_strands_that_links_claim(seed: int, switches: int) -> None:
    plant = generate(seed, switches).plant
    graph = plant.light
    assert graph.faults == []
    assert not any(isinstance(record, Link) for record in graph.joints.records)
    for link in plant.links:
        for direction in (Direction.A_TO_B, Direction.B_TO_A):
            path = way_of(graph, link, direction)
            assert path is not None
            assert set(strands_on(graph, path)) == set(link.strands)
            sent = {
                canonical_nm(item.wavelength_nm)
                for item in plant.channels_on.get(link.code, ())
                if item.direction is direction
            }
            assert {path.wavelength_nm} == (sent or {None})


def test_every_cable_lies_in_a_duct_of_its_own() -> None:
    plant = generate(2021, 40).plant
    ducts = [containers_of(plant, cable) for cable in plant.cables]
    assert len({duct for found in ducts for duct in found}) == len(plant.cables) == len(plant.ducts)
    assert plant == generate(2021, 40).plant
