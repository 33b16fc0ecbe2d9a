"""Whoever has an answer already is told so in a few bytes; what goes wrong is problem+json everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planner_scene import Ground
from starlette.testclient import TestClient

from planner.app import create_app

if TYPE_CHECKING:
    from planner_scene import Scene


@pytest.mark.parametrize(
    "path", ["/api/v1/devices?limit=3", "/api/v1/incidents", "/api/v1/scenarios", "/api/v1/control", "/api/v1/states"]
)
def test_an_answer_that_is_known_is_not_sent_again(quiet_client: TestClient, path: str) -> None:
    first = quiet_client.get(path)
    assert first.status_code == 200
    again = quiet_client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert quiet_client.get(path, headers={"if-none-match": 'W/"other"'}).content == first.content


def test_another_answer_has_another_tag(quiet_client: TestClient) -> None:
    tags = {quiet_client.get(f"/api/v1/devices?limit=1&offset={offset}").headers["etag"] for offset in range(3)}
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/devices/nobody", 404),
        ("PUT", "/api/v1/status", 405),
        ("GET", "/api/v1/devices?limit=0", 422),
        ("POST", "/api/v1/cut", 422),
        ("GET", "/static/nothing.js", 404),
    ],
)
def test_what_goes_wrong_is_a_problem_document(quiet_client: TestClient, method: str, path: str, status: int) -> None:
    answer = quiet_client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["title"]
    assert "etag" not in answer.headers


def test_a_fault_of_ours_is_one_too_and_tells_nothing_inside(scene: Scene) -> None:
    class Broken(Ground):
        def available(self) -> bool:
            raise ZeroDivisionError("the secret inside")

    app = create_app(replace(scene.services(), control=Broken(scene.plant)))
    with TestClient(app, base_url="http://127.0.0.1:8021", raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/control")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "inside" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
