"""Colour plans: who shines where, what is free, and pictures that say it without colour."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from inventory.colour_picture import picture
from inventory.colours import StrandColours, colour_plan
from inventory.entities import Code, Direction
from inventory.optics_classes import CWDM_NM
from inventory.sources.city_folder import write_plant
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from inventory.plant import Plant


def plan(plant: Plant) -> dict[str, StrandColours]:
    return {str(item.strand): item for item in colour_plan(plant)}


def test_who_shines_in_which_colour_and_which_way(glass_plant: Plant) -> None:
    found = plan(glass_plant)
    assert list(found) == ["A/1", "B/1"]
    for strand in ("A/1", "B/1"):
        assert [(use.wavelength_nm, use.user_group, use.link, use.along) for use in found[strand].uses] == [
            (1471, "G-SCHOOL", "L1", True),
            (1491, "G-SCHOOL", "L1", False),
            (1511, "G-SAFE", "L2", True),
            (1531, "G-SAFE", "L2", False),
        ]
        assert found[strand].filtered
        assert found[strand].free == ()


def test_a_colour_both_filters_have_is_free_until_it_is_used(glass_plant: Plant) -> None:
    passives = tuple(replace(item, colours=(*item.colours, 1551)) for item in glass_plant.passives)
    assert plan(replace(glass_plant, passives=passives))["A/1"].free == (1551,)
    one = replace(glass_plant, passives=(passives[0], glass_plant.passives[1]))
    assert plan(one)["A/1"].free == ()


def test_without_documented_filters_the_grid_is_free(glass_plant: Plant) -> None:
    bare = replace(glass_plant, patches=(), terminations=(), splices=(), passives=())
    assert plan(bare)["B/1"].free == tuple(nm for nm in CWDM_NM if nm not in {1471, 1491, 1511, 1531})
    assert not plan(bare)["B/1"].filtered


def test_a_pair_of_strands_parts_the_directions(small_plant: Plant) -> None:
    """K1 shines both ways on L1's pair: along C1/1 from the hall, against it on C1/2; C2 is drawn from the school."""
    found = plan(small_plant)
    assert {name: [use.along for use in found[name].uses] for name in ("C1/1", "C1/2", "C2/1", "C2/2")} == {
        "C1/1": [True],
        "C1/2": [False],
        "C2/1": [False],
        "C2/2": [True],
    }
    one_way = replace(small_plant.channels[0], direction=Direction.A_TO_B)
    parted = plan(replace(small_plant, channels=(one_way, *small_plant.channels[1:])))
    assert "C1/2" not in parted


def test_a_strand_taken_whole_has_nothing_free(glass_plant: Plant) -> None:
    grey = replace(glass_plant.link[Code("L3")], strands=glass_plant.link[Code("L1")].strands, return_strands=())
    plant = replace(glass_plant, links=(*glass_plant.links[:2], grey))
    assert plan(plant)["A/1"].whole == ("L3",)
    assert plan(plant)["A/1"].free == ()


def test_the_picture_says_it_without_colour(glass_plant: Plant) -> None:
    group = replace(glass_plant.user_groups[0], name="Schulen & <Kitas>", display='"#fff')
    plant = replace(glass_plant, user_groups=(group, *glass_plant.user_groups[1:]))
    root = ET.fromstring(picture(plant, plan(plant)["A/1"]))  # noqa: S314 - our own picture
    words = [item.text for item in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("→") == words.count("←") == 2
    assert [word for word in words if word in {"1471", "SCHOOL", "SAFE"}].count("SCHOOL") == 2
    titles = [item.text for item in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == "1471 nm Schulen & <Kitas> → L1"


def test_the_command_writes_table_json_csv_and_pictures(
    glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plant(glass_plant, tmp_path)
    assert main(["inventory", "colours", str(tmp_path), "--pictures", str(tmp_path / "svg")]) == 0
    assert "1471 nm → G-SCHOOL  L1  K1" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "svg").iterdir()) == ["A_1.svg", "B_1.svg"]
    assert main(["inventory", "colours", str(tmp_path), "--strand", "B/1", "--format", "json"]) == 0
    (only,) = json.loads(capsys.readouterr().out)
    assert (only["strand"], len(only["uses"]), only["filters_documented"]) == ("B/1", 4, True)
    assert main(["inventory", "colours", str(tmp_path), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[1] == {
        "strand": "A/1",
        "colour": "1491",
        "wavelength_nm": "1491",
        "user_group": "G-SCHOOL",
        "user_group_name": "G-SCHOOL",
        "link": "L1",
        "channel": "K2",
        "direction": "against",
    }
    assert main(["inventory", "colours", str(tmp_path), "--strand", "B/13"]) == 2
