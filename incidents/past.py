"""What the incidents of the past teach: minutes lost beside those predicted, and how often trenches were cut. Pure.

A cut counts once however many links it took; what is taken for a cut of one link's way only (path loss) does not: no
reading says that it was the ground. The prediction is of cuts alone, so only their minutes stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from incidents.incident import Cause, Status
from topology.availability import availability
from topology.rates import HOURS_PER_YEAR, rates_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from incidents.ground import Ground
    from incidents.incident import Incident
    from inventory.entities import Code
    from topology.settings import TopologySettings

_HOUR_S = 3_600.0
_METRES_PER_KM = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePast:
    """One node: how often it was lost, minutes by cuts and by all causes, and what cuts should have cost it."""

    node: Code
    times: int
    by_cuts_min: float
    lost_min: float
    least_min: float
    most_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A span of watching: its years, the trench watched, cuts seen, hours to repair (None without any), nodes."""

    years: float
    km: float
    cuts: int
    repair_h: float | None
    rate: float
    nodes: tuple[SitePast, ...]

    @property
    def km_years(self) -> float:
        """Exposure: what ``tickets_km_years`` of city.toml takes."""
        return self.km * self.years


def past(
    ground: Ground, incidents: Iterable[Incident], since_s: float, now_s: float, settings: TopologySettings
) -> Past:
    """What was lost since then. Nodes that lost nothing and should have lost nothing are left out.

    ``rate``: cuts per 1,000 km and year, the default moved by what was seen (Gamma-Poisson). It costs an availability.
    """
    seen = [item for item in incidents if item.status is not Status.MERGED and (item.closed_s or now_s) >= since_s]
    cuts = [item for item in seen if item.cause is Cause.CUT]
    repaired = [(item.closed_s - item.bad_s) / _HOUR_S for item in cuts if item.closed_s is not None]
    years = max(now_s - since_s, 0.0) / _HOUR_S / HOURS_PER_YEAR
    used = {code for code, links in ground.plant.links_in.items() if links}
    km = sum(ground.plant.section[code].length_m for code in used) / _METRES_PER_KM
    learned = replace(
        settings,
        cuts_per_1000_km_year=None,
        tickets_cuts=settings.tickets_cuts + len(cuts),
        tickets_km_years=settings.tickets_km_years + km * years,
    )
    return Past(
        years=years,
        km=km,
        cuts=len(cuts),
        repair_h=fmean(repaired) if repaired else None,
        rate=rates_of(learned).trench.value,
        nodes=tuple(_nodes(ground, seen, years, now_s, settings)),
    )


def _nodes(
    ground: Ground, seen: list[Incident], years: float, now_s: float, settings: TopologySettings
) -> list[SitePast]:
    lost: dict[Code, list[tuple[float, bool]]] = {}
    for item in seen:
        for outage in item.outages:
            minutes = ((outage.to_s if outage.to_s is not None else now_s) - outage.from_s) / 60
            lost.setdefault(outage.code, []).append((minutes, item.cause is Cause.CUT))
    predicted = availability(ground.index, rates_of(settings))
    found = [
        SitePast(
            node=node,
            times=len(lost.get(node, ())),
            by_cuts_min=sum(minutes for minutes, by_cut in lost.get(node, ()) if by_cut),
            lost_min=sum(minutes for minutes, _by_cut in lost.get(node, ())),
            least_min=predicted[node].least_min * years if node in predicted else 0.0,
            most_min=predicted[node].most_min * years if node in predicted else 0.0,
        )
        for node in dict.fromkeys((*predicted, *lost))
    ]
    return sorted((item for item in found if item.times or item.most_min), key=lambda item: (-item.lost_min, item.node))
