"""What the page stands on, handed in by the wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from topology.settings import TopologySettings
from trust.access_settings import AccessSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from incidents.incident import Incident
    from inventory.plant import Plant
    from planner.control import PlantControl
    from planner.door import Door
    from planner.settings import PageSettings
    from rainbow.kernel.samples import UnixNs
    from store.reader import StoreReader
    from store.series import Archive
    from trust.tokens import TokenFile


class IncidentJournal(Protocol):
    """Where incidents are read and taken; a city that never ran has none. All raise StoreError where it cannot be."""

    def incidents(self, *, live_only: bool = False, most: int = 200, skip: int = 0) -> Sequence[Incident]:
        """The newest incidents, the newest first."""

    def count(self, *, live_only: bool = False) -> int:
        """How many there are."""

    def incident(self, number: int) -> Incident | None:
        """One incident, or None."""

    def acknowledge(self, number: int, name: str, at_s: float) -> None:
        """Somebody takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerServices:
    """The plant, the way to its readings, the clock. ``language`` is used where a browser asks for none we have.

    ``archive`` knows courses from before the store's own, None where no database is asked.
    ``reader`` gives a new reader for each look; the store may not be there yet. ``interval_s`` is the collector's
    time between two rounds: what is older than a few of them is stale. ``scenarios`` is the file of saved what-ifs;
    ``topology`` holds the rates behind a plan. ``incidents`` is where they are read and taken, None where nobody
    looks for them. ``tokens`` open the API, None where everybody at this machine may use it; ``door`` is the
    sign-in, None where there is none; ``access`` has scopes and budgets. ``grafana_url`` is where
    people reach Grafana; empty where there is none. ``is_whole``: the plant is all of the city, not what somebody may
    see of it; only then switches tell whom they hear. ``security_txt`` is whom to
    tell of a weakness, as RFC 9116 writes it. ``ailment`` says in a few words what keeps the collector from
    giving readings; it is asked while they are stale.
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
    archive: Archive | None = None
    incidents: IncidentJournal | None = None
    tokens: TokenFile | None = None
    door: Door | None = None
    access: AccessSettings = field(default_factory=AccessSettings)
    grafana_url: str = ""
    security_txt: str = ""
    ailment: Callable[[], str] = str
    is_whole: bool = True
