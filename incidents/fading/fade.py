"""A rise as it is told: where, since when, how fast and how much within bounds, and what it may come from. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from incidents.fading.detector import SPREAD, WALK_DB, Extent
from incidents.fading.nature import Fit, Laser, Nature, is_aged, natures
from incidents.fading.onset import Onset, onset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from incidents.fading.detector import Detector, Rise
    from incidents.fading.ways import Way
    from inventory.entities import Code

DAY_S = 86_400.0
_DEVIATIONS = 2.0
_NEWEST_DAYS, _BEFORE_DAYS = 5, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Another place that fits nearly as well, with its probability among those thought of."""

    codes: tuple[Code, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fade:
    """Loss that rises on ``links``, between ``least_db`` and ``most_db`` a day, since about ``from_s``.

    ``codes`` are sections that cannot be told apart, one link, or the sender and receiver of one way. ``gained_db``
    is what is lost more by now, ``share`` the probability of the place, ``is_clear`` as of a rise. Where only a laser
    ages, the way loses nothing.
    """

    extent: Extent
    codes: tuple[Code, ...]
    links: tuple[Code, ...]
    from_s: float
    least_db: float
    most_db: float
    gained_db: float
    share: float = 1.0
    natures: Mapping[Nature, Fit] = field(default_factory=dict)
    others: tuple[Place, ...] = ()
    is_clear: bool = True

    @property
    def is_laser(self) -> bool:
        """Whether a sender says itself that it ages."""
        return self.natures.get(Nature.LASER) is Fit.FITS


def fades(detector: Detector, lasers: Mapping[Code, Laser], first_day_s: float) -> list[Fade]:
    """What rises now, and senders that say of themselves that they age. ``first_day_s``: when the first day began."""
    rises = detector.rises()
    found = [_risen(detector, rise, lasers, first_day_s) for rise in rises]
    told = {way.sender for rise in rises for way in rise.candidate.ways if len(rise.candidate.ways) == 1}
    aged = [way for way in detector.courses if way.sender not in told and is_aged(lasers.get(way.sender, Laser()))]
    return [*found, *(_ageing(way, first_day_s + detector.days * DAY_S) for way in aged)]


def _risen(detector: Detector, rise: Rise, lasers: Mapping[Code, Laser], first_day_s: float) -> Fade:
    ways = rise.candidate.ways
    turn = onset(detector.pooled(rise.candidate)) or Onset(day=0, gained_db=0.0)
    gained = {way: _gained_db(detector, way, turn.day) for way in ways}
    days = detector.days - turn.day
    pace, off = _pace(turn, days, noise_db=rise.noise_db)
    spread_db = max(detector.courses[way].noise_db for way in ways) / _NEWEST_DAYS**0.5 + WALK_DB * days**0.5
    alone = rise.candidate.extent is Extent.WAY
    aged = alone and any(is_aged(lasers.get(way.sender, Laser())) for way in ways)
    return Fade(
        extent=rise.candidate.extent,
        codes=rise.candidate.codes,
        links=tuple(sorted({way.link for way in ways})),
        from_s=first_day_s + turn.day * DAY_S,
        least_db=max(0.0, pace - off),
        most_db=pace + off,
        gained_db=max(turn.gained_db, 0.0),
        natures=natures(gained, spread_db, aged=aged, alone=alone),
        share=rise.share,
        others=tuple(Place(codes=other.codes, share=share) for other, share in rise.others),
        is_clear=rise.is_clear,
    )


def _pace(turn: Onset, days: int, *, noise_db: float) -> tuple[float, float]:
    """Decibels a day since the turn and how far that may be off, by the days' noise and the strands' difference."""
    pace = max(turn.gained_db, 0.0) / max(days, 1)
    return pace, math.hypot(SPREAD * pace, _DEVIATIONS * noise_db * (12 / max(days, 1) ** 3) ** 0.5)


def _gained_db(detector: Detector, way: Way, day: int) -> float:
    """The mean of the newest days less that of the days before the rise began."""
    clean = [*detector.courses[way].clean, *detector.courses[way].tail]
    before = [item for item in clean[max(0, day - _BEFORE_DAYS) : max(1, day)] if item is not None]
    newest = [item for item in clean[-_NEWEST_DAYS:] if item is not None]
    if not before or not newest:
        return 0.0
    return math.fsum(newest) / len(newest) - math.fsum(before) / len(before)


def _ageing(way: Way, at_s: float) -> Fade:
    return Fade(
        extent=Extent.WAY,
        codes=(way.sender,),
        links=(way.link,),
        from_s=at_s,
        least_db=0.0,
        most_db=0.0,
        gained_db=0.0,
        natures={
            **dict.fromkeys((Nature.DIRT, Nature.BEND, Nature.PRESSURE), Fit.CONTRADICTS),
            Nature.LASER: Fit.FITS,
        },
    )
