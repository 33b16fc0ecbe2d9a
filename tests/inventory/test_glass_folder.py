"""The files about glass: read back as written, absent where there is nothing to say, refused in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.sources.city_folder import inspect, read_plant, write_plant
from inventory.sources.layers import LAYERS
from rainbow.kernel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

OPTIONAL = [layer.file for layer in LAYERS if layer.optional]


@pytest.fixture
def city(glass_plant: Plant, tmp_path: Path) -> Path:
    write_plant(glass_plant, tmp_path)
    return tmp_path


def test_the_whole_plant_is_read_back(glass_plant: Plant, city: Path) -> None:
    assert read_plant(city) == glass_plant
    assert inspect(city)[1] == ()
    written = {path.name for path in (city / "plant").iterdir()}
    assert written == {layer.file for layer in LAYERS if not layer.optional or getattr(glass_plant, layer.attribute)}
    write_plant(read_plant(city), city / "again")
    for file in written:
        assert (city / "again" / "plant" / file).read_bytes() == (city / "plant" / file).read_bytes()


def test_a_folder_without_the_files_about_glass_is_read_as_before(small_plant: Plant, city: Path) -> None:
    write_plant(small_plant, city)
    assert not [file for file in OPTIONAL if (city / "plant" / file).exists()]
    assert "containers" not in (city / "plant" / "cables.csv").read_text(encoding="utf-8")
    assert read_plant(city) == small_plant


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "cure"),
    [
        ("splices.csv", ",A/1,", ",A-1,", "RB-1013", "CABLE/NUMBER"),
        ("splices.csv", ",B/1,", ",B/1;B/2,", "RB-1013", "CABLE/NUMBER"),
        ("splices.csv", ",CL,", ",CX,", "RB-2001", "closures"),
        ("splices.csv", "fusion", "glued", "RB-1012", "mechanical"),
        ("terminations.csv", "OD-H:1", "OD-X:1", "RB-2001", "OD-"),
        ("patches.csv", "SW1:1/1#tx", "SW1:1/9#tx", "RB-2001", "SW1:1/"),
        ("passives.csv", "1471;1491", "1471;red", "RB-1011", "digits"),
        ("ducts.csv", "10.0,P1,", "10.0,P9,", "RB-2001", "ducts"),
        ("cables.csv", ",M1,", ",M2,", "RB-2001", "ducts"),
        ("cables.csv", "RING=15.0", "RING:15.0", "RB-1013", "NODE=METRES"),
        ("cables.csv", "RING=15.0", "RANG=15.0", "RB-2001", "RING"),
        ("transceivers.csv", ",SW1:1/3,", ",SW1:1/8,", "RB-2001", "SW1:1/"),
        ("strand_states.csv", "broken", "bent", "RB-1012", "broken"),
        ("risk_groups.csv", "SCHOOL;FIRE", "SCHOOL;FARM", "RB-2001", "FARM"),
    ],
)
def test_a_mistake_is_named_with_its_cure(city: Path, file: str, old: str, new: str, code: str, cure: str) -> None:
    path = city / "plant" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plant(city)
    first = caught.value.findings[0]
    assert first.code == code, str(first)
    assert first.where.startswith(f"plant/{file}:")
    assert cure in first.cure


def test_an_end_that_is_named_is_kept(glass_plant: Plant, tmp_path: Path) -> None:
    from inventory.glass import End, StrandEnd  # noqa: PLC0415

    first = glass_plant.splices[0]
    named = replace(first, a=StrandEnd(first.a.strand, End.TO))
    plant = replace(glass_plant, splices=(named, *glass_plant.splices[1:]))
    write_plant(plant, tmp_path)
    assert "A/1:to" in (tmp_path / "plant" / "splices.csv").read_text(encoding="utf-8")
    assert read_plant(tmp_path) == plant
