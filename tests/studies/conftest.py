"""Makes this folder's helpers and the plants of topology's tests importable by their own names."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests
sys.path.append(str(Path(__file__).parent.parent / "topology"))
