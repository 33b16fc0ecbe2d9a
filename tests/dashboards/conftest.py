"""A real InfluxDB with six hours of a small city, filled once for all tests of a file that only ask.

Makes this folder's helper modules importable by their own names; tests are not a package.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.append(str(Path(__file__).parent))  # last: "conftest" stays the one of all tests

from filled_influx import Filled, filled_influx

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled_influx(tmp_path_factory.mktemp("grafana")) as found:
        yield found
