"""Incidents over the API: the open ones, all, one, none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from incidents.engine import State
from incidents.incident import Cause, Incident, Status, Verdict
from incidents.journal import Journal
from incidents.notify import Memory
from planner.app import create_app

if TYPE_CHECKING:
    from planner_scene import Scene


def test_incidents_are_listed_and_read(scene: Scene) -> None:
    trench = next(iter(scene.plant.links_in))
    cut = Incident(
        number=3,
        status=Status.OPEN,
        verdict=Verdict(cause=Cause.CUT, codes=(trench,), score=30.0, share=1.0),
        opened_s=100.0,
        good_s=40.0,
        bad_s=90.0,
        changed_s=100.0,
    )
    over = replace(cut, number=2, status=Status.CLOSED, closed_s=400.0)
    path = scene.database.with_name("incidents.sqlite")
    Journal(path).save(State(incidents=(over, cut)), Memory(), (), 0.0)
    services = replace(scene.services(), incidents=Journal(path, read_only=True))
    client = TestClient(create_app(services), base_url="http://127.0.0.1:8080")
    (item,) = client.get("/api/v1/incidents").json()["items"]
    assert (item["number"], item["codes"], item["cause"]) == (3, [trench], "cut")
    assert [found["number"] for found in client.get("/api/v1/incidents?all=true").json()["items"]] == [3, 2]
    assert client.get("/api/v1/incidents/2").json()["minutes"] == 5.2
    missing = client.get("/api/v1/incidents/9")
    assert (missing.status_code, missing.json()["title"]) == (404, "there is no incident 9")


def test_a_page_without_incidents_has_an_empty_list(scene: Scene) -> None:
    client = TestClient(create_app(scene.services()), base_url="http://127.0.0.1:8080")
    assert client.get("/api/v1/incidents").json() == {"items": []}
