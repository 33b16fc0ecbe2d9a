"""Delivery of the outbox to a sink, in threads of its own.

What the server answers decides: taken, and the rows go; refused for good, and they become dead letters with the
server's words (some of their lines may have been stored: they are never sent again as they are), but where it refused
all for the sake of a few, halves are tried; too large, and they are halved; we are refused (token, database), and all
waits; the server is away or overloaded, and all waits a little longer each time and is then sent in smaller portions,
which grow again. Every turn sends what came since the last outage first and then a few of the oldest, so a backlog
never delays live data. While there is a backlog that the server takes, further threads send of it too: one connection
leaves a server idle while we read, pack and note. Sending twice does no harm: the same series and time overwrites.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SinkBusy, SinkError, SinkRefused, SinkRejected, SinkTooLarge, StoreError
from rainbow.kernel.texts import _
from store.outbox import BATCH_LINES, Batch, DeadLetter

if TYPE_CHECKING:
    from collections.abc import Callable

    from rainbow.kernel.samples import UnixNs
    from store.sqlite_store import SqliteStore

log = logging.getLogger("rainbow.store.shipper")

IDLE_S = 0.5
"""How often an empty outbox is looked into."""
LEAST_POINTS = 500
"""A portion is never smaller: a server that does not take these within its time would take nothing."""
CONNECTIONS = 3
"""Where there is a backlog: two keep InfluxDB busy, while the third one's batch is made ready."""
OUTAGE_S = 60.0
"""What waits after failures of so long is a backlog; after shorter ones it is still live, and goes first."""
MOST_SPLITS = 64
"""Halvings of a batch in search of lines that are refused: four of 5,000 are found; more are put aside with others."""


