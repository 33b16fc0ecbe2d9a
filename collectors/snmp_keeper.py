"""What is kept of a device between polls: its SNMPv3 session, and how much it can be asked at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from collectors.snmp_session import HasFd

if TYPE_CHECKING:
    from collectors.settings import CollectSettings
    from collectors.snmp_session import Session

S = TypeVar("S", bound=HasFd)
Key = tuple[str, int, str]
"""Address, port and profile: whose it is."""
LEAST_SIZE = 4


class Keeper(Generic[S]):
    """Kept sessions, of which the longest unused fall out, and sizes of requests."""

    def __init__(self, settings: CollectSettings) -> None:
        self._most_sessions = settings.max_kept_sessions
        self._full_size = settings.oids_per_request - 1
        self._kept: OrderedDict[Key, Session[S]] = OrderedDict()
        self._sizes: dict[Key, int] = {}

    def take(self, key: Key) -> Session[S] | None:
        """The kept session of a device, for one client alone."""
        return self._kept.pop(key, None)

    def keep(self, key: Key, session: Session[S]) -> None:
        """Put a session back."""
        session.rest()
        self._kept[key] = session
        while len(self._kept) > self._most_sessions:
            self._kept.popitem(last=False)

    def size(self, key: Key) -> int:
        """How many OIDs to ask a device for at once, sysUpTime aside."""
        return self._sizes.get(key, self._full_size)

    def shrink(self, key: Key, size: int) -> None:
        """The device choked on more: remember for the next polls too."""
        self._sizes[key] = max(LEAST_SIZE, min(size, self.size(key)))

    def grow(self, key: Key) -> None:
        """A poll went well: dare one more, so that one bad minute is not remembered for ever."""
        if key in self._sizes:
            self._sizes[key] += 1
            if self._sizes[key] >= self._full_size:
                del self._sizes[key]

    def clear(self) -> None:
        """Let go of all sessions."""
        self._kept.clear()
