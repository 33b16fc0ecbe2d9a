"""Formats of others, and what is left out of them for whom."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from conftest import ROOT, require_real
from real_xplan import read_by_xplan

from inventory.checks import check
from inventory.entities import Code, Criticality, RouteKnown
from inventory.geodesy import distance_m
from inventory.redaction import Audience, redacted
from inventory.sources.atlas_settings import AtlasSettings, Contact
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.exchange import geojson_3d, kml
from inventory.sources.xtrasse import atlas_plan, build_plan
from rainbow.cli import main
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

CONTACT = Contact(name="Netzbüro", telephone="+49 631 0", email="netz@example.org")
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def lautern() -> Plant:
    return read_plant(ROOT / "cities" / "lautern")


def features(text: str) -> dict[str, list[dict[str, dict[str, object]]]]:
    found: dict[str, list[dict[str, dict[str, object]]]] = {}
    for item in json.loads(text)["features"]:
        found.setdefault(item["featureType"], []).append(item)
    return found


# XTrasse


@pytest.mark.real
@pytest.mark.timeout(900)  # its environment is made on first use
def test_the_leading_offices_reader_takes_both_plans(lautern: Plant, glass_plant: Plant, tmp_path: Path) -> None:
    """And refuses what is not valid, or its yes would say nothing."""
    atlas = atlas_plan(lautern, AtlasSettings(contact=CONTACT))[0]
    texts = {
        "lautern": build_plan(lautern)[0],
        "glass": build_plan(glass_plant)[0],
        "atlas": atlas,
        "broken": atlas.replace('"verfuegbarkeit": "1000"', '"verfuegbarkeit": "17"', 1),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = dict(zip(texts, read_by_xplan(*(tmp_path / name for name in texts)), strict=True))
    assert "error" in read["broken"]
    for name in ("lautern", "glass", "atlas"):
        said = read[name]
        assert (said.get("schema"), said.get("version"), said.get("srid")) == ("xtrasse", "2.0", 25832), said
    for name, plant in (("lautern", lautern), ("glass", glass_plant)):
        kinds = read[name]["kinds"]
        assert isinstance(kinds, dict)
        assert kinds["BRA_BreitbandtrasseAbschnitt"] == len(plant.sections)
        assert kinds["BRA_Kabel"] == len(plant.cables)
        assert kinds["BRA_Hausanschluss"] == len(plant.sites)
    kinds = read["atlas"]["kinds"]
    assert isinstance(kinds, dict)
    assert kinds["ISA_Glasfaser"] == len(lautern.cables)


def test_the_build_says_what_lies_in_what(glass_plant: Plant) -> None:
    text, left_out = build_plan(glass_plant)
    found = features(text)
    assert left_out == ()
    pipe, micro = found["BRASchutzrohr"][0], found["BRAMikrorohr"][0]
    assert micro["properties"]["schutzrohr"] == pipe["id"]
    assert (micro["properties"]["rohrtyp"], micro["properties"]["farbe"]) == ("2200", "2000")
    cable = next(item for item in found["BRAKabel"] if item["properties"]["title"] == "A")
    assert cable["properties"]["mikrorohr"] == micro["id"]
    assert cable["properties"]["aussendurchmesser"] == {"value": 0.0045, "uom": "m"}
    first = cable["place"]["coordinates"]
    assert isinstance(first, list)
    assert first[0] == pytest.approx([410_808.0, 5_477_590.0], abs=60)  # the hall, in metres of zone 32
    plan = found["BRAAusbauPlan"][0]
    assert len(plan["properties"]["hatBRAObjekt"]) == sum(map(len, found.values())) - 1  # type: ignore[arg-type] # JSON


def test_what_nobody_can_draw_is_left_out_and_named(glass_plant: Plant) -> None:
    unknown = replace(glass_plant.cables[1], route=(), route_known=RouteKnown.NONE)
    plant = replace(glass_plant, cables=(glass_plant.cables[0], unknown, glass_plant.cables[2]))
    assert build_plan(plant)[1] == ("B",)
    text, left_out = atlas_plan(plant, AtlasSettings(contact=CONTACT))
    assert left_out == ("B",)
    assert [item["properties"]["title"] for item in features(text)["ISAGlasfaser"]] == ["A", "D"]


def test_the_atlas_says_availability_depth_and_exemption(glass_plant: Plant) -> None:
    settings = AtlasSettings(contact=CONTACT)
    found = features(atlas_plan(glass_plant, settings, exempt=["A", "D"])[0])
    fibre = {str(item["properties"]["title"]): item["properties"] for item in found["ISAGlasfaser"]}
    assert {code: item["ausnahmeISA"] for code, item in fibre.items()} == {"A": True, "B": False, "D": True}
    assert {item["verlegetiefe"] for item in fibre.values()} == {60}
    ducts = {str(item["properties"]["title"]): item["properties"]["verfuegbarkeit"] for item in found["ISALehrrohr"]}
    assert ducts == {"P1": "1000", "M1": "1000"}
    plan = found["ISAPlan"][0]["properties"]
    assert plan["kontaktGIS"] == {"vorUndZuname": "Netzbüro", "telefon": "+49 631 0", "eMail": "netz@example.org"}


@pytest.mark.parametrize(("accuracy_m", "code"), [(0.1, "1000"), (0.5, "2000"), (10.0, "3000"), (30.0, "4000")])
def test_the_atlas_says_how_accurate_a_place_is(glass_plant: Plant, accuracy_m: float, code: str) -> None:
    cable = glass_plant.cables[0]
    known = replace(cable, provenance=replace(cable.provenance, accuracy_m=accuracy_m))
    found = features(atlas_plan(replace(glass_plant, cables=(known,)), AtlasSettings(contact=CONTACT))[0])
    assert found["ISAGlasfaser"][0]["properties"]["lagegenauigkeit"] == code


# Heights and globes


def test_heights_lie_below_the_ground(glass_plant: Plant) -> None:
    shallow = replace(glass_plant.sections[1], depth_m=None)
    plant = replace(glass_plant, sections=(glass_plant.sections[0], shallow, glass_plant.sections[2]))
    found = {item["properties"]["code"]: item for item in json.loads(geojson_3d(plant))["features"]}
    assert {point[2] for point in found["A"]["geometry"]["coordinates"]} == {-0.6}
    assert (found["A"]["properties"]["depth_known"], found["B"]["properties"]["depth_known"]) == (True, False)
    assert found["HALL"]["geometry"]["coordinates"][2] == 0
    high = json.loads(geojson_3d(plant, ground_m=236.5))
    assert high["height_reference"] == "sea level"
    assert high["features"][0]["geometry"]["coordinates"][0][2] == 235.9


def test_a_line_runs_as_the_cable_does(lautern: Plant) -> None:
    for item in json.loads(geojson_3d(lautern))["features"]:
        if item["properties"]["layer"] != "cables":
            continue
        cable = lautern.cable[Code(item["properties"]["code"])]
        line = [(lon, lat) for lon, lat, _height in item["geometry"]["coordinates"]]
        assert line[0] == lautern.nodes[cable.from_node].point
        assert line[-1] == lautern.nodes[cable.to_node].point
        assert len(set(line)) == len(line)


def test_kml_holds_all_and_stays_well_formed(glass_plant: Plant) -> None:
    site = replace(glass_plant.sites[0], name="Rathaus & <Hof>")
    root = ET.fromstring(kml(replace(glass_plant, sites=(site, *glass_plant.sites[1:]))).split("\n", 1)[1])  # noqa: S314 - our own
    marks = list(root.iter(f"{KML}Placemark"))
    assert len(marks) == 3 + 1 + 3 + 3
    styles = {item.get("id") for item in root.iter(f"{KML}Style")}
    assert styles <= {str(mark.findtext(f"{KML}styleUrl")).removeprefix("#") for mark in marks}
    assert "Rathaus & <Hof>" in [mark.findtext(f"{KML}description") for mark in marks]


@pytest.mark.real
def test_debians_gdal_reads_both(lautern: Plant, tmp_path: Path) -> None:
    require_real("ogrinfo")
    for name, text in (("twin.geojson", geojson_3d(lautern)), ("plant.kml", kml(lautern))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        command = ["ogrinfo", "-so", "-al", str(tmp_path / name)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        count = sum(int(line.rpartition(":")[2]) for line in said.splitlines() if line.startswith("Feature Count"))
        things = (lautern.sites, lautern.structures, lautern.sections, lautern.cables)
        assert count == sum(map(len, things)) + (len(lautern.ducts) if name == "twin.geojson" else 0)
    whole = subprocess.run(
        ["ogrinfo", "-al", str(tmp_path / "twin.geojson")], check=True, capture_output=True, text=True
    )
    assert "LINESTRING Z" in whole.stdout


# Redaction


def test_internal_is_everything(glass_plant: Plant) -> None:
    assert redacted(glass_plant, Audience.INTERNAL) is glass_plant


def test_partners_see_glass_and_no_equipment(lautern: Plant) -> None:
    plant = redacted(lautern, Audience.PARTNER)
    assert plant.splices == lautern.splices
    assert plant.cables == lautern.cables
    assert [plant.devices, plant.links, plant.services, plant.user_groups, plant.transceivers] == [()] * 5
    assert {item.criticality for item in plant.sites} == {Criticality.NORMAL}
    assert not any(item.has_siren for item in plant.structures)
    assert [item for item in check(plant) if item.severity is Severity.ERROR] == []


def test_everybody_sees_trenches_coarsely_and_nothing_vital(lautern: Plant) -> None:
    plant = redacted(lautern, Audience.PUBLIC)
    vital = {item.code for item in lautern.sites if item.criticality is Criticality.VITAL}
    sirens = {item.code for item in lautern.structures if item.has_siren}
    assert vital
    assert sirens
    assert not (vital | sirens) & set(plant.nodes)
    assert not {section.code for section in plant.sections} & {
        section.code for section in lautern.sections if {section.from_node, section.to_node} & (vital | sirens)
    }
    assert plant.sections
    assert [plant.cables, plant.closures, plant.panels, plant.splices, plant.patches] == [()] * 5
    moved_m = [distance_m(item.point, lautern.nodes[item.code].point) for item in plant.structures]
    assert 0 < max(moved_m) < 10
    assert [item for item in check(plant) if item.severity is Severity.ERROR] == []


def test_no_word_of_what_is_hidden_is_left(lautern: Plant, tmp_path: Path) -> None:
    write_plant(redacted(lautern, Audience.PARTNER), tmp_path)
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "plant").iterdir())
    assert "127.21." not in text
    assert not any(group.name in text for group in lautern.user_groups)


def test_the_command_redacts_by_default_what_leaves_the_house(
    glass_plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plant(glass_plant, tmp_path / "city")
    city = str(tmp_path / "city")
    assert main(["inventory", "export", city, str(tmp_path / "a.kml")]) == 0
    assert "for partner" in capsys.readouterr().out
    assert main(["inventory", "export", city, str(tmp_path / "text"), "--for", "public"]) == 0
    assert read_plant(tmp_path / "text").cables == ()
    assert main(["inventory", "export", city, str(tmp_path / "b.json"), "--format", "xtrasse"]) == 0
    atlas = ["inventory", "export", city, str(tmp_path / "c.json"), "--format", "atlas"]
    assert main(atlas) == 2
    assert "--contact" in capsys.readouterr().err
    assert main([*atlas, "--contact", "N", "T", "E", "--operator"]) == 0
    found = features((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert found["ISAPlan"][0]["properties"]["inhaberTyp"] == "2000"
    assert not any(item["properties"]["ausnahmeISA"] for item in found["ISAGlasfaser"])
    assert main(["inventory", "export", city, str(tmp_path / "no" / "a.kml")]) == 2
