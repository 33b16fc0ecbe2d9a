"""One picture for all who look at the same moment: the store is asked at most once a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from inventory.entities import Code
from planner.picture import draw
from planner.readings import take_readings
from rainbow.kernel.errors import SimulatorError

if TYPE_CHECKING:
    from planner.control import PlantControl
    from planner.network import Network
    from planner.picture import Picture
    from planner.services import PlannerServices

KEPT_NS = 1_000_000_000


class Watch:
    """Gives the newest picture; may be asked from any thread."""

    def __init__(self, services: PlannerServices, network: Network) -> None:
        self._services = services
        self._network = network
        self._lock = threading.Lock()
        self._picture: Picture | None = None

    def picture(self) -> Picture:
        """The city as it stands, at most a second old."""
        now_ns = self._services.clock()
        with self._lock:
            kept = self._picture
            if kept is None or not 0 <= now_ns - kept.readings.taken_ns < KEPT_NS:
                kept = self._picture = draw(
                    self._network, take_readings(self._services), reported=reported_cuts(self._services.control)
                )
            return kept

    def forget(self) -> None:
        """Look anew next time: something was just changed from here."""
        with self._lock:
            self._picture = None


def reported_cuts(control: PlantControl) -> tuple[Code, ...]:
    """Trenches that are cut by the simulation's own word; none where there is no simulation."""
    try:
        return tuple(Code(code) for code in control.cuts()) if control.available() else ()
    except SimulatorError:
        return ()  # it ended between the two questions
