"""NetBox and Grafana behind a certificate of the city's own authority, wherever a command is started."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from certificates import Authority

from dashboards.grafana import Grafana
from inventory.sources.netbox.client import NetBoxClient
from inventory.sources.netbox.settings import NetBoxSettings
from rainbow.kernel.errors import GrafanaAway, NetBoxRefused
from rainbow.kernel.places import NamedFile
from rainbow.kernel.secret import Secret, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Polite(BaseHTTPRequestHandler):
    """As much of NetBox's status and Grafana's health as tells that TLS was well."""

    def do_GET(self) -> None:
        body = json.dumps({"netbox-version": "4.7.3", "database": "ok"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Somebody else's, which the environment names."""
    made = Authority(tmp_path / "theirs")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(made.path))
    return made


@pytest.fixture
def url(ours: Authority) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Polite) as server:
        server.socket = ours.server().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def netbox(url: str, authority: Path) -> NetBoxClient:
    settings = NetBoxSettings(url=url, token=SecretRef(env="X"), ca_file=NamedFile(str(authority)), retries=0)
    return NetBoxClient(settings, Secret("nbt_token"), run="test", pause=lambda _s: None)


def test_netbox(url: str, ours: Authority, theirs: Authority) -> None:
    assert netbox(url, ours.path).version() == "4.7.3"
    with pytest.raises(NetBoxRefused, match="nobody here trusts") as refused:
        netbox(url, theirs.path).version()
    assert "ca_file" in refused.value.cure


def test_grafana(url: str, ours: Authority, theirs: Authority) -> None:
    assert Grafana(url, Secret("token"), ca_file=str(ours.path)).read("/health") is not None
    with pytest.raises(GrafanaAway, match=r"(?i)certificate"):
        Grafana(url, Secret("token"), ca_file=str(theirs.path)).read("/health")
