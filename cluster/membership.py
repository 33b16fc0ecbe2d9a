"""Who works together right now: the members of a group, as an engine somebody else wrote keeps them.

The engine is etcd, Redis or Valkey behind :class:`Membership`; nothing in it is worth keeping, it may be wiped at any
time. One machine needs none: :class:`LocalMembership`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Member:
    """One process of a group. Sorted by ``rank``: who joined earlier stands first.

    ``rank`` is one more than the highest that was there at the join, so no clock decides who was first. ``mark`` is
    made anew at each start: two processes of one name are told apart. ``begins_s`` (seconds since 1970, of the
    member's own clock) is when it starts to poll; ``address`` is where the others reach it, or empty.
    """

    rank: int
    name: str
    mark: str
    address: str = ""
    begins_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a renewal gave: all live members, me among them. ``joined``: I was not among them before it."""

    me: Member
    members: frozenset[Member]
    joined: bool


class Membership(Protocol):
    """A group one process belongs to. Used from one thread; every call may take as long as it likes."""

    def renew(self, *, lapsed: Callable[[], bool]) -> Renewed:
        """Say that I am here, join where I am not a member (any more), and see who else is.

        ``lapsed`` tells whether, by my own clock, my lease has run out by now: if I have to join then, I join behind
        all others. Else the group was wiped under us, and I come back with the rank I had.

        Raises:
            CoordinatorAway: the engine gave no answer.
        """

    def leave(self) -> None:
        """A planned stop: the others take over at once. Does not raise; who cannot leave expires."""


class LocalMembership:
    """A group of one."""

    def __init__(self, name: str) -> None:
        self._me = Member(rank=1, name=name, mark="")

    def renew(self, *, lapsed: Callable[[], bool]) -> Renewed:  # noqa: ARG002 - who is alone keeps its rank
        """Me."""
        return Renewed(me=self._me, members=frozenset({self._me}), joined=False)

    def leave(self) -> None:
        """Nobody is told."""
