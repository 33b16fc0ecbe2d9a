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


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> DoorScene:
    """One application for a whole module: making it costs more than all it is asked."""
    return DoorScene(tmp_path_factory.mktemp("city"), plant)


@pytest.fixture
def city(standing: DoorScene) -> DoorScene:
    """The same city on its first morning."""
    standing.forget()
    return standing


def pytest_configure() -> None:
    """Weaken the build where :mod:`weakened` asks for it."""
    if name := os.environ.get("RAINBOW_WEAKENED"):
        from weakenings import WEAKENINGS  # noqa: PLC0415 - found on the path set above

        WEAKENINGS[name].apply()
