from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from inventory.sources.city_folder import write_plant
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


@pytest.fixture
def city(glass_plant: Plant, tmp_path: Path) -> str:
    write_plant(glass_plant, tmp_path)
    return str(tmp_path)


def test_trace_shows_all_that_light_passes(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "trace", city, "SW1:1/2"]) == 0
    out = capsys.readouterr().out
    assert "SW1:1/2: 2 light paths" in out
    assert "S-AB 1/1" in out
    assert "expected at SW2:1/2#rx: -6.4 dBm, margin 16.6 dB" in out
    assert "expected at SW1:1/2#rx" in out
    assert "expected at SW2:1/2#tx" not in out
    assert main(["inventory", "trace", city, "A/1", "--format", "json"]) == 0
    paths = {path["wavelength_nm"]: path for path in json.loads(capsys.readouterr().out)}
    assert set(paths) >= {1471, 1491, 1511, 1531}
    assert paths[1471]["expected"][0]["port"] == "SW2:1/1#rx"
    assert paths[1491]["expected"][0]["port"] == "SW1:1/1#rx"


def test_trace_reckons_with_modules_one_thinks_of(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "trace", city, "A/2", "--optics", "1000BASE-ZX"]) == 0
    out = capsys.readouterr().out
    assert "open: nothing is joined here" in out
    assert "overloaded by up to" in out
    assert main(["inventory", "trace", city, "A/2", "--optics", "1000BASE-YX"]) == 2
    assert main(["inventory", "trace", city, "A/99"]) == 2
    assert "1 to 24" in capsys.readouterr().err


def test_strands_names_what_is_free(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "strands", city, "HALL", "SCHOOL"]) == 0
    out = capsys.readouterr().out
    assert "1. 3 free strands" in out
    assert "to be spliced at RING" in out
    assert main(["inventory", "strands", city, "HALL", "SCHOOL", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["bundles"][0]["pieces"][0] == ["A/2", "B/2"]
    assert main(["inventory", "strands", city, "HALL", "NIRVANA"]) == 2


def test_otdr_says_where(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "otdr", city, "A/2", "200"]) == 0
    assert "trench T1" in capsys.readouterr().out
    assert main(["inventory", "otdr", city, "A/2", "200", "--from", "SCHOOL", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["section"] == "T2"
    assert main(["inventory", "otdr", city, "A/2", "200", "--from", "FIRE"]) == 2
    assert "HALL to SCHOOL" in capsys.readouterr().err
    assert main(["inventory", "otdr", city, "A/2", "20000"]) == 2
    assert "beyond the end" in capsys.readouterr().err
