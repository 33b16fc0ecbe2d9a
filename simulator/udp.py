"""Many agents behind many loopback addresses, served by one event loop without a task or a transport each."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import resource
import socket
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Address = tuple[str, int]

_IN_A_ROW = 32
"""Datagrams of one address before the others get their turn."""
_DATAGRAM_MAX = 65_535
_BUFFER_BYTES = 1 << 18
_OTHER_FILES = 64
"""Files a process has open besides its sockets, generously."""


class Answers(Protocol):
    """Who answers datagrams."""

    def answer(self, datagram: bytes) -> bytes | None:
        """The reply, or None for silence."""


@contextlib.contextmanager
def serving(agents: Mapping[Address, Answers], *, delay_s: float = 0.0) -> Iterator[None]:
    """Answer at all addresses while the block runs; must be entered inside a running event loop.

    Every answer comes ``delay_s`` after its question, as over a long way or from a slow processor.

    Raises:
        SimulatorError: an address cannot be listened on, or is not this machine's own loopback.
    """
    loop = asyncio.get_running_loop()
    _allow_files(len(agents) + _OTHER_FILES)
    with contextlib.ExitStack() as opened:
        for address, agent in agents.items():
            sock = opened.enter_context(_listen(address))
            if delay_s:
                loop.add_reader(sock, _answer_late, loop, sock, agent, delay_s)
            else:
                loop.add_reader(sock, _answer, sock, agent)
            opened.callback(loop.remove_reader, sock)
        yield


def _listen(address: Address) -> socket.socket:
    host, port = address
    if not ipaddress.ip_address(host).is_loopback:
        raise SimulatorError(
            _("{host} is no loopback address: simulated switches never listen to a network").format(host=host),
            cure=_("give the device an address such as 127.21.0.1"),
        )
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.settimeout(0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        sock.bind(address)
    except OSError as error:
        sock.close()
        taken = error.errno == errno.EADDRINUSE
        cure = _("another simulator runs there: end it, or take another port") if taken else ""
        raise SimulatorError(
            _("cannot listen on {host} port {port}: {error}").format(host=host, port=port, error=error.strerror),
            cure=cure,
        ) from None
    return sock


def _answer(sock: socket.socket, agent: Answers) -> None:
    for _turn in range(_IN_A_ROW):
        try:
            datagram, sender = sock.recvfrom(_DATAGRAM_MAX)
        except OSError:
            return  # nothing more to read, or an earlier reply met a closed port
        reply = agent.answer(datagram)
        if reply is not None:
            with contextlib.suppress(OSError):  # a full buffer loses a datagram, as networks do
                sock.sendto(reply, sender)


def _answer_late(loop: asyncio.AbstractEventLoop, sock: socket.socket, agent: Answers, delay_s: float) -> None:
    with contextlib.suppress(OSError):
        datagram, sender = sock.recvfrom(_DATAGRAM_MAX)
        loop.call_later(delay_s, _send, sock, agent, datagram, sender)


def _send(sock: socket.socket, agent: Answers, datagram: bytes, sender: Address) -> None:
    reply = agent.answer(datagram)
    if reply is not None:
        with contextlib.suppress(OSError):  # the socket may be closed by now
            sock.sendto(reply, sender)


def _allow_files(count: int) -> None:
    """Raise the process's limit of open files as far as it may.

    Raises:
        SimulatorError: the system allows fewer.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or count <= soft:
        return
    if hard != resource.RLIM_INFINITY and count > hard:
        raise SimulatorError(
            _("{count} switches need {files} open files, the system allows {most}").format(
                count=count - _OTHER_FILES, files=count, most=hard
            ),
            cure=_("raise the limit (ulimit -n), or take a smaller city"),
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
