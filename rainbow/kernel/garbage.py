"""Python's collector of reference cycles, held back while very many values are made that stay."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Within this, cycles are not searched for: a search walks all that was made so far and frees none of it.

    Reading a plant of 86,000 records takes a third longer with it. What nothing refers to is freed all the same.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
