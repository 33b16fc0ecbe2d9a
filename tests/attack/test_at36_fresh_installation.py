"""AT36: as installed, nothing is open: no default credential, no port, no debugging, no secret for others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT

from collectors.audit import WELL_KNOWN
from planner.settings import PageSettings
from rainbow.cli import main
from rainbow.settings import read_settings, secret_references

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    assert main(["simulate", "new-city", str(folder), "--seed", "7", "--switches", "8"]) == 0
    return folder


def test_at36_no_default_credential_and_no_door_for_others(fresh: Path) -> None:
    settings = read_settings(fresh)
    assert settings.page.host in LOOPBACK
    assert settings.access.break_glass is None
    assert settings.access.oidc is None
    assert all(ref.env or ref.file for _key, ref in secret_references(settings))
    text = (fresh / "city.toml").read_text(encoding="utf-8")
    assert not [
        word for word in WELL_KNOWN if re.search(rf'(community|password|key|token)\s*=\s*"{re.escape(word)}"', text)
    ]


def test_at36_a_page_for_others_needs_tls() -> None:
    with pytest.raises(ValueError, match="TLS"):
        PageSettings(host="0.0.0.0")  # noqa: S104 - the very thing that is refused


def test_at36_no_program_prints_its_insides() -> None:
    for path in (ROOT / "planner").rglob("*.py"):
        assert not re.search(r"debug\s*=\s*True", path.read_text(encoding="utf-8")), path
    assert not re.search(r"PYTHONDEBUG|PYTHONBREAKPOINT|--reload", DOCKERFILE + str(COMPOSE))


def test_at36_the_image_is_nobodys_and_opens_nothing() -> None:
    lines = DOCKERFILE.splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]), "a number, and not root's"
    assert not [line for line in lines if line.startswith(("EXPOSE", "ADD ", "VOLUME"))]
    assert not [line for line in lines if re.search(r"(?i)(password|secret|token)\s*=", line)]
    assert all(re.search(r":[\w.]*\d", line.split()[1]) for line in lines if line.startswith("FROM "))
    after_user = lines[max(place for place, line in enumerate(lines) if line.startswith("USER ")) :]
    assert not [line for line in after_user if line.startswith(("RUN", "COPY"))]


@pytest.mark.parametrize("name", [name for name in COMPOSE["services"] if not name.startswith("netbox")])
def test_at36_a_container_is_read_only_and_has_no_capability(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not str(service["user"]).startswith("0")
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def test_at36_a_made_secret_is_its_owners_alone(fresh: Path) -> None:
    assert main(["audit", "hold", str(fresh), "--since", "2026-01-01", "--until", "2026-01-02", "--reason", "x"]) == 0
    assert main(["audit", "anchor", str(fresh)]) == 0
    made = [path for path in (fresh / "state").rglob("*") if path.is_file() and path.suffix != ".pem"]
    assert made
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_at36_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a build that takes every address for this machine's own."""
    monkeypatch.setattr(PageSettings, "is_local", True)
    with pytest.raises(pytest.fail.Exception):
        test_at36_a_page_for_others_needs_tls()
