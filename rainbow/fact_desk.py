"""The centre: takes pollers' facts, each exactly once, and hands out the inventory."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from cluster.peers import Listener
from collectors.centre import Centre
from collectors.facts import FactReader
from rainbow import service, wiring
from rainbow.inventory_copy import INVENTORY, Hand
from rainbow.kernel.errors import BadReply, ClusterError, StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from cluster.settings import ClusterSettings
    from collectors.facts import Fact
    from rainbow.kernel.samples import Record
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.cluster")

FACTS = "/facts"


async def run(city: wiring.City, settings: ClusterSettings, stop: asyncio.Event) -> None:
    """Take facts and judge them until ``stop`` is set.

    Raises:
        SettingsError: a secret is missing.
        StoreError: the store cannot be opened, or another collector writes it.
        ClusterError: pollers cannot be heard at the address of the settings.
    """
    key = wiring.cluster_key(city.folder, settings)
    with wiring.store(city) as store, service.delivering(wiring.shippers(city, store)) as shippers:
        async with service.keeping_house(city, store, stop, shippers) as supervisor:
            watching = service.watching(city, store)
            feed = None if watching is None else watching.feed
            reader = FactReader(city.plant)
            centre = Centre(city.plant, city.settings.collect, feed or store, reader)
            desk = FactDesk(store, reader, heard=centre.hear, noted=feed.note if feed is not None else _unnoted)
            listener = Listener(settings.listen, key, {FACTS: desk.hear, INVENTORY: Hand(city.folder).hear})
            listener.start()
            try:
                await service.judging(city, store, centre, watching, supervisor, stop)
            finally:
                listener.stop()
    log.info(_("stopped; everything read is in the store"))


def _unnoted(_samples: Sequence[Record]) -> None:
    """No incidents are looked for."""


class FactDesk:
    """Takes what a poller's courier brings."""

    def __init__(
        self,
        store: SqliteStore,
        reader: FactReader,
        *,
        heard: Callable[[Sequence[Fact]], object],
        noted: Callable[[Sequence[Record]], object],
    ) -> None:
        self._store = store
        self._reader = reader
        self._heard = heard
        self._noted = noted

    def hear(self, sender: str, body: bytes) -> bytes:
        """Keep facts, then judge them; those that came before are told so and nothing else.

        Raises:
            ClusterError: they are none, or cannot be kept.
        """
        try:
            head, _end, payload = body.partition(b"\n")
            said = json.loads(head)
            source, number = f"{sender} {said['store']}", int(said["number"])
            found = [self._reader.fact(line) for line in payload.decode().split("\n") if line]
        except (ValueError, KeyError, TypeError, BadReply) as error:
            raise ClusterError(_("{sender} says what is no fact: {error}").format(sender=sender, error=error)) from None
        facts = [fact for fact in found if fact is not None]
        samples = [sample for fact in facts for sample in self._reader.samples(fact)]
        try:
            if not self._store.keep(samples, source=source, number=number):
                return b"had it"
        except StoreError as error:
            raise ClusterError(error.message) from None
        self._noted(samples)
        self._heard(facts)
        return b"kept"
