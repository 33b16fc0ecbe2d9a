"""A real VictoriaMetrics on loopback, started by a test, with its data in the test's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import free_port, require_real
from server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path


class RealVictoria(ServerProcess):
    """Debian's ``victoria-metrics``: ``start``, ``stop``. One per test."""

    def __init__(self, folder: Path) -> None:
        require_real("victoria-metrics")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / "victoria"

    def start(self) -> None:
        command = [
            "victoria-metrics",
            f"-storageDataPath={self._folder}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            "-retentionPeriod=100y",
            "-memory.allowedBytes=200MB",
        ]
        self.launch(command, f"{self.url}/health")
