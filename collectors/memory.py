"""Python's collector of cycles, set for a process that makes fifty thousand small values a minute, none in a cycle."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects made before cycles are looked for: with Python's 700 the search alone took a seventh of a round's time."""


def spare_garbage_collection() -> None:
    """Look for cycles rarely, and never among what is there for good. Call it once all that stays is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
