"""AT18 and AT20: fields that nobody asked for, of the wrong kind, too many, too deep; limits that are no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.bodies import MOST_BYTES, MOST_DEPTH, depth
from trust.roles import Role

if TYPE_CHECKING:
    from door_scene import DoorScene
    from starlette.testclient import TestClient

MORE = (
    "role",
    "roles",
    "owner",
    "protection_class",
    "protection",
    "id",
    "saved",
    "acknowledged_by",
    "is_admin",
    "__class__",
)
WRONG: tuple[Any, ...] = (None, True, 1, 1.5, [], {}, [[]], {"$ne": ""}, [None], [1], "", "x" * 10_000)


@pytest.fixture
def engineer(city: DoorScene) -> TestClient:
    return city.of_role(Role.ENGINEER)


def bodies(city: DoorScene) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    code = city.plant.sections[0].code
    return (
        ("POST", "/api/v1/scenarios", {"name": "mine", "codes": [code]}),
        ("PATCH", "/api/v1/scenarios/none", {"name": "mine"}),
        ("POST", "/api/v1/cut", {"codes": [code]}),
        ("POST", "/api/v1/may-open", {"codes": [code]}),
        ("POST", "/api/v1/within", {"line": [[7.7, 49.4], [7.8, 49.5]], "metres": 10.0}),
        ("POST", "/api/v1/control", {"action": "repair", "codes": []}),
        ("POST", "/api/v1/incidents/1/take", {"name": "me"}),
    )


@pytest.mark.parametrize("name", MORE)
def test_a_field_that_is_not_asked_for_is_refused(city: DoorScene, engineer: TestClient, name: str) -> None:
    for method, path, body in bodies(city):
        answer = engineer.request(method, path, json={**body, name: "admin"})
        assert answer.status_code == 422, (path, answer.text)


def test_a_value_of_another_kind_is_refused(city: DoorScene, engineer: TestClient) -> None:
    for method, path, body in bodies(city):
        for name, good in body.items():
            for wrong in WRONG:
                is_number = isinstance(good, float) and type(wrong) in {int, float}
                if is_number or (type(wrong) is type(good) and name != "action"):
                    continue
                answer = engineer.request(method, path, json={**body, name: wrong})
                assert answer.status_code == 422, (path, name, wrong, answer.text)
        assert engineer.request(method, path, json=[body]).status_code == 422
        assert engineer.request(method, path, json=None).status_code in {415, 422}


@pytest.mark.parametrize(
    "query",
    [
        "limit=1&limit=2",
        "limit[]=1",
        "limit=1e3",
        "limit=true",
        "limit=-1",
        "limit=99999999999999999999",
        "limit=1.5",
        "limit=0x10",
        "limit=%00",
        "offset=NaN",
        "offset=١",
    ],
)
def test_a_limit_is_one_whole_number(engineer: TestClient, query: str) -> None:
    answer = engineer.get(f"/api/v1/devices?{query}")
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert len(answer.json()["items"]) <= 1000


def test_a_body_has_a_size_and_a_depth(engineer: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert engineer.post("/api/v1/cut", content=b" " * (MOST_BYTES + 1), headers=headers).status_code == 413
    said = {**headers, "content-length": "99999999999"}
    assert engineer.post("/api/v1/cut", content=b"{}", headers=said).status_code == 413
    for deep in (
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"codes":' + b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1) + b"}",
    ):
        assert engineer.post("/api/v1/cut", content=deep, headers=headers).status_code == 422
    packed = {**headers, "content-encoding": "gzip"}
    assert engineer.post("/api/v1/cut", content=b"\x1f\x8b", headers=packed).status_code == 415


@pytest.mark.parametrize(
    ("text", "found"), [(b"{}", 1), (b'[[1], "[[[[", {"a\\"[": []}]', 3), (b'"[[[', 0), (b"]]]][", 0), (b"", 0)]
)
def test_brackets_in_texts_do_not_count(text: bytes, found: int) -> None:
    assert depth(text) == found


def test_numbers_that_are_none_are_refused(engineer: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = f'{{"line": [[7.7, {number}], [7.8, 49.5]], "metres": 10.0}}'
        assert engineer.post("/api/v1/within", content=body, headers=headers).status_code == 422
