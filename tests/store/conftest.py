"""Helper modules importable by their own names (tests are no package), and a store to be copied."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without a reading, to be copied: making one takes longer than the test."""
    path = tmp_path_factory.mktemp("empty") / "s.sqlite"
    with SqliteStore(path, StoreSettings()):
        pass
    return path
