"""What the engine hears: one poll of one device at a time, with its own time. Pure.

Times are Unix seconds. ``None`` always means "not read", never "bad".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.entities import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReading:
    """One port. ``up``: ifOperStatus; ``closed``: shut by configuration; ``lit``: the receiver sees light.

    ``faint``: light near or below what the receiver needs; ``dim``: the port's own laser sends less than its class.
    """

    interface: Code
    up: bool | None = None
    closed: bool | None = None
    lit: bool | None = None
    faint: bool | None = None
    dim: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHeard:
    """One poll of one device: when, whether it answered, since when its agent runs, and its ports.

    ``gasps``: no poll but its last words, or those of its site's battery: its power goes.
    """

    device: Code
    at_s: float
    answers: bool
    uptime_s: float | None = None
    ends: tuple[EndReading, ...] = ()
    gasps: bool = False
