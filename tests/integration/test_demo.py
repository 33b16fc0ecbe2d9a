"""The newcomer's walk: ``rainbow demo`` on a copy of the shipped city, a cut seen, Ctrl-C, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, free_port

from rainbow.city import open_city
from rainbow.kernel.metrics import LINK
from rainbow.wiring import store_reader
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INTERVAL_S = 2.0
SEEN_S = 4 * INTERVAL_S
"""One interval where nothing else runs; a machine busy with other tests gets more."""
FIRST_READING_S = 60.0
END_S = 15.0


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Lautern on a port of its own, polled quickly."""
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    devices = folder / "plant/devices.csv"
    port = free_port(socket.SOCK_DGRAM)
    devices.write_text(devices.read_text(encoding="utf-8").replace(",16100,", f",{port},"), encoding="utf-8")
    settings = folder / "city.toml"
    text = settings.read_text(encoding="utf-8")
    quick = text.replace("interval_s = 5.0", f"interval_s = {INTERVAL_S}").replace(
        "deadline_s = 4.0", "deadline_s = 1.9"
    )
    assert quick.count("interval_s = 2.0") == 1
    settings.write_text(quick, encoding="utf-8")
    return folder


@pytest.fixture
def demo(city: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rainbow", "demo", str(city), "--port", str(free_port())],
        env={**os.environ, "RAINBOW_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()  # ends with an error's words if a part does not start
        address = re.search(r"page: (http://127\.0\.0\.1:\d+/)", said)
        assert address, said + process.stdout.read()
        yield process, address[1]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(END_S)


def until(seconds: float, what: Callable[[], object]) -> None:
    """Wait for something outside to come true."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.1)


def asked(address: str) -> dict[str, object]:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own page on loopback
        found: dict[str, object] = json.load(answer)
        return found


def parts_of(city: Path) -> list[str]:
    """Command lines of running processes that work on the city, the asker's own left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if str(city) in words and "rainbow" in words:
            found.append(" ".join(words))
    return found


@pytest.mark.real
def test_a_newcomer_sees_a_cut_and_leaves_nothing_behind(city: Path, demo: tuple[subprocess.Popen[str], str]) -> None:
    process, address = demo
    assert len(parts_of(city)) == 4  # the demo and its three parts
    health = asked(f"{address}health/ready")
    assert health["status"] == "ok"
    assert health["age_s"] is not None
    with urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310 - our own page on loopback
        assert "Lautern" in page.read().decode()

    trench, links = cut_with_links(city)
    before = link_states(city)
    assert before.keys() >= links
    assert all(before[link] == 1 for link in links)

    subprocess.run([sys.executable, "-m", "rainbow", "simulate", "cut", str(city), trench], check=True)
    until(SEEN_S, lambda: all(link_states(city)[link] == 0 for link in links))

    process.send_signal(signal.SIGINT)
    out, _none = process.communicate(timeout=END_S)
    assert process.returncode == 0, out
    assert "Traceback" not in out
    until(5, lambda: not parts_of(city))


def cut_with_links(city: Path) -> tuple[str, set[str]]:
    """A trench in a ring and the links in it: nothing loses service, so both ends of each link still answer."""
    plant = open_city(city).plant
    index = CutIndex.of(plant)
    for section in plant.sections:
        found = index.lost([section.code])
        if found.links and not found:
            return str(section.code), {str(link) for link in found.links}
    raise AssertionError("Lautern has no trench in a ring")


def link_states(city: Path) -> dict[str, int]:
    with store_reader(open_city(city)) as reader:
        return {row.series.tag("link"): int(row.values[LINK.state]) for row in reader.latest(LINK)}


def test_an_end_by_itself_and_a_part_that_fails(city: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(city, broken)
    devices = broken / "plant/devices.csv"
    devices.write_text(devices.read_text(encoding="utf-8").replace("127.21.0.2,", "192.0.2.1,"), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "rainbow", "demo", str(broken), "--port", str(free_port())],
        env={**os.environ, "RAINBOW_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=FIRST_READING_S,
        check=False,
    )
    assert ended.returncode == 2
    assert "the part simulated switches ended:" in ended.stderr
    assert "192.0.2.1" in ended.stderr
    assert "simulator.log" in ended.stderr
    assert not parts_of(broken)
