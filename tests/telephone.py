"""A telephone for tests: takes messages as Apprise's ``json://`` sends them, and remembers when."""

from __future__ import annotations

import http.server
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Telephone:
    """``url`` is its address for Apprise; ``at_s`` holds the wall time of each message's arrival."""

    url: str = ""
    messages: list[dict[str, str]] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)


class _Line(http.server.BaseHTTPRequestHandler):
    telephone: Telephone

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.telephone.at_s.append(time.time())
        self.telephone.messages.append(message)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def ringing() -> Iterator[Telephone]:
    """A telephone on a free port of this machine."""
    telephone = Telephone()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Line", (_Line,), {"telephone": telephone}))
    telephone.url = f"json://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield telephone
    finally:
        server.shutdown()
        server.server_close()
