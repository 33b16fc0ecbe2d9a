"""What is vendored is what was looked at: names, versions, licences and hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import planner

PLACES = (Path(planner.__file__).parent / "static" / "vendor", Path(__file__).parent / "assets")
"""What the page brings along, and what only its tests do."""


@pytest.mark.parametrize("place", PLACES, ids=["page", "tests"])
def test_every_vendored_file_is_listed_with_its_hash(place: Path) -> None:
    listed = {}
    for package in json.loads((place / "VENDOR.json").read_text(encoding="utf-8")):
        assert package["name"]
        assert package["version"]
        assert package["licence"]
        assert "LICENSE" in package["sha256"], package["name"]
        listed |= {(Path(package["folder"]) / name).as_posix(): digest for name, digest in package["sha256"].items()}
    there = {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    assert there == listed
