"""A server on loopback that a test starts: waited for until it answers, ended with the test."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence

READY_S = 30.0


class ServerProcess:
    """One process; ``start`` returns once ``health`` answers as it should."""

    _process: subprocess.Popen[bytes] | None = None

    def launch(
        self,
        command: Sequence[str],
        health: str,
        *,
        status: int = HTTPStatus.OK,
        ready_s: float = READY_S,
        environment: Mapping[str, str] | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        end = time.monotonic() + ready_s
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(health, timeout=2, context=trusted) as answer:  # noqa: S310 - our own server on loopback
                    assert answer.status == status
                return
            time.sleep(0.1)
        raise AssertionError(f"{command[0]} did not answer in time")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
