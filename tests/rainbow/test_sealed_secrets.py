"""Secrets at rest: sealed with a key that lies elsewhere, sealed with another, listed but never shown."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.city import open_city, secret
from rainbow.cli import main
from rainbow.kernel.errors import SettingsError
from rainbow.sealed import CREDENTIAL, VARIABLE, SealKey, is_sealed, write_secret

if TYPE_CHECKING:
    from pathlib import Path

COMMUNITY = "canary-community-4711"
PLACE = "state/secrets/snmp_community"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", folder, ignore=shutil.ignore_patterns("state"))
    for ref in (item.community for item in open_city(folder).settings.snmp.values()):
        monkeypatch.delenv(ref.env or "X", raising=False)
        write_secret(folder / ref.file, COMMUNITY)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    return folder


def community(folder: Path) -> str:
    opened = open_city(folder)
    (profile,) = opened.settings.snmp.values()
    return secret(opened, profile.community, what="snmp").reveal()


def files(folder: Path) -> list[Path]:
    return sorted((folder / "state" / "secrets").iterdir())


def test_what_is_sealed_is_read_with_its_key_and_with_no_other(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "elsewhere" / "key"
    assert main(["secrets", "key", str(key)]) == 0
    assert key.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(VARIABLE, str(key))
    assert main(["secrets", "list", str(city)]) == 1  # in the clear, though there is a key
    assert main(["secrets", "seal", str(city)]) == 0
    (path,) = files(city)
    assert is_sealed(path.read_text(encoding="utf-8"))
    assert COMMUNITY.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert community(city) == COMMUNITY
    assert main(["secrets", "list", str(city)]) == 0
    told = capsys.readouterr()
    assert COMMUNITY not in told.out + told.err
    assert key.read_text(encoding="utf-8").strip() not in told.out + told.err
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SettingsError, match="is sealed, and no key was given"):
        community(city)
    write_secret(tmp_path / "other", SealKey.new().identity.reveal())
    monkeypatch.setenv(VARIABLE, str(tmp_path / "other"))
    with pytest.raises(SettingsError, match="another key"):
        community(city)


def test_another_key_takes_over_and_the_old_one_opens_nothing(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for path in (old, new):
        write_secret(path, SealKey.new().identity.reveal())
    monkeypatch.setenv(VARIABLE, str(old))
    assert main(["secrets", "seal", str(city)]) == 0
    before = files(city)[0].read_bytes()
    assert main(["secrets", "rotate", str(city), str(new)]) == 0
    assert files(city)[0].read_bytes() != before
    with pytest.raises(SettingsError, match="another key"):
        community(city)
    monkeypatch.setenv(VARIABLE, str(new))
    assert community(city) == COMMUNITY
    assert main(["secrets", "rotate", str(city), str(old)]) == 0
    monkeypatch.setenv(VARIABLE, str(old))
    assert community(city) == COMMUNITY


def test_a_key_that_does_not_fit_changes_no_file(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second", "third"):
        write_secret(tmp_path / name, SealKey.new().identity.reveal())
    monkeypatch.setenv(VARIABLE, str(tmp_path / "first"))
    assert main(["secrets", "seal", str(city)]) == 0
    before = [path.read_bytes() for path in files(city)]
    monkeypatch.setenv(VARIABLE, str(tmp_path / "second"))
    assert main(["secrets", "rotate", str(city), str(tmp_path / "third")]) == 2
    assert [path.read_bytes() for path in files(city)] == before


def test_the_key_is_systemds_credential_where_there_is_one(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "credentials"
    write_secret(place / CREDENTIAL, SealKey.new().identity.reveal())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(place))
    assert main(["secrets", "seal", str(city)]) == 0
    assert community(city) == COMMUNITY


def test_what_lies_open_is_found(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", "list", str(city)]) == 0  # no key: in the clear is what was chosen
    files(city)[0].chmod(0o644)
    assert main(["secrets", "list", str(city)]) == 1
    assert "others may read it" in capsys.readouterr().out
    files(city)[0].unlink()
    assert main(["secrets", "list", str(city)]) == 1
    assert "is missing" in capsys.readouterr().out


def test_a_key_that_is_none_is_said(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_secret(tmp_path / "key", "not a key")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "key"))
    assert main(["secrets", "seal", str(city)]) == 2
    assert main(["secrets", "key", str(tmp_path / "key")]) == 2  # it is there already
