"""``rainbow audit``, and what other commands write down."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.audited import audit_log
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    return folder


def noted(city: Path) -> list[tuple[str, str, str]]:
    return [(item.text("action"), item.text("thing"), item.text("result")) for item in audit_log(city).entries()]


def test_a_log_is_listed_signed_and_verified(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(city)]) == 2
    assert (
        main(["audit", "hold", str(city), "--since", "2026-01-01", "--until", "2027-01-01", "--reason", "a case"]) == 0
    )
    assert main(["audit", "anchor", str(city)]) == 0
    elsewhere = city / "anchors-of-the-log-service"
    elsewhere.write_text(capsys.readouterr().out.splitlines()[-1], encoding="utf-8")
    assert main(["audit", "list", str(city), "--format", "json"]) == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert (record["action"], record["reason"], record["method"]) == ("audit.hold", "a case", "os")
    assert main(["audit", "verify", str(city), "--anchors", str(elsewhere)]) == 0
    database = audit_log(city).file.database
    database.write_bytes(database.read_bytes().replace(b"a case", b"a cave"))
    assert main(["audit", "verify", str(city), "--format", "json"]) == 1
    out = json.loads(capsys.readouterr().out.partition("{")[2].join(["{", ""]))
    assert {fault["fault"] for fault in out["faults"]} == {"changed", "other_lines"}


def test_exports_are_written_down_before_they_are_made(city: Path, tmp_path: Path) -> None:
    assert main(["inventory", "export", str(city), str(tmp_path / "out.kml")]) == 0
    assert noted(city) == [("plant.export", str(tmp_path / "out.kml"), "ok")]
    (city / "state" / "audit" / "audit.sqlite").write_bytes(b"no database")
    assert main(["inventory", "export", str(city), str(tmp_path / "other.kml")]) == 2
    assert not (tmp_path / "other.kml").exists()


def test_a_backup_that_fails_is_written_down_too(city: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    assert main(["backup", "key", str(key)]) == 0
    public = key.read_text(encoding="ascii").split()[3]
    target = tmp_path / "lautern.rbk"
    assert main(["backup", "make", str(city), str(target), "--to", public]) == 0
    assert main(["backup", "make", str(city), str(tmp_path / "no" / "folder"), "--to", public]) == 2
    assert main(["backup", "test", str(target), "--key", str(key), "--city", str(city)]) == 0
    assert [(action, result) for action, _thing, result in noted(city)] == [
        ("backup.make", "ok"),
        ("backup.make", "failed"),
        ("backup.test", "ok"),
    ]
    assert main(["backup", "restore", str(target), str(tmp_path / "new"), "--key", str(key)]) == 0
    assert [action for action, _thing, _result in noted(tmp_path / "new")] == ["backup.restore"]


def test_what_people_edit_by_hand_is_noticed(city: Path) -> None:
    assert main(["audit", "tend", str(city)]) == 0  # nothing was ever written down: nothing to tend
    assert main(["audit", "hold", str(city), "--since", "2026-01-01", "--until", "2026-01-02", "--reason", "x"]) == 0
    assert main(["audit", "tend", str(city)]) == 0
    settings = city / "city.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('version = "2c"', 'version = "1"'), encoding="utf-8"
    )
    (city / "plant" / "cables.csv").write_text("", encoding="utf-8")
    assert main(["audit", "tend", str(city)]) == 0
    assert main(["audit", "tend", str(city)]) == 0
    assert noted(city)[1:] == [
        ("settings.seen", "lautern", "ok"),
        ("settings.edited", "snmp.default.version", "ok"),
        ("plant.edited", "plant/cables.csv", "ok"),
    ]
    edited = audit_log(city).entries()[2]
    assert (edited.body["before"], edited.body["after"]) == (
        {"snmp.default.version": "2c"},
        {"snmp.default.version": "1"},
    )
    assert main(["audit", "verify", str(city)]) == 0


def test_tending_goes_on_where_the_server_is_away(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "hold", str(city), "--since", "2026-01-01", "--until", "2026-01-02", "--reason", "x"]) == 0
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write('[audit.siem]\nhost = "127.0.0.1"\nport = 1\ntls = false\n')
    assert main(["audit", "tend", str(city)]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
    assert (city / "state/audit/anchors.jsonl").is_file()


def test_a_day_that_is_none_is_refused(city: Path) -> None:
    assert main(["audit", "list", str(city), "--since", "yesterday"]) == 2
