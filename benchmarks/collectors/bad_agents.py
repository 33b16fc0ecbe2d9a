"""Agents as networks have them: one that talks nonsense, one whose tables never end."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator import ber

if TYPE_CHECKING:
    from simulator.udp import Answers


@dataclass
class Lying:
    """Every third answer is noise."""

    behind: Answers
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def answer(self, datagram: bytes) -> bytes | None:
        """See :class:`Answers`."""
        if self.dice.random() < 1 / 3:
            return self.dice.randbytes(self.dice.randrange(1, 400))
        return self.behind.answer(datagram)


@dataclass
class Endless:
    """Behind each object comes another one."""

    behind: Answers

    def answer(self, datagram: bytes) -> bytes | None:
        """See :class:`Answers`."""
        try:
            request = ber.parse_request(datagram)
        except ber.Malformed:
            return None
        if request.kind not in {ber.GET_NEXT, ber.GET_BULK}:
            return self.behind.answer(datagram)
        names = [ber.key_of(name) for name in request.names]
        binds = []
        for step in range(1, 21 if request.kind == ber.GET_BULK else 2):
            for name in names:
                *above, last = ber.arcs_of(name)
                binds.append(ber.bind(ber.name_of(ber.key(*above, (last + step) % (1 << 32))), ber.integer(6)))
        return ber.response(request, b"".join(binds))


class Dead:
    """Never says anything."""

    def answer(self, datagram: bytes) -> None:
        """See :class:`Answers`."""
