"""AT32: secrets of each kind are planted, the city is run, none is found in logs, pages, answers, files, processes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from conftest import ROOT, free_port

from rainbow.cli import main
from rainbow.sealed import VARIABLE, SealKey, write_secret
from trust.break_glass import STEP_S, hashed

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "canary-password-of-the-emergency-account"  # noqa: S105 - planted
CANARIES = {
    "community": "canary-community-4711",
    "client secret": "canary-client-secret-4712",
    "influx password": "canary-influx-password-4713",
    "grafana token": "canary-grafana-token-4714",
    "channel": "canary-channel-4715",
    "password": PASSWORD,
}
COMMANDS = ("config show", "config check", "secrets list", "token list", "access sessions", "collect audit")
LONG = ("collect once", "doctor", "incidents list", "auditpack --offline --period 2026-Q4 --output {folder}/pack.zip")
"""With ``RAINBOW_SLOW=1``: a round over devices that are silent, and the pack."""
SETTINGS = """
[page]
port = {port}
public_url = "http://127.0.0.1:{port}"
tokens_file = "state/secrets/api_tokens"

[access.oidc]
issuer = "http://127.0.0.1:9"
client_id = "rainbow"
client_secret_file = "state/secrets/client"

[access.roles]
"netz" = "viewer"

[access.break_glass]
name = "notfall"
password_file = "state/secrets/password"
totp_file = "state/secrets/totp"

[influx]
url = "http://127.0.0.1:9"
database = "rainbow"
user = "rainbow"
password_file = "state/secrets/influx"

[notify.channels.phone]
url_file = "state/secrets/channel"
"""


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", folder, ignore=shutil.ignore_patterns("state"))
    settings = folder / "city.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS.format(port=free_port()), encoding="utf-8")
    return folder


def planted(city: Path) -> dict[str, str]:
    """The secrets, each where the settings name it; and what else is one."""
    totp = pyotp.random_base32(length=32)
    places = {
        "snmp_community": CANARIES["community"],
        "client": CANARIES["client secret"],
        "influx": CANARIES["influx password"],
        "channel": f"json://127.0.0.1:9/{CANARIES['channel']}",
        "password": hashed(PASSWORD),
        "totp": totp,
    }
    for name, text in places.items():
        write_secret(city / "state" / "secrets" / name, text)
    return {**CANARIES, "totp": totp, "password's hash": places["password"]}


def test_a_secret_is_found_nowhere_but_in_its_place(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = planted(city)
    write_secret(tmp_path / "seal", SealKey.new().identity.reveal())
    monkeypatch.setenv(VARIABLE, str(tmp_path / "seal"))
    said = [said_by(capsys, "secrets", "seal", str(city))]
    secrets["API token"] = said_by(capsys, "token", "add", str(city), "gis").splitlines()[0]
    said += [said_by(capsys, *command.split(), str(city)) for command in COMMANDS]
    if os.environ.get("RAINBOW_SLOW") == "1":
        said += [said_by(capsys, *command.format(folder=city).split(), str(city)) for command in LONG]
        assert (city / "pack.zip").exists(), said[-1]
    told, lines = served(city, secrets)
    seen = {"commands": "\n".join(said), "page and API": told, "log of the page": lines}
    for path in sorted(path for path in city.rglob("*") if path.is_file()):
        seen[f"file {path.relative_to(city)}"] = content(path)
    assert len(seen) > 15
    wrong = [(where, name) for where, text in seen.items() for name, secret in secrets.items() if secret in text]
    assert not wrong
    assert content(tmp_path / "seal").startswith("AGE-SECRET-KEY")


def said_by(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    main(command)
    told = capsys.readouterr()
    return told.out + told.err


def content(path: Path) -> str:
    """A file as text; of a database all of its rows too, of an archive all of its files."""
    text = path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as file:
            text += "\n".join(file.iterdump())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            text += "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return text


def served(city: Path, secrets: dict[str, str]) -> tuple[str, str]:
    """Everything the page says to a person, a program and nobody, and what it writes while it does."""
    command = [sys.executable, "-m", "rainbow", "serve", str(city), "--access-log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            address = str(next(iter(process.stdout or ())).split()[-1]).rstrip("/")
            lines = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode() + _environment(process.pid)
            told = _visited(address, secrets)
        finally:
            process.send_signal(signal.SIGINT)
            rest, _none = process.communicate(timeout=30)
    return told, lines + rest


def _environment(process: int) -> str:
    """What others of this user see of a process."""
    return Path(f"/proc/{process}/environ").read_bytes().decode("utf-8", "replace")


def _visited(address: str, secrets: dict[str, str]) -> str:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    told = []
    asked = [("", None, {})]
    fields = f"name=notfall&password={PASSWORD}&code={pyotp.TOTP(secrets['totp'], interval=STEP_S).now()}&next=/account"
    asked.append(("/sign-in/local", fields.replace(PASSWORD, PASSWORD[:-1]).encode(), {}))
    asked.append(("/sign-in/local", b"\xff" * 100, {}))
    asked.append(("/sign-in/begin", None, {}))
    asked.append(("/sign-in/back?state=x&code=y", None, {}))
    token = {"authorization": f"Bearer {secrets['API token']}"}
    asked += [
        (path, None, token) for path in ("/api/v1/status", "/api/v1/devices", "/api/openapi.json", "/api/v1/none")
    ]
    asked.append(("/sign-in/local", fields.encode(), {}))
    asked += [(path, None, {}) for path in ("/", "/account", "/sign-in", "/none", "/logical")]
    until = time.monotonic() + 30
    for path, body, headers in asked:
        while True:
            try:
                with browser.open(urllib.request.Request(address + path, body, headers), timeout=10) as answer:  # noqa: S310 - ours
                    told.append(str(answer.headers) + answer.read().decode())
                break
            except urllib.error.HTTPError as error:
                told.append(str(error.headers) + error.read().decode())
                break
            except urllib.error.URLError:
                assert time.monotonic() < until, "the page did not come up"
                time.sleep(0.1)  # it is a process of its own
    return "\n".join(told)
