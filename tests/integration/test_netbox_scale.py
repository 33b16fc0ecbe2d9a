"""Opt-in (``RAINBOW_SLOW=1``): reading a NetBox of 10,000 devices takes two minutes, one by ``.all()`` one more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from conftest import shared_data
from real_netbox import RealNetBox

from benchmarks.netbox import measure

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]
LONGEST_S, LEAST_RATIO, MOST_MB, MOST_QUESTIONS_AGAIN = 120, 5, 600, 50


@pytest.mark.skipif(os.environ.get("RAINBOW_SLOW") != "1", reason="RAINBOW_SLOW=1 measures a NetBox of 10,000 devices")
def test_ten_thousand_devices_are_read_in_two_minutes(tmp_path: Path) -> None:
    with RealNetBox(tmp_path, shared_data("netbox") / "netbox-4.7.3-scale.dump") as netbox:
        found = measure(netbox.url, netbox.token)
    assert found.objects["devices"] > 10_000
    assert found.objects["interfaces"] > 100_000
    assert found.objects["cables"] > 50_000
    assert found.ours_s < LONGEST_S
    assert found.ratio > LEAST_RATIO
    assert found.again_s < found.ours_s / LEAST_RATIO
    assert found.again_questions < MOST_QUESTIONS_AGAIN
    assert found.peak_mb < MOST_MB
