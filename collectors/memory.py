"""Python's collector of cycles, for a process that makes a hundred thousand small values a minute, none in a cycle."""

from __future__ import annotations

import gc

YOUNG = 400_000
"""Objects made, and not gone again, before cycles are looked for: more than the readings of 1,000 switches, which live
for a round. With Python's 700 the search took a seventh of a round's time, with 50,000 a tenth; a cycle that is none of
ours may stay a little longer for it."""


def spare_garbage_collection() -> None:
    """Look for cycles rarely, and never among what is there for good. Call it once all that stays is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
