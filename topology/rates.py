"""How often trenches are cut and how long repair takes: every figure with its source and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.entities import TrenchSection
    from topology.settings import TopologySettings

HOURS_PER_YEAR = 8_760.0
MINUTES_PER_YEAR = 525_600.0
_PRIOR_CUTS = 2.0
"""Weight of the default rate beside a city's own tickets: as if two cuts had been seen (Gamma-Poisson)."""
_SHALLOW_M, _DEEP_M = 0.45, 1.0
_SHALLOW, _DEEP = 2.0, 0.6
_AERIAL = "aerial"


class Sure(StrEnum):
    """How sure a figure is."""

    READ = "A"
    SECONDARY = "B"
    REMEMBERED = "C"
    JUDGED = "D"
    SET = "city"


SURE_TITLES = {
    Sure.READ: N_("read at the source"),
    Sure.SECONDARY: N_("from a secondary source"),
    Sure.REMEMBERED: N_("not checked"),
    Sure.JUDGED: N_("engineering judgement"),
    Sure.SET: N_("set by the city"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One figure, its unit, where it is from and how sure it is."""

    name: str
    value: float
    unit: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The figures in force."""

    trench: Rate
    aerial: Rate
    repair: Rate

    def all(self) -> tuple[Rate, ...]:
        """What a report names."""
        return self.trench, self.aerial, self.repair

    def per_year(self, section: TrenchSection) -> float:
        """Cuts a year of a section: its own rate if it has one, else the default of its ground and depth."""
        if section.cut_rate is not None:
            rate = section.cut_rate
        elif section.method == _AERIAL:
            rate = self.aerial.value
        else:
            rate = self.trench.value * _depth_factor(section.depth_m)
        return rate * section.length_m / 1_000_000.0

    def down(self, events_per_year: float) -> float:
        """The share of time such events keep a thing down, each as long as a repair takes."""
        hours = events_per_year * self.repair.value
        return hours / (HOURS_PER_YEAR + hours)


def _depth_factor(depth_m: float | None) -> float:
    if depth_m is None:
        return 1.0
    if depth_m < _SHALLOW_M:
        return _SHALLOW
    return _DEEP if depth_m > _DEEP_M else 1.0


def rates_of(settings: TopologySettings) -> Rates:
    """The figures of a city: what it set, else the defaults, moved by its own tickets."""
    return Rates(
        trench=_trench(settings),
        aerial=_or_default(
            settings.aerial_cuts_per_1000_km_year,
            Rate(
                name=N_("cuts of aerial cable"),
                value=6.0,
                unit=N_("per 1,000 km and year"),
                source=N_("no statistic found; between 3 and 20"),
                sure=Sure.JUDGED,
            ),
        ),
        repair=_or_default(
            settings.repair_h,
            Rate(
                name=N_("time to repair"),
                value=8.0,
                unit=N_("hours"),
                source=N_("Grover, Mesh-Based Survivable Networks, 2003 (5 to 14 hours); own crew on call, by day"),
                sure=Sure.REMEMBERED,
            ),
        ),
    )


def _trench(settings: TopologySettings) -> Rate:
    default = Rate(
        name=N_("cuts of trenches in the city"),
        value=8.0,
        unit=N_("per 1,000 km and year"),
        source=N_("13 per 1,000 miles and year in cities, FCC figure in Grover 2003 and Todd and Doucette 2014"),
        sure=Sure.SECONDARY,
    )
    if settings.cuts_per_1000_km_year is not None or not settings.tickets_km_years:
        return _or_default(settings.cuts_per_1000_km_year, default)
    weight = _PRIOR_CUTS / default.value
    value = (_PRIOR_CUTS + settings.tickets_cuts) / (weight + settings.tickets_km_years / 1_000.0)
    return Rate(
        name=default.name,
        value=value,
        unit=default.unit,
        source=N_("the default, moved by the city's own tickets (Gamma-Poisson)"),
        sure=Sure.SET,
    )


def _or_default(value: float | None, default: Rate) -> Rate:
    if value is None:
        return default
    return Rate(name=default.name, value=value, unit=default.unit, source=N_("city.toml"), sure=Sure.SET)
