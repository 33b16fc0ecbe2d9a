"""A real InfluxDB 2.x on loopback. No Debian package has it: ``RAINBOW_TEST_INFLUXD2`` names the program to start."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from certificates import Authority

READY_S = 40.0
ORG, BUCKET = "rainbow", "rainbow"


def influxd2() -> str:
    """The program, or a loud skip."""
    named = os.environ.get("RAINBOW_TEST_INFLUXD2", "influxd2")
    found = shutil.which(named)
    if found is None:
        pytest.skip("NOT TESTED: no InfluxDB 2.x here; RAINBOW_TEST_INFLUXD2 names its influxd")
    return found


class RealInflux2(ServerProcess):
    """One server with a bucket, a write token and a mapping for InfluxQL: ``start``, ``stop``, ``query``, ``rows``."""

    def __init__(self, folder: Path, *, authority: Authority | None = None) -> None:
        self._program = influxd2()
        self._folder = folder / "influx2"
        self._folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"{'https' if authority else 'http'}://127.0.0.1:{self.port}"
        self._authority, self._trusted = authority, authority.context() if authority else None
        self.token = secrets.token_urlsafe(24)

    def start(self) -> None:
        paths = {"bolt": "b.bolt", "engine": "engine", "sqlite": "s.sqlite"}
        words = [word for kind, name in paths.items() for word in (f"--{kind}-path", str(self._folder / name))]
        if self._authority is not None:
            certificate, key = self._authority.issued("influx")
            words += ["--tls-cert", str(certificate), "--tls-key", str(key)]
        command = [self._program, "--http-bind-address", f"127.0.0.1:{self.port}", "--reporting-disabled", *words]
        self.launch(command, f"{self.url}/health", ready_s=READY_S, trusted=self._trusted)
        self._set_up()

    def _set_up(self) -> None:
        user = {"username": "test", "password": secrets.token_urlsafe(16), "token": self.token}
        made = self._post("/api/v2/setup", {**user, "org": ORG, "bucket": BUCKET})
        mapping = {"bucketID": made["bucket"]["id"], "orgID": made["org"]["id"]}  # type: ignore[index]
        self._ids = mapping
        self._post("/api/v2/dbrps", {**mapping, "database": BUCKET, "retention_policy": "autogen", "default": True})

    def bucket_token(self) -> str:
        """A token that may read and write the bucket, and nothing else."""
        bucket = {"type": "buckets", "id": self._ids["bucketID"], "orgID": self._ids["orgID"]}
        rights = [{"action": action, "resource": bucket} for action in ("read", "write")]
        return str(self._post("/api/v2/authorizations", {"orgID": self._ids["orgID"], "permissions": rights})["token"])

    def _post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        headers = {"Content-Type": "application/json", "Authorization": f"Token {self.token}"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=30, context=self._trusted) as answer:  # noqa: S310 - our own server on loopback
            found = json.load(answer)
        assert isinstance(found, dict)
        return found

    def query(self, statement: str, db: str = BUCKET) -> list[dict[str, object]]:
        """Series of an InfluxQL answer: name, tags, columns, values (times in ns)."""
        asked = urllib.parse.urlencode({"q": statement, "db": db, "epoch": "ns"})
        headers = {"Authorization": f"Token {self.token}"}
        request = urllib.request.Request(f"{self.url}/query?{asked}", headers=headers)  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=30, context=self._trusted) as answer:  # noqa: S310 - same
            result = json.load(answer)["results"]
        series: list[dict[str, object]] = []
        for item in result:
            assert "error" not in item, f"{item['error']}: {statement}"
            series += item.get("series", [])
        return series

    def rows(self, statement: str, db: str = BUCKET) -> list[list[object]]:
        """The values of all series of the answer."""
        return [row for series in self.query(statement, db) for row in series["values"]]  # type: ignore[attr-defined]
