"""What may befall pollers and their coordinator, with real servers and processes: opt-in (``RAINBOW_SLOW=1``).

``test_shard.py`` has the same by a clock moved by hand. Seven minutes for each coordinator; two cores must be free.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from conftest import require_real

from benchmarks.cluster.__main__ import SIXTH, trials
from benchmarks.cluster.company import Size
from benchmarks.cluster.coordinator import PROGRAMS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("RAINBOW_SLOW") != "1", reason="RAINBOW_SLOW=1 stops pollers for minutes"),
]


@pytest.mark.parametrize("kind", PROGRAMS)
def test_pollers_bear_what_befalls_them(kind: str, tmp_path: Path) -> None:
    require_real(PROGRAMS[kind])
    size = Size(pollers=4, devices=10_000, **SIXTH)  # type: ignore[arg-type] # numbers by name
    failed = {verdict.trial: verdict.failed for verdict in trials(kind, size, "", tmp_path) if verdict.failed}
    assert not failed
