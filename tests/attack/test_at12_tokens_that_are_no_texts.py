"""AT12: an API token as a number, a list, null, true, nothing, a wildcard; in an address, a cookie or a body."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from planner_scene import START_NS

from trust.roles import Permission
from trust.tokens import OPENS, Scope

if TYPE_CHECKING:
    from door_scene import DoorScene

TODAY = datetime.fromtimestamp(START_NS / 1e9, UTC).date()
READ = frozenset({Scope.READ})
WRONG = [
    "",
    "0",
    "1",
    "-1",
    "true",
    "null",
    "None",
    "undefined",
    "NaN",
    "[]",
    "{}",
    "[object Object]",
    "*",
    "%",
    "_",
    "rbw_",
    "rbw_*",
    "rbw_" + "A" * 43,
    "rbw_" + "%" * 43,
    "' OR '1'='1",
    "\u0660" * 43,
]


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_but_the_text_of_a_token_opens(city: DoorScene, wrong: str) -> None:
    city.tokens.add("grafana", READ, TODAY)
    headers = {"authorization": f"Bearer {wrong}".encode()}
    assert city.visitor().get("/api/v1/status", headers=headers).status_code == 401


def test_a_token_is_taken_from_its_header_only(city: DoorScene) -> None:
    token = city.tokens.add("grafana", READ, TODAY)
    client = city.visitor()
    assert client.get("/api/v1/status", headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert client.get("/api/v1/status", headers={"authorization": f"Basic {token}"}).status_code == 401
    assert client.get("/api/v1/status", headers={"authorization": token}).status_code == 401
    assert client.get("/api/v1/status", headers={"x-api-key": token}).status_code == 401
    assert client.get("/api/v1/status", headers={"cookie": f"{city.door.cookie}={token}"}).status_code == 401
    assert client.get(f"/api/v1/status?token={token}").status_code in {400, 401}
    assert client.post("/api/v1/cut", json={"codes": ["x"], "token": token}).status_code == 401
    two = [("authorization", f"Bearer {token}x"), ("authorization", f"Bearer {token}")]
    assert client.get("/api/v1/status", headers=two).status_code == 401


def test_a_part_of_a_token_or_its_hash_opens_nothing(city: DoorScene) -> None:
    token = city.tokens.add("grafana", READ, TODAY)
    (kept,) = city.tokens.all()
    for wrong in (token[:-1], token + "A", token.upper(), kept.digest, f"rbw_{kept.digest}", token.replace("rbw_", "")):
        assert city.visitor().get("/api/v1/status", headers={"authorization": f"Bearer {wrong}"}).status_code == 401


def test_no_token_administers_or_acts_beyond_its_scopes(city: DoorScene) -> None:
    city.scene.poll()
    every = {scope: city.tokens.add(str(scope), frozenset({scope}), TODAY) for scope in Scope}
    assert not any(Permission.ADMIN in opened for opened in OPENS.values())
    for scope, token in every.items():
        headers = {"authorization": f"Bearer {token}"}
        for method, path, body in (
            ("POST", "/api/v1/scenarios", {"name": "x", "codes": [city.plant.sections[0].code]}),
            ("POST", "/api/v1/control", {"action": "cut", "codes": [city.plant.sections[0].code]}),
            ("GET", "/account", None),
            ("POST", "/sign-out", None),
        ):
            needed = {"/api/v1/scenarios": Scope.WRITE, "/api/v1/control": Scope.CONTROL}.get(path)
            answer = city.visitor().request(method, path, json=body, headers=headers)
            assert (answer.status_code < 400) == (scope is needed), (scope, path, answer.text)


def test_an_expired_or_revoked_token_is_refused_and_written_down(city: DoorScene) -> None:
    old = city.tokens.add("old", READ, TODAY - timedelta(days=1))
    gone = city.tokens.add("gone", READ, TODAY)
    city.tokens.revoke("gone")
    for token in (old, gone):
        refused = city.visitor().get("/api/v1/status", headers={"authorization": f"Bearer {token}"})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].endswith('error="invalid_token"')
    assert city.actions() == [("access.refused", "refused")] * 2
    told = json.dumps([act.reason + act.thing for act, _by in city.written])
    assert old not in told
    assert gone not in told
