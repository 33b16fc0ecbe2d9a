"""How often somebody may try something. In memory: one process serves a city's page."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


class Throttle:
    """So many tries in so many seconds for each key. May be asked from any thread."""

    def __init__(self, most: int, seconds: int) -> None:
        self._item = RateLimitItemPerSecond(most, seconds)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def wait_s(self, *key: str) -> int:
        """Count a try; 0 where it may go on, else the seconds until the next may."""
        return 0 if self._limiter.hit(self._item, *key) else self.left_s(*key)

    def left_s(self, *key: str) -> int:
        """The seconds until a next try may be made, counting none; 0 where it may be made now."""
        stats = self._limiter.get_window_stats(self._item, *key)
        return 0 if stats.remaining > 0 else max(1, math.ceil(stats.reset_time - time.time()))
