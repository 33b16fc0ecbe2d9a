"""A real net-snmp agent on loopback, started by a test, and net-snmp's own tools to ask it what it serves."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from conftest import free_port, require_real

if TYPE_CHECKING:
    from pathlib import Path

READY_S = 20.0
USER = "rainbow"
KEY = "a long pass phrase"


class RealSnmpd:
    """Debian's ``snmpd``: SNMPv2c with the community ``public``, v3 (SHA-256, AES-128) with ``USER`` and ``KEY``."""

    community = "public"

    def __init__(self, folder: Path, *, address: str = "127.0.0.1", extra: str = "") -> None:
        require_real("snmpd", "snmpget", "snmpbulkwalk")
        self.address = address
        self.port = free_port(socket.SOCK_DGRAM, address)
        self._endpoint = f"udp6:[{address}]:{self.port}" if ":" in address else f"udp:{address}:{self.port}"
        self._folder = folder / "snmpd"
        (self._folder / "kept").mkdir(parents=True, exist_ok=True)
        self._config = self._folder / "snmpd.conf"
        self._config.write_text(
            f"agentAddress {self._endpoint}\n"
            f"rocommunity{6 if ':' in address else ''} {self.community}\n"
            f'createUser {USER} SHA-256 "{KEY}" AES "{KEY}"\n'
            f"rouser {USER} authPriv\n"
            "sysName snmpd.test\n"
            f"{extra}\n",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _environment(self) -> dict[str, str]:
        """Its own state folder, and MIB files of nobody."""
        own = {"SNMP_PERSISTENT_DIR": str(self._folder / "kept"), "SNMPCONFPATH": str(self._folder)}
        return {**os.environ, **own, "MIBS": ""}

    def start(self) -> None:
        program = shutil.which("snmpd", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "snmpd"
        self._process = subprocess.Popen(
            [program, "-f", "-C", "-c", str(self._config), "-Lf", str(self._folder / "log"), "-I", "-smux"],
            env=self._environment,
        )
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            if self._tool("snmpget", "1.3.6.1.2.1.1.3.0", wait_s=0.3).returncode == 0:
                return
        raise AssertionError("snmpd did not answer in time")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def get(self, oid: str) -> str:
        """The value as net-snmp's client prints it, without its type."""
        return self._lines(self._tool("snmpget", oid))[0][1]

    def walk(self, root: str) -> dict[str, str]:
        """Values by the rest of the OID behind ``root``."""
        return {oid.lstrip(".")[len(root) + 1 :]: value for oid, value in self._lines(self._tool("snmpbulkwalk", root))}

    def _tool(self, name: str, oid: str, *, wait_s: float = 2.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                name,
                "-v2c",
                "-c",
                self.community,
                "-t",
                str(wait_s),
                "-r",
                "0",
                "-Onqet",
                self._endpoint,
                oid,
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _lines(self, answer: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
        assert answer.returncode == 0, answer.stderr
        pairs = (line.partition(" ") for line in answer.stdout.splitlines())
        return [(oid, value.strip('"')) for oid, _space, value in pairs]
