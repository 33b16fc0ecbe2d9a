"""What ``rainbow doctor`` says of the audit log and of the servers beside."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow import doctor_trust
from rainbow.audited import audit_log, noting
from rainbow.city import open_city
from rainbow.supply.servers import judged

if TYPE_CHECKING:
    from pathlib import Path

    from rainbow.city import City


@pytest.fixture
def city(tmp_path: Path) -> City:
    shutil.copytree(ROOT / "cities/lautern", tmp_path / "city", ignore=shutil.ignore_patterns("state"))
    return open_city(tmp_path / "city")


def codes(city: City) -> list[str]:
    return [item.code for item in doctor_trust.audit_log_is_sound(city)]


def test_a_log_that_was_changed_or_is_not_signed_is_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(city) == []
    with noting(city.folder, "token.add", "token", "gis-one"):
        pass
    assert codes(city) == []
    monkeypatch.setattr(doctor_trust, "ANCHOR_AGE_S", -1.0)
    assert codes(city) == ["RB-D019"]
    database = audit_log(city.folder).file.database
    database.write_bytes(database.read_bytes().replace(b"gis-one", b"gis-two"))
    assert "RB-D018" in codes(city)


def test_a_server_with_known_holes_is_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [judged("grafana", "http://g", version, "") for version in ("12.4.2", "12.0.0", "13.1.0", "")]
    monkeypatch.setattr(doctor_trust, "versions", lambda _settings: iter(told))
    assert [item.code for item in doctor_trust.servers_are_safe(city)] == ["RB-D020", "RB-D021"]
