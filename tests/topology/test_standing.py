"""How sites stand while links are down: against a search that cuts each trench on top."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from topology_brute import links_of, reached
from topology_plants import cs, random_plant, ring_city

from topology.cut_index import CutIndex
from topology.standing import Standing, standing

if TYPE_CHECKING:
    from inventory.entities import Code


def test_while_all_is_well_nothing_is_said() -> None:
    assert standing(CutIndex.of(ring_city()), ()) == {}
    assert standing(CutIndex.of(ring_city()), cs("NO-SUCH-LINK")) == {}


def test_an_opened_ring_stands_on_its_last_path() -> None:
    plant = ring_city()
    found = standing(CutIndex.of(plant), links_of(plant, cs("T2")[0]))
    assert found == dict.fromkeys(cs("A B D"), Standing.LAST_PATH), "the lamp is no site"


def test_sites_stand_as_a_search_says() -> None:
    seen: set[Standing] = set()
    for seed in range(80):
        plant = random_plant(seed, nodes=9, links=16)
        chance = random.Random(seed)
        down = {link.code for link in chance.sample(plant.links, min(4, len(plant.links)))}
        found = standing(CutIndex.of(plant), down)

        def falls(site: Code, already: set[Code]) -> int:
            return sum(site not in reached(plant, already | links_of(plant, code)) for code in plant.section)  # noqa: B023 - used within its turn

        hubs = {hub.code for hub in plant.hubs}
        equipped = {device.node for device in plant.devices}
        for site in {site.code for site in plant.sites if site.code in equipped} - hubs:
            if site not in reached(plant, set()):
                continue
            if site not in reached(plant, down):
                wanted = Standing.CUT_OFF
            elif falls(site, down) > falls(site, set()):
                wanted = Standing.LAST_PATH
            else:
                wanted = Standing.AS_BUILT
            assert found.get(site, Standing.AS_BUILT) is wanted, (seed, site)
            seen.add(wanted)
    assert seen == set(Standing)
