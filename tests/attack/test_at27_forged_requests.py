"""AT27: a change that another site makes a browser send: by form, by script, as text/plain, without a token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.permissions import RULES
from trust.roles import Role
from trust.sessions import csrf_of

if TYPE_CHECKING:
    from door_scene import DoorScene
    from starlette.testclient import TestClient

CHANGES = sorted((method, path) for method, path in RULES if method in {"POST", "PUT", "PATCH", "DELETE"})
ELSEWHERE = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "https://rainbow.example.evil"},
    {"origin": "http://rainbow.example"},
)


def at(path: str, city: DoorScene) -> str:
    section = city.plant.sections[0].code
    for name, value in {"code": section, "action": "cut", "number": "1", "wanted": "x", "scenario": "x"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.fixture
def admin(city: DoorScene) -> TestClient:
    return city.of_role(Role.ADMIN)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_no_change_comes_from_another_site(city: DoorScene, admin: TestClient, headers: dict[str, str]) -> None:
    for method, path in CHANGES:
        answer = admin.request(method, at(path, city), headers=headers)
        assert (answer.status_code, "another site" in answer.text) == (403, True), (method, path)
    assert city.scene.ground.cuts() == ()


def test_no_change_goes_without_what_only_our_pages_know(city: DoorScene, admin: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin"}
    for wrong in (None, "", "0" * 64, csrf_of("another session")):
        admin.headers.pop("x-rainbow-csrf", None)
        headers = own if wrong is None else {**own, "x-rainbow-csrf": wrong}
        for method, path in CHANGES:
            if not path.startswith("/sign-in/"):  # nobody is signed in there yet, or no browser comes
                answer = admin.request(method, at(path, city), headers=headers)
                assert (answer.status_code, "our own page" in answer.text) == (403, True), (method, path)
        form = admin.post(f"/parts/control/cut/{city.plant.sections[0].code}", data={"csrf": wrong or ""}, headers=own)
        assert form.status_code == 403
    assert city.scene.ground.cuts() == ()


def test_our_own_pages_can_change_something_with_scripts_and_without(city: DoorScene) -> None:
    key = city.key("g-engineer")
    code = city.plant.sections[0].code
    by_script = city.visitor(key).post("/api/v1/control", json={"action": "cut", "codes": [code]})
    assert by_script.status_code == 200
    plain = city.visitor(key)
    del plain.headers["x-rainbow-csrf"]
    page = plain.get(f"/?trench={code}").text
    assert f'name="csrf" value="{csrf_of(key)}"' in page
    form = plain.post(
        f"/parts/control/repair/{code}", data={"csrf": csrf_of(key)}, headers={"origin": "https://rainbow.example"}
    )
    assert form.status_code == 303
    assert city.scene.ground.cuts() == ()


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "", "text/json"]
)
def test_json_comes_as_json_or_not_at_all(city: DoorScene, admin: TestClient, kind: str) -> None:
    body = json.dumps({"action": "cut", "codes": [city.plant.sections[0].code]})
    answer = admin.post("/api/v1/control", content=body, headers={"content-type": kind})
    assert answer.status_code == 415
    assert city.scene.ground.cuts() == ()


def test_no_change_is_made_by_asking(city: DoorScene, admin: TestClient) -> None:
    code = city.plant.sections[0].code
    for path in (f"/parts/control/cut/{code}", "/api/v1/control?action=cut", f"/?_method=POST&cut={code}"):
        admin.get(path, headers={"x-http-method-override": "POST"})
    assert city.scene.ground.cuts() == ()
