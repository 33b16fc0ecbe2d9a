"""Host names, same origin and headers: what keeps a page without sign-in to its own machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planner_scene import Scene
    from starlette.testclient import TestClient

PATHS = (
    "/",
    "/health/live",
    "/api/v1/status",
    "/api/v1/plant/sites",
    "/static/app/style.css",
    "/nowhere",
    "/api/v1/none",
)


@pytest.mark.parametrize("path", PATHS)
def test_headers_are_on_every_answer(quiet_client: TestClient, path: str) -> None:
    headers = quiet_client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize("host", ["127.0.0.1:8021", "localhost", "localhost:9", "[::1]:8021"])
def test_loopback_names_are_served(quiet_client: TestClient, host: str) -> None:
    assert quiet_client.get("/health/live", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["rainbow.example", "127.0.0.1.example", "localhost.example:8021", "", "[::1", "a@b"])
def test_other_names_are_refused(quiet_client: TestClient, host: str) -> None:
    answer = quiet_client.get("/api/v1/status", headers={"host": host})
    assert answer.status_code == 421
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "is_let_through"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://127.0.0.1:8021"}, True),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": "https://elsewhere.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_only_the_page_itself_may_change_something(
    scene: Scene, client: TestClient, headers: dict[str, str], *, is_let_through: bool
) -> None:
    code = scene.plant.sections[0].code
    answer = client.post("/api/v1/control", json={"action": "cut", "codes": [code]}, headers=headers)
    assert answer.status_code == (200 if is_let_through else 403)
    assert scene.ground.cuts() == ((code,) if is_let_through else ())


def test_a_form_of_another_site_cannot_cut(scene: Scene, client: TestClient) -> None:
    code = scene.plant.sections[0].code
    answer = client.post(f"/parts/control/cut/{code}", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert client.get(f"/parts/control/cut/{code}").status_code == 405
    assert scene.ground.cuts() == ()


def test_static_files_do_not_leave_their_folder(quiet_client: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/app/..%2f..%2fapp.py"):
        assert quiet_client.get(path).status_code == 404
