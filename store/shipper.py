"""Delivery of the outbox to a sink, in a thread of its own.

What the server answers decides: taken, and the rows go; refused for good, and they become dead letters with the
server's words (some of their lines may have been stored: they are never sent again as they are); too large, and they
are halved; we are refused (token, database), and all waits; the server is away, and all waits a little longer each
time. Every turn sends the newest batch first and then a few of the oldest, so a backlog never delays live data.
Sending twice does no harm: the same series and time overwrites.
"""

from __future__ import annotations

import logging
import random
import threading
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SinkBusy, SinkError, SinkRefused, SinkRejected, SinkTooLarge, StoreError
from rainbow.kernel.texts import _
from store.outbox import BATCH_LINES, Batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from rainbow.kernel.samples import UnixNs
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.store.shipper")


class Sink(Protocol):
    """Where points are delivered to. ``name`` is that of its rows in the outbox."""

    name: str

    def send(self, payload: bytes) -> None:
        """Deliver line protocol (UTF-8, lines parted by a line feed).

        Raises:
            SinkRejected: the server refuses these points for good.
            SinkTooLarge: the server takes less at a time.
            SinkRefused: the server refuses us.
            SinkBusy: the server is away or overloaded.
        """


class Shipper:
    """Delivers one sink's outbox. ``start`` and ``stop`` run it in a thread; ``drain`` works in the caller's."""

    def __init__(
        self,
        store: SqliteStore,
        sink: Sink,
        *,
        clock: Callable[[], UnixNs],
        max_points: int = 4 * BATCH_LINES,
        oldest_per_turn: int = 8,
        first_wait_s: float = 1.0,
        longest_wait_s: float = 60.0,
    ) -> None:
        self._store = store
        self._sink = sink
        self._clock = clock
        self._max_points = max_points
        self._oldest_per_turn = oldest_per_turn
        self._first_wait_s = first_wait_s
        self._longest_wait_s = longest_wait_s
        self._failures = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Deliver until :meth:`stop`."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name=f"shipper-{self._sink.name}", daemon=True)
        self._thread.start()

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """End the thread; a request under way is given ``timeout_s`` to end. What was not confirmed stays."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None

    def drain(self) -> int:
        """Deliver all that waits, now; returns the points delivered.

        Raises:
            SinkRefused, SinkBusy: the rest waits on.
        """
        total = 0
        while (sent := self.turn()) is not None:
            total += sent
        return total

    def turn(self) -> int | None:
        """One turn: the newest batch, then some of the oldest. Returns the points delivered, None if none waited.

        Raises:
            SinkRefused, SinkBusy: the rest waits on.
        """
        newest = self._store.next_batch(self._sink.name, newest=True)
        if newest is None:
            return None
        delivered = self._deliver(newest)
        for _turn in range(self._oldest_per_turn):
            batch = self._store.next_batch(self._sink.name, max_points=self._max_points)
            if batch is None or self._stop.is_set():
                break
            delivered += self._deliver(batch)
        return delivered

    def wait_s(self, error: SinkError) -> float:
        """How long to wait after a failure: doubled each time, at most ``longest_wait_s``, the server's wish first."""
        self._failures += 1
        if isinstance(error, SinkBusy) and error.retry_after_s is not None:
            return min(error.retry_after_s, 10 * self._longest_wait_s)
        full_s = min(self._longest_wait_s, self._first_wait_s * 2.0 ** min(self._failures - 1, 16))
        return full_s * random.uniform(0.5, 1.0)  # noqa: S311 - jitter keeps many collectors apart, no secret

    def _deliver(self, batch: Batch) -> int:
        """Deliver one batch, or put what the server refuses for good aside."""
        try:
            self._send(batch.payload)
        except SinkRejected as error:
            log.error(_("%s refused %d points for good: %s"), self._sink.name, batch.points, error.message)  # noqa: TRY400 - an expected answer: its words say all, a traceback nothing
            self._store.rejected(self._sink.name, batch, error.message, self._clock())
            return 0
        self._store.delivered(self._sink.name, batch)
        self._failures = 0
        return batch.points

    def _send(self, payload: bytes) -> None:
        """Send, in halves where the server takes less; a single line too large is refused for good."""
        try:
            self._sink.send(payload)
        except SinkTooLarge as error:
            rows = payload.split(b"\n")
            if len(rows) == 1:
                raise SinkRejected(error.message) from None
            self._send(b"\n".join(rows[: len(rows) // 2]))
            self._send(b"\n".join(rows[len(rows) // 2 :]))

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            try:
                pause_s = 0.0 if self.turn() else 0.5
            except SinkError as error:
                pause_s = self.wait_s(error)
                self._note(error, pause_s)
            except StoreError as error:
                pause_s = self._first_wait_s
                log.error(_("delivery to %s waits: %s"), self._sink.name, error)  # noqa: TRY400 - an expected answer: its words say all, a traceback nothing

    def _note(self, error: SinkError, pause_s: float) -> None:
        if isinstance(error, SinkRefused):
            self._store.refused(self._sink.name, error.message)
        level = logging.ERROR if isinstance(error, SinkRefused) else logging.WARNING
        log.log(level, _("%s: %s; next try in %.0f s"), self._sink.name, error, pause_s)
