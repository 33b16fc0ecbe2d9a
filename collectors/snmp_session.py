"""A socket of the SNMP library in the event loop: one question at a time, each with its end.

Registered with the loop once and not for each request, and with one timer that is moved instead of one a request: at
thirteen requests a poll that is a third of what a poll costs.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class HasFd(Protocol):
    """What is needed of a socket here."""

    def get_fd(self) -> int:
        """Its file descriptor; open as long as the object lives."""


DATAGRAM_MAX = 65_535
S = TypeVar("S", bound=HasFd)
T = TypeVar("T")


def next_datagram(fd: int) -> bytes:
    """What is to be received next, left where it is: the library does not tell all that an answer says."""
    with socket.socket(fileno=socket.dup(fd)) as same:
        return same.recv(DATAGRAM_MAX, socket.MSG_PEEK | socket.MSG_DONTWAIT)


class Broken(Exception):  # noqa: N818 - not an error of the tree, a signal of this module
    """The library panicked over a datagram: its socket must not be used again."""


class Session(Generic[S]):
    """A conversation over one socket. ``used_at_s`` is when it was last in use (loop time).

    The socket is closed with its last reference, so :meth:`rest` must be called before a session is dropped.
    """

    __slots__ = ("_answer", "_due_s", "_fd", "_loop", "_receive", "_timeout_s", "_timer", "socket", "used_at_s")

    def __init__(self, socket: S, *, timeout_s: float) -> None:
        self.socket = socket
        self._fd = socket.get_fd()
        self._timeout_s = timeout_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answer: asyncio.Future[object] | None = None
        self._receive: Callable[[S], object] = HasFd.get_fd
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self.used_at_s = asyncio.get_running_loop().time()

    def rest(self) -> None:
        """Let the event loop alone; the next question registers again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is not None:
            self._loop.remove_reader(self._fd)
            self._loop = None

    async def exchange(self, send: Callable[[S], None], receive: Callable[[S], T]) -> T:
        """Send and wait for the answer; datagrams that are no answer to it do not lengthen the wait.

        Raises:
            TimeoutError: none came in time.
            Broken: the library panicked.
        """
        loop = self._loop or self._begin()
        answer: asyncio.Future[T] = loop.create_future()
        self._answer, self._receive = answer, receive  # type: ignore[assignment] # whose answer it is, exchange knows
        self._due_s = loop.time() + self._timeout_s
        if self._timer is None:
            self._timer = loop.call_at(self._due_s, self._late)
        send(self.socket)
        try:
            return await answer
        finally:
            self._answer, self._receive = None, HasFd.get_fd  # it may know this session: a cycle for each question
            del answer  # the same for the traceback of what it met
            self.used_at_s = loop.time()

    async def exchange_all(self, count: int, send: Callable[[S, int], None], receive: Callable[[S, int], bool]) -> None:
        """Exchange ``count`` questions one after the other without waking the asker in between, or until one fails.

        ``send`` and ``receive`` are given the question's number; ``receive`` says whether its answer is good.

        Raises:
            TimeoutError, Broken: as of :meth:`exchange`, and what ``send`` and ``receive`` raise.
        """
        number = 0

        def answered(socket: S) -> None:
            nonlocal number
            good = receive(socket, number)
            number += 1
            if good and number < count:
                if self._loop is not None:
                    self._due_s = self._loop.time() + self._timeout_s
                send(socket, number)
                raise BlockingIOError  # what is waited for comes later

        await self.exchange(lambda socket: send(socket, 0), answered)

    def _begin(self) -> asyncio.AbstractEventLoop:
        self._loop = loop = asyncio.get_running_loop()
        loop.add_reader(self._fd, self._readable)
        return loop

    def _readable(self) -> None:
        answer = self._answer
        if answer is None or answer.done():
            with contextlib.suppress(OSError):
                os.read(self._fd, DATAGRAM_MAX)  # late or twice: left there, it would wake the loop for ever
            return
        try:
            answer.set_result(self._receive(self.socket))
        except BlockingIOError:
            return  # a foreign or late datagram: the library dropped it
        except Exception as error:  # noqa: BLE001 - handed to the waiter, who sorts it
            answer.set_exception(error.with_traceback(None))  # it knows this frame, and that the answer: a cycle
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # pyo3's class cannot be imported
                raise
            answer.set_exception(Broken(str(error)))

    def _late(self) -> None:
        """The timer: moved on where the question it was set for is answered and another one waits."""
        self._timer = None
        if self._loop is None or self._answer is None or self._answer.done():
            return
        if self._loop.time() < self._due_s:
            self._timer = self._loop.call_at(self._due_s, self._late)
        else:
            self._answer.set_exception(TimeoutError())
