"""The city's incidents as the page asks for them: the open ones by how much hangs on them, and what is over."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from incidents.ground import Ground
from incidents.messages import Wording
from rainbow.kernel.errors import InputError, StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidents.incident import Incident
    from planner.network import Network
    from planner.services import PlannerServices

KEPT_NS = 1_000_000_000
"""The file is asked for open incidents no more often than this, however many people look."""
MOST_NAME = 80
"""Characters of the name of who takes an incident."""
NS = 1_000_000_000


class Incidents:
    """Reads the incidents of one city. May be asked from any thread."""

    def __init__(self, services: PlannerServices, network: Network) -> None:
        self._services = services
        self._network = network
        self._lock = threading.Lock()
        self._live: tuple[Incident, ...] = ()
        self._taken_ns: int | None = None

    @cached_property
    def words(self) -> Wording:
        """How an incident is put into words.

        Raises:
            TopologyError: the plant has no hub.
        """
        return Wording(Ground(self._network.require_index()))

    def live(self) -> tuple[Incident, ...]:
        """The open ones, the most critical first; none where they cannot be read: the switches' own word then stands.

        Of equally critical ones that which takes more comes first, then the older.
        """
        journal, now_ns = self._services.incidents, self._services.clock()
        with self._lock:
            if self._taken_ns is None or not 0 <= now_ns - self._taken_ns < KEPT_NS:
                try:
                    found = journal.incidents(live_only=True) if journal is not None else ()
                except StoreError:
                    found = ()
                self._live = tuple(sorted(found, key=_rank))
                self._taken_ns = now_ns
            return self._live

    def forget(self) -> None:
        """Look anew next time: something was just changed from here."""
        with self._lock:
            self._taken_ns = None

    def page(self, *, live_only: bool, limit: int, offset: int) -> Sequence[Incident]:
        """So many of them, the newest first.

        Raises:
            StoreError: they cannot be read.
        """
        journal = self._services.incidents
        return journal.incidents(live_only=live_only, most=limit, skip=offset) if journal is not None else ()

    def count(self, *, live_only: bool) -> int:
        """How many there are.

        Raises:
            StoreError: they cannot be read.
        """
        journal = self._services.incidents
        return journal.count(live_only=live_only) if journal is not None else 0

    def one(self, number: int) -> Incident:
        """One of them.

        Raises:
            InputError: there is none of this number.
            StoreError: they cannot be read.
        """
        journal = self._services.incidents
        found = journal.incident(number) if journal is not None else None
        if found is None:
            raise InputError(
                _("there is no incident {number}").format(number=number), cure=_("see the list of incidents")
            )
        return found

    def take(self, number: int, name: str) -> None:
        """Somebody takes it: it is escalated no further.

        Raises:
            InputError: there is none of this number.
            StoreError: it cannot be written.
        """
        self.one(number)
        journal = self._services.incidents
        if journal is not None:
            journal.acknowledge(number, name, self._services.clock() / NS)
        self.forget()


def _rank(item: Incident) -> tuple[int, int, float]:
    return (-item.harm.criticality, -item.harm.weight, item.bad_s)
