"""AT16: every route, method and role, and nobody: the real application asked, against the matrix it promises."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from starlette.websockets import WebSocketDisconnect

from planner.asking import Asking, asked_by, signed_name
from planner.permissions import ANY, RULES, Ways, plain, routes
from rainbow.kernel.errors import AuditError, SignInError
from trust.identity import Identity
from trust.roles import NOBODY, PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from door_scene import DoorScene
    from starlette.testclient import TestClient

WHO: tuple[Role | None, ...] = (*Role, None)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND")
SHUT = {401, 403}
SLOW = os.environ.get("RAINBOW_SLOW") == "1"
"""Then answers that take long to work out are asked for as every role that may have them, else as the planner alone."""


@pytest.fixture
def asked(city: DoorScene) -> DoorScene:
    city.scene.poll()
    return city


def filled(city: DoorScene, path: str) -> str:
    """A path with the names of things there are, so that whoever may pass gets an answer and not a 404 for all."""
    port = next(iter(city.plant.interfaces))
    names = {"device": port.device, "if_name": port.if_name, "action": "repair", "name": "sites", "number": "1"}
    section = city.plant.sections[0].code
    for name, value in {**names, "code": section, "wanted": "none", "scenario": "none"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("/parts/site/" + section, "/parts/site/" + city.plant.sites[0].code)


def allowed(role: Role | None, permission: Permission) -> bool:
    return permission in (PERMISSIONS[role] if role is not None else NOBODY)


def is_shut(client: TestClient, method: str, path: str) -> bool:
    """Whether an answer is a refusal of who asks, not of what they ask."""
    answer = client.request(method, path, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code < 500, (method, path, answer.text)
    return answer.status_code in SHUT or answer.headers.get("location", "").startswith("/sign-in?next=")


def test_every_route_answers_exactly_whom_the_matrix_says(asked: DoorScene) -> None:
    wrong = []
    known = [(method, plain(path)) for method, path in routes(asked.app)]
    for role in WHO:
        client = asked.of_role(role)
        for method, path in known:
            if path == "/sign-out":
                continue  # it would end what is asked with
            is_allowed = allowed(role, RULES[method, path].permission)
            if is_allowed and RULES[method, path].is_expensive and role is not Role.PLANNER and not SLOW:
                continue
            name = "GET" if method == ANY else method
            at = filled(asked, path) + ("/app/style.css" if method == ANY else "")
            if is_shut(client, name, at) == is_allowed:
                wrong.append((role, method, path))
    assert not wrong
    assert len(known) > 60


def test_a_method_that_no_route_has_does_nothing(asked: DoorScene) -> None:
    paths = sorted({filled(asked, plain(path)) for _method, path in routes(asked.app)} - {"/static"})
    served = {(method, plain(path)) for method, path in routes(asked.app)}
    client = asked.of_role(Role.ADMIN)
    for path in paths:
        for method in METHODS:
            if not any((method, name) in served and filled(asked, name) == path for _m, name in served):
                answer = client.request(method, path, headers={"sec-fetch-site": "same-origin"})
                assert answer.status_code in {404, 405}, (method, path)
    assert asked.scene.ground.cuts() == ()


def test_a_parameter_that_asks_for_more_takes_more(asked: DoorScene) -> None:
    for query in ("?whatif=1", f"?cut={asked.plant.sections[0].code}", "?dig=1000", "?%63ut=x", "?a=1&cut=x"):
        assert asked.of_role(Role.VIEWER).get(f"/{query}").status_code == 403
        assert asked.of_role(Role.PLANNER).get(f"/{query}").status_code == 200


def test_paths_that_are_written_differently_open_nothing(asked: DoorScene) -> None:
    nobody = asked.visitor()
    for path in (
        "//api/v1/status",
        "/api/v1/./status",
        "/api/v1/../v1/status",
        "/API/v1/status",
        "/api/v1/status/",
        "/api//v1/status",
        "/api/v1/status;x",
        "/api/v1/status%00",
        "/static/../api/v1/status",
        "/static/..%2fapi/v1/status",
        "/healthz/../api/v1/status",
        "/%61pi/v1/status",
    ):
        assert nobody.get(path).status_code in {307, 401, 403, 404, 303}, path
        assert "links_up" not in nobody.get(path, follow_redirects=True).text


def test_a_route_without_a_rule_is_not_served(asked: DoorScene) -> None:
    asked.app.get("/forgotten")(lambda: "open")
    for role in WHO:
        assert asked.of_role(role).get("/forgotten").status_code in {401, 404}
    with pytest.raises(LookupError, match="GET /forgotten declares no permission"):
        Ways(asked.app)


def test_no_rule_is_left_of_a_route_that_is_gone(asked: DoorScene) -> None:
    served = {(method, plain(path)) for method, path in routes(asked.app)}
    assert RULES.keys() - served <= {("POST", "/sign-in/local")}  # of cities with an emergency account


def test_somebody_whose_groups_are_worth_nothing_gets_no_session(asked: DoorScene) -> None:
    with pytest.raises(SignInError, match="no role"):
        asked.key("g-unknown", "*", "admin", "")
    assert asked.sessions.all(asked.door.now_s) == ()
    assert asked.actions()[-1] == ("sign_in.refused", "refused")


def test_changes_and_what_is_taken_out_are_written_down_before_they_are_done(asked: DoorScene) -> None:
    client, code = asked.of_role(Role.ENGINEER), asked.plant.sections[0].code
    for method, path, action in (
        ("POST", "/api/v1/control", "change"),
        ("GET", "/api/v1/plant/cables", "plant.read"),
        ("GET", f"/api/v1/cut?cut={code}", "export"),
    ):
        body = {"action": "cut", "codes": [code]} if method == "POST" else None
        asked.written.clear()
        assert client.request(method, path, json=body).status_code == 200
        ((act, by),) = asked.written
        assert (act.action, act.thing, by.subject) == (action, f"{method} {path}", "the.engineer")


def test_what_cannot_be_written_down_is_not_done(asked: DoorScene) -> None:
    client, code = asked.of_role(Role.ENGINEER), asked.plant.sections[0].code
    note = asked.door.note

    def full(_act: object, _by: object) -> None:
        raise AuditError("the disk is full")

    object.__setattr__(asked.door, "note", full)
    try:
        assert client.post("/api/v1/control", json={"action": "cut", "codes": [code]}).status_code == 503
        assert client.get("/api/v1/plant/cables").status_code == 503
        assert client.get("/api/v1/status").status_code == 200
    finally:
        object.__setattr__(asked.door, "note", note)
    assert asked.scene.ground.cuts() == ()


def test_who_takes_an_incident_is_who_is_signed_in(asked: DoorScene) -> None:
    page = asked.person("g-operator", subject="o.dell").get("/account").text
    assert "O.Dell" in page
    with asked_by(Asking(identity=Identity(subject="o.dell", name="O. Dell", session="1"))):
        assert signed_name("somebody else") == "O. Dell"
    assert signed_name("typed at this machine") == "typed at this machine"


def test_nothing_speaks_over_a_web_socket(asked: DoorScene) -> None:
    for role in (None, Role.ADMIN):
        with pytest.raises(WebSocketDisconnect), asked.of_role(role).websocket_connect("/api/v1/status"):
            pass
