"""AT30: the dearest questions there are, deep, long, with a pattern that backtracks: bounded answers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from parted_city import parted
from planner_scene import Scene
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.plant import Plant

MOST_S = 8.0
"""Processor time of the dearest answer here; the city has 600 sections."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> Iterator[TestClient]:
    scene = Scene(tmp_path_factory.mktemp("dear"), parted(plant, 10))
    scene.poll()
    with TestClient(scene.app(), base_url="http://127.0.0.1:8021", raise_server_exceptions=False) as made:
        yield made


def bounded(client: TestClient, method: str, path: str, **more: object) -> int:
    began_s = time.process_time()
    status = client.request(method, path, **more).status_code  # type: ignore[arg-type] # a test's request
    assert time.process_time() - began_s < MOST_S, path
    assert status < 500, path
    return status


def test_at30_every_trench_cut_at_once(client: TestClient, plant: Plant) -> None:
    codes = [section.code for section in parted(plant, 10).sections]
    assert bounded(client, "POST", "/api/v1/cut", json={"cut": codes}) == 422
    assert bounded(client, "GET", "/parts/whatif?" + "&".join(f"cut={code}" for code in codes[:400])) == 422


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "a" * 5000, "(" * 500, "%" * 900, "[" * 900 + "]", "\\" * 900, ".*" * 400]
)
def test_at30_a_search_is_no_pattern(client: TestClient, pattern: str) -> None:
    assert bounded(client, "GET", "/parts/search", params={"q": pattern, "words": pattern}) in {200, 422}


def test_at30_bodies_deep_long_and_endless(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for body in (
        "[" * 100_000,
        "{" * 50_000,
        '{"cut":' + "[" * 20_000 + "]" * 20_000 + "}",
        "9" * 900_000,
        '{"cut":"' + "x" * 3_000_000,
    ):
        assert bounded(client, "POST", "/api/v1/cut", content=body, headers=headers) in {400, 413, 422}


def test_at30_a_thousand_ranges_are_one_answer(client: TestClient) -> None:
    """Starlette once took the square of their number (CVE-2025-62727)."""
    ranges = "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 20_000, 2))
    for path in ("/static/app/style.css", "/api/v1/plant/sections"):
        assert bounded(client, "GET", path, headers={"range": ranges}) == 200


def test_at30_pages_of_a_list_have_a_largest_size(client: TestClient) -> None:
    for query in ("limit=1000000000", "limit=-1", "limit=1e9", "offset=99999999999999999999", "limit=0x10"):
        assert bounded(client, "GET", f"/api/v1/devices?{query}") == 422
