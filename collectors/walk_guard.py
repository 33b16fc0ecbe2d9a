"""Bounds of a walk: agents that repeat themselves, run in circles or never end are normal."""

from __future__ import annotations

import re

from rainbow.kernel.texts import _

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_INTEGER_BYTES = 8


class WalkGuard:
    """Watches the rows of one walk below ``root``: strictly increasing, bounded in rows and bytes."""

    def __init__(self, root: str, *, max_rows: int, max_bytes: int) -> None:
        self._root = root
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._last: tuple[int, ...] = ()
        self._rows = 0
        self._bytes = 0

    def fault(self, oid: str, value: object) -> str:
        """What is wrong with the next row, or an empty text."""
        rest = oid[len(self._root) + 1 :]
        if not oid.startswith(f"{self._root}.") or not _NUMBERS.fullmatch(rest):
            return _("the walk of {root} left its table").format(root=self._root)
        place = tuple(map(int, rest.split(".")))
        if place <= self._last:
            return _("the walk of {root} does not move on at {oid}").format(root=self._root, oid=oid)
        self._last = place
        self._rows += 1
        self._bytes += len(oid) + (len(value) if isinstance(value, bytes | str) else _INTEGER_BYTES)
        if self._rows > self._max_rows or self._bytes > self._max_bytes:
            return _("the walk of {root} does not end: {rows} rows, {bytes} bytes").format(
                root=self._root, rows=self._rows, bytes=self._bytes
            )
        return ""
