"""The whole API against what it says of itself: whatever is asked, no fault of the server, and answers as described."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from planner import digging

if TYPE_CHECKING:
    import pytest
    from planner_scene import Scene


HOST = {"host": "127.0.0.1"}
"""The page answers to loopback names only."""


FEW = settings(
    max_examples=150 if os.environ.get("RAINBOW_SLOW") == "1" else 12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


def test_whatever_is_asked_is_answered_as_described(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digging, "MOST_CANDIDATES", 1)  # each costs an index, for each budget
    scene.poll()
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", scene.app(), headers=HOST)
    asked: Counter[str] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=HOST)
            case.validate_response(answer, checks=CHECKS)
            asked[f"{case.method} {case.path}"] += 1

        ask()
    described = {f"{method.upper()} {path}" for path, ways in schema.raw_schema["paths"].items() for method in ways}
    assert asked.keys() == described
    assert min(asked.values()) >= 1
    print(f"{asked.total()} requests to {len(asked)} operations")  # noqa: T201 - how thorough it was
