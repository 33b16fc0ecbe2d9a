"""A mail server on loopback that takes everything and keeps it."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class Office(socketserver.ThreadingTCPServer):
    """``mails`` are what came, parsed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.mails: list[EmailMessage] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Counter(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client needs to be rid of a mail."""

    def handle(self) -> None:
        self._say("220 rainbow")
        while line := self.rfile.readline():
            match line.split(b" ")[0].strip().upper():
                case b"EHLO" | b"HELO":
                    self._say("250 rainbow")
                case b"DATA":
                    self._say("354 go on")
                    self._keep()
                    self._say("250 kept")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        assert isinstance(self.server, Office)
        self.server.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office() -> Iterator[Office]:
    with Office() as office:
        thread = threading.Thread(target=office.serve_forever)
        thread.start()
        yield office
        office.shutdown()
        thread.join()
