"""The disk is full for ten rounds, or its file system failed and takes nothing: polling goes on, and it is said.

When there is room again all is as it was, without a hand; a failed file system has to be mounted again by somebody.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sqlite3
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from chaos.test_kills import KILLS
from polled_city import Polled, PolledCity
from real_snmpd import RealSnmpd
from running import Running, rainbow, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDS = 10
REFUSED = "samples wait in memory"
pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The state folder of a city on a disk of its own, of 4 MB."""
    state = tmp_path / "city" / "state"
    state.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(state)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"NOT TESTED: a small disk cannot be mounted here ({mounted.stderr.strip()}); root can")
    yield state
    subprocess.run(["umount", "--lazy", str(state)], check=True)


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[Path]:
    """The state folder of a city on a file system that can be made to fail."""
    state, image = tmp_path / "city" / "state", tmp_path / "disk.img"
    state.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(32 << 20)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], capture_output=True, text=True, check=False)
    mounted = made if made.returncode else mount(image, state)
    if mounted.returncode:
        pytest.skip(f"NOT TESTED: a disk cannot be mounted here ({mounted.stderr.strip()}); root can")
    yield state
    subprocess.run(["umount", "--lazy", str(state)], check=True)


def mount(image: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True, text=True, check=False)


def repaired(image: Path) -> Path:
    """A copy, for the failed one may still be in use in another namespace."""
    copy = image.with_name("repaired.img")
    shutil.copyfile(image, copy)
    subprocess.run(["e2fsck", "-fy", str(copy)], capture_output=True, check=False)
    return copy


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    file = disk / "filler"
    with contextlib.suppress(OSError), file.open("ab", buffering=0) as target:
        for size in (65536, 1):
            with contextlib.suppress(OSError):
                while target.write(b"x" * size):
                    pass
    with (disk / "more").open("wb", buffering=0) as target, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        target.write(b"x" * 8192)
    return file


@contextlib.contextmanager
def polled_city(folder: Path) -> Iterator[PolledCity]:
    """A city of one switch that answers, read twice a second."""
    snmpd = RealSnmpd(folder)
    snmpd.start()
    try:
        device = Polled(code="SW-1", port=snmpd.port, community=snmpd.community)
        yield PolledCity(folder=folder / "city", devices=[device], collect={"interval_s": 0.5}).write()
    finally:
        snmpd.stop()


def rounds(database: Path) -> list[int]:
    """Times of all rounds in the store; none while it is being made."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT time_ns FROM raw_collector_round ORDER BY time_ns").fetchall()
    except sqlite3.OperationalError:
        return []
    return [row[0] for row in rows]


def test_polling_goes_on_and_nothing_needs_a_hand(small_disk: Path, tmp_path: Path) -> None:
    with polled_city(tmp_path) as city, Running(tmp_path, "collect", "run", str(city.folder)) as collector:
        wait_until(lambda: city.database.exists() and len(rounds(city.database)) > 2, "rounds", collector)
        filler = fill(small_disk)
        full_from = len(rounds(city.database))
        wait_until(lambda: collector.said().count("disk is full") >= ROUNDS, "ten failed rounds", collector)
        assert "RB-D005" in rainbow("doctor", str(city.folder)).stdout
        filler.unlink()
        (small_disk / "more").unlink(missing_ok=True)
        wait_until(lambda: len(rounds(city.database)) > full_from + ROUNDS, "rounds again", collector)
        collector.process.send_signal(signal.SIGTERM)
        assert collector.process.wait(20) == 0
    times = rounds(city.database)
    assert max(later - earlier for earlier, later in pairwise(times)) < 3e9, (
        "the rounds of the full disk came after all"
    )


@pytest.mark.skipif(KILLS < 1000, reason="make chaos lets a file system fail")
def test_a_file_system_that_failed_stops_no_round(failing_disk: Path, tmp_path: Path) -> None:
    """As Linux does it on a fault of the disk: what is open stays open, and every write is refused."""
    with polled_city(tmp_path) as city:
        with Running(tmp_path, "collect", "run", str(city.folder)) as collector:
            wait_until(lambda: city.database.exists() and len(rounds(city.database)) > 2, "rounds", collector)
            subprocess.run(["sync", "--file-system", str(failing_disk)], check=True)  # the secrets just written
            subprocess.run(["mount", "-o", "remount,abort", str(failing_disk)], check=True)
            wait_until(lambda: collector.said().count(REFUSED) >= ROUNDS, "ten failed rounds", collector)
            assert "RB-D017" in rainbow("doctor", str(city.folder)).stdout
            kept = rounds(city.database)
        subprocess.run(["umount", "--lazy", str(failing_disk)], check=True)
        assert mount(repaired(tmp_path / "disk.img"), failing_disk).returncode == 0
        assert rounds(city.database) == kept
        with Running(tmp_path, "collect", "run", str(city.folder)) as collector:
            wait_until(lambda: len(rounds(city.database)) > len(kept) + 2, "rounds again", collector)
            assert not list(failing_disk.glob("*.damaged-*")), collector.said()
