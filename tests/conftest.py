"""What all rooms' tests share: real servers, foreign test data, free ports."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def require_real(*programs: str) -> None:
    """Skip loudly where a real server's program is missing; fail instead when RAINBOW_REQUIRE_REAL=1."""
    for program in programs:
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            reason = f"NOT TESTED: {program} is not installed (apt-get install it; .ci/run does)"
            if os.environ.get("RAINBOW_REQUIRE_REAL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)


def require_ipv6() -> None:
    """Skip loudly where this machine has no ``::1``: containers often have none."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        pytest.skip(f"NOT TESTED: this machine has no IPv6 ({error.strerror})")


def shared_data(name: str) -> Path:
    """A folder of foreign test data beside the checkout; it is not part of the project and may be absent."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: foreign test data {name!r} is not beside this checkout ({folder})")
    return folder


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM, address: str = "127.0.0.1") -> int:
    """A port nobody uses right now on a loopback address."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


LONGEST = {"test_netbox.py", "test_incidents.py", "test_delivery_outage.py", "test_axe.py"}
"""Tests that wait for servers for long: begun first, so that no worker is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; the order is otherwise as it was."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
