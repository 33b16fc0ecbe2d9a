"""Generated files are up to date, and follow the catalogue they come from."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from conftest import ROOT

from rainbow.generate import metrics_page, stale
from rainbow.kernel.metrics import CATALOGUE, DEVICE, INTERFACE

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_generated_is_up_to_date() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "rainbow.generate", "--check"],
        cwd=ROOT,
        env={**os.environ, "RAINBOW_LANG": "de"},  # a German shell makes the same files
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr


def test_stale_and_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "same").write_bytes(b"same")
    wanted = {tmp_path / "old": b"new", tmp_path / "same": b"same", tmp_path / "gone": b"x"}
    assert stale(wanted, tmp_path) == [tmp_path / "old", tmp_path / "gone"]


def test_every_metric_tag_and_field_has_its_row() -> None:
    page = metrics_page()
    for metric in CATALOGUE:
        assert f"\n## {metric.name}\n" in page
        for item in metric.fields:
            assert f"| `{item.name}` | {item.unit or '-'} | {item.kind} | {item.help}" in page


def test_a_metric_renamed_in_the_catalogue_is_renamed_in_the_page() -> None:
    renamed = replace(INTERFACE, name="port", in_bps=replace(INTERFACE.in_bps, name="received_bps"))
    page = metrics_page([renamed, DEVICE])
    assert "\n## port\n" in page
    assert "| `received_bps` | bit/s | float | Received traffic |" in page
    assert "`interface`" not in page
    assert "`in_bps`" not in page
