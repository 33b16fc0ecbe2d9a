"""The GeoPackage: nothing lost in it, read and edited by Debian's GDAL, whatever coordinate system it comes in."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from conftest import ROOT, require_real

from inventory.entities import Code, Provenance, RouteKnown
from inventory.geodesy import distance_m
from inventory.sources.city_folder import inspect, read_plant, write_plant
from inventory.sources.geopackage import crs_of, write_geopackage
from inventory.sources.gis_lines import read_lines
from inventory.sources.gis_styles import STYLES
from inventory.sources.layers import LAYERS
from rainbow.cli import main
from rainbow.kernel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


@pytest.fixture(scope="module")
def lautern() -> Plant:
    return read_plant(ROOT / "cities" / "lautern")


def ogr(*arguments: object) -> str:
    done = subprocess.run([str(item) for item in arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:25832", "EPSG:3857", "EPSG:31467"])
def test_nothing_is_lost_in_any_coordinate_system(glass_plant: Plant, tmp_path: Path, crs: str) -> None:
    """Gauss-Krueger (31467) goes through a datum shift, so places may differ by the last digit: 2 cm."""
    file = tmp_path / "plant.gpkg"
    write_geopackage(glass_plant, file, crs=crs)
    plant = read_plant(file)
    if crs != "EPSG:31467":
        assert plant == glass_plant
    moved_m = max(distance_m(a.point, b.point) for a, b in zip(plant.sites, glass_plant.sites, strict=True))
    assert moved_m < 0.02
    assert [item.length_m for item in plant.sections] == [item.length_m for item in glass_plant.sections]


def test_every_kind_of_value_survives(glass_plant: Plant, tmp_path: Path) -> None:
    cable = replace(
        glass_plant.cables[0],
        name='Ä "x";\n,',
        sheath_m=None,
        optical_m=812.3456789012345,
        provenance=Provenance(source="s", as_of="2025-03-01", accuracy_m=0.1),
    )
    unknown = replace(glass_plant.cables[1], route=(), route_known=RouteKnown.NONE)
    plant = replace(glass_plant, cables=(cable, unknown, glass_plant.cables[2]), city="Über 'all'")
    write_geopackage(plant, tmp_path / "plant.gpkg")
    assert read_plant(tmp_path / "plant.gpkg") == plant
    assert read_plant(tmp_path) == plant  # a city folder with the file in place of text files


def test_the_demo_city_survives_and_equals_its_text_twin(lautern: Plant, tmp_path: Path) -> None:
    write_geopackage(lautern, tmp_path / "city.gpkg", crs="EPSG:25832")
    write_plant(read_plant(tmp_path / "city.gpkg"), tmp_path)
    for layer in LAYERS:
        shipped = ROOT / "cities" / "lautern" / "plant" / layer.file
        assert (tmp_path / "plant" / layer.file).exists() is shipped.exists()
        if shipped.exists():
            assert (tmp_path / "plant" / layer.file).read_bytes() == shipped.read_bytes()


@pytest.mark.real
def test_debians_gdal_opens_it_with_all_layers(lautern: Plant, tmp_path: Path) -> None:
    require_real("ogrinfo")
    file = tmp_path / "plant.gpkg"
    write_geopackage(lautern, file, crs="EPSG:25832")
    summary = ogr("ogrinfo", "-so", "-al", file)
    for layer in LAYERS:
        part = summary.split(f"Layer name: {layer.attribute}\n")[1].split("Layer name:")[0]
        assert f"Feature Count: {len(getattr(lautern, layer.attribute))}" in part
        assert all(f"\n{name}: " in part for name in layer.names), part
        if "Geometry: None" not in part:
            assert 'ID["EPSG",25832]]' in part
    assert "Layer name: layer_styles" in summary


@pytest.mark.real
def test_what_debians_gdal_edits_is_read_back(glass_plant: Plant, tmp_path: Path) -> None:
    """Reprojected, one site renamed, one cable deleted and one trench moved by others' tools."""
    require_real("ogr2ogr")
    write_geopackage(glass_plant, tmp_path / "ours.gpkg", crs="EPSG:25832")
    theirs = tmp_path / "theirs.gpkg"
    ogr("ogr2ogr", "-f", "GPKG", theirs, tmp_path / "ours.gpkg", "-t_srs", "EPSG:4258")
    assert read_plant(theirs).cables == glass_plant.cables
    ogr("ogrinfo", theirs, "-sql", "UPDATE sites SET name = 'Grundschule Süd' WHERE code = 'SCHOOL'")
    ogr("ogrinfo", theirs, "-sql", "DELETE FROM strand_states WHERE code = 'A/9'")
    plant = read_plant(theirs)
    assert [site.name for site in plant.sites] == ["", "Grundschule Süd", ""]
    assert [state.code for state in plant.strand_states] == ["D/3"]
    ogr("ogrinfo", theirs, "-sql", "DELETE FROM cables WHERE code = 'B'")
    with pytest.raises(InputError) as caught:
        read_plant(theirs)
    places = {finding.where for finding in caught.value.findings}
    assert "theirs.gpkg: splices, fid 1" in places
    assert all(finding.cure for finding in caught.value.findings)


