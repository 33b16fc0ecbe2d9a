"""What survives only just: against a count of single cuts by search before and after."""

from __future__ import annotations

import random

from topology_brute import links_of, lost, reached
from topology_plants import cs, random_plant, ring_city

from topology.cut_index import CutIndex
from topology.weakened import weakened


def test_an_opened_ring_leaves_its_schools_on_one_way() -> None:
    index = CutIndex.of(ring_city())
    found = weakened(index, cs("T2"))
    assert found.on_fewer_ways == cs("B A D LAMP")
    assert found.with_a_link_down == ()


def test_a_parallel_cable_elsewhere_is_a_link_down_and_nothing_more() -> None:
    index = CutIndex.of(ring_city())
    # The ring is open already: what T2 takes now makes nobody hang on more than before.
    found = weakened(index, cs("T1"), down_links=cs("L1"))
    assert found.on_fewer_ways == ()
    assert found.with_a_link_down == cs("A")


def test_nodes_hang_on_more_single_cuts_exactly_where_a_search_counts_more() -> None:
    compared = 0
    for seed in range(120):
        plant = random_plant(seed, nodes=10, links=18)
        index = CutIndex.of(plant)
        chance = random.Random(seed)
        cuts = chance.sample(list(plant.section), min(2, len(plant.section)))
        down = {link for code in cuts for link in links_of(plant, code)}
        hubs = {hub.code for hub in plant.hubs}
        alive = reached(plant, down) - hubs

        def times(node: str, already: set[str]) -> tuple[int, int]:
            """Trenches and cables that alone take the node down on top of these links."""
            kinds = (plant.section, plant.cable)  # noqa: B023 - used within the turn it is made in
            return tuple(  # type: ignore[return-value]
                sum(node not in reached(plant, already | links_of(plant, code)) for code in codes)  # noqa: B023
                for codes in kinds
            )

        wanted = {
            node
            for node in alive
            if any(now > was for was, now in zip(times(node, set()), times(node, down), strict=True))
        }
        found = weakened(index, cuts)
        assert set(found.on_fewer_ways) == wanted, (seed, cuts)
        assert not set(found.with_a_link_down) & (wanted | lost(plant, cuts))
        compared += len(wanted)
    assert compared > 50
