"""The door is tested before the planner's small city."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.append(str(Path(__file__).parent.parent / "planner"))  # last: "conftest" stays the one of all tests

from planner_scene import small_plant

if TYPE_CHECKING:
    from inventory.plant import Plant


@pytest.fixture(scope="session")
def plant() -> Plant:
    return small_plant()
