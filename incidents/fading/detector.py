"""Rising loss, found and placed: a trend for each way, link and section, the best fit first. Pure.

A path that degrades shows on both ways of a link or on several links through one section. What rises on one way of
one link alone may be that strand, its sender or its receiver: that is said so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

from incidents.fading.trend import Trend
from incidents.fading.ways import DAYS_AFTER, Course, Step, noise_db

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from incidents.fading.ways import Way
    from inventory.entities import Code

QUIET_DB = 0.001
"""Rising by so much a day is no finding: seasons and ageing modules do that."""
WAKE_DAYS = 21
"""Days of readings before anything is said of them."""
WALK_DB = 0.004
"""What the loss of one way wanders in a day by itself."""
LEAST_WALK_DB, LEAST_NOISE_DB, FIRST_NOISE_DB = 0.0015, 0.006, 0.03
MOST_FINDINGS = 4
_COMMON_WAYS = 24
"""Ways from which on what moves all of them is weather or firmware, not one section."""
_WIDE_SHARE = 0.2
SPREAD = 0.3
"""How differently strands suffer from one fault."""
_MOST_MISFIT = 9.0
_OTHERS, _WORTH_NAMING = 4, 0.05
_FAST_DB = 0.01
"""What rises by so much a day will be much clearer tomorrow."""
_SURE_OF_FAST, _SURE_OF_SLOW = 0.9, 0.7
"""Share of the place from which on a section is told; neighbours that differ by one link take turns before."""
_NO_LONGER = 2.5
"""So far beyond its threshold a rise is told, however sure its place is."""
_MEDIAN_COST = 1.25
"""A median is so much noisier than a mean."""


class Extent(StrEnum):
    """How much of the network rises."""

    SECTION = "section"
    LINK = "link"
    WAY = "way"


THRESHOLDS = {Extent.SECTION: 2.9, Extent.LINK: 3.3, Extent.WAY: 5.5}
"""Slope over its deviation from which on a rise is told: by simulated years, see ``benchmarks/degradation.py``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Ways that rise together if ``codes`` degrade; codes that carry the same links cannot be told apart."""

    extent: Extent
    codes: tuple[Code, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A finding: where, how far beyond chance, and the noise of one day of the ways together.

    ``share`` is the probability of the place among those thought of; ``others`` fit nearly as well, each with its own.
    ``is_clear``: nothing is gained by waiting for a surer place before it is told.
    """

    candidate: Candidate
    noise_db: float
    score: float
    share: float
    others: tuple[tuple[Candidate, float], ...] = ()
    is_clear: bool = True


def candidates(ways: Iterable[Way], codes_by_links: Mapping[frozenset[Code], tuple[Code, ...]]) -> list[Candidate]:
    """Every section that can be told apart, every link, every way. ``codes_by_links``: what carries just these."""
    by_link: dict[Code, list[Way]] = {}
    for way in ways:
        by_link.setdefault(way.link, []).append(way)
    alike: dict[tuple[Way, ...], tuple[Code, ...]] = {}
    for links, codes in codes_by_links.items():
        held = tuple(way for link in sorted(links) for way in by_link.get(link, ()))
        if len({way.link for way in held}) > 1:
            alike[held] = (*alike.get(held, ()), *codes)
    found = [Candidate(extent=Extent.SECTION, codes=codes, ways=held) for held, codes in alike.items()]
    for link, held_ways in sorted(by_link.items()):
        if len(held_ways) > 1:
            found.append(Candidate(extent=Extent.LINK, codes=(link,), ways=tuple(held_ways)))
        found += [Candidate(extent=Extent.WAY, codes=(way.sender, way.receiver), ways=(way,)) for way in held_ways]
    return found


class Pool:
    """One candidate's trend; the reference is what the rest of the network does where the candidate is wide."""

    def __init__(self, candidate: Candidate, rest: Sequence[Way]) -> None:
        self.candidate = candidate
        self.rest = rest
        count = len(candidate.ways)
        self._cost = _MEDIAN_COST if count > 2 else 1.0  # noqa: PLR2004 - of two, the median is the mean
        walk_db = math.hypot(WALK_DB * self._cost / count**0.5, LEAST_WALK_DB)
        self.trend = Trend(walk_db=walk_db)
        self.values: list[float | None] = []

    def add(self, value: float | None) -> None:
        """One more final day."""
        self.values.append(value)
        self.trend.add(value, self.noise_db)

    def ahead(self, values: Iterable[float | None]) -> Trend:
        """The trend with the days that are not final."""
        trend, noise = self.trend.copy(), self.noise_db
        for value in values:
            trend.add(value, noise)
        return trend

    @property
    def noise_db(self) -> float:
        """Noise of one day, by the days themselves once there are enough."""
        first = FIRST_NOISE_DB * self._cost / len(self.candidate.ways) ** 0.5
        return max(noise_db(self.values) or first, LEAST_NOISE_DB)


