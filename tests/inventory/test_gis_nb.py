"""Layers for German funding: columns and codes that are known, nothing made up, readable by others."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.entities import Code, DuctKind, RouteKnown, Status
from inventory.sources.city_folder import write_plant
from inventory.sources.gis_nb import BUILDINGS, CABLES, DUCTS, TRENCHES, funding_layers
from inventory.sources.gis_raw import layers_of, raw_layer
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


def rows(plant: Plant, layer: str) -> list[dict[str, object]]:
    return [dict(item["properties"]) for item in funding_layers(plant).files[layer]]  # type: ignore[call-overload] # a dict by construction


def test_what_is_to_be_built_has_its_code_and_what_lies_there_has_none_made_up(glass_plant: Plant) -> None:
    planned = replace(
        glass_plant,
        cables=tuple(replace(item, status=Status.PLANNED) if item.code == "A" else item for item in glass_plant.cables),
        ducts=tuple(replace(item, status=Status.PLANNED) for item in glass_plant.ducts),
    )
    cables = {row["rb_code"]: row for row in rows(planned, CABLES)}
    assert (cables["A"]["zustand"], cables["B"]["zustand"]) == (1, None)
    assert (cables["A"]["anzahl_f_a"], cables["A"]["v_a_sonst"]) == (24, "24 x G.652.D")
    ducts = {row["rb_code"]: row for row in rows(planned, DUCTS)}
    assert {code: (row["lr_art"], row["zustand"]) for code, row in ducts.items()} == {"P1": (1, 2), "M1": (6, 2)}
    buildings = {row["bezeichner"]: (row["art"], row["art_sonst"]) for row in rows(planned, BUILDINGS)}
    assert buildings == {"HALL": (12, ""), "SCHOOL": (None, "school"), "FIRE": (None, "fire_station"), "RING": (31, "")}


def test_a_bundle_tells_of_its_microducts(glass_plant: Plant) -> None:
    pipe, micro = glass_plant.ducts
    bundle = replace(pipe, kind=DuctKind.BUNDLE, make="2x10")
    spare = replace(micro, id="5b0c1f60-6a5c-4b8e-9f0e-000000000001", code=Code("M2"), reserve=True)
    (row,) = rows(replace(glass_plant, ducts=(bundle, micro, spare)), DUCTS)
    assert (row["lr_art"], row["lr_anzahl"], row["lr_reserv"]) == (14, 2, 1)


@pytest.mark.parametrize(
    ("make", "kind", "code"),
    [("10x2,0", "microduct", 6), ("7x1.5", "microduct", 5), ("9x1", "microduct", 99), ("dn 50", "pipe", 22)],
)
def test_ducts_are_told_by_the_trades_names(glass_plant: Plant, make: str, kind: str, code: int) -> None:
    duct = replace(glass_plant.ducts[0], make=make, kind=DuctKind(kind), inner_mm=None, outer_mm=None)
    (row,) = rows(replace(glass_plant, ducts=(duct,)), DUCTS)
    assert (row["lr_art"], row["lr_sonst"]) == (code, make if code == 99 else "")


def test_surfaces_are_sealed_or_not_and_unknown_ones_stay_open(glass_plant: Plant) -> None:
    surfaces = ("asphalt", "green", "")
    sections = tuple(replace(item, surface=name) for item, name in zip(glass_plant.sections, surfaces, strict=True))
    plant = replace(glass_plant, sections=sections)
    assert [row["trassenb"] for row in rows(plant, TRENCHES)] == [11, 12, None]
    assert funding_layers(plant).open_codes["Trassenbau.trassenb"] == 1


def test_others_read_it_and_shapefiles_keep_every_column(
    glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = replace(glass_plant.cables[1], route=(), route_known=RouteKnown.NONE)
    plant = replace(glass_plant, cables=(glass_plant.cables[0], unknown, glass_plant.cables[2]))
    write_plant(plant, tmp_path / "city")
    target = tmp_path / "nb"
    assert main(["inventory", "export", str(tmp_path / "city"), str(target), "--format", "gis-nb"]) == 0
    said = capsys.readouterr().err
    assert "B was left out" in said
    assert "Verbindungen.verb_art: 2 values" in said
    counts = {path.stem: len(raw_layer(path, layers_of(path)[0]).rows) for path in target.iterdir()}
    assert counts == {BUILDINGS: 4, TRENCHES: 3, DUCTS: 2, CABLES: 2}
    if shutil.which("ogr2ogr") is None:
        pytest.skip("ogr2ogr is not installed")
    for path in target.iterdir():
        shape = tmp_path / f"{path.stem}.shp"
        subprocess.run(["ogr2ogr", str(shape), str(path)], check=True, capture_output=True)
        before, after = raw_layer(path, layers_of(path)[0]), raw_layer(shape, path.stem)
        assert set(after.names) == set(before.names)
        assert len(after.rows) == len(before.rows)
