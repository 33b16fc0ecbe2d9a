"""What a city sets about its studies: the table ``[studies]`` of ``city.toml``."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rainbow.kernel.texts import _

DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSettings:
    """Something that takes several things at once: a flood, a feeder of the power supply, a building site.

    ``members`` are codes of trenches, cables, nodes and devices; ``circle`` (longitude, latitude, metres) adds all
    trenches that come into it. It happens ``per_year`` times a year; each member is then down with the probability
    ``takes``, for ``repair_h`` hours. ``needs_crew``: mending takes one of the city's own crews.
    """

    per_year: float
    repair_h: float
    members: tuple[str, ...] = ()
    circle: tuple[float, ...] = ()
    takes: float = 1.0
    needs_crew: bool = True

    def __post_init__(self) -> None:
        for name in ("per_year", "repair_h"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(_("{name} {value} is not positive").format(name=name, value=value))
        if not 0 < self.takes <= 1:
            raise ValueError(_("takes {value} is no probability above 0").format(value=self.takes))
        if self.circle and len(self.circle) != 3:  # noqa: PLR2004 - longitude, latitude, metres
            raise ValueError(_("circle is three numbers: longitude, latitude, metres"))
        if not (self.members or self.circle):
            raise ValueError(_("a hazard needs members or a circle"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonSettings:
    """Days of the year (1 to 365) in which trenches are cut ``factor`` times as often as on the year's average.

    The rest of the year has so much less that the average stays what the rates say.
    """

    first_day: int
    last_day: int
    factor: float

    def __post_init__(self) -> None:
        if not 1 <= self.first_day <= self.last_day <= DAYS:
            raise ValueError(
                _("days {first} to {last} are not within 1 to 365").format(first=self.first_day, last=self.last_day)
            )
        if not 0 <= self.factor * self.share <= 1:
            raise ValueError(
                _("factor {factor} over {share:.0%} of the year is more cuts than the whole year has").format(
                    factor=self.factor, share=self.share
                )
            )

    @property
    def share(self) -> float:
        """The share of the year that it lasts."""
        return (self.last_day - self.first_day + 1) / DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySettings:
    """``workers``: processes of this machine, 0 for as many as it has processors."""

    workers: int = 0
    hazards: dict[str, HazardSettings] = field(default_factory=dict)
    digger_season: SeasonSettings | None = None

    def __post_init__(self) -> None:
        if self.workers < 0:
            raise ValueError(_("workers {value} is less than 0").format(value=self.workers))
