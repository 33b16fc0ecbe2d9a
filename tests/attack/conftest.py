"""Attacks stand on the helpers of the rooms they attack: the planner's small city behind its door, hostile agents."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.extend(
    str(Path(__file__).parent.parent / room) for room in ("attack", "planner", "collectors", "fuzz", "inventory")
)  # last

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


def pytest_configure() -> None:
    """Weaken the build where :mod:`weakened` asks for it."""
    if name := os.environ.get("RAINBOW_WEAKENED"):
        from weakenings import WEAKENINGS  # noqa: PLC0415 - found on the path set above

        WEAKENINGS[name].apply()
