"""Doors of the servers beside us, told to be open or shut by what real ones answer."""

from __future__ import annotations

import base64
import json
import shutil
import threading
import urllib.parse
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from real_influx import RealInflux
from real_influx2 import RealInflux2

from rainbow import doctor_trust
from rainbow.city import open_city
from rainbow.kernel.findings import Severity
from rainbow.kernel.secret import SecretRef
from rainbow.settings import CitySettings, DashboardSettings, Settings
from rainbow.supply.asking import asked
from rainbow.supply.server_settings import Door, doors
from store.settings import InfluxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SHUT = {
    "anonymousEnabled": False,
    "disableSanitizeHtml": False,
    "publicDashboardsEnabled": False,
    "snapshotEnabled": False,
    "featureToggles": {"lokiQueryHints": True},
}
OPEN = {**dict.fromkeys(SHUT, True), "featureToggles": {"sqlExpressions": True}}


KEPT = SecretRef(file="kept")


def told(folder: Path, secret: str, **settings: object) -> dict[Door, bool | None]:
    (folder / KEPT.file).write_text(secret, encoding="utf-8")
    made = Settings(city=CitySettings(name="x"), **settings)  # type: ignore[arg-type] # parts of the settings
    return {item.door: item.is_shut for item in doors(folder, made)}


def of_user(folder: Path, url: str, user: str, password: str) -> dict[Door, bool | None]:
    return told(folder, password, influx=InfluxSettings(url=url, version=1, user=user, password=KEPT))


@pytest.mark.real
def test_an_influxdb_1_without_users_is_open(tmp_path: Path) -> None:
    server = RealInflux(tmp_path)
    server.start()
    try:
        assert told(tmp_path, "", influx=InfluxSettings(url=server.url, version=1)) == {Door.NOBODY: False}
    finally:
        server.stop()
    assert told(tmp_path, "", influx=InfluxSettings(url=server.url, version=1)) == {Door.NOBODY: None}


@pytest.mark.real
def test_an_influxdb_1_with_users_is_shut_and_an_administrator_is_told(tmp_path: Path) -> None:
    server = RealInflux(tmp_path, signs_in=True)
    server.start()
    try:
        say(server.url, "CREATE USER boss WITH PASSWORD 'b' WITH ALL PRIVILEGES")
        for words in ("CREATE DATABASE rainbow", "CREATE USER poll WITH PASSWORD 'p'", "GRANT ALL ON rainbow TO poll"):
            say(server.url, words, "boss:b")
        assert of_user(tmp_path, server.url, "boss", "b") == {Door.NOBODY: True, Door.RIGHTS: False}
        assert of_user(tmp_path, server.url, "poll", "p") == {Door.NOBODY: True, Door.RIGHTS: True}
        assert of_user(tmp_path, server.url, "poll", "wrong") == {Door.NOBODY: True, Door.RIGHTS: None}
    finally:
        server.stop()


def say(url: str, words: str, user: str = "") -> None:
    headers = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"} if user else {}
    request = urllib.request.Request(f"{url}/query", urllib.parse.urlencode({"q": words}).encode(), headers)  # noqa: S310 - our own server on loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - same
        assert "error" not in json.load(answer)["results"][0]


@pytest.mark.real
def test_an_influxdb_2_is_shut_and_a_token_for_everything_is_told(tmp_path: Path) -> None:
    server = RealInflux2(tmp_path)
    server.start()
    try:
        influx = InfluxSettings(url=server.url, version=2, token=KEPT)
        assert told(tmp_path, server.token, influx=influx) == {Door.NOBODY: True, Door.RIGHTS: False}
        assert told(tmp_path, server.bucket_token(), influx=influx) == {Door.NOBODY: True, Door.RIGHTS: True}
    finally:
        server.stop()


@contextmanager
def answering(answer: Mapping[str, object], *, moved_to: str = "") -> Iterator[tuple[str, list[str]]]:
    """A server that gives one answer or sends on, and what it was told of who asks."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.path} {self.headers.get('Authorization', '')}")
            self.send_response(302 if moved_to else 200)
            self.send_header("Location", moved_to)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("says", "is_shut"), [(OPEN, False), (SHUT, True), ({}, None), ([], None)])
def test_a_grafana_tells_its_doors_itself(tmp_path: Path, says: Mapping[str, object], is_shut: bool | None) -> None:  # noqa: FBT001 - a table of cases
    with answering(says) as (url, heard):
        found = told(tmp_path, "grafana-token", dashboards=DashboardSettings(grafana_url=url, token=KEPT))
    assert found == dict.fromkeys((Door.ANONYMOUS, Door.HTML, Door.PUBLIC, Door.SNAPSHOTS, Door.SQL), is_shut)
    assert heard == ["/api/frontend/settings Bearer grafana-token"]


def test_a_token_is_never_sent_on() -> None:
    with answering({}) as (elsewhere, heard), answering({}, moved_to=elsewhere) as (url, _first):
        assert asked(url, "", {"Authorization": "Bearer secret"}).status == 302
    assert heard == []


def test_the_doctor_says_what_is_open_and_how_to_shut_it(tmp_path: Path) -> None:
    with answering(OPEN) as (url, _heard):
        city = tmp_path / "city"
        shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns("state"))
        with (city / "city.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[dashboards]\ngrafana_url = "{url}"\n')
        found = list(doctor_trust.servers_are_shut(open_city(city)))
    assert {item.code for item in found} == {"RB-D022"}
    assert [item.severity for item in found].count(Severity.WARNING) == 3
    assert any("GF_AUTH_ANONYMOUS_ENABLED=false" in item.cure for item in found)
