"""Minutes a year without a way to a hub when things do not fail independently: a Monte Carlo of moments.

A moment is what is down at a time drawn at random: each trench with the share of time that its rate and a repair say,
each hazard likewise with those of its members that it took. Nothing at all is down nearly always, and one trench alone
is decided exactly, so only the rest is sampled (stratified sampling): a hazard, or two things and more at once. What a
moment loses is exact, and a site's minutes are the exact part and a sampled share with its interval.

The power of buildings and equipment is in it only where a hazard says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.hazards import hazard_arrays
from studies.intervals import wilson
from studies.model import network_arrays, site_rows
from studies.settings import DAYS
from topology.net import SITES, Rows, rows_of
from topology.rates import HOURS_PER_YEAR, MINUTES_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studies.arrays import Array, Arrays
    from studies.intervals import Floats
    from studies.model import Lost, Model
    from studies.question import Document, Ground
    from topology.net import Ints

CHUNK = 20_000
"""Moments of one chunk."""
AT_ONCE = (1, 2, 5, 10, 25, 100)
"""So many sites down at once, and more: how many minutes a year?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """``moments`` are sampled; all hazards of the settings and the plant are in it, or only trenches."""

    name: ClassVar[str] = "availability"
    moments: int = 1_000_000
    independent: bool = False

    def __post_init__(self) -> None:
        if self.moments < 1:
            raise StudyError(_("{count} scenarios say nothing").format(count=self.moments))

    def arrays(self, ground: Ground) -> dict[str, Array]:
        """The network and what fails how often."""
        found = network_arrays(ground.index) | hazard_arrays(ground)
        if self.independent:
            found |= {name: found[name][:0] for name in found if name.startswith(("hazard", "member"))}
            found |= {f"{name}_offsets": np.zeros(1, dtype=np.int64) for name in ("hazard", "member")}
            found["seasons"] = np.asarray([[0.0, DAYS, 1.0]])
        return found

    def chunks(self, model: Model) -> int:  # noqa: ARG002 - as many in any city
        """Chunks of ``CHUNK`` moments."""
        return -(-self.moments // CHUNK)

    def scenarios(self, model: Model, chunks: int) -> int:  # noqa: ARG002 - as many in any city
        """Moments of the first chunks."""
        return min(chunks * CHUNK, self.moments)

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:
        """Draw moments and count who is lost."""
        count = self.scenarios(model, chunk + 1) - self.scenarios(model, chunk)
        lost = model.lost(_drawn(model, strata(model), count, chance))
        sites = lost.measures[:, SITES]
        return {
            "times": lost.times(),
            "at_once": np.asarray([(sites >= least).sum() for least in AT_ONCE], dtype=np.int64),
        }

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> Document:
        """Minutes a year of every site, the worst first, and how often many are down at once."""
        drawn = self.scenarios(model, len(parts))
        known = strata(model)
        alone = model.lost(Rows(offsets=model.trenches.offsets, members=model.trenches.members))
        exact = alone.weighted(known.alone) * MINUTES_PER_YEAR
        scale = known.sampled * MINUTES_PER_YEAR
        times = _total(parts, "times")
        low, high = wilson(times, drawn)
        minutes = exact + scale * times / drawn
        return {
            "moments": drawn,
            "independent": self.independent,
            "hazards": [str(name) for name in model.arrays["hazards"].tolist()] if not self.independent else [],
            "has_season": len(model.arrays["seasons"]) > 1,
            "sampled_share_of_time": known.sampled,
            "site_minutes": float((minutes * model.net.measures[:, SITES]).sum()),
            "at_once": _at_once(alone, known, _total(parts, "at_once"), drawn),
            "sites": site_rows(ground, model, minutes, exact + scale * low, exact + scale * high),
        }


def _total(parts: Sequence[Arrays], name: str) -> Floats:
    return np.asarray(np.sum([np.asarray(part[name], dtype=np.float64) for part in parts], axis=0))


def _at_once(alone: Lost, known: Strata, hits: Floats, drawn: int) -> list[dict[str, float]]:
    """How many minutes a year so many sites are lost at the same time, and more."""
    sites = alone.measures[:, SITES]
    low, high = wilson(hits, drawn)
    rows = []
    for place, least in enumerate(AT_ONCE):
        exact = known.alone[sites >= least].sum()
        share = {"minutes": hits[place] / drawn, "low": low[place], "high": high[place]}
        minutes = {name: float(exact + known.sampled * each) * MINUTES_PER_YEAR for name, each in share.items()}
        rows.append({"sites": least} | minutes)
    return rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """How likely each kind of moment is. One entry or row a season.

    ``alone``: this trench is down and nothing else. ``sampled``: a hazard alone, or two things and more.
    ``risk`` adds up -log(1 - share) over hazards, then trenches.
    """

    alone: Floats
    sampled: float
    season: Floats
    risk: Floats
    hazard_alone: Floats


def strata(model: Model) -> Strata:
    """The probabilities of a city. Exact, by adding up; two things at once are 1 less those of none and of one."""
    hazards, trenches = len(model.arrays["hazard_per_year"]), model.trenches.count
    alone, risks, firsts, weights = np.zeros(trenches), [], [], []
    for begin, end, factor in model.floats("seasons").tolist():
        share = (end - begin) / DAYS
        down = _shares(model, factor)
        risk = np.cumsum(-np.log1p(-down))
        odds, nothing = down / (1.0 - down), np.exp(-risk[-1])
        alone += share * nothing * odds[hazards:]
        several = _several(down, risk)
        risks.append(risk)
        firsts.append(nothing * odds[:hazards])
        weights.append(share * (several + firsts[-1].sum()))
    total = float(sum(weights))
    return Strata(
        alone=alone,
        sampled=total,
        season=np.cumsum(weights) / total if total > 0 else np.ones(len(weights)),
        risk=np.stack(risks),
        hazard_alone=np.stack(firsts),
    )


def _shares(model: Model, factor: float) -> Floats:
    """The share of time each hazard and each trench is down."""
    hours = np.concatenate(
        (
            model.floats("hazard_per_year") * model.floats("hazard_repair_h"),
            model.floats("trench_per_year") * factor * model.floats("repair_h"),
        )
    )
    return np.asarray(hours / (HOURS_PER_YEAR + hours))


def _several(down: Floats, risk: Floats) -> float:
    """The probability of two and more, by the first that is down: no difference of numbers that are nearly equal."""
    return float(_first_of_several(down, risk).sum())


def _first_of_several(down: Floats, risk: Floats) -> Floats:
    before = np.concatenate((np.zeros(1), risk[:-1]))
    return np.asarray(np.exp(-before) * down * -np.expm1(-(risk[-1] - risk)))


def _drawn(model: Model, known: Strata, count: int, chance: np.random.Generator) -> Rows:
    """The links that are down in moments that are drawn from those which are sampled."""
    season = np.searchsorted(known.season, chance.random(count) * known.season[-1], side="right")
    season = np.minimum(season, len(known.season) - 1)
    owners, things = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for number in range(len(known.season)):
        which = np.flatnonzero(season == number)
        for owner, thing in _things(known.risk[number], known.hazard_alone[number], len(which), chance):
            owners.append(which[owner])
            things.append(thing)
    return _links_of(model, np.concatenate(owners), np.concatenate(things), count, chance)


def _things(risk: Floats, hazard_alone: Floats, count: int, chance: np.random.Generator) -> list[tuple[Ints, Ints]]:
    """(moment, thing) pairs of one season: one hazard, or two things and more."""
    down = -np.expm1(-np.diff(risk, prepend=0.0))
    first_of = np.cumsum(np.concatenate((hazard_alone, _first_of_several(down, risk))))
    if not count or first_of[-1] <= 0:
        return []
    drawn = np.minimum(np.searchsorted(first_of, chance.random(count) * first_of[-1], side="right"), len(first_of) - 1)
    moments = np.arange(count, dtype=np.int64)
    is_single = drawn < len(hazard_alone)
    thing = np.where(is_single, drawn, drawn - len(hazard_alone)).astype(np.int64)
    found = [(moments, thing)]
    moments, thing = moments[~is_single], thing[~is_single]
    beyond = -np.expm1(-(risk[-1] - risk[thing]))
    reach = risk[thing] - np.log1p(-chance.random(len(thing)) * beyond)
    thing = np.minimum(np.maximum(np.searchsorted(risk, reach, side="left"), thing + 1), len(risk) - 1)
    while len(moments):
        found.append((moments, thing))
        thing = np.searchsorted(risk, risk[thing] + chance.standard_exponential(len(thing)), side="left")
        on = thing < len(risk)
        moments, thing = moments[on], thing[on]
    return found


def _links_of(model: Model, owners: Ints, things: Ints, count: int, chance: np.random.Generator) -> Rows:
    """A row of links for each moment: a trench's all, of a hazard's members those that it takes."""
    hazards = len(model.arrays["hazard_per_year"])
    is_trench = things >= hazards
    trench = model.trenches.take(things[is_trench] - hazards)
    who = [np.repeat(owners[is_trench], trench.sizes)]
    links = [trench.members]
    if hazards:
        by_hazard = Rows(
            offsets=model.ints("hazard_offsets"), members=np.arange(len(model.ints("member_offsets")) - 1)
        ).take(things[~is_trench])
        taken = chance.random(len(by_hazard.members)) < np.repeat(
            model.floats("hazard_takes")[things[~is_trench]], by_hazard.sizes
        )
        rows = Rows(offsets=model.ints("member_offsets"), members=model.ints("member_links")).take(
            by_hazard.members[taken]
        )
        owner = np.repeat(owners[~is_trench], by_hazard.sizes)[taken]
        who.append(np.repeat(owner, rows.sizes))
        links.append(rows.members)
    return rows_of(np.concatenate(who), np.concatenate(links), count)
