from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.entities import Code, Provenance, Status
from inventory.history import NAMES, built, differences, planned, sums
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.layers import LAYERS
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


def changed(plant: Plant) -> Plant:
    """One of each: a cable gone, a site moved and renamed, a route and a status changed, a splice new."""
    site = replace(plant.sites[1], point=(7.7801, 49.4463), code=Code("SCHOOL-2"), name="Südschule")
    cable = replace(plant.cables[0], strand_count=48, containers=(), provenance=Provenance(source="as built"))
    splice = replace(plant.splices[0], id="new", code=Code("S-NEW"))
    return replace(
        plant,
        sites=(plant.sites[0], site, plant.sites[2]),
        cables=(cable, *plant.cables[1:-1]),
        splices=(*plant.splices, splice),
    )


def test_changes_are_told_in_the_words_of_the_model(glass_plant: Plant) -> None:
    found = {(item.kind, item.what, item.code): item for item in differences(glass_plant, changed(glass_plant))}
    assert set(found) == {
        ("sites", "changed", "SCHOOL-2"),
        ("cables", "removed", "D"),
        ("cables", "changed", "A"),
        ("splices", "added", "S-NEW"),
    }
    said = {item.field: item.said for item in found["cables", "changed", "A"].fields}
    assert said == {
        "strand_count": "strand_count: 24 -> 48",
        "containers": "containers: -M1",
        "source": "source: - -> as built",
    }
    moved = {item.field: item.said for item in found["sites", "changed", "SCHOOL-2"].fields}
    assert moved["point"] == "moved by 11.1 m"
    assert moved["code"] == "code: SCHOOL -> SCHOOL-2"


def test_nothing_changed_is_nothing(glass_plant: Plant, small_plant: Plant) -> None:
    assert differences(glass_plant, replace(glass_plant)) == ()
    there, back = differences(small_plant, glass_plant), differences(glass_plant, small_plant)
    assert {(item.kind, item.code) for item in there if item.what == "added"} == {
        (item.kind, item.code) for item in back if item.what == "removed"
    }


def test_an_order_is_told_from_a_list(glass_plant: Plant) -> None:
    link = glass_plant.link[Code("L3")]
    turned = replace(link, strands=link.strands[::-1])
    (change,) = differences(glass_plant, replace(glass_plant, links=(*glass_plant.links[:2], turned)))
    assert change.fields[0].said == "strands: in another order"


def test_what_it_amounts_to(glass_plant: Plant) -> None:
    grown = sums(glass_plant, changed(glass_plant))
    assert (grown.strands, grown.links, grown.trench_m) == (24 - 12, 0, 0.0)
    assert grown.cable_m == pytest.approx(-glass_plant.section[Code("T3")].length_m)


def test_every_layer_has_a_name() -> None:
    assert set(NAMES) == {layer.attribute for layer in LAYERS}


def test_the_planned_is_switched_on(glass_plant: Plant) -> None:
    plan = replace(glass_plant.cables[1], status=Status.PLANNED)
    dug = replace(glass_plant.sections[1], status=Status.UNDER_CONSTRUCTION)
    plant = replace(
        glass_plant,
        cables=(glass_plant.cables[0], plan, glass_plant.cables[2]),
        sections=(glass_plant.sections[0], dug, glass_plant.sections[2]),
    )
    assert [(kind, item.code) for kind, item in planned(plant)] == [("sections", "T2"), ("cables", "B")]
    assert built(plant) == glass_plant
    part = built(plant, codes=[Code("B")])
    assert (part.cable[Code("B")].status, part.section[Code("T2")].status) == (
        Status.IN_SERVICE,
        Status.UNDER_CONSTRUCTION,
    )


def test_the_commands(glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = replace(glass_plant.cables[1], status=Status.PLANNED)
    write_plant(replace(glass_plant, cables=(glass_plant.cables[0], plan, glass_plant.cables[2])), tmp_path / "a")
    write_plant(glass_plant, tmp_path / "b")
    a, b, target = str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "c")
    assert main(["inventory", "diff", a, b]) == 1
    assert "~ cable B\n    status: planned -> in_service" in capsys.readouterr().out
    assert main(["inventory", "diff", a, b, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["changes"][0]["fields"]["status"]["after"] == "in_service"
    assert main(["inventory", "planned", a]) == 0
    assert "cable B" in capsys.readouterr().out
    assert main(["inventory", "what-if", a, target, "D"]) == 2
    assert main(["inventory", "what-if", a, target, "B"]) == 0
    assert main(["inventory", "diff", b, target]) == 0
    assert "equal" in capsys.readouterr().out
    assert main(["inventory", "what-if", a, target]) == 2
    assert read_plant(tmp_path / "a").cable[Code("B")].status is Status.PLANNED
