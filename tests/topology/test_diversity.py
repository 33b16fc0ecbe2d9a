"""The best pair of ways against all pairs of all ways, and the claims that none is better."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from topology_plants import a_plant, a_section, a_site, c, cs, random_plant, ring_city, way

from inventory.entities import RouteKnown, StrandRef
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.diversity import best_pair

if TYPE_CHECKING:
    from inventory.entities import Code
    from inventory.plant import Plant


def all_ways(plant: Plant, site: Code) -> list[tuple[Code, ...]]:
    """Every way over nodes that come once, ending at the first hub, by walking."""
    hubs = {hub.code for hub in plant.hubs}
    found = []
    todo: list[tuple[Code, tuple[Code, ...], frozenset[Code]]] = [(site, (), frozenset((site,)))]
    while todo:
        here, links, seen = todo.pop()
        for link in plant.links:
            ends = (plant.node_of(link.a), plant.node_of(link.b))
            if here in ends and ends[0] != ends[1]:
                there = ends[1] if ends[0] == here else ends[0]
                if there in hubs:
                    found.append((*links, link.code))
                elif there not in seen:
                    todo.append((there, (*links, link.code), seen | {there}))
    return found


def least_shared(plant: Plant, site: Code) -> float | None:
    """The fewest metres of trench that two ways without a common link share; None if there are no two."""
    trenches = {link.code: set(plant.sections_of(link)) for link in plant.links}
    best = None
    for one, other in combinations(all_ways(plant, site), 2):
        if not set(one) & set(other):
            both = set().union(*(trenches[link] for link in one)) & set().union(*(trenches[link] for link in other))
            metres = sum(plant.section[code].length_m for code in both)
            best = metres if best is None else min(best, metres)
    return best


@pytest.mark.parametrize("small", [14, 0])
def test_no_pair_shares_less_than_the_one_that_is_called_the_best(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``SMALL`` 0 the way of large cities is taken: shortest ways, then the integer programme."""
    monkeypatch.setattr("topology.diversity.SMALL", small)
    claimed = asked = 0
    for seed in range(80):
        plant = random_plant(seed, nodes=6, links=9, trenches=8, largest=3)
        index = CutIndex.of(plant)
        for site in (site.code for site in plant.sites if not site.is_hub and site.code not in index.dark):
            found = best_pair(index, site)
            wanted = least_shared(plant, site)
            asked += 1
            claimed += found.is_best
            if small or found.is_best:
                assert (found.second is None) == (wanted is None), (seed, site)
                assert wanted is None or found.shared_m == pytest.approx(wanted), (seed, site)
            if found.second:
                assert not set(found.first.links) & set(found.second.links)
                assert wanted is not None
                assert found.unavoidable_m <= wanted <= found.shared_m
    assert asked > 60
    assert claimed == asked


def least_with_strands(plant: Plant, site: Code, strands: int) -> float | None:
    """As :func:`least_shared`, over cables that hold each way, and both where both pass."""
    free = {
        cable.code: cable.strand_count
        - sum(StrandRef(cable.code, n + 1) in used_in(plant) for n in range(cable.strand_count))
        for cable in plant.cables
    }
    trenches = {link.code: set(plant.sections_of(link)) for link in plant.links}
    best = None
    for one, other in combinations(all_ways(plant, site), 2):
        passes = [{cable for link in way for cable in plant.cables_of(plant.link[link])} for way in (one, other)]
        need = {cable: strands * sum(cable in side for side in passes) for cable in passes[0] | passes[1]}
        if not set(one) & set(other) and all(free[cable] >= count for cable, count in need.items()):
            both = set().union(*(trenches[link] for link in one)) & set().union(*(trenches[link] for link in other))
            metres = sum(plant.section[code].length_m for code in both)
            best = metres if best is None else min(best, metres)
    return best


def used_in(plant: Plant) -> set[StrandRef]:
    return {strand for link in plant.links for strand in link.strands}


@pytest.mark.parametrize("small", [14, 0])
def test_under_strand_availability_no_pair_shares_less_and_no_cable_is_overfull(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links share cables at random, cables hold 1 to 5 strands, two are asked for each way."""
    monkeypatch.setattr("topology.diversity.SMALL", small)
    found_two = refused = 0
    for seed in range(60):
        chance = random.Random(seed)
        plant = random_plant(seed, nodes=6, links=9, trenches=8, largest=3)
        cables = tuple(replace(cable, strand_count=chance.randint(2, 6)) for cable in plant.cables)
        lent = {
            link.code: (chance.choice(cables).code if chance.random() < 0.4 else link.strands[0].cable)
            for link in plant.links
        }
        links = tuple(replace(link, strands=(StrandRef(lent[link.code], 1),)) for link in plant.links)
        plant = replace(plant, cables=cables, links=links)
        index = CutIndex.of(plant)
        for site in (site.code for site in plant.sites if not site.is_hub and site.code not in index.dark):
            wanted = least_with_strands(plant, site, 2)
            try:
                found = best_pair(index, site, strands=2)
            except TopologyError:
                assert wanted is None
                refused += 1
                continue
            assert (found.second is None) == (wanted is None), (seed, site)
            assert wanted is None or found.shared_m == pytest.approx(wanted), (seed, site)
            found_two += wanted is not None
    assert found_two > 10
    assert refused > 3


def test_two_ways_that_share_the_entry_share_83_metres_and_none_less() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("E", "HUB", "A", 83), a_section("T1", "HUB", "A", 500), a_section("T2", "HUB", "A", 900)],
        ways=[way("L1", "HUB", "A", "E T1"), way("L2", "HUB", "A", "E T2"), way("L3", "HUB", "A", "E T1")],
    )
    found = best_pair(CutIndex.of(plant), c("A"))
    assert found.second is not None
    assert (found.shared, found.shared_m, found.unavoidable_m) == (cs("E"), 83, 83)
    assert found.is_best
    assert found.is_proven
    assert {*found.first.links, *found.second.links} in ({"L1", "L2"}, {"L3", "L2"})


def test_a_way_of_unknown_route_is_no_proof() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", known=RouteKnown.NONE)],
    )
    found = best_pair(CutIndex.of(plant), c("A"))
    assert found.shared == ()
    assert not found.is_proven


def test_free_strands_bound_what_can_be_had() -> None:
    index = CutIndex.of(ring_city())
    assert best_pair(index, c("A"), strands=1).second is not None
    with pytest.raises(TopologyError, match="no way has 2 free strands"):
        best_pair(index, c("A"), strands=2)


def test_a_hub_or_a_dark_site_has_no_ways_to_choose_from() -> None:
    index = CutIndex.of(ring_city())
    for code in ("HALL", "HOLE", "NOWHERE"):
        with pytest.raises(TopologyError, match="has no way to a hub"):
            best_pair(index, c(code))


def test_a_site_on_a_spur_has_one_way_and_that_is_said() -> None:
    found = best_pair(CutIndex.of(ring_city()), c("D"))
    assert found.second is None
    assert found.is_best
    assert set(found.shared) >= {"T4", "T5"}
