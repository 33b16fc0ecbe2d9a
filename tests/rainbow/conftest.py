from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

XML = """<network><networkStructure><nodes coordinatesType="pixel">
<node id="N1"/><node id="N2"/><node id="N3"/></nodes><links>
<link id="a"><source>N1</source><target>N2</target></link><link id="b"><source>N3</source><target>N2</target></link>
</links></networkStructure></network>
"""
CITY_TOML = """[city]
name = "three"
title = "Three"

[snmp.default]
version = "2c"
community_env = "TEST_COMMUNITY"
"""


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of three nodes in a row, with a secret in the environment."""
    drawing = tmp_path / "three.xml"
    drawing.write_text(XML, encoding="utf-8")
    folder = tmp_path / "three"
    assert main(["inventory", "import", str(drawing), str(folder)]) == 0
    (folder / "city.toml").write_text(CITY_TOML, encoding="utf-8")
    monkeypatch.setenv("TEST_COMMUNITY", "s3cret")
    monkeypatch.setenv("RAINBOW_LANG", "en")
    return folder
