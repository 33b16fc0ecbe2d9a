"""Reading and writing a city folder: nothing is lost, every mistake is named with its place, nothing crashes."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from inventory.entities import Criticality, Provenance, RouteKnown, Status
from inventory.geodesy import distance_m, length_m
from inventory.sources import rows
from inventory.sources.city_folder import inspect, read_plant, write_plant
from inventory.sources.layers import LAYERS
from rainbow.kernel.errors import InputError
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


@pytest.fixture
def city(small_plant: Plant, tmp_path: Path) -> Path:
    write_plant(small_plant, tmp_path)
    return tmp_path


def edit(city: Path, file: str, change: Callable[[str], str]) -> None:
    path = city / "plant" / file
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def errors(city: Path) -> tuple[Finding, ...]:
    with pytest.raises(InputError) as caught:
        read_plant(city)
    found = caught.value.findings
    assert found
    assert all(item.where and item.record and item.message and item.cure for item in found)
    return found


def only(city: Path, code: str) -> Finding:
    found = errors(city)
    assert [item.code for item in found] == [code], [str(item) for item in found]
    return found[0]


def test_what_is_written_is_read_back(small_plant: Plant, city: Path) -> None:
    plant = read_plant(city)
    assert plant == small_plant
    assert inspect(city)[1] == ()
    assert plant.where["C2"] == "plant/cables.csv:3"
    assert plant.where["SCHOOL"] == "plant/sites.geojson: feature 2"


def test_equal_plants_give_equal_bytes(city: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_plant(read_plant(city), again)
    files = sorted(path.name for path in (city / "plant").iterdir())
    assert files == sorted(layer.file for layer in LAYERS if not layer.optional)
    for file in files:
        assert (again / "plant" / file).read_bytes() == (city / "plant" / file).read_bytes()


def test_a_lone_carriage_return_does_not_split_a_row(small_plant: Plant, tmp_path: Path) -> None:
    cable = replace(small_plant.cables[0], name="one\rtwo", provenance=Provenance(source="\r"))
    plant = replace(small_plant, cables=(cable, *small_plant.cables[1:]))
    write_plant(plant, tmp_path)
    assert read_plant(tmp_path) == plant


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
METRES = st.none() | st.floats(0, 1e6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_text_and_number_survives(small_plant: Plant, data: st.DataObject) -> None:
    cable = replace(
        small_plant.cables[0],
        name=data.draw(WORDS),
        status=data.draw(st.sampled_from(Status)),
        sheath_m=data.draw(METRES),
        optical_m=data.draw(METRES),
        route_known=data.draw(st.sampled_from([RouteKnown.FULL, RouteKnown.PARTIAL])),
        provenance=Provenance(source=data.draw(WORDS), as_of=data.draw(WORDS), accuracy_m=data.draw(METRES)),
    )
    if cable.provenance.accuracy_m is not None and cable.provenance.accuracy_m > 100_000:
        cable = replace(cable, provenance=Provenance())
    site = replace(small_plant.sites[0], address=data.draw(WORDS), criticality=data.draw(st.sampled_from(Criticality)))
    plant = replace(
        small_plant,
        city=data.draw(WORDS.filter(bool)),
        cables=(cable, *small_plant.cables[1:]),
        sites=(site, *small_plant.sites[1:]),
    )
    with tempfile.TemporaryDirectory() as folder:
        write_plant(plant, Path(folder))
        assert read_plant(Path(folder)) == plant


def test_the_length_is_geodesic_where_the_file_has_none(city: Path, small_plant: Plant) -> None:
    edit(city, "trench_sections.geojson", lambda text: text.replace('"length_m"', '"owner": "x", "surface"'))
    plant = read_plant(city)
    assert plant.sections[1].length_m == pytest.approx(small_plant.sections[1].length_m)
    # An independent value: Kaiserslautern's latitude, one thousandth of a degree north, is 111.21 m on WGS84.
    assert length_m([(7.77, 49.44), (7.77, 49.441)]) == pytest.approx(111.21, abs=0.02)
    assert distance_m((7.77, 49.44), (7.771, 49.44)) == pytest.approx(72.52, abs=0.02)


def test_mistakes_in_all_files_are_reported_at_once(city: Path) -> None:
    edit(city, "cables.csv", lambda text: text.replace(",12,T2,", ",zwölf,T2,"))
    edit(city, "sites.geojson", lambda text: text.replace('"school"', '"shool"'))
    edit(city, "devices.csv", lambda text: text.replace("127.21.0.2", "switch2"))
    edit(city, "links.csv", lambda text: text.replace("C4/1", "C4-1"))
    edit(city, "channels.csv", lambda text: text.replace("a_to_b", "ab"))
    (city / "plant" / "services.csv").unlink()
    found = {(item.code, item.where, item.record) for item in errors(city)}
    assert found == {
        ("RB-1011", "plant/cables.csv:3", "C2"),
        ("RB-1012", "plant/sites.geojson: feature 2", "SCHOOL"),
        ("RB-1010", "plant/devices.csv:3", "SW2"),
        ("RB-1013", "plant/links.csv:4", "L3"),
        ("RB-1012", "plant/channels.csv:3", "K2"),
        ("RB-1001", "plant/services.csv", "services.csv"),
    }


def test_a_bad_record_does_not_hide_an_independent_one(city: Path) -> None:
    edit(city, "devices.csv", lambda text: text.replace("127.21.0.2", "switch2"))
    edit(city, "cables.csv", lambda text: text.replace("T3;T4", "T3;T5"))
    assert {item.code for item in errors(city)} == {"RB-1010", "RB-4001"}


def test_a_dangling_reference_names_the_nearest(city: Path) -> None:
    edit(city, "cables.csv", lambda text: text.replace("SCHOOL,HOLE", "SCHOL,HOLE"))
    finding = only(city, "RB-2001")
    assert finding.where == "plant/cables.csv:3"
    assert "SCHOOL" in finding.cure
    assert finding.record == "C2"


def test_a_reference_to_another_kind_says_where_it_is(city: Path) -> None:
    edit(city, "devices.csv", lambda text: text.replace(",LAMP,", ",BEND,"))
    finding = only(city, "RB-2001")
    assert "route_nodes" in finding.cure


def test_duplicates_name_both_places(city: Path) -> None:
    path = city / "plant" / "user_groups.csv"
    rows_ = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*rows_, rows_[1]]) + "\n", encoding="utf-8")
    found = errors(city)
    assert {item.code for item in found} == {"RB-2002", "RB-2003"}
    assert all(item.where == "plant/user_groups.csv:2, plant/user_groups.csv:4" for item in found)


@pytest.mark.parametrize(
    ("change", "code", "cure"),
    [
        (lambda text: text.replace(",", ";"), "RB-1005", "separator comma"),
        (lambda text: text.replace("strand_count", "strandcount"), "RB-1007", "strand_count"),
        (lambda text: text.replace(",strand_count", "").replace(",12,", ","), "RB-1006", "strand_count"),
        (lambda text: text.replace(",12,T2", ",12,T2,,,,,,,,,"), "RB-1008", "double quotes"),
        (lambda text: text.replace("sheath_m", "name"), "RB-1007", "keep one"),
        (lambda text: text.replace(",T2,", ',"T2,'), "RB-1004", "quotes"),
        (lambda _text: "", "RB-1006", "id,code"),
    ],
)
def test_a_table_of_the_wrong_shape(city: Path, change: Callable[[str], str], code: str, cure: str) -> None:
    edit(city, "cables.csv", change)
    finding = next(item for item in errors(city) if item.code == code)
    assert cure in finding.cure
    assert finding.where.startswith("plant/cables.csv:")


def test_a_short_file_does_not_blame_what_refers_to_it(city: Path) -> None:
    (city / "plant" / "cables.csv").write_text("", encoding="utf-8")
    assert {item.code for item in errors(city)} == {"RB-1006"}


def test_latin_1_and_the_byte_order_mark(city: Path) -> None:
    path = city / "plant" / "user_groups.csv"
    good = path.read_text(encoding="utf-8")
    path.write_bytes(good.replace("Schulen", "Schülen").encode("utf-8-sig"))
    assert read_plant(city).user_groups[0].name == "Schülen"
    path.write_bytes(good.replace("Schulen", "Schülen").encode("latin-1"))
    finding = next(item for item in errors(city) if item.code == "RB-1002")
    assert finding.where == "plant/user_groups.csv:2"
    assert "UTF-8" in finding.cure
    path.write_bytes(good.encode("utf-16"))
    assert "RB-1002" in {item.code for item in errors(city)}


def test_windows_line_ends_and_blank_lines(city: Path, small_plant: Plant) -> None:
    path = city / "plant" / "links.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read_plant(city) == small_plant


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:-9], "RB-1004"),
        (lambda _text: "[]", "RB-1004"),
        (lambda _text: "[" * 100_000, "RB-1004"),
        (lambda text: text.replace("7.7801", "NaN"), "RB-1014"),
        (lambda text: text.replace("7.7801", '"7.7801"'), "RB-1014"),
        (lambda text: text.replace("7.7801", "1" * 400), "RB-1014"),
        (lambda text: text.replace('"Point"', '"Polygon"', 1), "RB-1014"),
        (lambda text: text.replace('"kind": "school"', '"kind": ["school"]'), "RB-1012"),
        (lambda text: text.replace('"is_hub": true', '"is_hub": "perhaps"'), "RB-1010"),
        (lambda text: text.replace('"Rathaus, Süd"', '"\\ud800"'), "RB-1010"),
        (lambda text: text.replace('"is_hub"', '"ishub"', 1), "RB-1007"),
        (
            lambda text: text.replace('"features"', '"crs": {"properties": {"name": "EPSG:25832"}}, "features"'),
            "RB-1009",
        ),
    ],
)
def test_a_faulty_geojson(city: Path, change: Callable[[str], str], code: str) -> None:
    edit(city, "sites.geojson", change)
    found = errors(city)
    assert found[0].code == code
    assert found[0].where.startswith("plant/sites.geojson")


def test_projected_numbers_are_recognised(city: Path) -> None:
    edit(city, "sites.geojson", lambda text: text.replace("[7.7801, 49.4462]", "[411644.2, 5477689.1]"))
    finding = next(item for item in errors(city) if item.code == "RB-3001")
    assert "EPSG:4326" in finding.cure
    assert finding.record == "SCHOOL"


def test_single_lines_of_a_multi_line_and_heights_are_taken(city: Path, small_plant: Plant) -> None:
    path = city / "plant" / "trench_sections.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    for feature in collection["features"]:
        line = [[*pair, 236.5] for pair in feature["geometry"]["coordinates"]]
        feature["geometry"] = {"type": "MultiLineString", "coordinates": [line]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    assert read_plant(city) == small_plant


def test_the_city_is_called_as_its_settings_say(city: Path) -> None:
    assert read_plant(city).city == "small"
    (city / "city.toml").write_text('[city]\nname = "lautern"\n', encoding="utf-8")
    assert read_plant(city).city == "lautern"
    (city / "city.toml").write_text("[city\n", encoding="utf-8")
    assert read_plant(city).city == "small"


def test_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no city folder"):
        read_plant(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no folder plant"):
        read_plant(tmp_path)


def test_a_folder_in_place_of_a_file(city: Path) -> None:
    path = city / "plant" / "links.csv"
    path.unlink()
    path.mkdir()
    assert "RB-1002" in {item.code for item in errors(city)}


def test_a_huge_file_is_not_read(city: Path) -> None:
    with (city / "plant" / "links.csv").open("r+b") as file:
        file.truncate(rows.MAX_FILE_BYTES + 2)  # sparse
    assert errors(city)[0].code == "RB-1003"


BROKEN = st.sampled_from(
    ["", "0", "-1", "NaN", "1e999", "null", "[]", "{}", '"', ";", ",", "\n", "\x00", "/", ":", "T1", "HALL", "\\", "ß"]
)


def mutate(raw: bytes, data: st.DataObject) -> bytes:
    """One change as people and programs make it: cut, doubled, swapped or replaced bytes, words and lines."""
    at = data.draw(st.integers(0, max(0, len(raw) - 1)))
    end = min(len(raw), at + data.draw(st.integers(1, 40)))
    lines = raw.splitlines(keepends=True)
    row = at % max(1, len(lines))
    word = data.draw(BROKEN).encode()
    changes = {
        "cut": raw[:at] + raw[end:],
        "put": raw[:at] + word + raw[end:],
        "noise": raw[:at] + data.draw(st.binary(max_size=8)) + raw[end:],
        "double": raw[:end] + raw[at:],
        "end": raw[:at],
        "line": b"".join([*lines[:row], *lines[row + 1 :]]),
        "word": raw.replace(raw[at:end] or b"1", word),
    }
    return changes[data.draw(st.sampled_from(sorted(changes)))]


def misplace(raw: bytes, data: st.DataObject) -> bytes:
    """One cell or property replaced by a value from elsewhere in the file: well-formed, but wrong."""
    text = raw.decode()
    if text.startswith("{"):
        collection = json.loads(text)
        features = collection["features"]
        feature, other = data.draw(st.sampled_from(features)), data.draw(st.sampled_from(features))
        values = [*other["properties"].values(), *data.draw(st.lists(BROKEN, max_size=2))]
        feature["properties"][data.draw(st.sampled_from(sorted(feature["properties"])))] = data.draw(
            st.sampled_from(values)
        )
        feature["geometry"] = data.draw(st.sampled_from([feature["geometry"], other["geometry"]]))
        return json.dumps(collection).encode()
    table = list(csv.reader(io.StringIO(text)))
    row, other_row = data.draw(st.sampled_from(table[1:])), data.draw(st.sampled_from(table[1:]))
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(other_row))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def judge(city: Path) -> str:
    """Either the plant is read, and then survives writing, or all findings are errors with a cure."""
    worst = {item.severity for item in inspect(city)[1]}
    try:
        plant = read_plant(city)
    except InputError as error:
        findings = error.findings
        text = str(error)
    else:
        assert Severity.ERROR not in worst
        write_plant(plant, city / "again")
        again = read_plant(city / "again")
        assert again == replace(plant, city=again.city)
        return "read"
    assert findings
    assert text.encode()
    assert all(item.severity is Severity.ERROR and item.cure for item in findings)
    assert Severity.ERROR in worst
    return "refused"


@pytest.mark.parametrize("damage", [mutate, misplace])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_crashes_the_reader(
    glass_plant: Plant, damage: Callable[[bytes, st.DataObject], bytes], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder)
        write_plant(glass_plant, city)
        for file in data.draw(
            st.lists(
                st.sampled_from([layer.file for layer in LAYERS if getattr(glass_plant, layer.attribute)]),
                max_size=3,
                unique=True,
            )
        ):
            path = city / "plant" / file
            path.write_bytes(damage(path.read_bytes(), data))
        said = judge(city)
    assert said in {"read", "refused"}
    event(said)
