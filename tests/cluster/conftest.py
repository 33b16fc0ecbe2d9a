"""Helper modules importable by their own names (tests are no package)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests
