"""Collector and page are killed in turn: each goes on without the other, and what comes back finds all as it was."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from typing import TYPE_CHECKING

from conftest import free_port
from polled_city import Polled, PolledCity
from running import Running, rainbow, wait_until

if TYPE_CHECKING:
    from pathlib import Path


def get(port: int, path: str) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)  # type: ignore[no-any-return] # an object


def shows(port: int, *, stale: bool) -> bool:
    """Whether the page shows readings, old ones or new ones."""
    try:
        return get(port, "/health/ready")["stale"] is stale
    except OSError:  # it does not listen yet
        return False


def test_each_outlives_the_other(tmp_path: Path) -> None:
    silent = Polled(code="SW-1", port=free_port(socket.SOCK_DGRAM), community="c")
    collect = {"interval_s": 0.5, "timeout_s": 0.1, "retries": 0}
    city = str(PolledCity(folder=tmp_path / "city", devices=[silent], collect=collect).write().folder)
    port = free_port()
    with (
        Running(tmp_path, "collect", "run", city) as first,
        Running(tmp_path, "serve", "--port", str(port), city) as page,
    ):
        first.wait_for("round in", count=2)
        wait_until(lambda: shows(port, stale=False), "a fresh reading on the page", page)
        assert rainbow("collect", "status", city).returncode == 0

        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        assert get(port, "/health/live") == {"status": "ok"}
        wait_until(lambda: shows(port, stale=True), "stale readings on the page", page)
        told = rainbow("collect", "status", city)
        assert (told.returncode, "no collector answers" in told.stderr) == (2, True)

        with Running(tmp_path, "collect", "run", city) as second:
            second.wait_for("round in", count=2)
            wait_until(lambda: shows(port, stale=False), "a fresh reading on the page", page)
            page.process.send_signal(signal.SIGKILL)
            page.process.wait()
            rounds = second.said().count("round in")
            second.wait_for("round in", count=rounds + 3)
            second.process.send_signal(signal.SIGTERM)
            assert second.process.wait(20) == 0
