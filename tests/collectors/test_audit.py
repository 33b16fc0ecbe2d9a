"""The audit of SNMP settings: each weakness is found by its code, and sound settings give none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from polled_city import Polled, PolledCity, polled_plant
from real_snmpd import RealSnmpd

from collectors.audit import AuditedProfile, audit
from rainbow.city import open_city
from rainbow.cli.audit import audit_command
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.findings import Severity
from rainbow.kernel.secret import Secret
from rainbow.wiring import clients

if TYPE_CHECKING:
    from pathlib import Path

LONG, OTHER = "a long pass phrase indeed", "and quite another one"
SOUND = AuditedProfile(
    name="core", version="3", auth="SHA-256", auth_key=Secret(LONG), priv="AES", priv_key=Secret(OTHER)
)
OLD = AuditedProfile(name="core", version="2c", community=Secret("x7-Gl0cke"))
PLANT = polled_plant([Polled(code="SW-A", port=1, community="a"), Polled(code="SW-B", port=2, community="b")])
DEVICES = [replace(device, snmp=name) for device, name in zip(PLANT.devices, ("core", "lamps"), strict=True)]


def codes(*profiles: AuditedProfile) -> set[str]:
    return {finding.code for finding in audit([*profiles, replace(SOUND, name="lamps")], DEVICES)}


def test_sound_profiles_give_no_finding() -> None:
    assert codes(SOUND) == set()


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        (OLD, {"RB-A002"}),
        (replace(OLD, version="1"), {"RB-A001"}),
        (replace(OLD, community=Secret("Public")), {"RB-A002", "RB-A003"}),
        (replace(OLD, community=Secret("cisco")), {"RB-A002", "RB-A003"}),
        (replace(SOUND, auth="", priv=""), {"RB-A004", "RB-A005"}),
        (replace(SOUND, auth="none"), {"RB-A004"}),
        (replace(SOUND, priv=""), {"RB-A005"}),
        (replace(SOUND, auth="MD5"), {"RB-A006"}),
        (replace(SOUND, priv="des"), {"RB-A007"}),
        (replace(SOUND, auth="SHA"), {"RB-A008"}),
        (replace(SOUND, auth_key=Secret("short")), {"RB-A009"}),
        (replace(SOUND, priv_key=Secret("eleven char")), {"RB-A009"}),
        (replace(SOUND, priv_key=Secret(LONG)), {"RB-A011"}),
        (replace(SOUND, auth_key=None, priv_key=None), set()),
    ],
)
def test_each_weakness_is_found(profile: AuditedProfile, found: set[str]) -> None:
    assert codes(profile) == found


def test_one_profile_for_all_and_one_for_nobody() -> None:
    found = audit([SOUND, replace(SOUND, name="spare")], [replace(device, snmp="core") for device in DEVICES])
    assert [(finding.code, finding.record) for finding in found] == [
        ("RB-A012", "snmp.core"),
        ("RB-A010", "snmp.spare"),
    ]


def test_the_worst_comes_first_and_no_secret_is_shown() -> None:
    found = audit([replace(SOUND, auth="SHA"), replace(OLD, name="lamps", community=Secret("private"))], DEVICES)
    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.WARNING, Severity.INFO]
    assert not any("'private'" in str(finding) for finding in found)


@pytest.mark.real
def test_the_command_finds_a_device_that_answers_to_public(tmp_path: Path) -> None:
    agent = RealSnmpd(tmp_path)
    agent.start()
    try:
        city = PolledCity(
            folder=tmp_path / "city", devices=[Polled(code="SW-A", port=agent.port, user="rainbow", key=LONG)]
        ).write()
        runner = CliRunner(env={"RAINBOW_LANG": "en"})
        asked = runner.invoke(audit_command, [str(city.folder), "--ask", "--format", "json"])
        settings_only = runner.invoke(audit_command, [str(city.folder)])
    finally:
        agent.stop()
    assert asked.exit_code == 1, asked.output
    found = json.loads(asked.stdout)["findings"]
    assert [(item["code"], item["record"]) for item in found] == [("RB-A011", "snmp.p-SW-A"), ("RB-A020", "SW-A")]
    assert settings_only.exit_code == 1
    assert "RB-A020" not in settings_only.output
    assert LONG not in settings_only.output + asked.output


def test_the_command_names_all_that_is_old_or_broken_and_such_profiles_ask_nobody(tmp_path: Path) -> None:
    devices = [Polled(code=f"SW-{letter}", port=9, community="x") for letter in "ABCD"]
    city = PolledCity(folder=tmp_path / "city", devices=devices).write()
    settings = (city.folder / "city.toml").read_text(encoding="utf-8").partition("[snmp.")[0]
    (city.folder / "state/secrets/public").write_text("public", encoding="utf-8")
    (city.folder / "state/secrets/long").write_text(LONG, encoding="utf-8")
    keys = 'auth_key_file = "state/secrets/long"\npriv_key_file = "state/secrets/long"\n'
    for code, words in {
        "A": 'version = "1"\ncommunity_file = "state/secrets/public"\n',
        "B": 'version = "2c"\ncommunity_file = "state/secrets/public"\n',
        "C": 'version = "3"\nuser = "c"\nauth = "none"\npriv = "none"\n',
        "D": f'version = "3"\nuser = "d"\nauth = "MD5"\npriv = "DES"\n{keys}',
    }.items():
        settings += f"[snmp.p-SW-{code}]\n{words}"
    (city.folder / "city.toml").write_text(settings, encoding="utf-8")
    runner = CliRunner(env={"RAINBOW_LANG": "en"})
    result = runner.invoke(audit_command, [str(city.folder), "--format", "json"])
    assert result.exit_code == 1, result.output
    found = {(item["record"][-1], item["code"]) for item in json.loads(result.stdout)["findings"]}
    expected = {("A", "RB-A001"), ("A", "RB-A003"), ("B", "RB-A002"), ("B", "RB-A003")}
    assert found >= expected | {("C", "RB-A004"), ("C", "RB-A005"), ("D", "RB-A006"), ("D", "RB-A007")}
    with pytest.raises(SettingsError, match=r"snmp.p-SW-A: version 1 is not offered"):
        clients(open_city(city.folder))
