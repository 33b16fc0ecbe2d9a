from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

from inventory.sources.city_folder import read_plant, write_plant
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

XML = """<network><networkStructure><nodes coordinatesType="pixel">
<node id="N1"/><node id="N2"/><node id="N3"/></nodes><links>
<link id="a"><source>N1</source><target>N2</target></link><link id="b"><source>N3</source><target>N2</target></link>
</links></networkStructure></network>
"""


@pytest.fixture
def city(small_plant: Plant, tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    write_plant(small_plant, folder)
    return folder


def test_check_is_quiet_on_a_plant_in_order(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "check", str(city)]) == 0
    out = capsys.readouterr().out
    assert "2 sites, 2 structures, 5 trench sections, 4 cables, 3 devices, 3 links" in out
    assert "0 errors, 0 warnings" in out


def test_check_answers_1_on_a_warning_and_2_on_an_error(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sites = city / "plant" / "sites.geojson"
    sites.write_text(sites.read_text(encoding="utf-8").replace('"is_hub": true', '"is_hub": false'), encoding="utf-8")
    assert main(["inventory", "check", str(city)]) == 1
    assert "RB-6001" in capsys.readouterr().out
    (city / "plant" / "links.csv").unlink()
    assert main(["inventory", "check", str(city), "--format", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert report["findings"][0]["where"] == "plant/links.csv"
    assert set(report["findings"][0]) == {"code", "severity", "where", "record", "message", "cure"}


def test_check_of_no_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "check", str(tmp_path / "nowhere")]) == 2
    assert "no city folder" in capsys.readouterr().err


def test_import_makes_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.xml").write_text(XML, encoding="utf-8")
    folder = tmp_path / "new"
    assert main(["inventory", "import", str(tmp_path / "net.xml"), str(folder), "--core", "N3"]) == 0
    said = capsys.readouterr()
    assert "3 sites, 2 trench sections; the core is N3" in said.out
    assert "3 sites have no coordinates" in said.err
    assert tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))["city"]["name"] == "net"
    assert read_plant(folder).hubs[0].name == "N3"
    assert main(["inventory", "check", str(folder)]) == 0


def test_import_overwrites_only_when_told(tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.xml").write_text(XML, encoding="utf-8")
    (city / "city.toml").write_text('[city]\nname = "kept"\n', encoding="utf-8")
    assert main(["inventory", "import", str(tmp_path / "net.xml"), str(city)]) == 2
    assert "--force" in capsys.readouterr().err
    assert len(read_plant(city).sites) == 2
    assert main(["inventory", "import", str(tmp_path / "net.xml"), str(city), "--force"]) == 0
    assert (len(read_plant(city).sites), read_plant(city).city) == (3, "kept")
