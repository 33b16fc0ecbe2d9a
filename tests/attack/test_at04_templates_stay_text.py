"""AT04: what looks like a template of Jinja, Grafana or a query stays the text it is, on the pages and in queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hostile import QUERIES, hostile_plant
from planner_scene import Scene
from starlette.testclient import TestClient

from dashboards.influxql import equals
from rainbow.kernel.metrics import DEVICE

if TYPE_CHECKING:
    from pathlib import Path

SUMS = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{ cycler.__init__.__globals__ }}",
    "{% for x in range(9) %}49{% endfor %}",
)


def test_at04_no_page_and_no_answer_works_out_a_name(tmp_path: Path) -> None:
    plant = hostile_plant(SUMS)
    said: set[str] = set()
    with TestClient(Scene(tmp_path, plant).app(), base_url="http://127.0.0.1:8021") as client:
        for site in plant.sites[:8]:
            page = client.get(f"/parts/site/{site.code}").text
            assert "<class " not in page
            assert "494949" not in page
            said |= {text for text in SUMS if text.replace("<", "&lt;").replace(">", "&gt;") in page}
        names = json.dumps(client.get("/api/v1/plant/sites").json())
    assert said, "the names are shown as they are"
    assert any(text in names for text in SUMS)
    assert "494949" not in names


def test_at04_a_name_in_a_query_ends_where_it_ends() -> None:
    """InfluxQL's texts: every quote and backslash of a name is escaped, so that the condition holds one text."""
    for name in (*QUERIES, "it's", "\\", "\\'", "'", "''--"):
        condition = equals(DEVICE, "device", name)
        _left, _equals, quoted = condition.partition(" = ")
        assert quoted[0] == quoted[-1] == "'"
        assert _unquoted(quoted[1:-1]) == name


def _unquoted(text: str) -> str:
    """What InfluxDB reads: a quote within must have a backslash before it."""
    out, at = "", 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        else:
            assert text[at] != "'", "the text ends too early"
        out += text[at]
        at += 1
    return out
