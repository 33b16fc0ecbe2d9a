"""AT17: things outside one's part of the city, asked for by name in lists, panels, search, map, exports and answers."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from door_scene import DoorScene
from planner_scene import START_NS

from inventory.checks.references import all_records
from inventory.protection import Protection
from planner.permissions import RULES
from planner.scenarios import Scenarios
from planner.visible import Sight, seen
from planner.whatif import Base, Question
from trust.access_settings import ScopeSettings
from trust.roles import Role
from trust.tokens import Scope

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from inventory.plant import Plant


def west_of(plant: Plant) -> ScopeSettings:
    """The western half of the city."""
    longitudes = sorted(node.point[0] for node in plant.nodes.values())
    middle = longitudes[len(longitudes) // 2]
    return ScopeSettings(groups=("g-west",), box=(longitudes[0] - 1, -90, middle, 90))


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> DoorScene:
    return DoorScene(tmp_path_factory.mktemp("city"), plant, scopes={"west": west_of(plant)})


@pytest.fixture
def halved(city: DoorScene) -> DoorScene:
    city.scene.poll()
    return city


def outside(city: DoorScene) -> frozenset[str]:
    """Codes of what somebody in the west does not see."""
    part = seen(city.plant, Sight(most=Protection.SECRET, scopes=frozenset({"west"})), city.access.scopes)
    return frozenset(record.code for record in all_records(city.plant)) - {record.code for record in all_records(part)}


def engineer_of_the_west(city: DoorScene) -> TestClient:
    return city.person("g-engineer", "g-west", subject="w.west")


def test_every_thing_outside_is_unknown_wherever_it_is_asked_for(halved: DoorScene) -> None:
    client, hidden, plant = engineer_of_the_west(halved), outside(halved), halved.plant
    section = next(item.code for item in plant.sections if item.code in hidden)
    site = next(item.code for item in plant.sites if item.code in hidden)
    cable = next(item.code for item in plant.cables if item.code in hidden)
    port = next(item for item in plant.interfaces if item.device in hidden)
    for path in (
        f"/parts/trench/{section}",
        f"/parts/site/{site}",
        f"/parts/cable/{cable}",
        f"/parts/aftermath/{section}",
        f"/port/{port.device}/{port.if_name}",
        f"/api/v1/devices/{port.device}",
        f"/api/v1/devices/{port.device}/ports",
        f"/api/v1/ports/{port.device}/{port.if_name}",
        f"/api/v1/history/{port.device}/{port.if_name}",
    ):
        answer = client.get(path)
        elsewhere = path
        for code in (section, site, cable, port.device):
            elsewhere = elsewhere.replace(code, "NO-0")
        never = client.get(elsewhere)
        assert answer.status_code == never.status_code == 404, path
        assert halved.of_role(Role.ENGINEER).get(path).status_code == 200, path
    for path, sent in (
        ("/api/v1/cut", {"codes": [section]}),
        ("/api/v1/control", {"action": "cut", "codes": [section]}),
        ("/api/v1/control", {"action": "repair", "codes": [section]}),
    ):
        assert client.post(path, json=sent).status_code in {409, 422}, path
    assert client.post(f"/parts/control/cut/{section}").status_code == 404
    assert halved.scene.ground.cuts() == ()


def test_no_list_map_search_or_export_names_a_thing_outside(halved: DoorScene) -> None:
    client, hidden = engineer_of_the_west(halved), outside(halved)
    assert len(hidden) > 50
    asked = 0
    for (method, path), rule in RULES.items():
        if method == "GET" and "{" not in path.replace("{name}", "") and rule.permission == "read":
            for name in ("sites", "trenches", "switches") if "{name}" in path else ("",):
                answer = client.get(path.replace("{name}", name), params={"q": "KL", "all": "true", "limit": 1000})
                assert answer.status_code in {200, 403, 422}, (path, answer.text[:200])
                assert not {code for code in hidden if f'"{code}"' in answer.text or f">{code}<" in answer.text}, path
                asked += 1
    assert asked > 20


def test_saved_what_ifs_about_things_outside_are_not_there(halved: DoorScene) -> None:
    hidden = outside(halved)
    code = next(item.code for item in halved.plant.sections if item.code in hidden)
    kept = Scenarios(halved.scene.database.with_name("what-ifs.json")).save(
        "plan", Question.of([code], Base.NOW, planned=False), START_NS
    )
    client = engineer_of_the_west(halved)
    assert client.get("/api/v1/scenarios").json()["total"] == 0
    assert client.get(f"/api/v1/scenarios/{kept.id}").status_code == 404
    assert client.delete(f"/api/v1/scenarios/{kept.id}").status_code == 404
    assert client.patch(f"/api/v1/scenarios/{kept.id}", json={"name": "mine"}).status_code == 404
    inside = next(item.code for item in halved.plant.sections if item.code not in hidden)
    assert client.post("/api/v1/scenarios", json={"codes": [inside], "name": "plan"}).status_code == 201
    left = halved.of_role(Role.ENGINEER).get("/api/v1/scenarios").json()
    assert sorted(item["name"] for item in left["items"]) == ["plan", "plan"]


def test_what_is_hit_is_not_told_to_who_sees_a_part(halved: DoorScene) -> None:
    code = next(item.code for item in halved.plant.sections if item.code not in outside(halved))
    assert engineer_of_the_west(halved).post("/api/v1/may-open", json={"codes": [code]}).status_code == 403
    assert halved.of_role(Role.ENGINEER).post("/api/v1/may-open", json={"codes": [code]}).status_code == 200


def test_a_cut_outside_is_not_told_and_not_mended_from_inside(halved: DoorScene) -> None:
    hidden = outside(halved)
    codes = [item.code for item in halved.plant.sections]
    there, here = next(c for c in codes if c in hidden), next(c for c in codes if c not in hidden)
    halved.scene.ground.cut([there, here])
    client = engineer_of_the_west(halved)
    assert client.get("/api/v1/control").json()["cuts"] == [here]
    assert client.post("/api/v1/control", json={"action": "repair"}).json()["cuts"] == []
    assert halved.scene.ground.cuts() == (there,)


def test_a_token_is_bound_as_a_person_is(halved: DoorScene) -> None:
    day = date(2027, 1, 1)
    bound = halved.tokens.add("gis", frozenset({Scope.READ}), day, within=frozenset({"west"}))
    free = halved.tokens.add("all", frozenset({Scope.READ}), day)
    lost = halved.tokens.add("lost", frozenset({Scope.READ}), day, within=frozenset({"renamed"}))
    counts = {}
    for name, token in (("bound", bound), ("free", free)):
        answer = halved.visitor().get("/api/v1/plant/sections", headers={"authorization": f"Bearer {token}"})
        counts[name] = len(json.loads(answer.content)["features"])
    assert 0 < counts["bound"] < counts["free"] == len(halved.plant.sections)
    refused = halved.visitor().get("/api/v1/plant/sections", headers={"authorization": f"Bearer {lost}"})
    assert refused.status_code == 403


def test_states_are_those_of_the_whole_city(halved: DoorScene) -> None:
    """A site in the part is not lost because the way to it lies outside, and is lost when it is."""
    client, whole = engineer_of_the_west(halved), halved.of_role(Role.ENGINEER)
    for _cut in (0, 1):
        mine, everybody = states_of_sites(client), states_of_sites(whole)
        assert mine
        assert mine == {code: state for code, state in everybody.items() if code in mine}
        halved.scene.ground.cut([halved.plant.sections[0].code])
        halved.scene.wait(60)
        halved.scene.poll()


def states_of_sites(client: TestClient) -> dict[str, str]:
    features = client.get("/api/v1/plant/sites").json()["features"]
    return {item["properties"]["code"]: item["properties"]["state"] for item in features}
