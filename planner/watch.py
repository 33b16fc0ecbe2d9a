"""One picture for all who look at the same moment: the store is asked at most once a second.

In a large city drawing a picture takes longer than a person waits for a click. There everybody gets the last one at
once while the next is drawn behind it, and it is drawn less often.
"""

from __future__ import annotations

import threading
import time
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
QUICK_S = 0.2
"""A picture that takes no more of the processor's time than this is waited for."""
SHARE = 5
"""Drawing pictures takes no more than one part in so many of the time."""
MOST_KEPT_NS, OLDEST_NS = 5 * KEPT_NS, 20 * KEPT_NS
"""A picture is kept no longer than the first; nobody is given one older than the second."""


class Watch:
    """Gives the newest picture; may be asked from any thread. ``quick_s``: what takes longer is drawn behind."""

    def __init__(self, services: PlannerServices, network: Network, *, quick_s: float = QUICK_S) -> None:
        self._services = services
        self._network = network
        self._quick_s = quick_s
        self._lock = threading.Lock()
        self._picture: Picture | None = None
        self._took_s = 0.0
        self._behind: threading.Thread | None = None

    def picture(self) -> Picture:
        """The city as it stands; at most a second old, in a city that takes long to draw a few seconds."""
        kept = self._picture
        if kept is not None and self._is_fresh(kept):
            return kept
        if kept is not None and self._took_s > self._quick_s and self._age_ns(kept) < OLDEST_NS:
            self._draw_behind()
            return kept
        with self._lock:
            kept = self._picture
            return kept if kept is not None and self._is_fresh(kept) else self._draw()

    def forget(self) -> None:
        """Look anew next time: something was just changed from here."""
        with self._lock:
            self._picture = None

    def settle(self) -> None:
        """Wait until nothing is being drawn."""
        behind = self._behind
        if behind is not None:
            behind.join()

    def _age_ns(self, picture: Picture) -> int:
        age_ns = self._services.clock() - picture.readings.taken_ns
        return age_ns if age_ns >= 0 else OLDEST_NS  # the clock was set back: look anew

    def _is_fresh(self, picture: Picture) -> bool:
        return self._age_ns(picture) < min(MOST_KEPT_NS, max(KEPT_NS, int(SHARE * self._took_s * 1e9)))

    def _draw_behind(self) -> None:
        if self._behind is not None and self._behind.is_alive():
            return
        self._behind = threading.Thread(target=self._draw_locked, name="picture", daemon=True)
        self._behind.start()

    def _draw_locked(self) -> None:
        with self._lock:
            if self._picture is None or not self._is_fresh(self._picture):
                self._draw()

    def _draw(self) -> Picture:
        began_s = time.thread_time()  # not the wall clock: a busy machine makes no city large
        readings = take_readings(self._services)
        drawn = self._picture = draw(self._network, readings, reported=reported_cuts(self._services.control))
        self._took_s = time.thread_time() - began_s
        return drawn


def reported_cuts(control: PlantControl) -> tuple[Code, ...]:
    """Trenches that are cut by the simulation's own word; none where there is no simulation."""
    try:
        return tuple(Code(code) for code in control.cuts()) if control.available() else ()
    except SimulatorError:
        return ()  # it ended between the two questions
