"""What a service manager hears of a real collector and a real page: ready, alive, stopping."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from polled_city import Polled, PolledCity
from running import Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 30.0


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A manager that wants to hear "alive" every 0.3 s."""
    name = f"rainbow-test-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0{name}")
        heard.settimeout(LIMIT_S)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        monkeypatch.setenv("WATCHDOG_USEC", "900000")
        yield heard


def hears(manager: socket.socket, wanted: str) -> None:
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if manager.recv(100).decode() == wanted:
            return
    raise AssertionError(f"{wanted} was never told")


def heard_before_silence(manager: socket.socket) -> list[bytes]:
    heard = []
    with contextlib.suppress(TimeoutError):
        while len(heard) < 10:
            heard.append(manager.recv(100))
    return heard


def city(tmp_path: Path) -> Path:
    silent = Polled(code="SW-1", port=free_port(socket.SOCK_DGRAM), community="c")
    return PolledCity(folder=tmp_path / "city", devices=[silent], collect={"interval_s": 1}).write().folder


@pytest.mark.parametrize("command", [("collect", "run"), ("serve",)])
def test_it_is_told_that_a_program_is_ready_alive_and_stopping(
    manager: socket.socket, tmp_path: Path, command: tuple[str, ...]
) -> None:
    command = (*command, "--port", str(free_port())) if command == ("serve",) else command
    with Running(tmp_path, *command, str(city(tmp_path))) as program:
        hears(manager, "READY=1")
        hears(manager, "WATCHDOG=1")
        hears(manager, "WATCHDOG=1")
        program.process.send_signal(signal.SIGTERM)
        hears(manager, "STOPPING=1")
        assert program.process.wait(LIMIT_S) in {0, -signal.SIGTERM}


def test_a_frozen_collector_says_nothing(manager: socket.socket, tmp_path: Path) -> None:
    with Running(tmp_path, "collect", "run", str(city(tmp_path))) as program:
        hears(manager, "READY=1")
        hears(manager, "WATCHDOG=1")
        program.process.send_signal(signal.SIGSTOP)
        manager.settimeout(1.5)
        assert len(heard_before_silence(manager)) <= 2, "what was sent before it froze"
        program.process.send_signal(signal.SIGCONT)
        manager.settimeout(LIMIT_S)
        hears(manager, "WATCHDOG=1")
