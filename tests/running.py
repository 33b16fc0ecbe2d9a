"""Programs a test starts: ended with it, their words kept, waited for with a limit."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT_S = 60.0


class Running:
    """``rainbow`` with some arguments, as a process. ``log`` has what it said on both streams."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.log = folder / f"{'-'.join(arguments[:2]).strip('-')}-{time.monotonic_ns()}.log"
        self._sink = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rainbow", *arguments],
            stdout=self._sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "RAINBOW_LANG": "en"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, *, count: int = 1) -> None:
        """Until it has said something so often."""
        wait_until(lambda: self.said().count(words) >= count, f"{words!r} x {count}", self)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._sink.close()


def wait_until(true: Callable[[], bool], what: str, program: Running | None = None) -> None:
    """Look again and again at what another process does."""
    end = time.monotonic() + LIMIT_S
    while not true():
        said = program.said() if program is not None else ""
        assert program is None or program.process.poll() is None, f"ended before {what}: {said}"
        assert time.monotonic() < end, f"no {what} within {LIMIT_S} s: {said}"
        time.sleep(0.05)


def rainbow(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "rainbow", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env={**os.environ, "RAINBOW_LANG": "en"},
    )
