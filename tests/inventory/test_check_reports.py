"""Findings for machines, and cures that are certain."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from inventory.checks import check
from inventory.entities import Code
from inventory.fixes import fixed
from inventory.sources.city_folder import read_plant, write_plant
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from inventory.plant import Plant


def wrong_way_round(plant: Plant) -> Plant:
    """Coordinates, a line, a route and strands the wrong way round."""
    hole, first = plant.structures[1], plant.sections[1]
    return replace(
        plant,
        structures=(plant.structures[0], replace(hole, point=hole.point[::-1])),
        sections=(plant.sections[0], replace(first, line=first.line[::-1]), *plant.sections[2:]),
        cables=tuple(replace(item, route=item.route[::-1]) for item in plant.cables),
        links=(replace(plant.links[0], strands=plant.links[0].strands[::-1]), *plant.links[1:]),
    )


def test_what_is_the_wrong_way_round_is_turned(small_plant: Plant) -> None:
    hurt = wrong_way_round(small_plant)
    assert {item.code for item in check(hurt)} == {"RB-3002", "RB-3004", "RB-4002", "RB-5010"}
    cured, fixes = fixed(hurt)
    assert cured == small_plant
    assert sorted(item.record for item in fixes) == ["C3", "HOLE", "L1", "T2"]


def test_strands_are_read_from_the_light(glass_plant: Plant) -> None:
    links = tuple(replace(item, strands=(), return_strands=()) for item in glass_plant.links)
    cured, fixes = fixed(replace(glass_plant, links=links))
    assert cured == glass_plant
    assert {item.rule for item in fixes} == {"RB-5011"}


def test_what_is_uncertain_is_left(small_plant: Plant) -> None:
    away = replace(small_plant.structures[1], point=(9.77, 49.44))
    hurt = replace(small_plant, structures=(small_plant.structures[0], away))
    assert fixed(hurt) == (hurt, ())


def test_fix_writes_only_what_it_cured(small_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plant(wrong_way_round(small_plant), tmp_path)
    devices = tmp_path / "plant" / "devices.csv"
    devices.write_text(devices.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    before = devices.read_bytes()
    assert main(["inventory", "check", str(tmp_path), "--fix"]) == 0
    assert "fixed RB-4002 C3: order of the route turned round" in capsys.readouterr().err
    assert read_plant(tmp_path) == small_plant
    assert devices.read_bytes() == before


def test_fix_writes_nothing_over_rows_it_could_not_read(
    small_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plant(wrong_way_round(small_plant), tmp_path)
    cables = tmp_path / "plant" / "cables.csv"
    cables.write_text(cables.read_text(encoding="utf-8").replace(",12,", ",twelve,", 1), encoding="utf-8")
    before = cables.read_bytes()
    assert main(["inventory", "check", str(tmp_path), "--fix"]) == 2
    assert "RB-1011" in capsys.readouterr().err
    assert cables.read_bytes() == before


def test_sarif_names_rule_file_and_line(small_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cable = replace(small_plant.cable[Code("C3")], route=(Code("T4"), Code("T3")))
    write_plant(replace(small_plant, cables=(*small_plant.cables[:2], cable, small_plant.cables[3])), tmp_path)
    (tmp_path / "plant" / "services.csv").unlink()
    assert main(["inventory", "check", str(tmp_path), "--format", "sarif"]) == 2
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    by_rule = {item["ruleId"]: item for item in run["results"]}
    assert all(rules[item["ruleIndex"]] == item["ruleId"] for item in run["results"])
    place = by_rule["RB-4002"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "plant/cables.csv"}, "region": {"startLine": 4}}
    assert by_rule["RB-4002"]["level"] == "error"
    assert "C3" in by_rule["RB-4002"]["message"]["text"]
    assert by_rule["RB-1001"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "plant/services.csv"


def test_junit_fails_for_errors_and_warnings(
    small_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plant(small_plant, tmp_path)
    assert main(["inventory", "check", str(tmp_path), "--format", "junit"]) == 0
    suite = ET.fromstring(capsys.readouterr().out.split("\n", 1)[1])  # noqa: S314 - our own report
    assert (suite.get("tests"), suite.get("failures"), len(suite)) == ("1", "0", 1)
    bad = replace(small_plant.cable[Code("C1")], name="<&\x01>", sheath_m=3.0)
    write_plant(replace(small_plant, cables=(bad, *small_plant.cables[1:])), tmp_path)
    assert main(["inventory", "check", str(tmp_path), "--format", "junit"]) == 1
    suite = ET.fromstring(capsys.readouterr().out.split("\n", 1)[1])  # noqa: S314 - our own report
    assert suite.get("failures") == "1"
    failure = suite[0].find("failure")
    assert failure is not None
    assert "sheath_m is 3.0 m" in str(failure.get("message"))
