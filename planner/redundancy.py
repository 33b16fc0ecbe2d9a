"""How separate two ways of each site are, from 0 to 5, and why no more: worked out once, for panel, list and map."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.formats import decimal
from planner.geojson import collection, site_point
from rainbow.kernel.texts import _
from topology.grades import GRADE_TITLES, Common, Grade, grades
from topology.rates import rates_of
from topology.report_diversity import worst_text

if TYPE_CHECKING:
    from inventory.entities import Code, Site
    from planner.network import Network
    from topology.grades import Graded
    from topology.settings import TopologySettings

AT_ONCE_LINKS, AT_ONCE_SECTIONS = 300, 3000
"""Up to so many links and trenches it takes a moment (50 ms for 70 links and 220 trenches), above it seconds."""
LEAST_MINUTES, FEW_MINUTES = 0.05, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLine:
    """A site's grade in words. ``minutes`` is what both ways have in common, ``doubt`` what is not proven."""

    code: Code
    site: str
    grade: int
    title: str
    why: str
    minutes: str
    doubt: str


class Redundancy:
    """The grades of all sites with a way to a hub. For any thread; the plant never changes under a page."""

    def __init__(self, network: Network, settings: TopologySettings) -> None:
        self._network = network
        self._rates = rates_of(settings)
        self._lock = threading.Lock()
        self._graded: dict[Code, Graded] | None = None

    @property
    def is_quick(self) -> bool:
        """Whether asking takes no more than a moment."""
        plant = self._network.plant
        is_small = len(self._network.links) <= AT_ONCE_LINKS and len(plant.sections) <= AT_ONCE_SECTIONS
        return self._graded is not None or is_small

    def all(self) -> dict[Code, Graded]:
        """The grades by site, the worst first; hubs and sites without a way have none.

        Raises:
            TopologyError: the plant has no hub.
        """
        with self._lock:
            if self._graded is None:
                index = self._network.require_index()
                found = grades(index, [site.code for site in self._network.plant.sites], self._rates)
                worst_first = sorted(found.values(), key=lambda one: (one.grade, -one.minutes, one.site))
                self._graded = {one.site: one for one in worst_first}
        return self._graded

    def line(self, site: Code) -> GradeLine | None:
        """One site's grade in words; None for a hub, or without a way.

        Raises:
            TopologyError: the plant has no hub.
        """
        graded = self.all().get(site)
        return grade_line(self._network, graded) if graded is not None else None

    def geojson(self) -> bytes:
        """All sites as points with their grade, null where they have none."""
        found = self.all()
        return collection(self._feature(site, found.get(site.code)) for site in self._network.plant.sites)

    def _feature(self, site: Site, graded: Graded | None) -> dict[str, object]:
        properties: dict[str, object] = {"code": site.code, "name": site.name, "is_hub": site.is_hub}
        properties |= {"grade": None, "minutes_a_year": None, "proven": None, "why": ""}
        if graded is not None:
            properties |= {
                "grade": int(graded.grade),
                "minutes_a_year": round(graded.minutes, 2),
                "proven": graded.is_proven,
                "why": worst_text(self._network.plant, graded),
            }
        return site_point(site, properties)


def grade_line(network: Network, graded: Graded) -> GradeLine:
    """A grade in words."""
    digits = 0 if graded.minutes >= FEW_MINUTES else 1
    minutes = _("both down for about {minutes} min a year").format(minutes=decimal(graded.minutes, digits))
    return GradeLine(
        code=graded.site,
        site=network.label(graded.site),
        grade=int(graded.grade),
        title=_title(graded.grade),
        why=worst_text(network.plant, graded) if graded.why is not Common.NOTHING else "",
        minutes=minutes if graded.minutes >= LEAST_MINUTES else "",
        doubt="" if graded.is_proven else _("at best: a route is not documented"),
    )


def _title(grade: Grade) -> str:
    """A grade by itself: from the third on each says only what it has more than the one before."""
    more = range(min(grade, Grade.APART), grade + 1)
    return " ".join(_(GRADE_TITLES[Grade(step)]) for step in more)


def scale() -> tuple[tuple[int, str], ...]:
    """The scale in words, from the worst."""
    return tuple((int(grade), _(GRADE_TITLES[grade])) for grade in Grade)