def test_mistakes_name_layer_and_feature(glass_plant: Plant, tmp_path: Path) -> None:
    file = tmp_path / "plant.gpkg"
    write_geopackage(glass_plant, file)
    with sqlite3.connect(file) as database:
        # The triggers of the spatial index need functions that plain SQLite does not have.
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE cables SET strand_count = 0 WHERE code = 'B'")
        database.execute("UPDATE sites SET kind = 'shool' WHERE code = 'SCHOOL'")
        database.execute("ALTER TABLE structures ADD COLUMN colour TEXT")
        database.execute("DELETE FROM gpkg_contents WHERE table_name = 'channels'")
        database.execute("DROP TABLE channels")
    database.close()
    found = {(item.code, item.where) for item in inspect(file)[1]}
    assert found == {
        ("RB-1011", "plant.gpkg: cables, fid 2"),
        ("RB-1012", "plant.gpkg: sites, fid 2"),
        ("RB-1007", "plant.gpkg: structures"),
        ("RB-1001", "plant.gpkg: channels"),
    }


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "plant.gpkg").write_bytes(b"not a database")
    with pytest.raises(InputError, match="cannot be opened"):
        read_plant(tmp_path)


def test_a_folder_with_two_plants_is_refused(glass_plant: Plant, tmp_path: Path) -> None:
    write_plant(glass_plant, tmp_path)
    write_geopackage(glass_plant, tmp_path / "plant.gpkg")
    with pytest.raises(InputError, match="two plants"):
        read_plant(tmp_path)


def test_a_failed_write_leaves_the_old_file(glass_plant: Plant, tmp_path: Path) -> None:
    file = tmp_path / "plant.gpkg"
    write_geopackage(glass_plant, file)
    before = file.read_bytes()
    with pytest.raises(InputError, match="EPSG:99"):
        write_geopackage(glass_plant, file, crs="EPSG:99")
    with pytest.raises(InputError, match="cannot be written"):
        write_geopackage(glass_plant, tmp_path / "no" / "plant.gpkg")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plant.gpkg"]


def test_styles_are_inside_and_name_columns_that_are_there(glass_plant: Plant, tmp_path: Path) -> None:
    file = tmp_path / "plant.gpkg"
    write_geopackage(glass_plant, file)
    with sqlite3.connect(file) as database:
        rows = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchall())
        columns = {
            layer.attribute: {row[1] for row in database.execute(f"PRAGMA table_info({layer.attribute})")}
            for layer in LAYERS
        }
    database.close()
    assert set(rows) == {style.layer for style in STYLES} < set(columns)
    for style in STYLES:
        root = ET.fromstring(rows[style.layer].split("\n", 1)[1])  # noqa: S314 - our own style
        renderer = root.find("renderer-v2")
        assert renderer is not None
        assert renderer.get("attr") in columns[style.layer]
        symbols = {item.get("name") for item in root.iter("symbol")}
        assert {item.get("symbol") for item in root.iter("category")} == symbols
        assert not style.label or style.label in columns[style.layer]


