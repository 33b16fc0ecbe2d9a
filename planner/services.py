"""What the page stands on, handed in by the wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from incidents.incident import Incident
    from inventory.plant import Plant
    from planner.control import PlantControl
    from planner.settings import PageSettings
    from rainbow.kernel.samples import UnixNs
    from store.reader import StoreReader


class IncidentReader(Protocol):
    """Where incidents are read; a city that never ran has none."""

    def incidents(self, *, live_only: bool = False, most: int = 200) -> Sequence[Incident]:
        """The newest incidents, the newest first."""

    def incident(self, number: int) -> Incident | None:
        """One incident, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerServices:
    """The plant, the way to its readings, the clock. ``language`` is used where a browser asks for none we have.

    ``reader`` gives a new reader for each look; the store may not be there yet. ``interval_s`` is the collector's
    time between two rounds: what is older than a few of them is stale. ``scenarios`` is the file of saved what-ifs;
    ``topology`` holds the rates behind a plan. ``incidents`` is where they are read, None where nobody looks for them.
    """

    plant: Plant
    title: str
    language: str
    settings: PageSettings
    interval_s: float
    reader: Callable[[], StoreReader]
    control: PlantControl
    clock: Callable[[], UnixNs]
    scenarios: Path
    topology: TopologySettings = field(default_factory=TopologySettings)
    incidents: IncidentReader | None = None
