"""The settings of the sign-in: what they refuse, what is put together from them, and the commands about it."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pyotp
import pytest
from conftest import ROOT

from rainbow.city import clock, open_city
from rainbow.cli import main
from rainbow.doorway import Alarm, door, sessions
from rainbow.kernel.errors import SettingsError
from rainbow.settings import read_settings
from trust.sessions import Session

if TYPE_CHECKING:
    from pathlib import Path

OIDC = """
[access.oidc]
issuer = "https://id.example"
client_id = "rainbow"
"""
ROLES = """
[access.roles]
"netz" = "viewer"
"""
PUBLIC = 'public_url = "https://rainbow.example"\n'


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", folder, ignore=shutil.ignore_patterns("state"))
    return folder


def with_settings(city: Path, page: str, more: str = "") -> Path:
    path = city / "city.toml"
    text = path.read_text(encoding="utf-8")
    assert "[page]" not in text
    path.write_text(f"{text}\n[page]\n{page}\n{more}", encoding="utf-8")
    return city


def said(city: Path) -> str:
    with pytest.raises(SettingsError) as raised:
        read_settings(city)
    return str(raised.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.20.0.5", "::", "2001:db8::1", "::ffff:127.0.0.1"])  # noqa: S104 - refused
def test_beyond_loopback_there_is_no_page_without_tls(city: Path, host: str) -> None:
    assert "needs TLS" in said(with_settings(city, f'host = "{host}"\n{PUBLIC}', OIDC + ROLES))


def test_beyond_loopback_there_is_no_page_without_a_sign_in(city: Path) -> None:
    tls = 'host = "10.20.0.5"\ntls_certificate = "a"\ntls_key = "b"\n'
    assert "needs a sign-in: add [access.oidc]" in said(with_settings(city, tls + PUBLIC))


def test_a_sign_in_needs_the_address_people_use(city: Path) -> None:
    assert "needs public_url" in said(with_settings(city, "", OIDC + ROLES))


def test_with_both_it_is_served(city: Path) -> None:
    tls = 'host = "10.20.0.5"\ntls_certificate = "a"\ntls_key = "b"\n'
    made = door(open_city(with_settings(city, tls + PUBLIC, OIDC + ROLES)), None)
    assert made is not None
    assert made.provider is not None
    assert made.account is None


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ('tls_certificate = "a"', "go together"),
        ('host = "rainbow.example"', "no address to listen on"),
        ('proxies = ["0.0.0.0/0"]', "is everybody"),
        ('proxies = ["proxy"]', "no address or network"),
        ('public_url = "http://rainbow.example"', "does not begin with https"),
        ('public_url = "https://rainbow.example/path"', "is not like"),
        ('public_url = "rainbow.example"', "is not like"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(city: Path, page: str, why: str) -> None:
    assert why in said(with_settings(city, page))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (OIDC + '[access.roles]\n"netz" = "root"\n', "not one of"),
        (OIDC + 'algorithms = ["HS256"]\n' + ROLES, "algorithms"),
        (OIDC + 'scopes = ["profile"]\n' + ROLES, "lack openid"),
        (OIDC.replace("https", "http") + ROLES, "https://"),
        (OIDC + ROLES + "[access.scopes.west]\ngroups = []\nbox = [1.0, 1.0, 2.0, 2.0]\n", "nobody would be bound"),
        (OIDC + ROLES + '[access.scopes.west]\ngroups = ["w"]\nbox = [2.0, 1.0, 1.0, 2.0]\n', "west, south"),
        (OIDC + ROLES + '[access.scopes.west]\ngroups = ["w"]\n', "needs box"),
        (OIDC + 'client_secret = "in the clear"\n' + ROLES, "does not stand in this file"),
        ('[access.break_glass]\nname = "notfall"\nrole = "admin"\npassword_file = "a"\n', "totp"),
    ],
)
def test_a_sign_in_that_cannot_be_meant_is_refused(city: Path, more: str, why: str) -> None:
    assert why in said(with_settings(city, PUBLIC, more))


def test_a_provider_without_roles_lets_nobody_in_and_that_is_said(city: Path) -> None:
    with pytest.raises(SettingsError, match="nobody who signs in would have a role"):
        door(open_city(with_settings(city, PUBLIC, OIDC)), None)


def test_the_emergency_account_is_made_by_a_command(
    city: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = (
        '[access.break_glass]\nname = "notfall"\npassword_file = "state/secrets/a"\ntotp_file = "state/secrets/b"\n'
    )
    with_settings(city, PUBLIC, account)
    password = "a long sentence nobody says"  # noqa: S105 - of the test
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["access", "break-glass", str(city)]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    assert main(["access", "break-glass", str(city)]) == 0
    told = capsys.readouterr()
    totp = pyotp.parse_uri(told.out.strip())
    assert isinstance(totp, pyotp.TOTP)
    assert password not in told.out + told.err + (city / "state/secrets/a").read_text(encoding="utf-8")
    assert (city / "state/secrets/a").stat().st_mode & 0o777 == 0o600
    made = door(open_city(city), None)
    assert made is not None
    assert made.account is not None
    assert made.account.proved("notfall", password, totp.now())


def test_who_is_signed_in_is_listed_and_ended(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now_s = clock() / 1e9
    kept = sessions(open_city(city))
    made = Session(
        number="0011", subject="m.berg", name="M. Berg", method="oidc", groups=("netz",), worth="viewer *", amr="pwd",
        address="192.0.2.7", began_s=now_s, seen_s=now_s,
    )  # fmt: skip
    key = kept.begin(made)
    assert main(["access", "sessions", str(city)]) == 0
    told = capsys.readouterr().out
    assert "0011 m.berg (M. Berg)" in told
    assert key not in told
    assert main(["access", "end", str(city), "m.berg"]) == 0
    assert kept.found(key, now_s) is None
    assert main(["access", "end", str(city), "m.berg"]) == 2
    assert main(["access", "sessions", str(city)]) == 0
    assert "Nobody is signed in." in capsys.readouterr().out


def test_an_alarm_goes_to_every_channel(capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[tuple[str, str]] = []

    class Sender:
        def send(self, channel: str, title: str, body: str) -> bool:  # noqa: ARG002 - the protocol's
            sent.append((channel, body))
            return True

        def why(self, channel: str) -> str:  # noqa: ARG002 - same
            return ""

    Alarm(sender=Sender(), channels=("phone", "mail"))("used")
    assert sent == [("phone", "used"), ("mail", "used")]
    assert capsys.readouterr().err == "used\n"
