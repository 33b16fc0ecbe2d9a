"""Where a region's pollers deliver to: who answers as InfluxDB does, and who takes facts as a centre does.

Both keep nothing: what taking costs is not what is asked here.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from benchmarks.influx_day import free_ports
from cluster.peers import Listener
from rainbow.fact_desk import FACTS

if TYPE_CHECKING:
    from typing import Self

    from rainbow.kernel.secret import Secret


class _Taker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Taken."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Requests are no news."""


class Ends:
    """Takes everything while the block runs."""

    def __init__(self, key: Secret) -> None:
        self._influx = ThreadingHTTPServer(("127.0.0.1", 0), _Taker)
        self._influx.daemon_threads = True
        self.influx = f"http://127.0.0.1:{self._influx.server_port}"
        self.centre = f"127.0.0.1:{free_ports(1)[0]}"
        self._centre = Listener(self.centre, key, {FACTS: lambda _sender, _body: b"kept"})

    def __enter__(self) -> Self:
        threading.Thread(target=self._influx.serve_forever, daemon=True).start()
        self._centre.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._centre.stop()
        self._influx.shutdown()
        self._influx.server_close()
