"""Samples on their way to the store: collected, written in batches off the event loop, kept while the store fails."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.samples import count_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.samples import Record, SampleWriter

log = logging.getLogger("rainbow.collectors")

MOST_WAITING = 500_000
"""Samples kept in memory while the store fails: ten minutes of 1,000 switches, about 500 MB. The oldest go first."""


class Outlet:
    """Takes samples without waiting, so that a slow disk never holds up a poll. Used from one event loop."""

    def __init__(self, writer: SampleWriter, *, batch_samples: int, most_waiting: int = MOST_WAITING) -> None:
        self._writer = writer
        self._batch_samples = batch_samples
        self._most_waiting = most_waiting
        self._waiting: deque[Record] = deque()
        self._count = 0
        self._lock = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None
        self.taken = 0
        self.lost = 0

    def put(self, samples: Sequence[Record]) -> None:
        """Take samples; a full batch is written in the background."""
        self._waiting.extend(samples)
        count = count_of(samples)
        self.taken += count
        self._count += count
        if self._count > self._most_waiting:
            lost = count_of(self._oldest(self._count - self._most_waiting))
            self.lost += lost
            log.error(_("%d samples lost: the store takes none"), lost)
        if self._count >= self._batch_samples:
            self.start_flush()

    def _oldest(self, at_least: int) -> list[Record]:
        """Take the oldest out, so many samples of them or all; a sheet goes as a whole."""
        taken: list[Record] = []
        left = max(0, self._count - at_least)
        while self._count > left:
            taken.append(self._waiting.popleft())
            self._count -= count_of(taken[-1:])
        return taken

    def start_flush(self) -> None:
        """Write all that waits in the background; one that runs already takes it along."""
        if self._background is None or self._background.done():
            self._background = asyncio.create_task(self.flush_quietly())

    async def flush(self) -> None:
        """Write all that waits.

        Raises:
            StoreError: a batch was refused; it and the rest still wait.
        """
        async with self._lock:
            while self._waiting:
                batch = self._oldest(self._batch_samples)
                try:
                    await self._write_all_it_takes(batch)
                except StoreError:
                    self._waiting.extendleft(reversed(batch))
                    self._count += count_of(batch)
                    raise

    async def _write_all_it_takes(self, batch: list[Record]) -> None:
        """Write a batch; what the writer stumbles over is left out, and costs no other device its samples.

        Raises:
            StoreError: the store takes nothing now. Writing again does no harm: the same series and time overwrite.
        """
        try:
            await self._write(batch)
        except StoreError:
            raise
        except Exception:
            if len(batch) == 1:
                self.lost += count_of(batch)
                log.exception(_("a sample cannot be stored and is left out: %r"), batch[0])
                return
            half = len(batch) // 2
            await self._write_all_it_takes(batch[:half])
            await self._write_all_it_takes(batch[half:])

    async def _write(self, batch: list[Record]) -> None:
        """Write a batch to its end even if cancelled meanwhile: nothing may be half known to be durable."""
        writing = asyncio.ensure_future(asyncio.to_thread(self._writer.write, batch))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            raise

    async def flush_quietly(self) -> None:
        """Write all that waits; what the store refuses waits on, and the log says so."""
        try:
            await self.flush()
        except StoreError as error:
            log.error(_("samples wait in memory: %s"), error.message)  # noqa: TRY400 - the message says all
