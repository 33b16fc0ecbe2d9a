"""What a round has to say: per device what was read, what not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.client import Traffic
    from inventory.entities import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one device in a round. ``error`` is empty where it answered; ``notes`` what was not read."""

    device: Code
    error: str = ""
    cure: str = ""
    ports: int = 0
    ports_up: int = 0
    light: int = 0
    neighbours: int | None = None
    samples: int = 0
    poll_s: float = 0.0
    traffic: Traffic
    notes: tuple[str, ...] = ()
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """One round, devices in the plant's order. ``unfinished`` are still being asked; they count in the next round."""

    outcomes: tuple[Outcome, ...]
    unfinished: tuple[Code, ...]
    duration_s: float
    samples: int

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Devices that gave no complete answer."""
        return tuple(outcome for outcome in self.outcomes if outcome.error)
