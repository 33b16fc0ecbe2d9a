"""AT24: entities, depth, numbers that are none, places on the moon, a file without end: refused with words, quickly."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from inventory.sources.city_folder import inspect, read_plant, write_plant
from inventory.sources.foreign import read_foreign
from rainbow.kernel.errors import InputError
from simulator.city import generate

if TYPE_CHECKING:
    from pathlib import Path

MOST_S = 5.0
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML = {
    "billion laughs": f'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY l0 "lol">{ENTITIES}]><graphml>&l9;</graphml>',
    "a file of the system": '<!DOCTYPE g [<!ENTITY f SYSTEM "file:///etc/passwd">]><graphml>&f;</graphml>',
    "another host": '<!DOCTYPE g SYSTEM "http://127.0.0.1:9/x.dtd"><graphml/>',
    "nested deep": "<graphml>" * 100_000,
}


@pytest.mark.parametrize("kind", XML)
def test_at24_xml_is_refused(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "city.graphml"
    file.write_text(XML[kind], encoding="utf-8")
    began_s = time.process_time()
    with pytest.raises(InputError, match=r"city\.graphml"):
        read_foreign(file)
    assert time.process_time() - began_s < MOST_S


def _sites(point: str) -> str:
    named = '{"type":"Feature","properties":{"code":"S","id":"x","kind":"school"},'
    feature = named + '"geometry":{"type":"Point","coordinates":%s}}'
    return '{"type":"FeatureCollection","features":[%s]}' % (feature % point)


GEOJSON = {
    "nested deep": '{"type":"FeatureCollection","features":' + "[" * 100_000,
    "nested deep and closed": '{"features":' + "[" * 50_000 + "]" * 50_000 + "}",
    "no number": _sites("[NaN,NaN]"),
    "without end": _sites("[Infinity,-Infinity]"),
    "too large": _sites("[1e308,1e308]"),
    "swapped": _sites("[49.44,95.7]"),
    "digits without end": _sites("[" + "9" * 20_000 + ",1]"),
    "other types": _sites('{"a":[]}'),
}


@pytest.mark.parametrize("kind", GEOJSON)
def test_at24_geojson_is_refused_and_named(tmp_path: Path, kind: str) -> None:
    write_plant(generate(3, 12).plant, tmp_path)
    (sites,) = tmp_path.rglob("sites.geojson")
    sites.write_text(GEOJSON[kind], encoding="utf-8")
    began_s = time.process_time()
    with pytest.raises(InputError) as refused:
        read_plant(tmp_path)
    assert time.process_time() - began_s < MOST_S
    assert any("sites.geojson" in finding.where for finding in refused.value.findings)


def test_at24_a_plant_in_another_land_is_said_to_be_one(tmp_path: Path) -> None:
    """Latitude and longitude swapped for a whole city: it is a plant, and the check says where it lies."""
    write_plant(generate(3, 12).plant, tmp_path)
    for file in tmp_path.rglob("*.geojson"):
        document = json.loads(file.read_text(encoding="utf-8"))
        for feature in document["features"][:1]:
            feature["geometry"]["coordinates"] = _swapped(feature["geometry"]["coordinates"])
        file.write_text(json.dumps(document), encoding="utf-8")
    _plant, findings = inspect(tmp_path)
    assert findings


def _swapped(place: list[object]) -> list[object]:
    return [_swapped(item) for item in place] if isinstance(place[0], list) else place[::-1]  # type: ignore[arg-type] # GeoJSON nests


@pytest.mark.parametrize("file", ["devices.csv", "links.csv"])
def test_at24_a_table_without_end_is_refused(tmp_path: Path, file: str) -> None:
    write_plant(generate(3, 12).plant, tmp_path)
    (table,) = tmp_path.rglob(file)
    table.write_bytes(b'"' + b"x" * 70 * 2**20)
    began_s = time.process_time()
    with pytest.raises(InputError):
        read_plant(tmp_path)
    assert time.process_time() - began_s < MOST_S
