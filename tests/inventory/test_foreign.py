"""Foreign topologies: nothing of the graph is lost, what is invented is marked, bad files are refused in words."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import shared_data
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.checks import check
from inventory.geodesy import distance_m
from inventory.loss import expected_light
from inventory.optics_classes import CLASSES
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.foreign import invented, read_foreign
from rainbow.kernel.errors import InputError
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

GRAPHML = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="label" for="node" id="d1"/>
  <key attr.name="Longitude" for="node" id="d2"/>
  <key attr.name="Latitude" for="node" id="d3"/>
  <key attr.name="LinkLabel" for="edge" id="d1e"/>
  <graph edgedefault="undirected">
    <node id="0"><data key="d1">Mainz</data><data key="d2">8.27</data><data key="d3">49.99</data></node>
    <node id="1"><data key="d1">Trier</data><data key="d2">6.64</data><data key="d3">49.75</data></node>
    <node id="2"><data key="d1">Trier</data></node>
    <node id="3"><data key="d1">None</data></node>
    <edge source="0" target="1"><data key="d1e">10G</data></edge>
    <edge source="1" target="0"/>
    <edge source="1" target="1"/>
    <edge source="2" target="1"/>
  </graph>
</graphml>
"""

SNDLIB = """<?xml version="1.0" encoding="ISO-8859-1"?>
<network xmlns="http://sndlib.zib.de/network" version="1.0">
 <networkStructure>
  <nodes coordinatesType="{kind}">
   <node id="Köln"><coordinates><x>{x}</x><y>{y}</y></coordinates></node>
   <node id="N 2"><coordinates><x>10</x><y>40</y></coordinates></node>
   <node id="N_2"><coordinates><x>20</x><y>40</y></coordinates></node>
  </nodes>
  <links><link id="L1"><source>Köln</source><target>N 2</target></link></links>
 </networkStructure>
</network>
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    path = tmp_path / "zoo.graphml"
    path.write_text(GRAPHML, encoding="utf-8")
    return path


def sndlib(folder: Path, **values: object) -> Path:
    path = folder / "net.xml"
    path.write_bytes(SNDLIB.format(**{"kind": "geographical", "x": 6.96, "y": 50.94} | values).encode("latin-1"))
    return path


def oracle() -> list[dict[str, object]]:
    try:
        folder = shared_data("topologies")
    except pytest.skip.Exception:
        return []
    return list(json.loads((folder / "oracle.json").read_text(encoding="utf-8")))


def test_the_collections_are_there() -> None:
    shared_data("topologies")
    assert len(oracle()) > 20


@pytest.mark.parametrize("expected", oracle(), ids=lambda row: row["file"])
def test_counts_equal_the_oracle(expected: dict[str, object]) -> None:
    plant = read_foreign(shared_data("topologies") / str(expected["file"]))
    assert len(plant.sites) == len(plant.devices) == expected["nodes"]
    assert len(plant.sections) == len(plant.cables) == len(plant.links) == expected["edges"]
    assert len(plant.hubs) == 1
    assert not [item for item in check(plant) if item.severity is Severity.ERROR]
    degree = Counter(end for link in plant.links for end in (plant.node_of(link.a), plant.node_of(link.b)))
    assert degree[plant.hubs[0].code] == max(degree.values())


def test_parallel_edges_and_loops_are_kept(zoo: Path) -> None:
    plant = read_foreign(zoo)
    ends = [(section.from_node, section.to_node) for section in plant.sections]
    assert ends == [("S-0", "S-1"), ("S-1", "S-0"), ("S-1", "S-1"), ("S-2", "S-1")]
    assert plant.sections[0].name == "10G"
    assert plant.sections[0].length_m == pytest.approx(distance_m((8.27, 49.99), (6.64, 49.75)))
    assert [site.label for site in plant.sites] == [
        "Mainz", "Trier", "Trier", "3",
    ]  # fmt: skip


def test_the_busiest_node_is_the_core_unless_one_is_named(zoo: Path) -> None:
    assert [site.code for site in read_foreign(zoo).hubs] == ["S-1"]
    assert [site.code for site in read_foreign(zoo, core="mainz").hubs] == ["S-0"]
    assert [site.code for site in read_foreign(zoo, core="2").hubs] == ["S-2"]
    with pytest.raises(InputError, match="1, 2"):
        read_foreign(zoo, core="Trier")
    with pytest.raises(InputError, match="Mainz"):
        read_foreign(zoo, core="Mayence Mainz")


def test_places_the_file_does_not_say_are_invented_and_said_so(zoo: Path) -> None:
    plant = read_foreign(zoo)
    assert [site.code for site in invented(plant)] == ["S-2", "S-3"]
    beside_m = distance_m(plant.sites[2].point, plant.sites[1].point)
    assert 500 < beside_m < 3_000  # near its neighbour, not on it
    assert len({site.point for site in plant.sites}) == 4


def test_a_drawing_keeps_its_shape(tmp_path: Path) -> None:
    plant = read_foreign(sndlib(tmp_path, kind="pixel", x=10, y=90))
    assert len(invented(plant)) == 3
    assert [site.point for site in plant.sites] == [(-0.1, 0.5), (-0.1, -0.5), (0.1, -0.5)]


def test_names_become_codes_that_differ(tmp_path: Path) -> None:
    plant = read_foreign(sndlib(tmp_path))
    assert [site.code for site in plant.sites] == ["S-Köln", "S-N_2", "S-N_2-2"]
    assert plant.sites[0].point == (6.96, 50.94)


def test_the_same_file_gives_the_same_plant_and_can_be_simulated(zoo: Path, tmp_path: Path) -> None:
    plant = read_foreign(zoo)
    assert read_foreign(zoo) == plant
    write_plant(plant, tmp_path)
    assert read_plant(tmp_path) == plant
    assert len({(device.address, device.port) for device in plant.devices}) == 4
    assert all(device.address.startswith("127.") for device in plant.devices)


def test_modules_suit_the_distance(tmp_path: Path) -> None:
    for link_km, expected in ((1, "10GBASE-LR"), (12, "1000BASE-LX10"), (30, "10GBASE-ER"), (60, "1000BASE-ZX")):
        path = sndlib(tmp_path, x=10, y=40 + link_km / 111.1)
        plant = read_foreign(path)
        assert plant.interfaces[0].optics == expected
        light = expected_light(plant, plant.links[0])
        assert light.margin_b_db is not None
        assert light.margin_b_db >= 3
        assert light.rx_b_dbm is not None
        assert light.rx_b_dbm <= CLASSES[expected].overload_dbm
    far = read_foreign(sndlib(tmp_path, x=10, y=60))
    assert far.interfaces[0].optics == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:200], "cannot be imported"),
        (lambda text: text.replace("graphml", "svg"), "root element"),
        (lambda text: text.replace('target="1"/>', 'target="9"/>', 1), "no node"),
        (lambda text: text.replace('id="3"', 'id="2"'), "twice"),
        (lambda text: text.replace("node", "knot"), "no nodes"),
        (lambda text: text.replace("<graphml", '<!DOCTYPE a [<!ENTITY b "c">]><graphml', 1), "DOCTYPE"),
        (lambda text: text.replace("utf-8", "klingon"), "cannot be imported"),
        (lambda _text: "", "cannot be imported"),
    ],
)
def test_a_bad_file_is_refused_in_words(zoo: Path, change: object, said: str) -> None:
    assert callable(change)
    zoo.write_text(change(GRAPHML), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_foreign(zoo)
    assert said in str(caught.value)


def test_no_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be imported"):
        read_foreign(tmp_path / "nothing.xml")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_crashes_the_import(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([GRAPHML, SNDLIB.format(kind="pixel", x="1", y="2")])).encode()
    at, end = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(
        raw[:at] + data.draw(st.sampled_from([b"", b"\x00", b"\xff", b"1e999", b"</a>"])) + raw[min(end, at + 30) :]
    )
    try:
        plant = read_foreign(path)
    except InputError as error:
        said = str(error)
    else:
        said = plant.city
        assert not [item for item in check(plant) if item.severity is Severity.ERROR]
    assert said
