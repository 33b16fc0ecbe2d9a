"""What a link is known to do right now; live state enters this room as an argument only."""

from __future__ import annotations

from enum import IntEnum


class LinkState(IntEnum):
    """State of a link; the numbers are those of the metric ``link.state``. Unknown is evidence of nothing."""

    UNKNOWN = -1
    DOWN = 0
    UP = 1