def test_export_and_import_by_command(glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plant(glass_plant, tmp_path / "city")
    package = tmp_path / "out.gpkg"
    assert main(["inventory", "export", str(tmp_path / "city"), str(package), "--crs", "EPSG:25832"]) == 0
    assert main(["inventory", "check", str(package)]) == 0
    assert main(["inventory", "import-gis", str(package), str(tmp_path / "new")]) == 0
    assert read_plant(tmp_path / "new") == glass_plant
    assert main(["inventory", "import-gis", str(package), str(tmp_path / "new")]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["inventory", "export", str(package), str(tmp_path / "text")]) == 0
    assert read_plant(tmp_path / "text") == glass_plant


def test_fix_writes_the_geopackage_it_came_from(glass_plant: Plant, tmp_path: Path) -> None:
    turned = replace(glass_plant.sections[1], line=glass_plant.sections[1].line[::-1])
    hurt = replace(glass_plant, sections=(glass_plant.sections[0], turned, glass_plant.sections[2]))
    write_geopackage(hurt, tmp_path / "plant.gpkg", crs="EPSG:25832")
    assert main(["inventory", "check", str(tmp_path), "--fix"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plant.gpkg"]
    assert read_plant(tmp_path) == glass_plant
    assert crs_of(tmp_path / "plant.gpkg") == "EPSG:25832"


# Trenches drawn by others.

LINES = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
    "features": [
        {"type": "Feature", "properties": {"STR": name}, "geometry": {"type": kind, "coordinates": line}}
        for name, kind, line in [
            ("Eisenbahnstr.", "LineString", [[410000.0, 5477000.0], [410100.0, 5477000.0]]),
            ("Eisenbahnstr.", "LineString", [[410100.2, 5477000.1], [410100.0, 5477100.0, 230.0]]),
            (None, "MultiLineString", [[[410050.0, 5477000.0], [410050.0, 5476900.0]], [[0.0, 0.0], [1.0, 1.0]]]),
            ("Platz", "Point", [410000.0, 5477000.0]),
        ]
    ],
}


def test_lines_of_others_become_trenches_that_meet(tmp_path: Path) -> None:
    file = tmp_path / "trassen.geojson"
    file.write_text(json.dumps(LINES), encoding="utf-8")
    drawn = read_lines(file, code_column="STR")
    plant = drawn.plant
    assert [item.code for item in plant.sections] == ["Eisenbahnstr.", "Eisenbahnstr.-2", "TR-0003", "TR-0004"]
    assert [(item.from_node, item.to_node) for item in plant.sections[:2]] == [
        ("TR-N-0001", "TR-N-0002"),
        ("TR-N-0002", "TR-N-0003"),
    ]
    assert plant.sections[0].length_m == pytest.approx(100.04, abs=0.05)  # UTM's scale is 0.9996 in the middle
    assert (drawn.left_out, drawn.loose) == (1, (Code("TR-0003"),))
    assert read_lines(file, code_column="STR").plant == plant
    with pytest.raises(InputError, match="no column"):
        read_lines(file, code_column="STRASSE")


@pytest.mark.real
def test_a_shapefile_becomes_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require_real("ogr2ogr")
    (tmp_path / "t.geojson").write_text(json.dumps({**LINES, "features": LINES["features"][:2]}), encoding="utf-8")
    shape = tmp_path / "trassen.shp"
    ogr("ogr2ogr", shape, tmp_path / "t.geojson", "-s_srs", "EPSG:25832", "-t_srs", "EPSG:31466")
    city = tmp_path / "city"
    assert main(["inventory", "import-gis", str(shape), str(city), "--lines", "--code-column", "STR"]) == 0
    assert "2 trench sections" in capsys.readouterr().out
    assert len(read_plant(city).route_nodes) == 3
    shape.with_suffix(".prj").unlink()
    assert main(["inventory", "import-gis", str(shape), str(tmp_path / "x"), "--lines"]) == 2
    assert ".prj" in capsys.readouterr().err
