"""What the leader's incidents are to those who stand by: a copy after each step, before anybody is told of it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from cluster.peers import Peer
from incidents.journal_copy import adopt, copy_of, join_taken
from rainbow.kernel.errors import ClusterError, PeerAway, StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from cluster.heart import Heart
    from cluster.lease import Lease
    from cluster.membership import Member
    from incidents.journal import Journal
    from rainbow.kernel.secret import Secret

log = logging.getLogger("rainbow.cluster")

COPY = "/incidents"
TIMEOUT_S = 2.0
"""How long a message to people waits for a deputy that does not answer ..."""
REST_S = 10.0
"""... and how long that one is not asked again."""


class Copies:
    """The leader's side: satisfies :class:`incidents.watch.Deputies`. Used from one thread."""

    def __init__(self, journal: Journal, heart: Heart, lease: Lease, key: Secret) -> None:
        self._journal = journal
        self._heart = heart
        self._lease = lease
        self._key = key
        self._has_all: set[Member] = set()
        self._rests_until_s: dict[Member, float] = {}

    def may_act(self) -> bool:
        """Whether nobody else can be leading."""
        return self._lease.is_sure()

    def saved(self, changed: Collection[int]) -> None:
        """Hand a copy to everyone who stands by; a deputy that missed one gets all of it the next time."""
        view = self._heart.view
        if view is None:
            return
        for member in view.members - {view.me}:
            if time.monotonic() >= self._rests_until_s.get(member, 0.0):
                self._hand(member, view.me, changed)

    def sent(self) -> None:
        """Let them know what need not be told again."""
        self.saved(())

    def _hand(self, member: Member, me: Member, changed: Collection[int]) -> None:
        peer = Peer(member.address, self._key, me.name, timeout_s=TIMEOUT_S)
        try:
            copy = copy_of(self._journal, changed if member in self._has_all else None)
            join_taken(self._journal, peer.say(COPY, copy))
        except (PeerAway, StoreError, ValueError) as error:
            if member in self._has_all or member not in self._rests_until_s:
                log.warning(_("%s has no copy of the incidents: %s"), member.name, error)
            self._has_all.discard(member)
            self._rests_until_s[member] = time.monotonic() + REST_S
        else:
            self._has_all.add(member)


class Deputy:
    """The side of who stands by."""

    def __init__(self, journal: Journal, lease: Lease) -> None:
        self._journal = journal
        self._lease = lease

    def hear(self, sender: str, copy: bytes) -> bytes:
        """Take a copy of the leader's incidents; answer who took which here.

        Raises:
            ClusterError: this member leads itself, or cannot keep the copy.
        """
        if self._lease.leads():
            raise ClusterError(_("{sender} hands incidents to one that leads itself").format(sender=sender))
        try:
            return adopt(self._journal, copy)
        except StoreError as error:
            raise ClusterError(error.message) from None
