"""``rainbow token``: a token is shown once, listed without its secret, gone when revoked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def city(tmp_path: Path) -> str:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", folder, ignore=shutil.ignore_patterns("state"))
    settings = folder / "city.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[page]\ntokens_file = "state/secrets/api_tokens"\n', encoding="utf-8")
    return str(folder)


def test_a_token_is_made_listed_and_revoked(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", city, "grafana", "--scope", "read", "--scope", "write", "--days", "30"]) == 0
    made = capsys.readouterr().out
    assert made.startswith("rbw_")
    assert len(made.splitlines()) == 1
    assert main(["token", "list", city]) == 0
    listed = capsys.readouterr().out
    assert listed.split()[:2] == ["grafana", "read,write"]
    assert made.strip() not in listed
    assert main(["token", "revoke", city, "grafana"]) == 0
    assert main(["token", "list", city]) == 0
    assert "No token" in capsys.readouterr().out
    assert main(["token", "revoke", city, "grafana"]) == 2


def test_a_city_that_names_no_file_is_told_what_to_add(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "cities" / "lautern", tmp_path / "city", ignore=shutil.ignore_patterns("state"))
    assert main(["token", "add", str(tmp_path / "city"), "grafana"]) == 2
    assert "tokens_file" in capsys.readouterr().err
