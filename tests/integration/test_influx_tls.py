"""Readings to a real InfluxDB by TLS with the city's own authority: delivered, read back, looked at by the doctor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from certificates import Authority
from polled_city import Polled, PolledCity
from real_influx import RealInflux
from real_influx2 import BUCKET, ORG, RealInflux2

from rainbow.archive import prove_archive
from rainbow.city import open_city
from rainbow.doctor import examine
from rainbow.kernel.errors import SinkBusy
from rainbow.kernel.places import NamedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rainbow.city import City

pytestmark = pytest.mark.real


@pytest.fixture(params=[1, 2])
def city(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """Its authority lies in its folder, and the command was started elsewhere, with another in the environment."""
    folder = tmp_path / "city"
    authority, stranger = Authority(folder / "tls"), Authority(tmp_path / "theirs")
    server: RealInflux | RealInflux2
    if request.param == 1:
        server, more = RealInflux(tmp_path, authority=authority), {}
    else:
        server = RealInflux2(tmp_path, authority=authority)
        monkeypatch.setenv("INFLUX_TOKEN", server.token)
        more = {"token_env": "INFLUX_TOKEN", "database": BUCKET, "org": ORG}
    server.start()
    influx = {"url": server.url, "version": request.param, "ca_file": "tls/ca.pem", **more}
    devices = [Polled(code="SW", port=1, community="public", ports=("ge1",))]
    PolledCity(folder=folder, devices=devices, influx=influx).write()
    monkeypatch.chdir("/")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger.path))
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.path))
    yield open_city(folder)
    server.stop()


def test_what_is_written_is_read_back(city: City) -> None:
    assert city.settings.influx is not None
    prove_archive(city, city.settings.influx)
    assert "RB-D012" not in {finding.code for look in examine(city.folder) for finding in look.findings}


def test_a_server_of_another_authority_gets_nothing(city: City, tmp_path: Path) -> None:
    assert city.settings.influx is not None
    other = replace(city.settings.influx, ca_file=NamedFile(str(tmp_path / "theirs" / "ca.pem")))
    with pytest.raises(SinkBusy, match="certificate verify failed"):
        prove_archive(city, other)
