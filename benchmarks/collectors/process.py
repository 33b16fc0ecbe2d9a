"""Processes to be measured: started with their output kept out of the way, their CPU time read from the kernel."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.collectors.contest import Farm

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """User and system seconds of a running process, its threads included (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextlib.contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that serves while the block runs."""
    with log.open("wb") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


@contextlib.contextmanager
def farm_running(farm: Farm) -> Iterator[None]:
    """The simulated switches, in a process of their own, ready when the block begins."""
    words: list[object] = [
        "--devices",
        farm.devices,
        "--port",
        farm.port,
        "--delay-ms",
        farm.delay_ms,
        "--dead",
        farm.dead,
    ]
    words += ["--bad", farm.bad]
    words += [option for option, wanted in (("--v3", farm.is_v3), ("--frozen", farm.is_frozen)) if wanted]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.collectors.farm", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready", "the simulated switches did not start"
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(20)
