"""A network of its own for a server, with a cable for each of its users, to be pulled. Needs root; tests use it too."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


def can_be_made() -> bool:
    """Whether this process may make network namespaces."""
    if shutil.which("ip") is None:
        return False
    name = f"rb-look-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:  # noqa: S607 - Debian's
        return False
    subprocess.run(["ip", "netns", "del", name], check=True)  # noqa: S607 - same
    return True


class Network:
    """``prefix`` starts a server in it; user number ``n`` reaches that at ``address(n)``."""

    def __init__(self, users: int) -> None:
        self._name = f"rb-{os.getpid()}"
        self._net = 64 + os.getpid() % 190
        self._users = users
        self.prefix = ("ip", "netns", "exec", self._name)

    def __enter__(self) -> Self:
        self._ip("netns", "add", self._name)
        for user in range(self._users):
            here, there = self._ends(user)
            self._ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", self._name)
            self._ip("address", "add", f"10.{self._net}.{user}.1/24", "dev", here)
            self._ip("-n", self._name, "address", "add", f"{self.address(user)}/24", "dev", there)
            self._ip("link", "set", here, "up")
            self._ip("-n", self._name, "link", "set", there, "up")
        self._ip("-n", self._name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_error: object) -> None:
        self._ip("netns", "del", self._name)

    def address(self, user: int) -> str:
        """Where this user reaches the server."""
        return f"10.{self._net}.{user}.2"

    def pull(self, user: int) -> None:
        """The cable is out: this end sees it."""
        self._ip("-n", self._name, "link", "set", self._ends(user)[1], "down")

    def plug(self, user: int) -> None:
        """It is in again."""
        self._ip("-n", self._name, "link", "set", self._ends(user)[1], "up")

    def lose(self, user: int) -> None:
        """No answer comes any more, and nobody sees why."""
        self._ip("-n", self._name, "route", "add", "blackhole", f"10.{self._net}.{user}.1")

    def find(self, user: int) -> None:
        """Answers come again."""
        self._ip("-n", self._name, "route", "del", "blackhole", f"10.{self._net}.{user}.1")

    def _ends(self, user: int) -> tuple[str, str]:
        return f"rb{self._net}-{user}a", f"rb{self._net}-{user}b"

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True)  # noqa: S607 - same
