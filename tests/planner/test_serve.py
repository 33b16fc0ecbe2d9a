"""The command that serves the page, as a process of its own."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, free_port

from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", folder, ignore=shutil.ignore_patterns("state"))
    return folder


def fetched(url: str, process: subprocess.Popen[str], *, within_s: float = 30) -> str:
    """The page once it answers; a process that ended is an error, not a reason to wait."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                return str(answer.read().decode())
        except urllib.error.URLError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "the page did not come up"
            time.sleep(0.1)


def test_it_prints_its_address_serves_without_a_store_and_ends_on_ctrl_c(city: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "rainbow", "serve", str(city), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        page = fetched(f"http://127.0.0.1:{port}/?lang=en", process)
        assert "No reading yet: start the collector." in page
        fetched(f"http://127.0.0.1:{port}/api/v1/status", process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}/" in out
    assert not re.search(r"Traceback|GET /", out + err)
    assert not (city / "state").exists()


def test_a_port_in_use_is_said_with_a_cure(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", str(city), "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert str(port) in said
    assert "--port" in said


def test_a_host_that_is_not_loopback_is_refused(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = city / "city.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[page]\nhost = "0.0.0.0"\n', encoding="utf-8")
    assert main(["serve", str(city)]) == 2
    assert "0.0.0.0" in capsys.readouterr().err  # noqa: S104 - the text of the refusal
