"""A small server that takes line protocol as strictly as it stands, and answers each request as a test tells it to."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """``words`` become the JSON error of the kind the path is of; ``hangs`` never answers, ``breaks_off`` half-way."""

    status: int = 204
    words: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    breaks_off: bool = False
    body: str = ""


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def lines(self) -> list[str]:
        return self.body.decode("utf-8").split("\n")


class StrictInflux:
    """Serves while the block runs. ``answers`` are used up one by one, then it is 204; all requests are kept."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.complaints: list[str] = []
        self._ended = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.serve(self)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        assert self.complaints == []

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.asked.append(Asked(parts.path, query, headers, body))
        if parts.path in {"/write", "/api/v2/write"}:
            self._examine(self.asked[-1])
        answer = self.answers.pop(0) if self.answers else Answer()
        if answer.hangs:
            self._ended.wait(30)
            return
        if answer.breaks_off:
            handler.wfile.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 1000\r\n\r\n{")
            handler.close_connection = True
            return
        self._send(handler, answer, parts.path)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer, path: str) -> None:
        said = {"error": answer.words} if path == "/write" else {"code": "some", "message": answer.words}
        body = (answer.body or (json.dumps(said) if answer.words else "")).encode()
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
            if not (answer.status == 204 and name == "Content-Length"):
                handler.send_header(name, value)
        handler.end_headers()
        if answer.status != 204:
            handler.wfile.write(body)

    def _examine(self, asked: Asked) -> None:
        """What any InfluxDB would stumble over."""
        if asked.query.get("precision") != "ns":
            self.complaints.append(f"precision: {asked.query}")
        if not asked.body or asked.body.endswith(b"\n") or b"\n\n" in asked.body:
            self.complaints.append("empty lines")
        for line in asked.body.decode("utf-8").split("\n"):
            if not line.rpartition(" ")[2].isdigit():
                self.complaints.append(f"no time: {line!r}")
