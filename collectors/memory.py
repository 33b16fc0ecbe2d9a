"""Memory of a process that makes a hundred thousand small values a minute, none in a cycle, in a dozen threads."""

from __future__ import annotations

import contextlib
import ctypes
import gc

YOUNG = 400_000
"""Objects made, and not gone again, before cycles are looked for: more than the readings of 1,000 switches, which live
for a round. With Python's 700 the search took a seventh of a round's time, with 50,000 a tenth; a cycle that is none of
ours may stay a little longer for it."""
HEAPS = 2
_M_ARENA_MAX = -8
"""mallopt(3)."""


def share_heaps() -> None:
    """Let all threads share ``HEAPS`` heaps of the C library. Call it before there is a second thread.

    glibc gives each thread a heap of its own, and a heap keeps what its thread needed once: of a collector of 1,000
    switches, whose work goes from thread to thread, 40 MB for each. Where there is another C library nothing is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)


def spare_garbage_collection() -> None:
    """Look for cycles rarely, and never among what is there for good. Call it once all that stays is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
