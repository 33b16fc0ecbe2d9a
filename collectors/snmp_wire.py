"""Questions of version 2c whose answers are numbers, over a socket of our own; see :mod:`collectors.v2c_wire`."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import socket
from typing import TYPE_CHECKING

from collectors.client import Answer, Question
from collectors.snmp_session import DATAGRAM_MAX, Session
from collectors.v2c_wire import LEAST_ID, MOST_ID, Foreign, Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.client import Traffic


class Wire:
    """A connected UDP socket: the system lets in nobody else's datagrams."""

    def __init__(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            self._socket.connect((address, port))
        except OSError:
            self._socket.close()
            raise
        self._numbers = _request_ids()
        self._number = 0

    def get_fd(self) -> int:
        """See :class:`collectors.snmp_session.HasFd`."""
        return self._socket.fileno()

    def close(self) -> None:
        """No more questions."""
        self._socket.close()

    def send(self, template: Template) -> None:
        """Ask."""
        self._number = next(self._numbers)
        self._socket.send(template.request(self._number))

    def receive(self, template: Template) -> list[int] | None:
        """The answer's values, None where they are not for us to read.

        Raises:
            BlockingIOError: no answer to this question yet.
        """
        while True:
            datagram = self._socket.recv(DATAGRAM_MAX)
            with contextlib.suppress(Foreign):
                return template.numbers(datagram, self._number)


def _request_ids() -> Iterator[int]:
    """Where they begin nobody on the way can know."""
    first = random.SystemRandom().randrange(LEAST_ID, MOST_ID)
    return itertools.chain(range(first, MOST_ID), itertools.cycle(range(LEAST_ID, MOST_ID)))


async def ask_all(
    wire: Wire,
    questions: Sequence[Question],
    answers: list[Answer],
    *,
    community: bytes,
    timeout_s: float,
    traffic: Traffic,
) -> None:
    """Add answers as long as each is what it should be.

    Raises:
        TimeoutError, OSError: by what the next question met.
    """
    time = asyncio.get_running_loop().time
    for question in questions:
        question.template = question.template or Template(community, question.asked)
    templates = [question.template for question in questions if question.template is not None]

    def send(here: Wire, number: int) -> None:
        traffic.requests += 1
        here.send(templates[number])

    def receive(here: Wire, number: int) -> bool:
        numbers = here.receive(templates[number])
        if numbers is None:
            questions[number].is_plain = False
            return False
        answers.append(Answer(numbers, numbers[-1], time()))
        return True

    session = Session(wire, timeout_s=timeout_s)
    try:
        await session.exchange_all(len(questions), send, receive)
    finally:
        session.rest()
