"""``rainbow dashboards``: what is written, what is left alone, what is called stale."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from grafana_like import committed

from dashboards.build import compare, files
from dashboards.surroundings import Surroundings
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

BOARD = "dashboards/rainbow-port.json"


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_text(encoding="utf-8"))
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def out(tmp_path: Path) -> Path:
    assert main(["dashboards", "build", "--out", str(tmp_path / "grafana")]) == 0
    return tmp_path / "grafana"


def test_the_committed_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    changes = compare(files(Surroundings(), "en"), committed())
    assert not changes, f"{changes}: write them anew by rainbow dashboards build"
    assert main(["dashboards", "check", "--out", str(committed())]) == 0
    assert "up to date" in capsys.readouterr().out


def test_the_same_input_gives_the_same_bytes() -> None:
    assert files(Surroundings(), "en") == files(Surroundings(), "en")


def test_a_second_build_writes_nothing(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(out)
    assert main(["dashboards", "build", "--out", str(out)]) == 0
    assert tree(out) == before
    assert "14 files" in capsys.readouterr().out
    assert not list((out / "dashboards").glob(".*"))


def test_only_the_changed_file_is_written(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(out)
    (out / BOARD).write_text("{}", encoding="utf-8")
    capsys.readouterr()
    assert main(["dashboards", "check", "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert BOARD in said.out
    assert "stale" in said.err
    assert main(["dashboards", "build", "--out", str(out)]) == 0
    after = tree(out)
    assert {path for path in after if after[path][0] != before[path][0]} == {BOARD}
    assert after[BOARD][1] == before[BOARD][1]


def test_what_is_no_longer_made_goes_and_what_others_made_stays(out: Path) -> None:
    (out / "dashboards" / "rainbow-old.json").write_text("{}", encoding="utf-8")
    (out / "dashboards" / "mine.json").write_text("{}", encoding="utf-8")
    (out / "provisioning" / "alerting" / "policies.yaml").write_text("apiVersion: 1\n", encoding="utf-8")
    assert main(["dashboards", "check", "--out", str(out)]) == 1
    assert main(["dashboards", "build", "--out", str(out)]) == 0
    assert not (out / "dashboards" / "rainbow-old.json").exists()
    assert (out / "dashboards" / "mine.json").exists()
    assert (out / "provisioning" / "alerting" / "policies.yaml").exists()


def a_city(tmp_path: Path, more: str = "") -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "city.toml").write_text(f'[city]\nname = "town"\n{more}', encoding="utf-8")
    return folder


def test_a_citys_settings_reach_the_files(tmp_path: Path) -> None:
    folder = a_city(
        tmp_path,
        '[collect]\ninterval_s = 120\n[dashboards]\npage_url = "https://map.example"\nfolder = "Netz"\n'
        '[influx]\nurl = "http://127.0.0.1:8086"\nversion = 1\ndatabase = "town"\n',
    )
    assert main(["dashboards", "build", str(folder)]) == 0
    made = {path: text for path, (_time, text) in tree(folder / "state" / "grafana").items()}
    assert "https://map.example" in made[BOARD]
    assert '"120s"' in made[BOARD]
    assert 'folder: "Netz"' in made["provisioning/dashboards/rainbow.yaml"]
    assert 'dbName: "town"' in made["provisioning/datasources/rainbow.yaml"]
    assert main(["dashboards", "check", str(folder)]) == 0


def test_a_city_with_a_mistake_is_refused_with_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = a_city(tmp_path, '[dashboards]\npage_ulr = "https://map.example"\n')
    assert main(["dashboards", "build", str(folder)]) == 2
    assert "page_ulr" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["dashboards", "build", "--out", str(tmp_path / "file" / "below")]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said
    assert "--out" in said


def test_an_unknown_language_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashboards", "build", "--lang", "fr", "--out", str(tmp_path)]) == 2
    assert "fr" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_board_is_a_file_named_by_its_uid(out: Path) -> None:
    for path in (out / "dashboards").glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["uid"] == path.stem
