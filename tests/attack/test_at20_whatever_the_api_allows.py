"""AT20: whatever the API's own description allows, asked as each role and nobody: no fault, nothing shut."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from planner.permissions import RULES
from trust.roles import NOBODY, PERMISSIONS, Role
from trust.sessions import csrf_of

if TYPE_CHECKING:
    from door_scene import DoorScene

FEW = settings(
    max_examples=3 if os.environ.get("RAINBOW_SLOW") == "1" else 1,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("role", [*Role, None])
def test_no_fault_and_no_answer_where_the_matrix_says_no(city: DoorScene, role: Role | None) -> None:
    city.scene.poll()
    reader = city.key("g-viewer", subject="reader")
    headers = {"host": "rainbow.example", "sec-fetch-site": "same-origin"}
    described = {**headers, "cookie": f"{city.door.cookie}={reader}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", city.app, headers=described)
    if role is not None:
        key = city.key(f"g-{role}", subject=f"the.{role}")
        headers |= {"cookie": f"{city.door.cookie}={key}", "x-rainbow-csrf": csrf_of(key)}
    may = PERMISSIONS[role] if role is not None else NOBODY
    asked: Counter[bool] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        asked += ask(operation, headers, is_open=RULES[operation.method.upper(), operation.path].permission in may)
    assert asked.total() > 30
    assert (asked[True] > 2 * FEW.max_examples) == (role not in {None, Role.AUDITOR})


def ask(operation: schemathesis.APIOperation, headers: dict[str, str], *, is_open: bool) -> Counter[bool]:
    """A few requests of what an operation's description allows."""
    asked: Counter[bool] = Counter()

    @FEW
    @given(case=operation.as_strategy())
    def one(case: schemathesis.Case) -> None:
        case.headers.clear()
        answer = case.call(headers=headers, timeout=60)
        case.validate_response(answer, checks=[not_a_server_error])
        assert is_open or answer.status_code in {401, 403, 413, 415, 422}, (case.method, case.path, answer.status_code)
        asked[is_open] += 1

    one()
    return asked
