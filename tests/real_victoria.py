"""A real VictoriaMetrics on loopback, started by a test, with its data in the test's folder."""

from __future__ import annotations

import contextlib
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING

from conftest import free_port, require_real

if TYPE_CHECKING:
    from pathlib import Path

READY_S = 30.0


class RealVictoria:
    """Debian's ``victoria-metrics``: ``start``, ``stop``. One per test."""

    def __init__(self, folder: Path) -> None:
        require_real("victoria-metrics")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / "victoria"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                "victoria-metrics",
                f"-storageDataPath={self._folder}",
                f"-httpListenAddr=127.0.0.1:{self.port}",
                "-retentionPeriod=100y",
                "-memory.allowedBytes=200MB",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:  # noqa: S310 - our own server on loopback
                    assert answer.status == 200
                return
            time.sleep(0.1)
        raise AssertionError("victoria-metrics did not answer in time")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