class Detector:
    """Days in, rises out. It remembers all days given: make a new one from the kept means after a restart."""

    def __init__(self, found: Collection[Candidate]) -> None:
        ways = list(dict.fromkeys(way for item in found for way in item.ways))
        self.courses = {way: Course(way) for way in ways}
        self._pools = [Pool(item, self._rest(item, ways)) for item in found]
        self._single = {pool.candidate.ways[0]: pool for pool in self._pools if pool.candidate.extent is Extent.WAY}
        self.days = 0

    @staticmethod
    def _rest(item: Candidate, ways: Sequence[Way]) -> Sequence[Way]:
        own = set(item.ways)
        if len(own) <= _WIDE_SHARE * len(ways) or len(ways) < _COMMON_WAYS:
            return ()
        return [way for way in ways if way not in own]

    def add(self, loss_db: Mapping[Way, float]) -> list[Step]:
        """One more day's mean losses; returns the steps that are sure by now. Cost: linear in ways and candidates."""
        levels = {way: course.level(loss_db.get(way)) for way, course in self.courses.items()}
        known = [level for level in levels.values() if level is not None]
        common = median(known) if len(known) >= _COMMON_WAYS else 0.0
        steps = []
        for way, course in self.courses.items():
            level, before = levels[way], len(course.steps)
            course.add(None if level is None else level - common)
            steps += course.steps[before:]
        self.days += 1
        if self.days >= DAYS_AFTER:
            final = {way: course.clean[-1] for way, course in self.courses.items()}
            for pool in self._pools:
                pool.add(_pooled(pool, final))
        return steps

    def rises(self) -> list[Rise]:
        """What rises now, the surest first; what one explains is taken away before the next is looked for."""
        if self.days < WAKE_DAYS:
            return []
        trends = {pool: self._ahead(pool) for pool in self._pools}
        left = set(self.courses)
        found: list[Rise] = []
        while len(found) < MOST_FINDINGS:
            here = [pool for pool in self._pools if left.issuperset(pool.candidate.ways)]
            told = [pool for pool in here if _score(trends[pool]) >= THRESHOLDS[pool.candidate.extent]]
            if not told:
                return found
            rise = self._placed(told, here, trends)
            found.append(rise)
            left -= set(rise.candidate.ways)
        return found

    def _placed(self, told: Sequence[Pool], here: Sequence[Pool], trends: Mapping[Pool, Trend]) -> Rise:
        """The candidate that fits the slopes of all ways best, among those that share a way with what was told."""
        touched = {way for pool in told for way in pool.candidate.ways}
        near = [pool for pool in here if touched.intersection(pool.candidate.ways)]
        still = [trends[self._single[way]].slope for way in self.courses if way not in touched]
        common = median(still) if len(still) >= _COMMON_WAYS else 0.0
        fits = sorted(((self._gain(pool, trends, common), pool) for pool in near), key=lambda pair: -pair[0])
        top, best = fits[0]
        weights = [math.exp((gain - top) / 2) for gain, _pool in fits]
        shares = [weight / sum(weights) for weight in weights]
        others = [(pool.candidate, share) for (_gain, pool), share in zip(fits, shares, strict=True)][1:_OTHERS]
        score = max(_score(trends[pool]) for pool in told)
        sure = _SURE_OF_FAST if trends[best].slope >= _FAST_DB else _SURE_OF_SLOW
        is_section = best.candidate.extent is Extent.SECTION
        return Rise(
            candidate=best.candidate,
            noise_db=best.noise_db,
            score=score,
            share=shares[0],
            others=tuple((item, share) for item, share in others if share >= _WORTH_NAMING),
            is_clear=not is_section or shares[0] >= sure or score >= THRESHOLDS[Extent.SECTION] + _NO_LONGER,
        )

    def _gain(self, pool: Pool, trends: Mapping[Pool, Trend], common: float) -> float:
        """How much better the slopes of its ways fit one rise than none.

        ``common``: the slope of the ways nothing is told of, the same for all that are compared. With one of its own a
        wide candidate, whose rest lies lowest, would win by ways that do not rise.
        """
        slopes = [trends[self._single[way]] for way in pool.candidate.ways]
        rise = median(item.slope - common for item in slopes)
        gain = 0.0
        for item in slopes:
            slope, spread = item.slope - common, item.slope_deviation
            wide = math.hypot(spread, SPREAD * rise)
            gain += min((slope / spread) ** 2, 4 * _MOST_MISFIT) - min(((slope - rise) / wide) ** 2, 4 * _MOST_MISFIT)
        return gain if rise > 0 else -math.inf

    def pooled(self, candidate: Candidate) -> list[float | None]:
        """A candidate's rise day by day, the days that are not final included."""
        pool = next(item for item in self._pools if item.candidate is candidate)
        return [*pool.values, *self._newest(pool)]

    def _ahead(self, pool: Pool) -> Trend:
        return pool.ahead(self._newest(pool))

    def _newest(self, pool: Pool) -> list[float | None]:
        """The days that are not final."""
        tails = {way: self.courses[way].tail for way in (*pool.candidate.ways, *pool.rest)}
        return [
            _pooled(pool, {way: tail[number] for way, tail in tails.items()})
            for number in range(min(map(len, tails.values())))
        ]


def _pooled(pool: Pool, values: Mapping[Way, float | None]) -> float | None:
    """The middle of a candidate's ways on one day, less that of the rest; None where most ways were not read."""
    own = [value for way in pool.candidate.ways if (value := values[way]) is not None]
    if len(own) < len(pool.candidate.ways) / 2:
        return None
    rest = [value for way in pool.rest if (value := values[way]) is not None]
    return median(own) - (median(rest) if rest else 0.0)


def _score(trend: Trend) -> float:
    return (trend.slope - QUIET_DB) / trend.slope_deviation
