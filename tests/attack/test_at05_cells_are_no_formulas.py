"""AT05: a spreadsheet opened from an export calculates nothing that somebody named."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hostile import FORMULAS, hostile_plant
from running import rainbow

from inventory.sources.city_folder import write_plant
from rainbow.kernel.spreadsheet import cell

if TYPE_CHECKING:
    from pathlib import Path

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("text", [*FORMULAS, " =1+2", "\u00a0=1"])
def test_at05_a_cell_is_a_text(text: str) -> None:
    assert not str(cell(text)).lstrip(" \u00a0").startswith(BEGINNINGS)
    assert str(cell(text)).endswith(text)


def test_at05_numbers_stay_numbers() -> None:
    assert cell(-3.5) == -3.5
    assert cell("KL-SW-01") == "KL-SW-01"


def test_at05_colours_are_exported_without_a_formula(tmp_path: Path) -> None:
    plant = hostile_plant(FORMULAS)
    write_plant(plant, tmp_path)
    (tmp_path / "city.toml").write_text(f'[city]\nname = "{plant.city}"\n', encoding="utf-8")
    done = rainbow("inventory", "colours", str(tmp_path), "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    names = [name for row in rows[1:] for name in row if any(text in name for text in FORMULAS)]
    assert names, "the user group's name is in the export"
    assert not [name for row in rows for name in row if name.startswith(BEGINNINGS)]
