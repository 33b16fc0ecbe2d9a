"""The planner's tests stand on a small simulated city with a real store; helper modules go by their own names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests

from planner_scene import Scene, small_plant

if TYPE_CHECKING:
    from collections.abc import Iterator

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
