from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import use
from rainbow.settings import Settings, named_files, read_settings, show

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
[city]
name = "kl"
title = "Kaiserslautern"
language = "de"

[snmp.default]
user = "rainbow"
auth = "SHA-256"
auth_key_file = "state/secrets/auth"
priv_key_env = "RAINBOW_PRIV"

[snmp.old]
version = "2c"
community_env = "RAINBOW_COMMUNITY"

[collect]
interval_s = 30

[influx]
url = "https://influx.example:8086"
version = 2
token_file = "state/secrets/token"

[store]
raw_h = 24.5
"""


def written(folder: Path, text: str) -> Path:
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(folder, text))
    return {finding.record: f"{finding.message} -> {finding.cure}" for finding in caught.value.findings}


def test_reads_every_room(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, FULL))
    assert settings.city.language == "de"
    assert settings.snmp["default"].auth_key == SecretRef(file="state/secrets/auth")
    assert settings.snmp["old"].community == SecretRef(env="RAINBOW_COMMUNITY")
    assert settings.collect.interval_s == 30.0
    assert settings.store.raw_h == 24.5
    assert settings.influx is not None
    assert settings.influx.token.file == "state/secrets/token"


def test_names_all_mistakes_at_once(tmp_path: Path) -> None:
    wrong = mistakes(
        tmp_path,
        '[city]\ntitel = "x"\n[collect]\ninterval_s = "fast"\nretries = true\n'
        '[snmp.a]\nversion = "2"\n[store]\nraw_h = 0\n',
    )
    assert wrong["city.titel"] == "unknown key -> did you mean title?"
    assert wrong["city.name"] == "is missing -> add it"
    assert wrong["collect.interval_s"] == "'fast' is not a number -> mend the value"
    assert wrong["collect.retries"] == "True is not a whole number -> mend the value"
    assert wrong["snmp.a"].startswith("version '2' is not 2c or 3")
    assert wrong["store"].startswith("raw_h must be above 0")


@pytest.mark.parametrize(
    ("text", "record", "said"),
    [
        ('city = "kl"\n', "city", "'kl' is not a table [city]"),
        ('[city]\nname = "kl"\n[snmp]\na = 1\n', "snmp.a", "1 is not a table [snmp.a]"),
        ('snmp = []\n[city]\nname = "kl"\n', "snmp", "[] is not a table [snmp.NAME]"),
        ('[city]\nname = "kl"\nlanguage = "fr"\n', "city", "language 'fr' is not one of"),
        (
            '[city]\nname = "kl"\n[snmp.a]\nversion = "2c"\n',
            "snmp.a",
            "version 2c needs community_env or community_file",
        ),
        (
            '[city]\nname = "kl"\n[snmp.a]\ncommunity = "public"\n',
            "snmp.a.community",
            "a secret does not stand in this file -> name where it is kept, community_env or community_file",
        ),
        ('[city]\nname = "kl"\n[page]\nhost = "0.0.0.0"\n', "page", "is not a loopback address"),
        ('[city]\nname = "kl"\n[influx]\nurl = "influx:8086"\n', "influx", "does not begin with http"),
        ('[city]\nname = "kl"\n[dashboards]\npage_url = "x"\n', "dashboards", "does not begin with http"),
    ],
)
def test_names_the_key(tmp_path: Path, text: str, record: str, said: str) -> None:
    assert said in mistakes(tmp_path, text)[record]


def test_a_folder_without_the_file_is_no_city(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"is no city folder: it has no city\.toml"):
        read_settings(tmp_path)


@pytest.mark.parametrize("content", [b"[city\nname = 1", b"\xff\xfe[city]"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "city.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"city\.toml cannot be read"):
        read_settings(tmp_path)


def test_mistakes_are_said_in_german(tmp_path: Path) -> None:
    with use("de"):
        assert mistakes(tmp_path, "[city]\nname = 5\n")["city.name"] == (
            "5 passt nicht: erwartet wird ein Text -> den Wert berichtigen"
        )


def test_show_gives_defaults_and_no_secret(tmp_path: Path) -> None:
    shown = show(read_settings(written(tmp_path, FULL)))
    assert shown["store"]["five_minutes_days"] == 90.0  # type: ignore[index] # a nested table
    assert shown["influx"]["token"].startswith("*** (environment -, file")  # type: ignore[index] # same


AUTHORITIES = """
[city]
name = "kl"

[influx]
url = "https://influx.example:8086"
version = 1
ca_file = "tls/ca.pem"

[netbox]
url = "https://netbox.example"
token_env = "NETBOX"
ca_file = "/etc/ssl/city.pem"

[dashboards]
grafana_url = "https://grafana.example"
ca_file = "tls/ca.pem"

[page]
public_url = "https://netz.example"
tls_certificate = "tls/page.pem"
tls_key = "tls/page.key"

[audit.siem]
host = "siem.example"
ca_file = "tls/ca.pem"

[access.oidc]
issuer = "https://id.example"
client_id = "rainbow"
ca_file = "tls/ca.pem"

[cluster]
url = "etcd3+http://127.0.0.1:2379"
key_env = "KEY"
ca_file = "tls/ca.pem"
cert_file = "tls/me.pem"
cert_key_file = "tls/me.key"
"""


def authorities(folder: Path) -> dict[str, str]:
    return dict(named_files(read_settings(written(folder, AUTHORITIES))))


def test_files_are_named_from_the_city_folder_wherever_a_command_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    ours = str(tmp_path / "tls" / "ca.pem")
    assert authorities(tmp_path) == {
        "influx.ca_file": ours,
        "netbox.ca_file": "/etc/ssl/city.pem",
        "page.tls_certificate": str(tmp_path / "tls" / "page.pem"),
        "page.tls_key": str(tmp_path / "tls" / "page.key"),
        "dashboards.ca_file": ours,
        "audit.siem.ca_file": ours,
        "access.oidc.ca_file": ours,
        "cluster.ca_file": ours,
        "cluster.cert_file": str(tmp_path / "tls" / "me.pem"),
        "cluster.cert_key_file": str(tmp_path / "tls" / "me.key"),
    }


def test_a_file_that_systemd_has_as_a_credential_is_that_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "page.key").write_text("", encoding="ascii")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert authorities(tmp_path)["page.tls_key"] == str(given / "page.key")


def test_named_files_are_shown_as_they_are_written_and_survive_a_process(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, AUTHORITIES))
    assert settings.influx is not None
    assert show(settings)["influx"]["ca_file"] == "tls/ca.pem"  # type: ignore[index] # a nested table
    handed = pickle.loads(pickle.dumps(settings.influx.ca_file))  # noqa: S301 - our own, a moment old
    assert (handed, handed.written) == (settings.influx.ca_file, "tls/ca.pem")


def test_a_named_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    found = mistakes(tmp_path, '[city]\nname = "kl"\n[page]\ntls_key = 5\n')
    assert "5 is not a text" in found["page.tls_key"]


def test_every_setting_of_the_shipped_cities_is_known() -> None:
    for file in (ROOT / "cities").glob("*/city.toml"):
        assert isinstance(read_settings(file.parent), Settings)
