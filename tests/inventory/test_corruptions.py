"""A hundred seeded corruptions of cities in order: each is named with its record and its cure, none crashes."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from inventory.sources.city_folder import inspect, write_plant
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inventory.plant import Plant

SEEDS = (1, 2, 3)


@dataclass
class Hurt:
    """A city being damaged: files opened as tables or collections, one random row changed, everything written back."""

    folder: Path
    rng: random.Random

    def row(self, file: str, column: str, change: Callable[[str], str], *, called: str = "code") -> str:
        """Change a column of a random row that is filled there; what the row is called by."""
        path = self.folder / "plant" / file
        lines = path.read_text(encoding="utf-8").splitlines()
        head = lines[0].split(",")
        choice = [n for n in range(1, len(lines)) if lines[n].split(",")[head.index(column)]]
        number = self.rng.choice(choice)
        cells = lines[number].split(",")
        cells[head.index(column)] = change(cells[head.index(column)])
        lines[number] = ",".join(cells)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cells[head.index(called)]

    def double(self, file: str) -> str:
        path = self.folder / "plant" / file
        lines = path.read_text(encoding="utf-8").splitlines()
        lines.append(self.rng.choice(lines[1:]))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return lines[-1].split(",")[1]

    def feature(self, file: str, change: Callable[[dict[str, dict[str, object]]], object]) -> str:
        path = self.folder / "plant" / file
        collection = json.loads(path.read_text(encoding="utf-8"))
        feature = self.rng.choice(collection["features"])
        change(feature)
        path.write_text(json.dumps(collection), encoding="utf-8")
        return str(feature["properties"].get("code", "?"))

    def codes(self, file: str) -> list[str]:
        return [line.split(",")[1] for line in (self.folder / "plant" / file).read_text("utf-8").splitlines()[1:]]


def set_to(value: str) -> Callable[[str], str]:
    return lambda _before: value


def projected(feature: dict[str, dict[str, object]]) -> None:
    """Metres of EPSG:25832, as an export in the wrong system has them."""
    geometry = feature["geometry"]
    pair = geometry["coordinates"]
    assert isinstance(pair, list)
    geometry["coordinates"] = [411_000 + pair[0] * 1000, 5_477_000 + pair[1] * 10]


def swapped(feature: dict[str, dict[str, object]]) -> None:
    pair = feature["geometry"]["coordinates"]
    assert isinstance(pair, list)
    feature["geometry"]["coordinates"] = pair[::-1]


def turned(feature: dict[str, dict[str, object]]) -> None:
    line = feature["geometry"]["coordinates"]
    assert isinstance(line, list)
    feature["geometry"]["coordinates"] = line[::-1]


def properties(**change: object) -> Callable[[dict[str, dict[str, object]]], object]:
    return lambda feature: feature["properties"].update(change)


def gap(route: str) -> str:
    sections = route.split(";")
    return ";".join([sections[0], *sections[2:], sections[1]]) if len(sections) > 2 else ";".join(sections[:1] * 3)


DAMAGES: list[tuple[str, str, Callable[[Hurt], str]]] = [
    ("wrong reference", "lautern", lambda c: c.row("cables.csv", "from_node", set_to("KL-HH-9999"))),
    ("reference to another kind", "lautern", lambda c: c.row("devices.csv", "node", set_to("KL-CA-0001"))),
    ("duplicate record", "lautern", lambda c: c.double("cables.csv")),
    ("duplicate id", "lautern", lambda c: c.row("links.csv", "id", set_to(c_id(c, "links.csv")))),
    ("no code", "lautern", lambda c: c.row("links.csv", "code", set_to(""), called="id")),
    ("strand 13 of 12", "lautern", lambda c: c.row("links.csv", "strands", lambda s: s.split("/")[0] + "/999")),
    ("not a strand", "lautern", lambda c: c.row("links.csv", "strands", set_to("KL-CA-0001-1"))),
    ("wrong system of coordinates", "lautern", lambda c: c.feature("sites.geojson", projected)),
    ("swapped coordinates", "lautern", lambda c: c.feature("structures.geojson", swapped)),
    ("no geometry", "lautern", lambda c: c.feature("structures.geojson", lambda f: f.pop("geometry"))),
    ("line turned", "lautern", lambda c: c.feature("trench_sections.geojson", turned)),
    ("length on a plane", "lautern", lambda c: c.feature("trench_sections.geojson", properties(length_m=99_999))),
    ("broken route", "lautern", lambda c: c.row("cables.csv", "route", gap)),
    ("no strands in a cable", "lautern", lambda c: c.row("cables.csv", "strand_count", set_to("0"))),
    ("a decimal comma", "lautern", lambda c: c.row("cables.csv", "sheath_m", set_to("12;5"))),
    ("cable shorter than its way", "lautern", lambda c: c.row("cables.csv", "sheath_m", set_to("1"))),
    ("unknown word", "lautern", lambda c: c.row("cables.csv", "status", set_to("running"))),
    ("an address that is a name", "lautern", lambda c: c.row("devices.csv", "address", set_to("switch7"))),
    ("colour that is none", "lautern", lambda c: c.row("channels.csv", "wavelength_nm", set_to("1540"))),
    ("channel of nobody", "lautern", lambda c: c.row("channels.csv", "user_group", set_to("KL-UG-NIL"))),
    ("a port that is another's", "lautern", lambda c: c.row("links.csv", "a", set_to("KL-SW-01:ge-9/9/9"))),
    ("planned trench below live light", "lautern", lambda c: c.feature(
        "trench_sections.geojson", properties(status="planned"))),
    ("colour twice", "glass", lambda c: c.row("channels.csv", "wavelength_nm", set_to("1491"))),
    ("splice to nowhere", "glass", lambda c: c.row("splices.csv", "a", set_to("D/9:to"))),
    ("splice beyond the cable", "glass", lambda c: c.row("splices.csv", "count", set_to("24"))),
    ("splice with itself", "glass", lambda c: c.row("splices.csv", "b", set_to("A/1"))),
    ("slot that is not there", "glass", lambda c: c.row("splices.csv", "slot", set_to("40"))),
    ("termination of a cable from elsewhere", "glass", lambda c: c.row("terminations.csv", "port", set_to("OD-X:1"))),
    ("port that is not there", "glass", lambda c: c.row("terminations.csv", "port", lambda p: p.split(":")[0] + ":99")),
    ("patched to what is taken", "glass", lambda c: c.row("patches.csv", "b", set_to("MX-H:com"))),
    ("filter without colours", "glass", lambda c: c.row("passives.csv", "colours", set_to(""))),
    ("duct in itself", "glass", lambda c: c.row("ducts.csv", "parent", set_to("M1"))),
    ("module in no port", "glass", lambda c: c.row("transceivers.csv", "interface", set_to("SW1:9/9"))),
    ("strand state beyond the cable", "glass", lambda c: c.row("strand_states.csv", "strand", set_to("B/13"))),
]  # fmt: skip

EXPECTED_ELSEWHERE = {
    # What is damaged in one record shows at the one that rests on it.
    "planned trench below live light": "cables.csv",
    "filter without colours": "patches.csv",
}


def c_id(city: Hurt, file: str) -> str:
    """The id of the first record of another file."""
    other = "cables.csv" if file != "cables.csv" else "links.csv"
    return (city.folder / "plant" / other).read_text(encoding="utf-8").splitlines()[1].split(",")[0]


@pytest.fixture(scope="module")
def cities(glass_plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities")
    write_plant(glass_plant, folder / "glass")
    shutil.copytree(ROOT / "cities" / "lautern", folder / "lautern", ignore=shutil.ignore_patterns("state"))
    return folder


def test_there_are_a_hundred() -> None:
    assert len(DAMAGES) * len(SEEDS) >= 100


@pytest.mark.parametrize("name", ["lautern", "glass"])
def test_the_cities_are_in_order(cities: Path, name: str) -> None:
    assert [str(item) for item in inspect(cities / name)[1] if item.severity is not Severity.INFO] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("what", "name", "damage"), DAMAGES, ids=[item[0] for item in DAMAGES])
def test_a_corruption_is_named(
    cities: Path, tmp_path: Path, what: str, name: str, damage: Callable[[Hurt], str], seed: int
) -> None:
    shutil.copytree(cities / name, tmp_path / name)
    city = Hurt(tmp_path / name, random.Random(f"{what}/{seed}"))
    record = damage(city)
    findings = inspect(city.folder)[1]
    elsewhere = city.codes(EXPECTED_ELSEWHERE[what]) if what in EXPECTED_ELSEWHERE else []
    hits = [item for item in findings if item.record in {record, *elsewhere}]
    assert hits, [str(item) for item in findings]
    assert all(item.severity is not Severity.INFO for item in hits[:1])
    assert all(item.where and item.message and item.cure for item in findings)
