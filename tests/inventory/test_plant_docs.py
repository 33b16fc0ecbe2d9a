"""The guide to the plant's files names every file and every column, and nothing that is not there."""

from __future__ import annotations

import re

from conftest import ROOT

from inventory.sources.layers import LAYERS, PROVENANCE

COMMON = {"id", "code", "name", "status", *PROVENANCE}
ROW = re.compile(r"^\| `(?P<file>[\w.]+)`(?P<optional> \*)? \|[^|]*\|(?P<columns>[^|]*)\|$", re.MULTILINE)


def test_every_file_and_column_is_described() -> None:
    text = (ROOT / "docs" / "plant.md").read_text(encoding="utf-8")
    rows = {row["file"]: row for row in ROW.finditer(text)}
    assert set(rows) == {layer.file for layer in LAYERS}
    for layer in LAYERS:
        row = rows[layer.file]
        assert set(re.findall(r"`(\w+)`", row["columns"])) == set(layer.names) - COMMON, layer.file
        assert bool(row["optional"]) is layer.optional, layer.file
    assert all(f"`{name}`" in text for name in COMMON)
