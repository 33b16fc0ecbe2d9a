"""Chunks on this machine's processors: a pool of processes that map the same model. The default, and no server.

Processes come from a fork server, which has loaded numpy once and holds no lock of ours. A worker that is killed breaks
the whole pool, as Python's pools do: the pool is made anew, and what was under way is tried again one by one, so that a
chunk that kills its worker is found and named.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING

from rainbow.kernel.errors import RainbowError, StudyError
from rainbow.kernel.texts import _
from studies.executor import MOST_TRIES
from studies.work import do

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext

    from studies.work import Job

AHEAD = 2
"""Chunks handed out for each worker: the next is there when one is done, and little is lost when it is stopped."""


class ProcessStudy:
    """A pool of ``workers`` processes, made for each run."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def run(self, job: Job, chunks: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """See :class:`studies.executor.StudyExecutor`."""
        left, suspects, broke = dict.fromkeys(chunks), list[int](), Counter[int]()
        while left:
            under_way: set[int] = set()
            ahead = 1 if suspects else AHEAD * self._workers
            try:
                for chunk, content in self._round(job, suspects or list(left), ahead, under_way):
                    del left[chunk]
                    yield chunk, content
                suspects = []
            except BrokenProcessPool:
                broke.update(under_way)
                suspects = sorted(under_way)
                _give_up(broke)

    def _round(self, job: Job, chunks: Sequence[int], ahead: int, under_way: set[int]) -> Iterator[tuple[int, bytes]]:
        """Results of these chunks from one pool. ``under_way``: handed out and not back, for who has to know."""
        pool = ProcessPoolExecutor(
            max_workers=min(self._workers, len(chunks)), mp_context=_context(), initializer=_begin
        )
        try:
            futures: dict[Future[bytes], int] = {}
            waiting = iter(chunks)
            while True:
                for chunk in islice(waiting, ahead - len(futures)):
                    under_way.add(chunk)
                    futures[pool.submit(do, job, chunk)] = chunk
                if not futures:
                    return
                done, _left = wait(futures, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=futures.__getitem__):
                    chunk = futures.pop(future)
                    content = _content(future, chunk)
                    under_way.discard(chunk)
                    yield chunk, content
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _content(future: Future[bytes], chunk: int) -> bytes:
    try:
        return future.result()
    except (RainbowError, BrokenProcessPool):
        raise
    except Exception as error:
        raise StudyError(_("chunk {chunk} of the study failed: {error!r}").format(chunk=chunk, error=error)) from error


def _give_up(broke: Counter[int]) -> None:
    """Refuse a chunk that has broken pool after pool."""
    chunk, times = max(broke.items(), key=lambda item: item[1], default=(0, 0))
    if times >= MOST_TRIES:
        raise StudyError(
            _("chunk {chunk} of the study ended {count} workers").format(chunk=chunk, count=times),
            cure=_("see whether memory runs out (dmesg); what is done is kept: rainbow study resume"),
        )


def _context() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["studies.questions", "studies.work"])
    return context


def _begin() -> None:
    """First thing in a worker: Ctrl-C is for the one who asked, and nobody works for one who is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's worker would wait for ever for work from a process that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
