"""docker-compose.yml as far as it can be judged without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from typing import TYPE_CHECKING, cast

import pytest
import yaml
from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

Service = dict[str, object]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Service] = COMPOSE["services"]
SERVICE_KEYS = {
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "entrypoint",
    "environment",
    "healthcheck",
    "image",
    "logging",
    "network_mode",
    "ports",
    "profiles",
    "read_only",
    "restart",
    "secrets",
    "security_opt",
    "tmpfs",
    "user",
    "volumes",
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
ONE_SHOT = {"influxdb-init"}
each_service = pytest.mark.parametrize("name", SERVICES)


def listed(service: Service, key: str) -> list[str]:
    return cast("list[str]", service.get(key, []))


def plain(text: str) -> str:
    """A value with its variables at their defaults."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_top_level_is_known_to_compose() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == {"name", "services", "volumes", "secrets"}


@each_service
def test_only_keys_of_the_compose_specification(name: str) -> None:
    assert set(SERVICES[name]) <= SERVICE_KEYS
    assert set(cast("Service", SERVICES[name].get("healthcheck", {}))) <= HEALTH_KEYS


@each_service
def test_image_is_one_exact_version(name: str) -> None:
    image = str(SERVICES[name]["image"])
    assert re.search(r":v?\d+\.\d+(\.\d+)?[\w.-]*$", image), image
    assert "latest" not in image


@each_service
def test_container_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if not name.startswith("netbox"):
        assert service["read_only"] is True
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(service["user"]))


@each_service
def test_ports_are_on_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in listed(SERVICES[name], "ports"))
    assert not (SERVICES[name].get("network_mode") == "host" and "ports" in SERVICES[name])


@each_service
def test_health_is_checked_and_waited_for(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) != (name in ONE_SHOT)
    for other, how in cast("dict[str, dict[str, object]]", service.get("depends_on", {})).items():
        wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how["condition"] == wanted
        # A service of a profile may be absent: whoever is not of that profile must bear it.
        same = SERVICES[other].get("profiles", []) in ([], service.get("profiles", []))
        assert same or how["required"] is False


@each_service
def test_secrets_come_from_files_only(name: str) -> None:
    for key, value in cast("dict[str, str]", SERVICES[name].get("environment", {})).items():
        if re.search(r"PASSWORD|TOKEN|SECRET", key):
            assert key.endswith(("_FILE", "__FILE")), key
            assert str(value).startswith("/run/")
    given = {secret if isinstance(secret, str) else secret["source"] for secret in listed(SERVICES[name], "secrets")}
    assert given <= set(COMPOSE["secrets"])


def test_every_secret_is_made_and_used(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    subprocess.run(["sh", str(ROOT / "deploy/make-secrets.sh"), str(folder)], check=True, capture_output=True)
    made = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert {secret["file"] for secret in COMPOSE["secrets"].values()} == {f"./deploy/secrets/{name}" for name in made}
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in made.values())
    assert len(set(made.values())) == len(made)
    assert folder.stat().st_mode & 0o777 == 0o700
    subprocess.run(["sh", str(ROOT / "deploy/make-secrets.sh"), str(folder)], check=True, capture_output=True)
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == made


def test_secrets_are_never_committed() -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", "deploy/secrets/x"], cwd=ROOT, check=False)
    if ignored.returncode > 1:
        pytest.skip("NOT TESTED: this tree is no git checkout")
    assert ignored.returncode == 0


@each_service
def test_volumes_are_declared_and_files_exist(name: str) -> None:
    for volume in listed(SERVICES[name], "volumes"):
        source, target = plain(volume).split(":")[:2]
        assert target.startswith("/")
        if source.startswith("."):
            assert (ROOT / source).exists(), volume
            assert volume.endswith(":ro"), "files of the checkout are never written by a container"
        else:
            assert source in COMPOSE["volumes"]


def test_only_who_reads_switches_or_judges_may_write_to_influxdb() -> None:
    holders = {name for name in SERVICES if any("influx-write" in item for item in listed(SERVICES[name], "volumes"))}
    assert holders == {"collector", "centre", "poller-1", "poller-2", "influxdb-init"}


def test_settings_are_those_of_the_shipped_city_and_influxdb() -> None:
    shipped, composed = (
        tomllib.loads((ROOT / name).read_text(encoding="utf-8"))
        for name in ("cities/lautern/city.toml", "deploy/lautern.toml")
    )
    influx = composed.pop("influx")
    assert composed == shipped
    assert influx == {"url": "http://127.0.0.1:8086", "version": 2, "token_file": "/run/rainbow/influxdb_write_token"}


def test_the_image_is_made_of_what_exists() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    allowed = (ROOT / "deploy/Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert all((ROOT / name).exists() for name in copied)
    assert {f"!{name}" for name in copied} == {line for line in allowed if line.startswith("!")}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert {name for name in packages["find"]["include"] if "*" not in name} <= set(copied)


def has_compose() -> bool:
    asked = ["docker", "compose", "version"]
    return shutil.which("docker") is not None and not subprocess.run(asked, capture_output=True, check=False).returncode


if has_compose():  # an engine's plugin is not to be had everywhere; the checks above stand alone

    @pytest.mark.parametrize("profiles", ["", "sim", "netbox", "sim,cluster", "sim,netbox"])
    def test_compose_itself_accepts_the_file(profiles: str) -> None:
        subprocess.run(
            ["docker", "compose", "config", "--quiet"],
            cwd=ROOT,
            env={**os.environ, "COMPOSE_PROFILES": profiles},
            check=True,
        )
