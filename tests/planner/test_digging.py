"""Where to dig next on the page: the plan is topology's, in words and on the map."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from planner import digging
from planner.desk import Desk
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.dig import candidates_near, where_to_dig
from topology.rates import rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from planner_scene import Scene
    from starlette.testclient import TestClient


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_panel_tells_the_plan_of_topology(
    scene: Scene, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digging, "MOST_CANDIDATES", 6)  # each costs an index
    budget = 100_000
    page = client.get(f"/?dig={budget}").text
    assert f'hx-get="/parts/dig-plan?dig={budget}"' in page
    told = client.get("/parts/dig-plan", params={"dig": budget}).text
    index = CutIndex.of(scene.plant)
    offered = candidates_near(index)[: digging.MOST_CANDIDATES]
    plan = where_to_dig(index, offered, budget_eur=budget, rates=rates_of(TopologySettings()))
    assert plan.steps
    (marked,) = re.findall(r'data-lines="([^"]*)"', told)
    lines = json.loads(unescape(marked))
    assert [line["line"] for line in lines] == [
        [list(scene.plant.nodes[end].point) for end in (step.candidate.near, step.candidate.far)] for step in plan.steps
    ]
    for step in plan.steps:
        for end in (step.candidate.near, step.candidate.far, *step.freed):
            assert scene.plant.nodes[end].label in text(told)
    assert f"Now: {plan.before.exposed_sites} sites hang on a single trench" in text(told)
    assert f"Then: {plan.steps[-1].after.exposed_sites} site" in text(told)


def test_a_budget_that_buys_nothing_is_said(client: TestClient) -> None:
    assert "No new trench within this budget helps." in text(client.get("/parts/dig-plan", params={"dig": 1}).text)
    assert client.get("/parts/dig-plan", params={"dig": 0}).status_code == 422
    assert client.get("/parts/dig-plan", params={"dig": "nan"}).status_code == 422


def test_a_large_city_is_sent_to_the_command_line(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digging, "MOST_LINKS", 3)
    with pytest.raises(TopologyError) as refused:
        Desk.of(scene.services()).digging.panel(80_000)
    assert "rainbow topology dig" in refused.value.cure
