"""Trenches along streets: the cheapest, not the shortest; against NetworkX on a grid; read from GeoJSON."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from topology_plants import HERE, a_plant, a_section, a_site, way

from inventory.geodesy import distance_m
from rainbow.cli.dig_files import read_streets
from rainbow.kernel.errors import InputError
from topology.cut_index import CutIndex
from topology.dig import EUR_PER_M, standing, where_to_dig, with_trench
from topology.rates import rates_of
from topology.settings import TopologySettings
from topology.streets import Street, candidates_along

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.entities import LonLat
    from inventory.plant import Plant

RATES = rates_of(TopologySettings())
LAT_M = 1 / 111_320
LON_M = LAT_M / 0.65026


def at(east: float, north: float) -> LonLat:
    return round(HERE[0] + east * LON_M, 6), round(HERE[1] + north * LAT_M, 6)


def two_spurs() -> Plant:
    """HUB in the middle, A 200 m west and B 200 m east of it, each on a trench of its own behind another building."""
    plant = a_plant(
        sites=[a_site("HUB", hub=True), *(a_site(name) for name in ("A", "AA", "B", "BB"))],
        sections=[
            a_section(f"T{n}", *ends) for n, ends in enumerate((("HUB", "AA"), ("AA", "A"), ("HUB", "BB"), ("BB", "B")))
        ],
        ways=[
            way("L0", "HUB", "AA", "T0"),
            way("L1", "AA", "A", "T1"),
            way("L2", "HUB", "BB", "T2"),
            way("L3", "BB", "B", "T3"),
        ],
    )
    points = {"HUB": at(0, 0), "AA": at(-100, 500), "A": at(-200, 0), "BB": at(100, 500), "B": at(200, 0)}
    return replace(plant, sites=tuple(replace(site, point=points[site.code]) for site in plant.sites))


def test_the_cheapest_street_is_taken_and_its_surfaces_are_counted() -> None:
    straight = Street(line=(at(-200, 5), at(200, 5)), surface="asphalt")
    park = Street(line=(at(-200, 5), at(-200, -60), at(200, -60), at(200, 5)), surface="grass")
    index = CutIndex.of(two_spurs())
    (found,) = [
        each for each in candidates_along(index, [straight, park], EUR_PER_M) if {each.near, each.far} == {"A", "B"}
    ]
    surfaces = dict(found.stretches)
    assert surfaces["grass"] == pytest.approx(530, abs=3)
    assert surfaces[""] == pytest.approx(10, abs=1), "from the street to the doors"
    assert found.metres == pytest.approx(540, abs=4)
    assert found.cost_eur(EUR_PER_M) == pytest.approx(530 * 60 + 10 * 120, rel=0.01)
    assert (found.line[0], found.line[-1]) in ((at(-200, 0), at(200, 0)), (at(200, 0), at(-200, 0)))
    plan = where_to_dig(index, [found], budget_eur=50_000, rates=RATES)
    assert set(plan.steps[0].freed) == {"A", "AA", "B", "BB"}, "the two spurs are a ring now"
    assert plan.steps[0].after == standing(with_trench(index, found), RATES)


def test_what_no_street_passes_has_no_candidate() -> None:
    index = CutIndex.of(two_spurs())
    assert candidates_along(index, [], EUR_PER_M) == ()
    assert candidates_along(index, [Street(line=(at(-200, 300), at(200, 300)))], EUR_PER_M) == ()
    apart = [Street(line=(at(-200, 0), at(-150, 0))), Street(line=(at(150, 0), at(200, 0)))]
    assert candidates_along(index, apart, EUR_PER_M) == ()


def test_on_a_grid_the_cost_is_that_of_networkx_cheapest_way() -> None:
    chance = random.Random(7)
    for _round in range(8):
        streets, graph = [], nx.Graph()
        for x in range(-200, 201, 50):
            for y in range(-100, 101, 50):
                for far in ((x + 50, y), (x, y + 50)):
                    if far[0] <= 200 and far[1] <= 100 and chance.random() < 0.85:
                        surface = chance.choice(("asphalt", "grass", "gravel", ""))
                        line = at(x, y), at(*far)
                        streets.append(Street(line=line, surface=surface))
                        graph.add_edge(*line, cost=distance_m(*line) * EUR_PER_M[surface or "default"])
        found = candidates_along(CutIndex.of(two_spurs()), streets, EUR_PER_M)
        ends = at(-200, 0), at(200, 0)
        if not all(end in graph for end in ends) or not nx.has_path(graph, *ends):
            continue
        (one,) = [each for each in found if {each.near, each.far} == {"A", "B"}]
        assert one.cost_eur(EUR_PER_M) == pytest.approx(nx.dijkstra_path_length(graph, *ends, weight="cost"))


def test_streets_are_read_from_geojson_and_what_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "streets.geojson"
    line = [[7.77, 49.44], [7.771, 49.44]]
    features = [
        {
            "type": "Feature",
            "properties": {"surface": "grass"},
            "geometry": {"type": "LineString", "coordinates": line},
        },
        {"type": "Feature", "properties": None, "geometry": {"type": "MultiLineString", "coordinates": [line, line]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [7.77, 49.44]}},
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert [street.surface for street in read_streets(file)] == ["grass", "", ""]
    features.append({"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [["x"]]}})
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(InputError, match="feature 4"):
        read_streets(file)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as GeoJSON"):
        read_streets(file)
