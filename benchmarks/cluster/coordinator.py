"""Real etcd and Redis servers, each in a folder of its own: away, wiped, frozen at will. Tests use them too."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.influx_day import free_ports

if TYPE_CHECKING:
    from pathlib import Path

READY_S = 30.0
PROGRAMS = {"etcd": "etcd", "redis": "redis-server"}


@dataclass(frozen=True, kw_only=True)
class Tls:
    """Files of a server that takes only clients with a certificate of the same authority."""

    authority: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """A client of it, with the server's own certificate."""
        made = ssl.create_default_context(cafile=self.authority)
        made.load_cert_chain(self.certificate, self.key)
        return made


class Coordinator:
    """``kind`` is "etcd" or "redis" (that one keeps nothing on disk). It can be away, wiped, or frozen.

    ``prefix`` starts it in another network, where it listens on all addresses; ``host`` is one of them. ``password``
    is Redis'.
    """

    def __init__(
        self,
        kind: str,
        folder: Path,
        host: str = "127.0.0.1",
        *,
        prefix: tuple[str, ...] = (),
        tls: Tls | None = None,
        password: str = "",
    ) -> None:
        self.kind = kind
        self.host = host
        self._prefix, self._tls, self._password = prefix, tls, password
        self._bind = "0.0.0.0" if prefix else host  # noqa: S104 - in a network of its own
        self.port, self._peer_port = free_ports(2)
        self._folder = folder / f"{kind}-{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where members find it."""
        return self.url_at(self.host)

    def url_at(self, host: str) -> str:
        """The same at another of its addresses."""
        scheme = {"etcd": "etcd3+http", "redis": "redis"}[self.kind]
        return f"{scheme}{'s' if self._tls else ''}://{host}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._folder.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [*self._prefix, *self._command()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + READY_S
        while not self._answers():
            assert time.monotonic() < end, f"{self.kind} did not answer in time"
            time.sleep(0.02)

    def _command(self) -> list[str]:
        if self.kind == "redis":
            where = ["--bind", self._bind, "--dir", str(self._folder), *self._redis_port()]
            return ["redis-server", *where, "--save", "", "--appendonly", "no", "--protected-mode", "no"]
        scheme = "https" if self._tls else "http"
        mine, peers = f"{scheme}://{self._bind}:{self.port}", f"http://127.0.0.1:{self._peer_port}"
        return [
            *["etcd", "--data-dir", str(self._folder / "data"), "--initial-cluster", f"default={peers}"],
            *["--listen-client-urls", mine, "--advertise-client-urls", mine],
            *["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--log-level", "error"],
            *self._etcd_files(),
        ]

    def _redis_port(self) -> list[str]:
        password = ["--requirepass", self._password] if self._password else []
        if self._tls is None:
            return ["--port", str(self.port), *password]
        files = ["--tls-cert-file", str(self._tls.certificate), "--tls-key-file", str(self._tls.key)]
        authority = ["--tls-ca-cert-file", str(self._tls.authority), "--tls-auth-clients", "yes"]
        return ["--port", "0", "--tls-port", str(self.port), *files, *authority, *password]

    def _etcd_files(self) -> list[str]:
        if self._tls is None:
            return []
        files = ["--cert-file", str(self._tls.certificate), "--key-file", str(self._tls.key)]
        return [*files, "--trusted-ca-file", str(self._tls.authority), "--client-cert-auth"]

    def _answers(self) -> bool:
        try:
            with self._channel() as channel:
                asked = b"PING\r\n" if self.kind == "redis" else b"GET /health HTTP/1.0\r\n\r\n"
                channel.sendall(asked)
                said = channel.recv(400)
                while chunk := channel.recv(400) if self.kind == "etcd" else b"":
                    said += chunk
        except OSError:
            return False
        return b"PONG" in said or b"NOAUTH" in said or b'"true"' in said

    def _channel(self) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout=1)
        return self._tls.context().wrap_socket(plain, server_hostname=self.host) if self._tls else plain

    def signal(self, number: signal.Signals) -> None:
        """SIGTERM and SIGKILL end it and are waited for."""
        if self._process is not None:
            self._process.send_signal(number)
            if number in {signal.SIGTERM, signal.SIGKILL}:
                self._process.wait()
                self._process = None

    def wipe(self) -> None:
        """Forget all, while it does not run."""
        shutil.rmtree(self._folder)

    def stop(self) -> None:
        """End it, however it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
