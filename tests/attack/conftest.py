"""Attacks stand on the helpers of the rooms they attack: the planner's small city behind its door, hostile agents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
ROOMS = ("planner", "collectors", "fuzz")
sys.path.extend(
    [str(HERE), *(str(HERE.parent / room) for room in ROOMS)]
)  # last: "conftest" stays the one of all tests

from door_scene import DoorScene
from planner_scene import small_plant

if TYPE_CHECKING:
    from inventory.plant import Plant


@pytest.fixture(scope="session")
def plant() -> Plant:
    return small_plant()


@pytest.fixture
def city(tmp_path: Path, plant: Plant) -> DoorScene:
    return DoorScene(tmp_path, plant)
