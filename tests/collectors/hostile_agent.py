"""An agent on a UDP socket of its own that answers as a test tells it to: mangled, late, twice, without end."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

from simulator import ber
from simulator.agent import Agent, Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Answering = Callable[[bytes], Iterable[bytes]]


class HostileAgent:
    """Serves while the block runs. ``answering`` turns a request into the datagrams to send back."""

    def __init__(self, answering: Answering, *, from_another_port: bool = False, remembers: bool = True) -> None:
        self.answering = answering
        self.requests: list[bytes] = []
        self._remembers = remembers
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._out = self._socket
        if from_another_port:
            self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._out.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()
        self._out.close()

    def _serve(self) -> None:
        while True:
            datagram, peer = self._socket.recvfrom(65535)
            if not datagram:
                return
            if self._remembers:
                self.requests.append(datagram)
            for answer in self.answering(datagram):
                self._out.sendto(answer, peer)


def honest(objects: dict[str, bytes]) -> Callable[[bytes], bytes]:
    """What a well-behaved agent with these objects (encoded values by OID) answers."""
    agent = Agent(lambda _community: view)
    view = Objects((ber.parse_oid(oid), value) for oid, value in objects.items())

    def answer(datagram: bytes) -> bytes:
        reply = agent.answer(datagram)
        assert reply is not None
        return reply

    return answer


def with_id(datagram: bytes, shift: int) -> bytes:
    """The request with another request id, so that its answer belongs to nothing."""
    request = ber.parse_request(datagram)
    old, new = (ber.integer(number) for number in (request.request_id, _same_size(request.request_id, shift)))
    assert datagram.count(old) == 1
    return datagram.replace(old, new)


def _same_size(number: int, shift: int) -> int:
    return next(
        changed for changed in (number + shift, number - shift) if len(ber.integer(changed)) == len(ber.integer(number))
    )


def failing(datagram: bytes, error: int, index: int = 0, *, echo: bool = False) -> bytes:
    """An answer with an error status, empty or with the names it was asked for."""
    request = ber.parse_request(datagram)
    null = ber.tlv(ber.NULL, b"")
    binds = b"".join(ber.bind(name, null) for name in request.names) if echo else b""
    return ber.response(request, binds, error=error, index=index)
