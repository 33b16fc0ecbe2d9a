"""What is vendored is what was looked at: names, versions, licences and hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import planner

VENDOR = Path(planner.__file__).parent / "static" / "vendor"


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    listed = {}
    for package in json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8")):
        assert package["name"]
        assert package["version"]
        assert package["licence"]
        assert "LICENSE" in package["sha256"], package["name"]
        listed |= {f"{package['folder']}/{name}": digest for name, digest in package["sha256"].items()}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    assert there == listed
