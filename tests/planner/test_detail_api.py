"""One thing over the API, the search, a plan to dig, two what-ifs side by side, and what is handed over on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.colours import colour_plan
from planner import digging
from planner.desk import Desk
from planner.paper import whatif_document
from planner.sketch import sketch
from planner.whatif import Base, Question, answer
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.grades import grades
from topology.rates import rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from planner_scene import Scene
    from starlette.testclient import TestClient

    from inventory.plant import Plant


def test_a_site_says_what_it_hangs_on(quiet_client: TestClient, plant: Plant) -> None:
    index = CutIndex.of(plant)
    trenches = [section.code for section in plant.sections]
    for site in plant.sites[:6]:
        found = quiet_client.get(f"/api/v1/sites/{site.code}").json()
        takes = [code for code in trenches if site.code in index.lost([code]).sites]
        assert sorted(found["hangs_on"]) == ([] if site.is_hub else sorted(takes))
        assert found["devices"] == [device.code for device in plant.devices if device.node == site.code]
    assert quiet_client.get("/api/v1/sites/NIL").status_code == 404
    assert quiet_client.get(f"/api/v1/sites/{plant.route_nodes[0].code}").status_code == 404


def test_a_trench_and_a_cable_hold_what_the_plant_says(quiet_client: TestClient, plant: Plant) -> None:
    index = CutIndex.of(plant)
    section = next(section for section in plant.sections if index.lost([section.code]))
    found = quiet_client.get(f"/api/v1/trenches/{section.code}").json()
    assert found["takes"] == index.lost([section.code]).weight
    assert found["cables"] == [cable.code for cable in plant.cables if section.code in cable.route]
    assert set(found["links"]) == set(plant.links_in[section.code])
    coloured = next(found for found in colour_plan(plant) if found.uses)
    cable = quiet_client.get(f"/api/v1/cables/{coloured.strand.cable}").json()
    strand = next(one for one in cable["strands"] if one["number"] == coloured.strand.number)
    assert [one["link"] for one in strand["colours"]] == [use.link for use in coloured.uses]
    assert [one["wavelength_nm"] for one in strand["colours"]] == [use.wavelength_nm for use in coloured.uses]
    assert cable["route"] == list(plant.cable[coloured.strand.cable].route)
    assert quiet_client.get("/api/v1/cables/NIL").status_code == 404


def test_the_search_is_that_of_the_page(quiet_client: TestClient, plant: Plant) -> None:
    found = quiet_client.get("/api/v1/search", params={"q": plant.cables[0].code.lower(), "limit": 1}).json()["items"]
    assert [item["code"] for item in found] == [plant.cables[0].code]
    assert quiet_client.get(found[0]["href"]).status_code == 200
    assert quiet_client.get("/api/v1/search").status_code == 422


def test_grades_are_topology_s_page_by_page_and_on_the_map(quiet_client: TestClient, plant: Plant) -> None:
    graded = grades(CutIndex.of(plant), [site.code for site in plant.sites], rates_of(TopologySettings()))
    found: list[dict[str, object]] = []
    while True:
        page = quiet_client.get("/api/v1/redundancy", params={"limit": 5, "offset": len(found)}).json()
        if not page["items"]:
            break
        found += page["items"]
    assert {one["code"]: one["grade"] for one in found} == {code: int(one.grade) for code, one in graded.items()}
    assert [one["grade"] for one in found] == sorted(one.grade for one in graded.values())
    features = quiet_client.get("/api/v1/redundancy/geojson").json()["features"]
    on_map = {one["properties"]["code"]: one["properties"]["grade"] for one in features}
    assert on_map == {site.code: int(graded[site.code].grade) if site.code in graded else None for site in plant.sites}
    site, worst = next(iter((str(one["code"]), one["grade"]) for one in found))
    assert f"Redundancy grade {worst} of 5" in quiet_client.get(f"/parts/site/{site}").text
    listed = quiet_client.get("/parts/list/redundancy").text
    assert listed.index(f'id="grade-{site}"') < listed.index(f'id="grade-{found[-1]["code"]}"')
    assert "Nothing matches." in quiet_client.get("/parts/list/redundancy", params={"q": "zzz"}).text


def test_where_to_dig_over_the_api(quiet_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digging, "MOST_CANDIDATES", 4)  # each costs an index
    plan = quiet_client.get("/api/v1/dig", params={"budget": 100_000}).json()
    assert plan["tried"] <= 4 <= plan["known"]
    assert plan["steps"]
    assert plan["steps"][-1]["spent_eur"] <= 100_000
    assert plan["steps"][-1]["after"]["exposed_sites"] <= plan["before"]["exposed_sites"]
    lines = quiet_client.get("/api/v1/dig/geojson", params={"budget": 100_000}).json()["features"]
    assert [line["properties"]["cost_eur"] for line in lines] == [round(step["cost_eur"]) for step in plan["steps"]]
    assert quiet_client.get("/api/v1/dig", params={"budget": 0}).status_code == 422
    monkeypatch.setattr(digging, "MOST_LINKS", 1)
    refused = quiet_client.get("/api/v1/dig", params={"budget": 5})
    assert (refused.status_code, refused.json()["cure"]) == (422, "run: rainbow topology dig CITY --budget 5")


def test_two_what_ifs_are_compared_over_the_api(scene: Scene, client: TestClient, plant: Plant) -> None:
    scene.poll()
    index = CutIndex.of(plant)
    harmful = [section.code for section in plant.sections if index.lost([section.code]).sites][:1]
    codes = [harmful[0], next(section.code for section in plant.sections if not index.lost([section.code]))]
    saved = [client.post("/api/v1/scenarios", json={"name": code, "codes": [code]}).json()["id"] for code in codes]
    found = client.get("/api/v1/compare", params={"first": saved[0], "second": saved[1]}).json()
    assert found["lighter"] == 2
    assert [side["scenario"]["id"] for side in found["sides"]] == saved
    lost = index.lost([codes[0]])
    assert {item["code"] for item in found["sides"][0]["only"]} == {*lost.sites, *lost.structures}
    assert (found["sides"][0]["weight"], found["both"]) == (lost.weight, [])
    assert client.get("/api/v1/compare", params={"first": saved[0], "second": "nil"}).status_code == 404


def test_a_what_if_on_paper(scene: Scene, client: TestClient) -> None:
    scene.poll()
    desk = Desk.of(scene.services())
    code = next(iter(desk.network.single_cuts))
    made = client.get("/api/v1/cut/pdf", params={"cut": code, "name": "Tuesday"})
    assert made.headers["content-type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    document = whatif_document(desk, desk.picture(), Question(cuts=(code,)), "Tuesday")
    said = str(document)
    lost = desk.network.require_index().lost([code])
    for node in (*lost.sites, *lost.structures):
        assert scene.plant.nodes[node].label in said
    assert (document["title"], document["link"]) == ("Tuesday", f"/?whatif=1&cut={code}")
    assert str(document["map"]).count("<circle") == len(lost.sites) + len(lost.structures)
    assert client.get("/api/v1/cut/pdf", params={"cut": "NIL"}).status_code == 422
    with pytest.raises(TopologyError):
        whatif_document(desk, desk.picture(), Question(cuts=("NIL",)), "")  # type: ignore[arg-type]


def test_of_a_large_city_the_surroundings_are_drawn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk.of(scene.services())
    code = min(desk.network.single_cuts, key=lambda one: desk.network.single_cuts[one].weight)
    found = answer(desk.network, desk.picture(), Question.of([code], Base.NOW, planned=False))
    whole = sketch(desk.network, found)
    monkeypatch.setattr("planner.sketch.MOST_SECTIONS", len(scene.plant.sections) - 1)
    part = sketch(desk.network, found)
    assert whole is not None
    assert part is not None
    assert (whole.is_part, part.is_part) == (False, True)
    assert 0 < part.ground.count("M") < whole.ground.count("M") == len(scene.plant.sections)
    assert len(part.lost) == len(whole.lost)
