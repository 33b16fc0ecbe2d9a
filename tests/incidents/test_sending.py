"""Why a message was not taken: said, and without what is secret in an address."""

from __future__ import annotations

import logging
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from certificates import Authority
from conftest import free_port

from incidents.sending import AppriseSender, _told
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library as it is loaded
PASSWORD, TOKEN = "g/eheim es@Wort", "T0KEN-of-a-hook"


def why(url: str) -> str:
    """What is said of a message to this address, which nobody takes."""
    sender = AppriseSender({"phone": Secret(url)})
    assert not sender.send("phone", "title", "body")
    return sender.why("phone")


@contextmanager
def listening(server: socketserver.TCPServer) -> Iterator[int]:
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()


class _Suspicious(socketserver.StreamRequestHandler):
    """A mail server that lets nobody in, and shows around what it was told."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"EHLO"):
                self.wfile.write(b"250-here\r\n250 AUTH LOGIN PLAIN\r\n")
            elif line.upper().startswith(b"AUTH"):
                self.wfile.write(f"535 5.7.8 no such user, not with {PASSWORD}\r\n".encode())
            else:
                self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")


class _Closed(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(401)
        self.end_headers()
        self.wfile.write(TOKEN.encode())

    def log_message(self, *_args: object) -> None:
        pass


def test_a_mail_server_says_why_and_the_password_stays_here() -> None:
    with listening(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Suspicious)) as port:
        said = why(
            f"mailto://city:{quote(PASSWORD, safe='')}@127.0.0.1:{port}?from=rainbow@city.example&to=a@b.example"
        )
    assert "535" in said
    assert "no such user, not with ***" in said
    assert PASSWORD not in said


def test_a_hook_says_why_and_its_token_stays_here() -> None:
    with listening(HTTPServer(("127.0.0.1", 0), _Closed)) as port:
        said = why(f"json://127.0.0.1:{port}/hooks/{TOKEN}")
    assert "401" in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("tgram://123456789:AAbbCCdd-eeFF/-1001234", ("123456789:AAbbCCdd-eeFF", "AAbbCCdd-eeFF", "123456789")),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ"),
        ),
        ("pbul://o.gn5kj6nfhv736I7jC3cj3QLRiyhgl98b", ("o.gn5kj6nfhv736I7jC3cj3QLRiyhgl98b",)),
        ("https://hooks.example/services/T0/B0/X?key=abcdefgh", ("hooks.example", "services", "abcdefgh")),
        ("mailto://city:secret1@mail.city.example:587?to=a@b.example&pass=secret2", ("secret1", "secret2")),
    ],
)
def test_a_token_is_one_wherever_it_stands(url: str, secrets: tuple[str, ...]) -> None:
    line = f"cannot reach {' and '.join(secrets)} (url: /bot{secrets[0]}/send)"
    told = _told([line], Secret(url))
    for secret in secrets:
        assert secret not in told
    assert told.startswith("cannot reach ***")


def test_a_host_and_people_stay_readable() -> None:
    told = _told(
        ["mail.city.example refused duty@city.example"], Secret("mailto://u:p@mail.city.example?to=duty@city.example")
    )
    assert told == "mail.city.example refused duty@city.example"


def test_nobody_there_is_said() -> None:
    said = why(f"json://person:{quote(PASSWORD, safe='')}@127.0.0.1:{free_port()}/hooks/{TOKEN}?+x-key={TOKEN}")
    assert "refused" in said.lower()
    assert TOKEN not in said
    assert PASSWORD not in said


def test_a_server_of_an_authority_nobody_knows_is_said(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Closed)
    server.socket = Authority(tmp_path).server().wrap_socket(server.socket, server_side=True)
    with listening(server) as port:
        assert "certificate verify failed" in why(f"jsons://127.0.0.1:{port}/hooks/{TOKEN}").lower()


def test_what_the_library_says_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    why(f"json://127.0.0.1:{free_port()}/hooks/{TOKEN}")
    assert TOKEN not in caplog.text
