"""A real InfluxDB 1.x on loopback, started by a test, with its data kept between a stop and a start."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

from conftest import free_port, require_real
from server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from certificates import Authority


class RealInflux(ServerProcess):
    """Debian's ``influxd``: ``start``, ``stop``, ``query``. One per test, in the test's own folder.

    With an ``authority`` it speaks TLS with a certificate of that.
    """

    def __init__(self, folder: Path, *, signs_in: bool = False, authority: Authority | None = None) -> None:
        require_real("influxd")
        self.port = free_port()
        self.url = f"{'https' if authority else 'http'}://127.0.0.1:{self.port}"
        self._trusted = authority.context() if authority else None
        self._folder = folder / "influx"
        self._folder.mkdir(exist_ok=True)
        self._config = self._folder / "influxdb.conf"
        self._config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
            f'[meta]\ndir = "{self._folder}/meta"\n'
            f'[data]\ndir = "{self._folder}/data"\nwal-dir = "{self._folder}/wal"\nquery-log-enabled = false\n'
            f'[http]\nbind-address = "127.0.0.1:{self.port}"\nlog-enabled = false\n'
            f"auth-enabled = {str(signs_in).lower()}\n"
            f"{_tls_of(authority) if authority else ''}"
            '[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
        )

    def start(self) -> None:
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin") or "influxd"
        self.launch(
            [program, "-config", str(self._config)],
            f"{self.url}/ping",
            status=HTTPStatus.NO_CONTENT,
            trusted=self._trusted,
        )

    def query(self, statement: str, db: str = "rainbow") -> list[dict[str, object]]:
        """Series of the answer as InfluxDB gives them: name, tags, columns, values (times in ns)."""
        asked = urllib.parse.urlencode({"q": statement, "db": db, "epoch": "ns"})
        request = urllib.request.Request(f"{self.url}/query", data=asked.encode())  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=30, context=self._trusted) as answer:  # noqa: S310 - same
            result = json.load(answer)["results"]
        series: list[dict[str, object]] = []
        for item in result:
            assert "error" not in item, f"{item['error']}: {statement}"
            series += item.get("series", [])
        return series

    def rows(self, statement: str, db: str = "rainbow") -> list[list[object]]:
        """The values of all series of the answer."""
        return [row for series in self.query(statement, db) for row in series["values"]]  # type: ignore[attr-defined]


def _tls_of(authority: Authority) -> str:
    certificate, key = authority.issued("influx")
    return f'https-enabled = true\nhttps-certificate = "{certificate}"\nhttps-private-key = "{key}"\n'
