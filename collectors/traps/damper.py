"""Storms damped: so many traps a second from one address, and no more; the rest is counted. Pure, time is handed in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

MOST_SOURCES = 4096
"""Addresses remembered at once; whoever forges more of them pushes out his own."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Damper:
    """A bucket of tokens for each address: ``burst`` in a row, ``most_per_s`` in the long run."""

    def __init__(self, *, most_per_s: float, burst: int) -> None:
        self._most_per_s = most_per_s
        self._burst = float(burst)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allows(self, source: str, now_s: float) -> bool:
        """Whether one more is looked at; a call is one trap."""
        bucket = self._buckets.get(source)
        if bucket is None:
            bucket = self._buckets[source] = _Bucket(self._burst, now_s)
            if len(self._buckets) > MOST_SOURCES:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(source)
        bucket.tokens = min(self._burst, bucket.tokens + (now_s - bucket.at_s) * self._most_per_s)
        bucket.at_s = now_s
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True
