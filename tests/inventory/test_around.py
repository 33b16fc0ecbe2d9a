from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.around import around
from inventory.entities import Code, RouteKnown
from inventory.geodesy import point_at
from inventory.sources.city_folder import write_plant
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

METRES_PER_DEGREE = 111_210.0


def beside(plant: Plant, section: str, along_m: float, off_m: float) -> tuple[float, float]:
    """A place so far along a section and so far north of it."""
    lon, lat = point_at(plant.section[Code(section)].line, along_m)
    return lon, lat + off_m / METRES_PER_DEGREE


def test_what_a_digger_would_hit(glass_plant: Plant) -> None:
    found = around(glass_plant, [beside(glass_plant, "T1", 50.0, 4.0)], 5.0)
    assert [(item.code, item.metres) for item in found.sections] == [("T1", pytest.approx(3.9, abs=0.2))]
    assert found.nodes == ()
    assert (found.ducts, found.cables, found.links) == (("P1", "M1"), ("A",), ("L1", "L2", "L3"))
    assert (found.strands, found.strands_in_use) == (24, 3)
    assert found.services == ("SV-1",)
    assert around(glass_plant, [beside(glass_plant, "T1", 50.0, 4.0)], 3.0).sections == ()


def test_a_stretch_of_street_is_a_line(glass_plant: Plant) -> None:
    street = [beside(glass_plant, "T2", 100.0, 3.0), beside(glass_plant, "T2", 300.0, 3.0)]
    found = around(glass_plant, street, 5.0)
    assert [item.code for item in found.sections] == ["T2"]
    wide = around(glass_plant, street, 120.0)
    assert "RING" in [item.code for item in wide.nodes]
    assert {item.code for item in wide.sections} == {"T1", "T2", "T3"}
    assert (wide.strands, wide.strands_in_use) == (48, 6)


def test_a_cable_nobody_drew_may_lie_anywhere(glass_plant: Plant) -> None:
    lost = replace(glass_plant.cables[2], route=(), route_known=RouteKnown.NONE)
    plant = replace(glass_plant, cables=(*glass_plant.cables[:2], lost))
    assert around(plant, [(7.7, 49.4)], 5.0).unknown == ("D",)


def test_the_command(glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plant(glass_plant, tmp_path)
    lon, lat = beside(glass_plant, "T3", 100.0, 0.0)
    assert main(["inventory", "around", str(tmp_path), f"{lat},{lon}"]) == 1
    assert "trench T3, 0 m away, 0.6 m" in capsys.readouterr().out
    assert main(["inventory", "around", str(tmp_path), f"{lat},{lon}", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["cables"] == ["D"]
    assert main(["inventory", "around", str(tmp_path), "49.4,7.7"]) == 0
    assert main(["inventory", "around", str(tmp_path), "49.4"]) == 2
