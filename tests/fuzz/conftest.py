"""Makes this folder's modules and the collectors' fakes importable by their own names; tests are not a package."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.extend([str(HERE), str(HERE.parent / "collectors")])  # last: "conftest" stays the one of all tests
