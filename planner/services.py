"""What the page stands on, handed in by the wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inventory.plant import Plant
    from planner.control import PlantControl
    from planner.settings import PageSettings
    from rainbow.kernel.samples import UnixNs
    from store.reader import StoreReader


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerServices:
    """The plant, the way to its readings, the clock. ``language`` is used where a browser asks for none we have.

    ``reader`` gives a new reader for each look; the store may not be there yet. ``interval_s`` is the collector's
    time between two rounds: what is older than a few of them is stale. ``scenarios`` is the file of saved what-ifs;
    ``topology`` holds the rates behind a plan.
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
