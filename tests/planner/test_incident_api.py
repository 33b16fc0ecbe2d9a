"""Incidents over the API: the open ones, all, page by page, one, none, on a map, taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planner_incidents import Told

if TYPE_CHECKING:
    from planner_scene import Scene
    from starlette.testclient import TestClient


@pytest.fixture
def told(scene: Scene) -> Told:
    return Told(scene)


def test_incidents_are_listed_and_read(told: Told) -> None:
    client = told.client()
    (item,) = client.get("/api/v1/incidents").json()["items"]
    assert (item["number"], item["codes"], item["cause"]) == (3, [told.trench], "cut")
    everything = client.get("/api/v1/incidents?all=true").json()
    assert [found["number"] for found in everything["items"]] == [3, 2, 1]
    assert client.get("/api/v1/incidents/2").json()["minutes"] == 5.2
    missing = client.get("/api/v1/incidents/9")
    assert (missing.status_code, missing.json()["title"]) == (404, "there is no incident 9")


def test_a_long_list_comes_page_by_page(told: Told) -> None:
    client = told.client()
    pages = [client.get(f"/api/v1/incidents?all=true&limit=2&offset={offset}").json() for offset in (0, 2, 4)]
    assert [[item["number"] for item in page["items"]] for page in pages] == [[3, 2], [1], []]
    assert [page["total"] for page in pages] == [3, 3, 3]


def test_the_status_names_open_incidents_with_their_trenches(told: Told) -> None:
    (brief,) = told.client().get("/api/v1/status").json()["incidents"]
    assert (brief["number"], brief["status"], brief["sections"]) == (3, "open", [told.trench])


def test_an_incident_is_shown_on_a_map(told: Told) -> None:
    client = told.client()
    features = client.get("/api/v1/incidents/3/geojson").json()["features"]
    assert {(item["properties"]["role"], item["properties"]["code"]) for item in features} == {
        ("cause", told.trench),
        ("lost", told.school),
        ("last_path", told.office),
    }
    assert client.get("/api/v1/incidents/geojson").json()["features"] == features


def test_taking_an_incident_is_remembered(told: Told) -> None:
    client = told.client()
    assert client.post("/api/v1/incidents/3/take", json={"name": "Control room"}).json()["acknowledged_by"] == (
        "Control room"
    )
    assert client.get("/api/v1/status").json()["incidents"][0]["acknowledged_by"] == "Control room"
    assert client.post("/api/v1/incidents/9/take", json={"name": "Control room"}).status_code == 404
    assert client.post("/api/v1/incidents/3/take", json={"name": ""}).status_code == 422


def test_a_page_without_incidents_has_an_empty_list(client: TestClient) -> None:
    assert client.get("/api/v1/incidents").json() == {"total": 0, "offset": 0, "items": []}
    assert client.get("/api/v1/status").json()["incidents"] == []
