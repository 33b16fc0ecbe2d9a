"""The REST API over a real plant and a real store."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from planner.desk import Desk
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from planner_scene import Scene
    from starlette.testclient import TestClient


def test_health_before_and_after_the_first_round(scene: Scene, client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    unready = client.get("/health/ready")
    assert (unready.status_code, unready.headers["content-type"]) == (503, "application/problem+json")
    assert "rainbow doctor" in unready.json()["cure"]
    scene.poll()
    scene.wait(2)
    assert client.get("/health/ready").json() == {"status": "ok", "age_s": 2.0, "stale": False}


@pytest.mark.parametrize(
    ("name", "count"), [("sites", "sites"), ("structures", "structures"), ("sections", "sections")]
)
def test_the_plant_is_geojson_with_states(scene: Scene, client: TestClient, name: str, count: str) -> None:
    scene.poll()
    answer = client.get(f"/api/v1/plant/{name}")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    assert len(features) == len(getattr(scene.plant, count))
    assert {"code", "name", "state"} <= features[0]["properties"].keys()
    for feature in features:
        points = feature["geometry"]["coordinates"]
        for longitude, latitude in points if name == "sections" else [points]:
            assert 7 < longitude < 9
            assert 49 < latitude < 50


def test_large_answers_are_zipped_and_tagged(scene: Scene, client: TestClient) -> None:
    scene.poll()
    plain = client.get("/api/v1/plant/sections", headers={"accept-encoding": "identity"})
    zipped = client.get("/api/v1/plant/sections", headers={"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.json() == plain.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 4
    again = client.get("/api/v1/plant/sections", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    scene.ground.cut([scene.plant.sections[0].code])
    scene.wait(scene.interval_s)
    scene.poll()
    changed = client.get("/api/v1/plant/sections", headers={"if-none-match": plain.headers["etag"]})
    assert changed.status_code == 200


def test_the_status_names_the_cut_and_who_is_lost(scene: Scene, client: TestClient) -> None:
    index = CutIndex.of(scene.plant)
    code = next(iter(Desk.of(scene.services()).network.single_cuts))
    scene.ground.cut([code])
    scene.poll()
    status = client.get("/api/v1/status").json()
    expected = index.lost([code])
    assert status["suspects"] == [{"sections": [code], "links": sorted(scene.plant.links_in[code]), "reported": True}]
    assert [site["code"] for site in status["lost"]["sites"]] == list(expected.sites)
    assert status["lost"]["sirens"] == list(expected.sirens)
    assert status["links_down"] == len(scene.plant.links_in[code])
    assert status["links_up"] + status["links_down"] + status["links_unknown"] == len(scene.plant.links)
    states = client.get("/api/v1/states").json()
    assert states["sections"] == {code: "cut"}
    assert {node for node, state in states["nodes"].items() if state == "lost"} == {
        *expected.sites,
        *expected.structures,
    }


def test_asking_what_if_changes_nothing_and_stands_on_what_is_down(scene: Scene, client: TestClient) -> None:
    index = CutIndex.of(scene.plant)
    ring = next(
        (a.code, b.code)
        for a in scene.plant.sections
        for b in scene.plant.sections
        if not index.lost([a.code]) and not index.lost([b.code]) and index.lost([a.code, b.code]).sites
    )
    scene.poll()
    alone = client.post("/api/v1/cut", json={"codes": [ring[1]]}).json()
    assert alone["lost"]["sites"] == []
    both = client.post("/api/v1/cut", json={"codes": list(ring)}).json()
    expected = index.lost(ring)
    assert [site["code"] for site in both["lost"]["sites"]] == list(expected.sites)
    assert scene.ground.cuts() == ()
    scene.ground.cut([ring[0]])
    scene.wait(scene.interval_s)
    scene.poll()
    on_top = client.post("/api/v1/cut", json={"codes": [ring[1]]}).json()
    assert on_top["lost"]["sites"] == both["lost"]["sites"]
    well = client.post("/api/v1/cut", json={"codes": [ring[1]], "on_top_of": "all_well"}).json()
    assert well["lost"]["sites"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"codes": ["KL-TR-9999"]}, 422),
        ({"codes": []}, 422),
        ({"codes": "KL-TR-0001"}, 422),
        ({"codes": [1]}, 422),
        ({"codes": ["x" * 201]}, 422),
        ({"codes": ["KL-TR-0001"] * 101}, 422),
        ({"codes": ["KL-TR-0001"], "force": True}, 422),
        ([], 422),
    ],
)
def test_a_bad_question_is_a_problem_with_words(quiet_client: TestClient, body: object, status: int) -> None:
    answer = quiet_client.post("/api/v1/cut", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["title"]


def test_problems_are_problems_everywhere(quiet_client: TestClient) -> None:
    for path in ("/api/v1/devices/NOPE", "/api/v1/ports/NOPE/1", "/api/v1/history/NOPE/1", "/api/v1/nowhere"):
        answer = quiet_client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    assert quiet_client.delete("/api/v1/status").status_code == 405
    near = quiet_client.post("/api/v1/cut", json={"codes": ["KL-TR-00001"]}).json()
    assert "did you mean KL-TR-0001" in near["cure"]


def test_switches_page_by_page(scene: Scene, client: TestClient) -> None:
    silent = scene.plant.devices[3].code
    scene.poll(silent={silent})
    first = client.get("/api/v1/devices?limit=30").json()
    rest = client.get("/api/v1/devices?limit=30&offset=30").json()
    items = [*first["items"], *rest["items"]]
    assert first["total"] == len(items) == len(scene.plant.devices)
    assert {item["code"] for item in items if item["answers"] is False} == {silent}
    assert client.get("/api/v1/devices?limit=0").status_code == 422
    scene.wait(100)
    stale = client.get(f"/api/v1/devices/{scene.plant.devices[0].code}").json()
    assert (stale["answers"], stale["stale"]) == (None, True)


def test_a_port_with_its_light(scene: Scene, client: TestClient) -> None:
    scene.poll()
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    found = client.get(f"/api/v1/ports/{port.device}/{port.if_name}").json()
    assert found["link"] == link.code
    assert found["far_port"] == link.b
    assert found["up"] is True
    light = found["light"]
    assert light["measured_dbm"] == pytest.approx(light["expected_dbm"] - 0.4)
    assert light["sensitivity_dbm"] < light["measured_dbm"] < light["overload_dbm"]
    assert found in client.get(f"/api/v1/devices/{port.device}/ports").json()


def test_a_silent_switch_says_nothing_of_its_ports(scene: Scene, client: TestClient) -> None:
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    scene.poll()
    scene.wait(scene.interval_s)
    scene.poll(silent={port.device})
    found = client.get(f"/api/v1/ports/{port.device}/{port.if_name}").json()
    assert (found["up"], found["in_bps"]) == (None, None)


def test_history_has_gaps_where_nothing_was_read(scene: Scene, client: TestClient) -> None:
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    for pause_s in (60, 60, 60, 900, 60, 60):
        scene.poll()
        scene.wait(pause_s)
    url = f"/api/v1/history/{port.device}/{port.if_name}"
    found = client.get(url).json()
    gap = [n for n, value in enumerate(found["in_bps"]) if value is None]
    assert gap == [4]
    assert found["traffic_time_s"] == sorted(found["traffic_time_s"])
    assert len(found["traffic_time_s"]) == len(found["in_bps"]) == len(found["out_bps"]) == 7
    assert found["rx_dbm"][0] == pytest.approx(found["expected_rx_dbm"] - 0.4)
    assert found["end_s"] - found["start_s"] == pytest.approx(24 * 3600)
    assert client.get(url, params={"hours": 0}).status_code == 422
    scene.wait(25 * 3600)
    assert client.get(url).json()["in_bps"] == []


def test_control_cuts_and_repairs(scene: Scene, client: TestClient) -> None:
    code = scene.plant.sections[0].code
    assert client.get("/api/v1/control").json() == {"available": True, "cuts": []}
    cut = client.post("/api/v1/control", json={"action": "cut", "codes": [code]})
    assert cut.json() == {"available": True, "cuts": [code]}
    assert scene.ground.cuts() == (code,)
    assert client.post("/api/v1/control", json={"action": "repair"}).json()["cuts"] == []
    assert client.post("/api/v1/control", json={"action": "cut", "codes": ["X"]}).status_code == 409
    scene.ground.listens = False
    assert client.get("/api/v1/control").json() == {"available": False, "cuts": []}
    refused = client.post("/api/v1/control", json={"action": "cut", "codes": [code]})
    assert (refused.status_code, refused.json()["cure"]) == (409, "start it")


def test_openapi_describes_it_and_no_page_of_it_loads_from_elsewhere(quiet_client: TestClient) -> None:
    described = quiet_client.get("/api/openapi.json").json()
    assert {"/api/v1/cut", "/api/v1/status", "/api/v1/plant/sections", "/health/ready"} <= described["paths"].keys()
    assert not [path for path in described["paths"] if path.startswith(("/parts", "/port"))]
    assert "application/problem+json" in json.dumps(described)
    assert quiet_client.get("/docs").status_code == 404
    assert quiet_client.get("/redoc").status_code == 404


def test_a_damaged_store_is_said_not_hidden(scene: Scene, client: TestClient) -> None:
    scene.database.parent.mkdir(parents=True)
    scene.database.write_bytes(b"this is no database" * 100)
    status = client.get("/api/v1/status").json()
    assert "rainbow.sqlite" in status["trouble"]
    assert client.get("/").status_code == 200