class Sink(Protocol):
    """Where points are delivered to, from several threads. ``name`` is that of its rows in the outbox."""

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
    """Delivers one sink's outbox. ``start`` and ``stop`` run it in threads; ``drain`` works in the caller's.

    ``delivered`` counts the points the sink took since this shipper was made. ``until`` gives the number of the
    outbox's row beyond which nothing may be sent yet, None where all may.
    """

    def __init__(
        self,
        store: SqliteStore,
        sink: Sink,
        *,
        clock: Callable[[], UnixNs],
        until: Callable[[], int | None] = lambda: None,
        max_points: int = 4 * BATCH_LINES,
        oldest_per_turn: int = 4,
        connections: int = CONNECTIONS,
        first_wait_s: float = 1.0,
        longest_wait_s: float = 60.0,
    ) -> None:
        self.name = sink.name
        self.delivered = 0
        self._store = store
        self._sink = sink
        self._clock = clock
        self._until = until
        self._max_points = self._portion = max_points
        self._live_after: int | None = None
        self._is_behind = False
        self._under_way: set[int] = set()
        self._lock = threading.Lock()
        self._oldest_per_turn = oldest_per_turn
        self._first_wait_s = first_wait_s
        self._longest_wait_s = longest_wait_s
        self._failures = 0
        self._failing_since_s = 0.0
        self._stop = threading.Event()
        self._connections = connections
        self._threads: list[threading.Thread] = []
        self._beats_s: dict[int, float] = {}
        self._faults = 0

    def start(self) -> None:
        """Deliver until :meth:`stop`."""
        self._stop.clear()
        work = [self.turn, *[self._lend_a_hand] * (self._connections - 1)]
        self._threads = [
            threading.Thread(target=self._run, args=(one,), name=f"shipper-{self.name}", daemon=True) for one in work
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """End the threads; requests under way are given ``timeout_s`` to end. What was not confirmed stays."""
        self._stop.set()
        end_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))
        self._threads = []
        self._beats_s = {}

    def beat_s(self) -> float:
        """Since when no thread began something or gave it up (monotonic): longer than a request takes, one hangs."""
        return min(tuple(self._beats_s.values()), default=time.monotonic())

    def faults(self) -> int:
        """How often something unforeseen happened; the thread goes on after it."""
        return self._faults

    def drain(self) -> None:
        """Deliver all that waits, now.

        Raises:
            SinkRefused, SinkBusy: the rest waits on.
        """
        try:
            while self.turn():
                pass
        except SinkRefused as error:
            self._store.refused(self.name, error.message)
            raise

    def turn(self) -> bool:
        """One turn: the newest live points, then some of the oldest. Returns whether there was anything.

        A backlog goes in the order it was made: InfluxDB takes that far better than a mixture.

        Raises:
            SinkRefused, SinkBusy: the rest waits on.
        """
        if self._live_after is None or (self._failures and time.monotonic() > self._failing_since_s + OUTAGE_S):
            self._live_after = self._store.newest_row()
        sent = self._sends(newest=True, after=self._live_after)
        of_the_oldest = [self._sends() for _turn in range(self._oldest_per_turn)]
        self._is_behind = all(of_the_oldest)
        return sent or any(of_the_oldest)

    def _lend_a_hand(self) -> bool:
        """One of the oldest batches, where the server takes a backlog; a failure ends that until a turn went well."""
        return self._is_behind and self._sends()

    def _sends(self, *, newest: bool = False, after: int = 0) -> bool:
        """Deliver one batch that no other thread has under way; False where there is none, or the end is near."""
        with self._lock:
            batch = self._store.next_batch(
                self.name,
                newest=newest,
                max_points=self._portion,
                after=after,
                until=self._until(),
                skip=self._under_way,
            )
            if batch is None or self._stop.is_set():
                return False
            self._under_way.update(batch.ids)
        try:
            self._deliver(batch)
        finally:
            with self._lock:
                self._under_way.difference_update(batch.ids)
        return True

    def wait_s(self, error: SinkError) -> float:
        """How long to wait after a failure: doubled each time, at most ``longest_wait_s``, the server's wish first."""
        self._failures += 1
        if self._failures == 1:
            self._failing_since_s = time.monotonic()
        if isinstance(error, SinkBusy) and error.retry_after_s is not None:
            return min(error.retry_after_s, 10 * self._longest_wait_s)
        full_s = min(self._longest_wait_s, self._first_wait_s * 2.0 ** min(self._failures - 1, 16))
        return full_s * random.uniform(0.5, 1.0)  # noqa: S311 - jitter keeps many collectors apart, no secret

    def _deliver(self, batch: Batch) -> None:
        """Deliver one batch, and put what the server refuses for good aside."""
        self._beat()
        try:
            letters = self._send(self._portions(batch))
        except SinkError as error:
            self._is_behind = False
            if isinstance(error, SinkBusy):
                self._portion = max(LEAST_POINTS, self._portion // 2)
            raise
        for letter in letters:
            log.error(_("%s refused %d points for good: %s"), self.name, letter.points, letter.words)
        self._store.settled(self.name, batch, letters, self._clock())
        with self._lock:
            self.delivered += batch.points - sum(letter.points for letter in letters)
            self._portion = min(self._max_points, 2 * self._portion)
            self._failures = 0

    def _portions(self, batch: Batch) -> list[bytes]:
        """What is sent in one request each. Where one fails, those before it are sent again: that does no harm."""
        if batch.points <= self._portion:
            return [batch.payload]
        rows = batch.payload.split(b"\n")
        return [b"\n".join(rows[start : start + self._portion]) for start in range(0, len(rows), self._portion)]

    def _send(self, parts: list[bytes]) -> list[DeadLetter]:
        """Send, in halves where the server takes less or refuses all; what it refuses for good comes back.

        A half that is refused does not hold the other one up.
        """
        letters: list[DeadLetter] = []
        splits = MOST_SPLITS
        waiting = parts[::-1]
        while waiting:
            payload = waiting.pop()
            try:
                self._sink.send(payload)
            except SinkRejected as error:
                if b"\n" not in payload or error.good_taken or not splits:
                    letters.append(DeadLetter(points=payload.count(b"\n") + 1, payload=payload, words=error.message))
                    continue
                splits -= 1
            except SinkTooLarge as error:
                if b"\n" not in payload:
                    letters.append(DeadLetter(points=1, payload=payload, words=error.message))
                    continue
            else:
                continue
            rows = payload.split(b"\n")
            half = len(rows) // 2
            waiting += [b"\n".join(rows[half:]), b"\n".join(rows[:half])]
        return letters

    def _beat(self) -> None:
        self._beats_s[threading.get_ident()] = time.monotonic()

    def _run(self, work: Callable[[], bool]) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            self._beat()
            try:
                pause_s = 0.0 if work() else IDLE_S
            except SinkError as error:
                pause_s = self.wait_s(error)
                self._note(error, pause_s)
            except StoreError as error:
                pause_s = self._first_wait_s
                log.error(_("delivery to %s waits: %s"), self.name, error)  # noqa: TRY400 - an expected answer: its words say all, a traceback nothing
            except Exception:  # a fault of ours must not end deliveries unseen
                self._faults += 1
                pause_s = self._longest_wait_s
                log.exception(_("delivery to %s met something unforeseen"), self.name)

    def _note(self, error: SinkError, pause_s: float) -> None:
        if isinstance(error, SinkRefused):
            self._store.refused(self.name, error.message)
        level = logging.ERROR if isinstance(error, SinkRefused) else logging.WARNING
        log.log(level, _("%s: %s; next try in %.0f s"), self.name, error, pause_s)
