"""The planner's tests stand on a small simulated city with a real store; helper modules go by their own names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import require_real
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests

from planner_browser import ARGUMENTS, CHROMIUM, INTERVAL_S, Served, Visit
from planner_scene import Scene, small_plant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from inventory.plant import Plant


@pytest.fixture(scope="session")
def plant() -> Plant:
    return small_plant()


@pytest.fixture
def scene(tmp_path: Path, plant: Plant) -> Scene:
    return Scene(tmp_path, plant)


@pytest.fixture
def client(scene: Scene) -> Iterator[TestClient]:
    with TestClient(scene.app(), base_url="http://127.0.0.1:8021") as made:
        yield made


@pytest.fixture(scope="session")
def quiet_client(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> Iterator[TestClient]:
    """For questions that no reading and no cut can change: making an application costs more than they do."""
    app = Scene(tmp_path_factory.mktemp("quiet"), plant).app()
    with TestClient(app, base_url="http://127.0.0.1:8021") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of one module, not of the session: Playwright's event loop runs as long, and no other may start meanwhile."""
    require_real("chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield made
        made.close()


@pytest.fixture
def served(tmp_path: Path, plant: Plant) -> Iterator[Served]:
    scene = Scene(tmp_path, plant, interval_s=INTERVAL_S)
    scene.poll()
    with Served(scene) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Visit]]:
    made: list[Visit] = []

    def start(**settings: object) -> Visit:
        made.append(Visit(browser, served, **settings))
        return made[-1]

    yield start
    for one in made:
        one.end()
