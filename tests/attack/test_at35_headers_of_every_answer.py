"""AT35: each page there is: the policy without exception, nothing inline, nothing framed, nothing kept by a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inline import Inline
from planner_scene import Scene
from starlette.testclient import TestClient
from test_at01_names_that_are_scripts import paths

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_at35_every_answer_has_the_policy_and_nothing_inline(tmp_path: Path, plant: Plant) -> None:
    scene = Scene(tmp_path, plant)
    scene.poll()
    pages = 0
    with TestClient(scene.app(), base_url="http://127.0.0.1:8021", follow_redirects=False) as client:
        for path in sorted(set(paths(scene))):
            answer = client.get(path)
            policy = answer.headers.get("content-security-policy", "")
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy, path
            assert "frame-ancestors 'none'" in policy, path
            for name, value in WANTED.items():
                assert answer.headers.get(name) == value, (path, name)
            if "text/html" in answer.headers.get("content-type", ""):
                pages += 1
                page = Inline()
                page.feed(answer.text)
                assert not page.found, (path, page.found[:3])
    assert pages > 20


@pytest.mark.parametrize(
    "path", ["/nowhere", "/port/none/none", "/api/v1/none", "/static/../city.toml", "/%2e%2e/city.toml"]
)
def test_at35_errors_have_it_too(tmp_path: Path, plant: Plant, path: str) -> None:
    with TestClient(Scene(tmp_path, plant).app(), base_url="http://127.0.0.1:8021") as client:
        answer = client.get(path)
    assert answer.status_code in {400, 404}
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Traceback" not in answer.text
    assert "city.toml" not in answer.text or "name =" not in answer.text
