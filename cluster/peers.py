"""What members say to each other: one signed request, one signed answer, over HTTP.

Both are signed with the key all members share (HMAC-SHA256), so nobody without it is listened to or believed, and the
key itself never crosses the network. A request carries its sender's mark and a number that only grows: what was
recorded and sent again is refused. Nothing is encrypted; what crosses a foreign network belongs into a tunnel.
"""

from __future__ import annotations

import hmac
import http.client
import itertools
import secrets
import threading
import zlib
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cluster.settings import split_address
from rainbow.kernel.errors import ClusterError, PeerAway
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rainbow.kernel.secret import Secret

MOST_BYTES = 64_000_000
"""Of a request, unpacked as well: a journal of many years has a tenth of it."""
WAIT_S = 30.0
"""A request that does not come to its end within this is dropped."""
SENDER, NUMBER, SIGNATURE = "X-Rainbow-Sender", "X-Rainbow-Number", "X-Rainbow-Signature"
_OK, _REFUSED, _UNKNOWN, _CONFLICT, _TOO_LARGE, _BROKEN = 200, 403, 404, 409, 413, 500


def _signature(key: Secret, *parts: bytes) -> str:
    packed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(key.reveal().encode(), packed, sha256).hexdigest()


class Peer:
    """Speaks to one member as ``name``. One connection a request; used from one thread at a time."""

    def __init__(self, address: str, key: Secret, name: str, *, timeout_s: float) -> None:
        self.address = address
        self._key = key
        self._sender = f"{name}.{_RUN}"
        self._timeout_s = timeout_s

    def say(self, path: str, body: bytes) -> bytes:
        """Say something and hear the answer.

        Raises:
            PeerAway: it gave no answer, or one that is not to be believed, or said no.
        """
        host, port = split_address(self.address)
        packed = zlib.compress(body, 1)
        number = str(next(_numbers))
        signed = _signature(self._key, path.encode(), self._sender.encode(), number.encode(), packed)
        channel = http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        try:
            headers = {SENDER: self._sender, NUMBER: number, SIGNATURE: signed}
            channel.request("POST", path, packed, headers)
            answer = channel.getresponse()
            said = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise PeerAway(
                _("{address}: {error}").format(address=self.address, error=str(error) or type(error).__name__),
                cure=_("look whether it runs and listens there; it is tried again"),
            ) from None
        finally:
            channel.close()
        if not hmac.compare_digest(answer.headers.get(SIGNATURE, ""), _signature(self._key, signed.encode(), said)):
            raise PeerAway(
                _("{address} answers {status}, and not with our key").format(
                    address=self.address, status=answer.status
                ),
                cure=_("all members need the same key; look at cluster.key"),
            )
        if answer.status != _OK:
            raise PeerAway(
                _("{address} says no: {words}").format(address=self.address, words=said.decode("utf-8", "replace"))
            )
        return said


_RUN = secrets.token_hex(8)
_numbers = itertools.count(1)
"""Of this process's requests: they begin anew with it, and so does its mark."""


class Listener:
    """Hears the other members. ``answering`` has who answers to which path; they are called one at a time."""

    def __init__(self, listen: str, key: Secret, answering: Mapping[str, Callable[[str, bytes], bytes]]) -> None:
        self._listen = listen
        self._key = key
        self._answering = dict(answering)
        self._newest: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen until :meth:`stop`.

        Raises:
            ClusterError: nothing can be heard at that address.
        """
        try:
            self._server = _Server(split_address(self._listen), self)
        except OSError as error:
            raise ClusterError(
                _("cluster.listen {address}: {error}").format(address=self._listen, error=error.strerror or error),
                cure=_("name an address of this machine and a port nobody uses"),
            ) from None
        threading.Thread(target=self._server.serve_forever, name="cluster-listener", daemon=True).start()

    def stop(self) -> None:
        """Hear nobody any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, path: str, headers: Mapping[str, str], packed: bytes) -> tuple[int, bytes, str]:
        """Status, answer and its signature; an unsigned refusal for whoever has no key."""
        sender, number, signed = (headers.get(name, "") for name in (SENDER, NUMBER, SIGNATURE))
        wanted = _signature(self._key, path.encode(), sender.encode(), number.encode(), packed)
        if not hmac.compare_digest(signed.encode(), wanted.encode()) or not number.isdigit():
            return _REFUSED, b"", ""
        status, said = self._answer(path, sender, int(number), packed)
        return status, said, _signature(self._key, signed.encode(), said)

    def _answer(self, path: str, sender: str, number: int, packed: bytes) -> tuple[int, bytes]:
        answer = self._answering.get(path)
        if answer is None:
            return _UNKNOWN, path.encode()
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(packed, MOST_BYTES)
        if unpacking.unconsumed_tail:
            return _TOO_LARGE, b""
        with self._lock:
            if number <= self._newest.get(sender, 0):
                return _CONFLICT, _("said before").encode()
            self._newest[sender] = number
            try:
                return _OK, answer(sender.rpartition(".")[0], body)
            except ClusterError as error:
                return _CONFLICT, error.message.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], listener: Listener) -> None:
        self.listener = listener
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    timeout = WAIT_S
    server: _Server

    def do_POST(self) -> None:
        """Read at most what is allowed, answer, close."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self._reply(_TOO_LARGE, b"", "")
            return
        packed = self.rfile.read(int(length))
        try:
            self._reply(*self.server.listener.answer(self.path, dict(self.headers.items()), packed))
        except Exception:  # a fault of ours must not hang the caller up without a word
            self._reply(_BROKEN, b"", "")
            raise

    def _reply(self, status: int, said: bytes, signed: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(said)))
        self.send_header(SIGNATURE, signed)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_arguments: object) -> None:
        """Requests are no news."""
