"""Tokens: kept as hashes, opened by scope, gone when revoked or expired; the page's own requests need none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from planner_scene import START_NS
from starlette.testclient import TestClient

from planner.app import create_app
from planner.permissions import RULES
from rainbow.kernel.errors import InputError, SettingsError, UsageError
from trust.roles import Permission
from trust.tokens import Scope, TokenFile

if TYPE_CHECKING:
    from pathlib import Path

    from planner_scene import Scene

TODAY = datetime.fromtimestamp(START_NS / 1e9, UTC).date()
READ = frozenset({Scope.READ})


@pytest.fixture
def tokens(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "state" / "secrets" / "api_tokens")


@pytest.fixture
def guarded(scene: Scene, tokens: TokenFile) -> TestClient:
    return TestClient(create_app(replace(scene.services(), tokens=tokens)), base_url="http://127.0.0.1:8021")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_only_the_hash_is_kept_and_nobody_else_reads_it(tokens: TokenFile, tmp_path: Path) -> None:
    token = tokens.add("grafana", READ, TODAY)
    path = tmp_path / "state" / "secrets" / "api_tokens"
    assert token not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    (kept,) = TokenFile(path).all()
    assert (kept.name, kept.scopes, kept.until) == ("grafana", READ, TODAY)


def test_without_a_token_the_api_is_shut_and_says_how_to_open_it(guarded: TestClient) -> None:
    refused = guarded.get("/api/v1/status")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert "rainbow token add" in refused.json()["cure"]
    assert guarded.get("/api/v1/status", headers=bearer("wrong")).status_code == 401
    assert guarded.get("/api/v1/nowhere").status_code == 401
    assert guarded.get("/api/openapi.json").status_code == 200
    assert guarded.get("/health/live").status_code == 200


def test_a_token_opens_what_its_scope_says(guarded: TestClient, tokens: TokenFile) -> None:
    read = bearer(tokens.add("reader", READ, TODAY))
    write = bearer(tokens.add("writer", frozenset({Scope.READ, Scope.WRITE}), TODAY))
    control = bearer(tokens.add("digger", frozenset({Scope.CONTROL}), TODAY))
    what_if = {"codes": ["KL-TR-0001"], "name": "one"}
    assert guarded.get("/api/v1/status", headers=read).status_code == 200
    assert guarded.post("/api/v1/cut", json={"codes": ["KL-TR-0001"]}, headers=read).status_code == 200
    assert guarded.post("/api/v1/scenarios", json=what_if, headers=read).status_code == 403
    assert guarded.post("/api/v1/scenarios", json=what_if, headers=write).status_code == 201
    assert guarded.post("/api/v1/control", json={"action": "repair"}, headers=write).status_code == 403
    assert guarded.post("/api/v1/control", json={"action": "repair"}, headers=control).status_code == 200
    assert guarded.get("/api/v1/status", headers=control).status_code == 403


def test_a_revoked_token_is_refused_from_the_next_request_on(guarded: TestClient, tokens: TokenFile) -> None:
    token = tokens.add("grafana", READ, TODAY)
    assert guarded.get("/api/v1/status", headers=bearer(token)).status_code == 200
    tokens.revoke("grafana")
    refused = guarded.get("/api/v1/status", headers=bearer(token))
    assert (refused.status_code, "revoked" in refused.json()["title"]) == (401, True)


def test_a_token_ends_with_its_last_day(scene: Scene, guarded: TestClient, tokens: TokenFile) -> None:
    token = tokens.add("grafana", READ, TODAY)
    over = bearer(tokens.add("old", READ, TODAY - timedelta(days=1)))
    assert guarded.get("/api/v1/status", headers=over).status_code == 401
    assert guarded.get("/api/v1/status", headers=bearer(token)).status_code == 200
    scene.wait(86_400)
    assert guarded.get("/api/v1/status", headers=bearer(token)).status_code == 401


def test_whoever_may_see_the_page_may_use_it(guarded: TestClient) -> None:
    cookie = guarded.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/api/v1/" in cookie
    assert guarded.get("/api/v1/status").status_code == 200
    guarded.cookies.set("rainbow_page", "made up", path="/api/v1/")
    guarded.cookies.clear()
    assert guarded.get("/api/v1/status", headers={"cookie": "rainbow_page=guessed"}).status_code == 401


def test_a_city_without_a_token_file_is_open_at_this_machine(client: TestClient) -> None:
    assert client.get("/api/v1/status").status_code == 200
    assert "set-cookie" not in client.get("/").headers


def test_a_file_others_can_read_opens_nothing(guarded: TestClient, tokens: TokenFile, tmp_path: Path) -> None:
    token = tokens.add("grafana", READ, TODAY)
    (tmp_path / "state" / "secrets" / "api_tokens").chmod(0o644)
    refused = guarded.get("/api/v1/status", headers=bearer(token))
    assert refused.status_code == 404 or refused.status_code >= 500
    with pytest.raises(SettingsError, match="can be read by others"):
        TokenFile(tmp_path / "state" / "secrets" / "api_tokens").all()


@pytest.mark.parametrize(
    "line",
    [
        "grafana read 2027-01-01",
        "grafana all 2027-01-01 " + "0" * 64,
        "grafana read soon " + "0" * 64,
        "a read 2027-01-01 x",
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tokens: TokenFile, tmp_path: Path, line: str) -> None:
    tokens.add("first", READ, TODAY)
    path = tmp_path / "state" / "secrets" / "api_tokens"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 3 is no token"):
        tokens.all()


def test_what_cannot_be_made_or_revoked_is_said(tokens: TokenFile) -> None:
    tokens.add("grafana", READ, TODAY)
    with pytest.raises(UsageError, match="already"):
        tokens.add("grafana", READ, TODAY)
    with pytest.raises(UsageError, match="no name"):
        tokens.add("two words", READ, TODAY)
    with pytest.raises(UsageError, match="opens nothing"):
        tokens.add("none", frozenset(), TODAY)
    with pytest.raises(InputError, match="no token other"):
        tokens.revoke("other")


def test_every_operation_is_ruled_and_described_with_its_token(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    ways = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    needed = {way: RULES[way[0], way[1]].permission for way in ways}
    changing = {way for way, permission in needed.items() if permission in {"save", "take", "control"}}
    assert changing == {way for way in ways if way[0] not in {"GET", "HEAD"}} - {
        ("POST", "/api/v1/cut"),
        ("POST", "/api/v1/may-open"),
        ("POST", "/api/v1/within"),
    }
    assert {path for (_method, path), permission in needed.items() if permission is Permission.PUBLIC} == {
        "/health/live",
        "/health/ready",
    }
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/api/v1/")


def test_a_token_is_a_text_of_its_form_and_nothing_else(tokens: TokenFile) -> None:
    token, now_s = tokens.add("grafana", READ, TODAY), START_NS / 1e9
    assert tokens.found(token, now_s) is not None
    for wrong in (
        0,
        1,
        True,
        None,
        [],
        [token],
        {token: 1},
        b"",
        token.encode(),
        "",
        "*",
        "%",
        "rbw_",
        token + "\n",
        f" {token}",
    ):
        assert tokens.found(wrong, now_s) is None


def test_when_a_token_was_used_and_who_answers_for_it_is_kept(tmp_path: Path) -> None:
    used: list[tuple[str, float]] = []
    tokens = TokenFile(tmp_path / "tokens", used=lambda digest, at_s: used.append((digest, at_s)))
    token = tokens.add("grafana", READ, TODAY, owner="m.berg", within=frozenset({"west"}))
    (kept,) = TokenFile(tmp_path / "tokens").all()
    assert (kept.owner, kept.within) == ("m.berg", {"west"})
    tokens.found(token, START_NS / 1e9)
    tokens.found("rbw_" + "a" * 43, START_NS / 1e9)
    assert used == [(kept.digest, START_NS / 1e9)]


def test_a_token_in_an_address_is_refused(guarded: TestClient, tokens: TokenFile) -> None:
    token = tokens.add("grafana", READ, TODAY)
    refused = guarded.get("/api/v1/status", params={"access_token": token}, headers=bearer(token))
    assert (refused.status_code, "revoke" in refused.json()["cure"]) == (400, True)
