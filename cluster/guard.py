"""Noticing that this process did not run for a while: stopped, swapped out, its machine asleep. Pure."""

from __future__ import annotations

import threading


class FreezeGuard:
    """Who slept longer than ``longest_s`` trusts nothing it learnt before it woke.

    ``tick`` is called again and again, and by everybody who is about to act: whoever comes first after the sleep
    notices it for all.
    """

    def __init__(self, longest_s: float, now_s: float) -> None:
        self._longest_s = longest_s
        self._ticked_s = now_s
        self._woke_s = now_s
        self._lock = threading.Lock()

    def tick(self, now_s: float) -> None:
        """I run."""
        with self._lock:
            if now_s - self._ticked_s > self._longest_s:
                self._woke_s = now_s
            self._ticked_s = max(self._ticked_s, now_s)

    def trusts(self, learnt_s: float, now_s: float) -> bool:
        """Whether something asked for at ``learnt_s`` may be acted on now."""
        self.tick(now_s)
        return learnt_s >= self._woke_s
