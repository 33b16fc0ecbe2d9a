"""The generated JSON against schemas derived from Grafana's own type definitions."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest
from grafana_like import Json, boards, panels_of

from dashboards.lint.schemas import FOLDER, panel_types

SCHEMAS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
BOARDS = {board["uid"]: board for board in boards()}


def faults(board: Json) -> list[str]:
    found = [error.message for error in jsonschema.Draft7Validator(SCHEMAS["dashboard"]).iter_errors(board)]
    for panel in panels_of(board):
        schema = SCHEMAS[panel["type"]]
        shown = {"options": panel["options"]}
        if "custom" in schema["properties"]:
            shown["custom"] = panel["fieldConfig"]["defaults"].get("custom", {})
        found += [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(shown)]
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_says_where_it_comes_from(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    assert "@grafana/schema 12.4.11" in SCHEMAS[name]["$comment"]
    assert "Apache-2.0" in SCHEMAS[name]["$comment"]


@pytest.mark.parametrize("uid", BOARDS)
def test_a_dashboard_fits_the_schemas(uid: str) -> None:
    assert {panel["type"] for panel in panels_of(BOARDS[uid])} <= panel_types()
    assert faults(BOARDS[uid]) == []


def test_the_schemas_are_strict_enough_to_fail() -> None:
    for key, value in (("refresh", 60), ("colour", "red"), ("schemaVersion", "42")):
        assert faults(BOARDS["rainbow-port"] | {key: value}), key
    broken = copy.deepcopy(BOARDS["rainbow-port"])
    panels_of(broken)[0]["options"]["graphMode"] = "pie"
    assert faults(broken)
    broken = copy.deepcopy(BOARDS["rainbow-port"])
    panels_of(broken)[0]["gridPos"]["h"] = "tall"
    assert faults(broken)
