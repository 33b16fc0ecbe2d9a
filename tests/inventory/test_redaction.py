"""What is hidden from an audience stands in no export for it: not by name, not by reference, not by place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.entities import Code, Criticality, Provenance, Structure, StructureKind, TrenchSection
from inventory.geodesy import distance_m, length_m
from inventory.sources.city_folder import write_plant
from inventory.sources.gis_raw import WGS84, as_geojson, layers_of, raw_layer, transform_between
from inventory.sources.xtrasse import CRS
from rainbow.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.plant import Plant

FORMS = {
    "gpkg": "x.gpkg",
    "text": "x",
    "geojson-3d": "x.geojson",
    "kml": "x.kml",
    "xtrasse": "x.json",
    "atlas": "a.json",
    "gis-nb": "nb",
}
SIREN = (7.7700, 49.4400)
SECRET_WORDS = ("FIRE", "Geheim", "T3", "SIREN", "SW3", "OD-F", "127.22", "F123", "G-SAFE", "10GBASE", "CWDM")
EQUIPMENT = ("SW1", "127.22", "F123", "G-SAFE", "G-SCHOOL", "vital", "CWDM-1G-40", "1000BASE", "SV-1", "RG-1", "LG-1")
NEAR_M = 50.0
"""Nothing else of the city is so near to what is secret."""


@pytest.fixture(scope="module")
def city(glass_plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vital fire station and a siren on a lamp, each with its trench; a duct elsewhere is named after them."""
    folder = tmp_path_factory.mktemp("secret")
    lamp = Structure(
        id="5b0c1f60-6a5c-4b8e-9f0e-000000000001",
        code=Code("SIREN-1"),
        kind=StructureKind.LAMP,
        point=SIREN,
        has_siren=True,
    )
    line = (glass_plant.sites[0].point, SIREN)
    to_lamp = TrenchSection(
        id="5b0c1f60-6a5c-4b8e-9f0e-000000000002",
        code=Code("T-SIREN"),
        from_node=Code("HALL"),
        to_node=lamp.code,
        line=line,
        length_m=length_m(line),
    )
    secret = Provenance(source="Geheimplan")
    plant = replace(
        glass_plant,
        sites=tuple(
            replace(item, criticality=Criticality.VITAL, name="Geheimwache") if item.code == "FIRE" else item
            for item in glass_plant.sites
        ),
        structures=(*glass_plant.structures, lamp),
        sections=(
            *(replace(item, name="zur Geheimwache", provenance=secret) for item in glass_plant.sections),
            to_lamp,
        ),
        ducts=tuple(replace(item, name="Rohr zur Geheimwache", provenance=secret) for item in glass_plant.ducts),
    )
    write_plant(plant, folder / "city")
    for audience in ("public", "partner"):
        for form, name in FORMS.items():
            (folder / audience).mkdir(exist_ok=True)
            contact = ["--contact", "N", "T", "E"] if form == "atlas" else []
            target = str(folder / audience / name)
            command = ["inventory", "export", str(folder / "city"), target, "--format", form, "--for", audience]
            assert main([*command, *contact]) == 0
    return folder


def written(target: Path) -> bytes:
    files = [path for path in target.rglob("*") if path.is_file()] if target.is_dir() else [target]
    return b"\n".join(path.read_bytes() for path in files)


def places(form: str, target: Path) -> Iterator[tuple[float, float]]:
    """All positions of an export, in WGS84."""
    if form == "gpkg":
        for name in layers_of(target):
            for shape in raw_layer(target, name).shapes or ():
                yield from pairs(as_geojson(shape, None))
    elif form == "kml":
        yield from ((float(lon), float(lat)) for lon, lat in re.findall(r"(-?[\d.]+),(-?[\d.]+)", target.read_text()))
    else:
        files = sorted(target.rglob("*.geojson")) if target.is_dir() else [target]
        back = transform_between(CRS, WGS84) if form in {"xtrasse", "atlas"} else None
        for file in files:
            for pair in pairs(json.loads(file.read_text())):
                yield back.transform(*pair) if back else pair


def pairs(value: object) -> Iterator[tuple[float, float]]:
    if isinstance(value, dict):
        for item in value.values():
            yield from pairs(item)
    elif isinstance(value, list | tuple):
        if len(value) > 1 and all(isinstance(item, int | float) for item in value):
            yield float(value[0]), float(value[1])
        else:
            for item in value:
                yield from pairs(item)


@pytest.mark.parametrize("form", FORMS)
def test_the_public_never_learns_of_what_is_vital(city: Path, form: str) -> None:
    target = city / "public" / FORMS[form]
    text = written(target)
    assert [word for word in SECRET_WORDS if word.encode() in text] == []
    fire = (7.7790, 49.4480)
    found = list(places(form, target))
    assert found, "something is left to see"
    assert min(distance_m(place, secret) for place in found for secret in (fire, SIREN)) > NEAR_M


@pytest.mark.parametrize("form", FORMS)
def test_partners_never_learn_of_equipment_and_users(city: Path, form: str) -> None:
    text = written(city / "partner" / FORMS[form])
    assert [word for word in EQUIPMENT if word.encode() in text] == []
    assert b"RING" in text, "the ground is theirs to see"
    assert not re.search(rb'has_siren"?: ?true|is_hub"?: ?true', text)


def test_what_is_hidden_is_found_where_nothing_is(city: Path, tmp_path: Path) -> None:
    """The words and places looked for are really there: the tests above can fail."""
    for form in ("gpkg", "text"):
        target = tmp_path / FORMS[form]
        assert main(["inventory", "export", str(city / "city"), str(target), "--format", form]) == 0
        text = written(target)
        assert [word for word in (*SECRET_WORDS[:9], *EQUIPMENT) if word.encode() not in text] == []
        assert min(distance_m(place, SIREN) for place in places(form, target)) < 1
