"""A real InfluxDB 1.x on loopback, started by a test, with its data kept between a stop and a start."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from conftest import free_port, require_real

if TYPE_CHECKING:
    from pathlib import Path

READY_S = 30.0


class RealInflux:
    """Debian's ``influxd``: ``start``, ``stop``, ``query``. One per test, in the test's own folder."""

    def __init__(self, folder: Path) -> None:
        require_real("influxd")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / "influx"
        self._folder.mkdir(exist_ok=True)
        self._config = self._folder / "influxdb.conf"
        self._config.write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
            f'[meta]\ndir = "{self._folder}/meta"\n'
            f'[data]\ndir = "{self._folder}/data"\nwal-dir = "{self._folder}/wal"\nquery-log-enabled = false\n'
            f'[http]\nbind-address = "127.0.0.1:{self.port}"\nlog-enabled = false\n'
            '[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin") or "influxd"
        self._process = subprocess.Popen(
            [program, "-config", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(f"{self.url}/ping", timeout=2) as answer:  # noqa: S310 - our own server on loopback
                    assert answer.status == 204
                return
            time.sleep(0.1)
        raise AssertionError("influxd did not answer in time")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def query(self, statement: str, db: str = "rainbow") -> list[dict[str, object]]:
        """Series of the answer as InfluxDB gives them: name, tags, columns, values (times in ns)."""
        asked = urllib.parse.urlencode({"q": statement, "db": db, "epoch": "ns"})
        request = urllib.request.Request(f"{self.url}/query", data=asked.encode())  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - same
            result = json.load(answer)["results"]
        series: list[dict[str, object]] = []
        for item in result:
            assert "error" not in item, f"{item['error']}: {statement}"
            series += item.get("series", [])
        return series

    def rows(self, statement: str, db: str = "rainbow") -> list[list[object]]:
        """The values of all series of the answer."""
        return [row for series in self.query(statement, db) for row in series["values"]]  # type: ignore[attr-defined]
