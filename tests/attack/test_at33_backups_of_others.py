"""AT33: a backup comes back on a clean machine; a damaged, foreign or too new one is refused, and leaves nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.audited import audit_log, noting
from rainbow.backup import archive
from rainbow.backup import city as cities
from rainbow.cli import main
from rainbow.kernel.errors import BackupError
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    city, key, file = tmp_path / "city", tmp_path / "key", tmp_path / "city.rbk"
    shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns("state"))
    with noting(city, "token.add", "token", "gis"):
        pass
    secret, public = archive.new_key()
    key.write_text(secret, encoding="ascii")
    cities.make(city, file, public)
    return file, key


def restore(file: Path, key: Path, target: Path) -> int:
    return main(["backup", "restore", str(file), str(target), "--key", str(key)])


def test_at33_it_comes_back_with_its_audit_log_whole(made: tuple[Path, Path], tmp_path: Path) -> None:
    file, key = made
    back = tmp_path / "elsewhere" / "city"
    assert restore(file, key, back) == 0
    assert [entry.text("action") for entry in audit_log(back).entries()] == ["token.add", "backup.restore"]
    assert main(["audit", "verify", str(back)]) == 0
    assert restore(file, key, back) == 2, "never over a city that is there"


@pytest.mark.parametrize("damage", ["flip", "short", "empty", "foreign", "no backup"])
def test_at33_damaged_and_foreign_are_refused(made: tuple[Path, Path], tmp_path: Path, damage: str) -> None:
    file, key = made
    data = file.read_bytes()
    middle = len(data) // 2
    bad = {
        "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "short": data[:middle],
        "empty": b"",
        "foreign": data,
        "no backup": b"PK\x03\x04" + data,
    }[damage]
    file.write_bytes(bad)
    if damage == "foreign":
        key.write_text(archive.new_key()[0], encoding="ascii")
    back = tmp_path / "elsewhere" / "city"
    assert restore(file, key, back) == 2
    assert not back.exists()


def test_at33_one_of_a_newer_program_is_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    _file, key = made
    newer = tmp_path / "newer.rbk"
    secret = Secret(key.read_text(encoding="ascii"))
    import pyrage  # noqa: PLC0415 - to know the public half

    public = str(pyrage.x25519.Identity.from_str(secret.reveal()).to_public())
    archive.write(newer, public, {"rainbow": "9.9", "store_layout": 10_000, "counts": {}, "made_ns": 0}, {})
    with pytest.raises(BackupError, match=r"9\.9"):
        cities.restore(newer, tmp_path / "back", secret)
    assert not (tmp_path / "back").exists()


def test_at33_can_fail(made: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a build that does not judge what a backup says of itself."""
    monkeypatch.setattr(cities, "_judge", lambda *_args: None)
    with pytest.raises((AssertionError, pytest.fail.Exception, BackupError)):
        test_at33_one_of_a_newer_program_is_refused(made, tmp_path)
