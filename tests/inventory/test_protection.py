"""Protection classes: an object, what refers to it, and every form in which the plant leaves."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from memory_netbox import PUSH_ALL, MemoryNetBox

from inventory.checks import check
from inventory.entities import Code, Criticality
from inventory.protection import Decision, Protection, ProtectionCase, exempt_codes
from inventory.protection_settings import ProtectionSettings
from inventory.redaction import Audience, Grid, redacted
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.netbox.cords import shaped
from inventory.sources.netbox.pull import pull, taken_kinds
from inventory.visibility import classes, hidden_codes, shown, with_hidden
from rainbow.cli import main
from rainbow.kernel.metrics import LINK
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

FACTS = {
    "facts": "control cable of the pumping station, single feed",
    "evidence": "file 12-4711",
    "author": "ISB",
    "decided": "2026-10-01",
}


def case(number: int, code: str, protection: Protection, **values: object) -> ProtectionCase:
    return ProtectionCase(
        id=f"5b0c1f60-6a5c-4b8e-9f0e-1000000000{number:02}",
        code=Code(f"PR-{number}"),
        object=Code(code),
        protection=protection,
        **values,  # type: ignore[arg-type] # a table of its fields
    )


@pytest.fixture
def guarded(glass_plant: Plant) -> Plant:
    return replace(glass_plant, protections=(case(1, "FIRE", Protection.SECRET, **FACTS),))


def test_kinds_have_classes_of_their_own(glass_plant: Plant) -> None:
    sites = tuple(replace(item, criticality=Criticality.VITAL) for item in glass_plant.sites[:1])
    found = classes(replace(glass_plant, sites=(*sites, *glass_plant.sites[1:])))
    assert found[sites[0].code] is Protection.INTERNAL
    assert found[glass_plant.sites[1].code] is Protection.PUBLIC
    assert found[glass_plant.sections[0].code] is Protection.PUBLIC
    assert found[glass_plant.cables[0].code] is found[glass_plant.devices[0].code] is Protection.INTERNAL


def test_what_refers_to_a_hidden_object_is_hidden_with_it(guarded: Plant) -> None:
    left = shown(guarded, Protection.SENSITIVE)
    text = repr([getattr(left, kind) for kind in ("sites", "sections", "cables", "devices", "links", "protections")])
    assert "FIRE" not in text
    assert "FIRE" in {site.code for site in shown(guarded, Protection.SECRET).sites}
    hidden = hidden_codes(guarded, Protection.SENSITIVE)
    assert {device.code for device in guarded.devices if device.node == "FIRE"} <= hidden
    assert {section.code for section in guarded.sections if "FIRE" in {section.from_node, section.to_node}} <= hidden
    assert not [finding for finding in check(left) if finding.code == "RB-2001"]


def test_nothing_is_hidden_without_a_case(glass_plant: Plant) -> None:
    assert shown(glass_plant, Protection.INTERNAL) is glass_plant
    assert hidden_codes(glass_plant, Protection.INTERNAL) == frozenset()


def test_what_was_hidden_comes_back_after_somebody_changed_the_rest(guarded: Plant) -> None:
    seen = shown(guarded, Protection.INTERNAL)
    changed = replace(seen, sites=tuple(replace(site, name="new") for site in seen.sites))
    whole = with_hidden(changed, guarded, Protection.INTERNAL)
    assert {site.code: site.name for site in whole.sites}["FIRE"] == guarded.nodes[Code("FIRE")].name
    assert {link.code for link in whole.links} == {link.code for link in guarded.links}
    assert whole.protections == guarded.protections
    same_code = replace(guarded, protections=(replace(guarded.protections[0], code=guarded.patches[0].code),))
    assert with_hidden(shown(same_code, Protection.INTERNAL), same_code, Protection.INTERNAL).protections


def test_a_city_of_files_keeps_its_cases(guarded: Plant, tmp_path: Path) -> None:
    write_plant(guarded, tmp_path / "city")
    assert read_plant(tmp_path / "city").protections == guarded.protections
    target = tmp_path / "city.gpkg"
    assert main(["inventory", "export", str(tmp_path / "city"), str(target)]) == 0
    assert main(["inventory", "import-gis", str(target), str(tmp_path / "again")]) == 0
    assert read_plant(tmp_path / "again").protections == guarded.protections


@pytest.mark.parametrize("form", ["kml", "geojson-3d", "xtrasse", "gis-nb", "atlas", "text", "gpkg"])
def test_no_form_for_partners_holds_what_is_secret(guarded: Plant, tmp_path: Path, form: str) -> None:
    write_plant(guarded, tmp_path / "city")
    target = tmp_path / ("out.gpkg" if form == "gpkg" else "out")
    contact = ["--contact", "N", "T", "E"] if form == "atlas" else []
    command = ["inventory", "export", str(tmp_path / "city"), str(target), "--format", form, "--for", "partner"]
    assert main([*command, *contact]) == 0
    files = [path for path in target.rglob("*") if path.is_file()] if target.is_dir() else [target]
    text = b"".join(path.read_bytes() for path in files)
    assert b"FIRE" not in text
    assert b"4711" not in text
    assert b"SCHOOL" in text or form == "atlas"


def test_the_atlas_gets_what_an_exemption_was_asked_for_with_the_mark_of_it(
    guarded: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cable = guarded.cables[0].code
    asked = case(2, cable, Protection.SENSITIVE, ground=1, **FACTS)
    write_plant(replace(guarded, protections=(asked,)), tmp_path / "city")
    atlas = ["inventory", "export", str(tmp_path / "city"), str(tmp_path / "a.json"), "--format", "atlas"]
    assert main([*atlas, "--contact", "N", "T", "E"]) == 0
    marks = marks_of(tmp_path / "a.json")
    assert marks[cable] is True
    assert sum(marks.values()) == 1
    write_plant(replace(guarded, protections=(replace(asked, facts=""),)), tmp_path / "city")
    assert main([*atlas, "--contact", "N", "T", "E"]) == 0
    assert f"{cable} was left out" in capsys.readouterr().err
    assert cable not in marks_of(tmp_path / "a.json")


def marks_of(file: Path) -> dict[str, bool]:
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    found = (feature["properties"] for feature in features)
    return {item["title"]: item["ausnahmeISA"] for item in found if "ausnahmeISA" in item}


@pytest.mark.parametrize("lost", ["facts", "evidence", "author", "decided"])
def test_an_exemption_needs_facts_of_its_own(glass_plant: Plant, lost: str) -> None:
    bare = case(1, "FIRE", Protection.SENSITIVE, ground=3, **{**FACTS, lost: " "})
    plant = replace(glass_plant, protections=(bare,))
    assert exempt_codes(plant) == frozenset()
    (found,) = [finding for finding in check(plant) if finding.code == "RB-8002"]
    assert lost in found.message


def test_an_exemption_that_was_refused_is_none(glass_plant: Plant) -> None:
    asked = case(1, "FIRE", Protection.SENSITIVE, ground=1, **FACTS)
    assert exempt_codes(replace(glass_plant, protections=(asked,))) == {"FIRE"}
    refused = replace(asked, decision=Decision.REFUSED)
    assert exempt_codes(replace(glass_plant, protections=(refused,))) == frozenset()


def test_two_classes_and_a_lowered_one_are_found(glass_plant: Plant) -> None:
    twice = (case(1, "FIRE", Protection.SECRET, **FACTS), case(2, "FIRE", Protection.INTERNAL, **FACTS))
    assert [item.code for item in check(replace(glass_plant, protections=twice)) if item.code == "RB-8001"]
    cable = glass_plant.cables[0].code
    lowered = replace(glass_plant, protections=(case(1, cable, Protection.PUBLIC, **FACTS),))
    assert [item.record for item in check(lowered) if item.code == "RB-8003"] == ["PR-1"]
    astray = replace(glass_plant, protections=(case(1, "NOWHERE", Protection.SECRET, **FACTS),))
    assert [item.record for item in check(astray) if item.code == "RB-2001"] == ["PR-1"]


def test_the_public_sees_corners_of_a_grid(glass_plant: Plant) -> None:
    for metres in (10.0, 250.0):
        grid = Grid.of(glass_plant, metres)
        left = redacted(glass_plant, Audience.PUBLIC, grid_m=metres)
        points = [point for section in left.sections for point in section.line]
        assert points
        assert all(grid.point(point) == point for point in points)
    assert len(set(points)) < len({point for section in glass_plant.sections for point in section.line})


def test_who_took_it_out_stands_with_every_record(guarded: Plant, tmp_path: Path) -> None:
    write_plant(guarded, tmp_path / "city")
    assert main(["inventory", "export", str(tmp_path / "city"), str(tmp_path / "out"), "--for", "public"]) == 0
    plant = read_plant(tmp_path / "out")
    assert {site.provenance.source.partition(":")[0] for site in plant.sites} == {f"{guarded.city}, public"}
    assert all("UTC" in section.provenance.source for section in plant.sections)


def test_a_report_up_to_a_class_knows_nothing_above_it(
    guarded: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plant(guarded, tmp_path)
    (tmp_path / "city.toml").write_text('[city]\nname = "glass"\n', encoding="utf-8")
    main(["topology", "report", str(tmp_path), "--format", "json", "--up-to", "sensitive"])
    assert "FIRE" not in capsys.readouterr().out
    main(["topology", "report", str(tmp_path), "--format", "json"])
    assert "FIRE" in capsys.readouterr().out


def test_settings_say_how_far_a_class_may_go() -> None:
    usual = ProtectionSettings()
    assert (usual.to_netbox, usual.to_grafana) == (Protection.SENSITIVE, Protection.SENSITIVE)
    assert [usual.of_role(role) for role in ("viewer", "operator", "admin")] == [2, 3, 4]
    assert ProtectionSettings(roles={"viewer": "public"}).of_role("viewer") is Protection.PUBLIC
    with pytest.raises(ValueError, match="top"):
        ProtectionSettings(netbox="top")
    with pytest.raises(ValueError, match="boss"):
        ProtectionSettings(roles={"boss": "secret"})


def test_netbox_learns_nothing_above_its_class_and_a_pull_keeps_it(guarded: Plant) -> None:
    netbox = MemoryNetBox()
    known = shown(guarded, ProtectionSettings().to_netbox)
    netbox.push(shaped(known))
    assert "FIRE" not in repr(list(netbox.estate.all()))
    pulled = pull(netbox.estate, known, taken_kinds(PUSH_ALL, first=True)).plant
    whole = with_hidden(pulled, guarded, ProtectionSettings().to_netbox)
    assert {site.code for site in whole.sites} == {site.code for site in guarded.sites}


def test_readings_of_what_grafana_may_not_know_stay_here(guarded: Plant, tmp_path: Path) -> None:
    hidden = hidden_codes(guarded, Protection.SENSITIVE)
    secret = next(device.code for device in guarded.devices if device.node == "FIRE")
    open_one = next(device.code for device in guarded.devices if device.code not in hidden)
    heading = Heading((LINK.state,), tuple(LINK.series(link=code) for code in (secret, open_one)))
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(), sinks=("influxdb",), withheld=hidden) as store:
        store.write([Sheet(heading, UnixNs(9), ((1,), (1,)))])
        store.write([Sample(LINK.series(link=code), UnixNs(99), {LINK.state: 1}) for code in (secret, open_one)])
        with store._transaction() as connection:
            payloads = b"".join(zlib.decompress(row[0]) for row in connection.execute("SELECT payload FROM outbox"))
    assert payloads.count(open_one.encode()) == 2
    assert secret.encode() not in payloads
    with StoreReader(tmp_path / "s.sqlite") as reader:
        assert len(reader.latest(LINK)) == 2
