"""What the map can be coloured by, the search, and a cable's strands and colours."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from planner_scene import Scene
from starlette.testclient import TestClient

from inventory.entities import Provenance, Status
from planner.cable_panel import cable_panel
from planner.network import Network
from planner.picture import draw
from planner.plant_layers import PlantLayers
from planner.readings import Readings
from planner.search import find
from rainbow.kernel.errors import InputError
from rainbow.kernel.samples import UnixNs
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_columns_hold_what_the_plant_says(quiet_client: TestClient, plant: Plant) -> None:
    found = quiet_client.get("/api/v1/plant/layers").json()
    columns, groups = found["sections"], [group["code"] for group in found["user_groups"]]
    index = CutIndex.of(plant)
    assert columns["code"] == [section.code for section in plant.sections]
    for place, section in enumerate(plant.sections):
        cables = [cable for cable in plant.cables if section.code in cable.route]
        links = [plant.link[code] for code in plant.links_in.get(section.code, ())]
        used = {s for link in links for s in plant.strands_of(link) if s.cable in {cable.code for cable in cables}}
        carried = {link.user_group for link in links} | {
            channel.user_group for link in links for channel in plant.channels_on.get(link.code, ())
        }
        assert columns["strands"][place] == sum(cable.strand_count for cable in cables)
        assert columns["used"][place] == len(used)
        assert columns["takes"][place] == index.lost([section.code]).weight
        assert {groups[number] for number in columns["groups"][place]} == carried - {None}
    assert max(columns["used"]) > 1
    tag = quiet_client.get("/api/v1/plant/layers").headers["etag"]
    assert quiet_client.get("/api/v1/plant/layers", headers={"if-none-match": tag}).status_code == 304


def test_the_year_is_the_record_s_or_none(plant: Plant) -> None:
    years = ("1998-03-01", "", "unknown", "20", "2004")
    sections = tuple(
        replace(section, provenance=Provenance(as_of=year))
        for section, year in zip(plant.sections, years, strict=False)
    )
    document = PlantLayers(Network(replace(plant, sections=(*sections, *plant.sections[len(years) :])))).document()

    assert json.loads(document)["sections"]["year"][: len(years)] == [1998, None, None, None, 2004]


def test_a_planned_cable_offers_no_strand(plant: Plant) -> None:
    cable = plant.cables[0]
    cables = (replace(cable, status=Status.PLANNED), *plant.cables[1:])
    before, after = PlantLayers(Network(plant)), PlantLayers(Network(replace(plant, cables=cables)))
    section = plant.section[cable.route[0]]
    assert before._strands(section)[0] - after._strands(section)[0] == cable.strand_count


def test_cables_lie_in_their_trenches(quiet_client: TestClient, plant: Plant) -> None:
    features = quiet_client.get("/api/v1/plant/cables").json()["features"]
    assert [feature["properties"]["code"] for feature in features] == [cable.code for cable in plant.cables]
    for feature, cable in zip(features, plant.cables, strict=True):
        assert len(feature["geometry"]["coordinates"]) == len(cable.route)


def test_a_cable_without_a_known_way_has_no_geometry(tmp_path: Path, plant: Plant) -> None:
    cables = (replace(plant.cables[0], route=(), containers=()), *plant.cables[1:])
    with TestClient(Scene(tmp_path, replace(plant, cables=cables)).app(), base_url="http://127.0.0.1") as client:
        assert client.get("/api/v1/plant/cables").json()["features"][0]["geometry"] is None
        assert "Nobody knows where it lies." in client.get(f"/parts/cable/{cables[0].code}").text


def test_a_cable_says_whose_colours_run_on_which_strand(scene: Scene, client: TestClient) -> None:
    scene.poll()
    plant = scene.plant
    network = Network(plant)
    cable = max(plant.cables, key=lambda cable: len(network.links_on.get(cable.code, {})))
    panel = cable_panel(network, draw(network, Readings(taken_ns=UnixNs(1))), cable.code)
    links = {number: set(codes) for number, codes in network.links_on[cable.code].items()}
    assert panel.used == len(links)
    assert [strand.number for strand in panel.strands] == sorted(links)
    for strand in panel.strands:
        channels = {c.code for link in links[strand.number] for c in plant.channels_on.get(link, ())}
        assert len(strand.colours) <= len(channels) or not channels
        assert {colour.link for colour in strand.colours} <= links[strand.number]
    page = text(client.get(f"/?cable={cable.code}").text)
    assert f"{len(links)} of {cable.strand_count} strands" in page
    for strand in panel.strands:
        for colour in strand.colours:
            assert colour.wavelength in page
            assert colour.group in page
    free = [number for number in range(1, cable.strand_count + 1) if number not in links]
    said = re.search(r"Free strands: ([\d–, ]+)\.", page)
    assert said is not None
    told: list[int] = []
    for run in said.group(1).split(", "):
        low, _dash, high = run.partition("–")
        told += range(int(low), int(high or low) + 1)
    assert told == free


def test_a_cable_that_is_not_there_names_the_nearest(quiet_client: TestClient, plant: Plant) -> None:
    missing = quiet_client.get(f"/parts/cable/{plant.cables[0].code}9")
    assert missing.status_code == 404
    assert plant.cables[0].code in missing.text
    with pytest.raises(InputError):
        cable_panel(Network(plant), draw(Network(plant), Readings(taken_ns=UnixNs(1))), "")


def test_the_search_knows_every_kind_of_thing(quiet_client: TestClient, plant: Plant) -> None:
    network = Network(plant)
    things = (
        plant.sites[2],
        plant.structures[4],
        plant.sections[7],
        plant.cables[3],
        plant.devices[5],
        plant.links[6],
        plant.user_groups[0],
    )
    for record in things:
        best = find(network, record.code.lower(), most=3)[0]
        assert (best.code, best.title) == (record.code, record.label)
        assert quiet_client.get(best.href).status_code == 200
        if best.part:
            assert quiet_client.get(best.part).status_code == 200
    assert find(network, "   ", most=3) == ()
    assert find(network, "zzz", most=3) == ()
    address = plant.devices[5].address
    assert plant.devices[5].code in [hit.code for hit in find(network, address, most=9)]
    part = quiet_client.get("/parts/search", params={"q": plant.sites[2].name})
    assert plant.sites[2].label in text(part.text)
    assert "Nothing matches." in quiet_client.get("/parts/search", params={"q": "<zzz>"}).text


def test_whole_names_come_before_beginnings_before_the_rest(plant: Plant) -> None:
    a, b, c = plant.sites[:3]
    renamed = (
        replace(a, name="Neue Schule am Markt"),
        replace(b, name="Schule am Markt 2"),
        replace(c, name="Schule am Markt"),
    )
    found = find(Network(replace(plant, sites=(*renamed, *plant.sites[3:]))), "schule am markt", most=3)
    assert [hit.code for hit in found] == [c.code, b.code, a.code]
