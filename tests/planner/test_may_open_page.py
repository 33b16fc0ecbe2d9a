"""May it be opened, where an engineer on site looks: yes, not yet, no; by light and by protocol."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from planner.harm import harm
from planner.network import Network
from topology.whatif import without_service

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastapi.testclient import TestClient
    from planner_scene import Scene

    from inventory.entities import Code
    from inventory.plant import Plant


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def only_ring(plant: Plant, links: Collection[Code], number: int) -> Code:
    """A trench that holds links of rings alone, on the way of this link of the first ring."""
    link = plant.link[plant.link_groups[0].links[number]]
    return next(code for code in plant.sections_of(link) if set(links).issuperset(plant.links_in[code]))


@pytest.fixture
def pair(plant: Plant) -> tuple[Code, Code]:
    """Two trenches of which each may be opened, and both may not: the ring lies in both."""
    rings = {link for group in plant.link_groups for link in group.links}
    return only_ring(plant, rings, 0), only_ring(plant, rings, -1)


def test_the_panel_says_yes_and_what_the_ring_does(scene: Scene, client: TestClient, pair: tuple[Code, Code]) -> None:
    scene.poll()
    panel = text(client.get(f"/parts/trench/{pair[0]}").text)
    assert "May it be opened? Yes" in panel
    assert "G.8032 ring KL-LG-001" in panel
    assert "protects; 1 link down each; opens " in panel
    assert "traffic usually stands still for 0.05 s" in panel


def test_not_yet_names_the_trench_to_mend_and_a_cut_one_is_not_asked(
    scene: Scene, client: TestClient, pair: tuple[Code, Code]
) -> None:
    scene.ground.cut([pair[1]])
    scene.poll()
    panel = text(client.get(f"/parts/trench/{pair[0]}").text)
    assert "May it be opened? Not yet Yes, if one of these comes first: " in panel
    assert f"Repair trench {pair[1]}. Join free glass from " in panel
    assert "May it be opened?" not in text(client.get(f"/parts/trench/{pair[1]}").text)
    german = text(client.get(f"/parts/trench/{pair[0]}?lang=de").text)
    assert f"Trasse {pair[1]}" in german


def test_no_says_that_nothing_would_help(scene: Scene, client: TestClient) -> None:
    scene.poll()
    network = Network(scene.plant)
    code = next(iter(network.single_cuts))
    panel = text(client.get(f"/parts/trench/{code}").text)
    assert "May it be opened? No No repair, no free glass and nothing that is planned would help." in panel


def test_several_are_asked_about_together(scene: Scene, client: TestClient, pair: tuple[Code, Code]) -> None:
    scene.poll()
    panel = text(client.get("/parts/whatif", params={"cut": list(pair)}).text)
    assert "May these be opened? Not yet Yes, if this comes first: Join free glass from " in panel
    assert "cannot protect; 2 links down each" in panel
    behind = client.get("/parts/whatif-after", params={"cut": list(pair)}).text
    assert 'id="opening" class="opening is-yes_if_first" hx-swap-oob="true"' in behind


def test_what_only_the_protocols_take_is_told_apart(scene: Scene, client: TestClient, pair: tuple[Code, Code]) -> None:
    scene.poll()
    network = Network(scene.plant)
    found = harm(network, pair, ())
    assert found.isolated
    assert not {*found.loss.sites, *found.loss.structures} & set(found.isolated)
    assert set(found.nodes) == without_service(network.require_index(), pair)
    panel = client.get("/parts/whatif", params={"cut": list(pair)}).text
    assert "Cut off by the protocols alone, for light would still lead there: " in text(panel)
    assert text(panel).count("light leads there, no protocol does") == len(found.isolated)
    answer = client.post("/api/v1/cut", json={"codes": list(pair)}).json()
    assert {item["code"] for item in answer["isolated"]} == set(found.isolated)
    lost = {item["code"] for item in (*answer["lost"]["sites"], *answer["lost"]["structures"])}
    assert lost == {*found.loss.sites, *found.loss.structures} == answer["reasons"].keys()


def test_what_was_cut_off_before_is_no_part_of_the_answer(plant: Plant, pair: tuple[Code, Code]) -> None:
    network = Network(plant)
    index = network.require_index()
    before = index.links_of(pair)
    again = harm(network, (pair[0],), before)
    assert (again.nodes, again.isolated, again.weight) == ((), (), 0)
