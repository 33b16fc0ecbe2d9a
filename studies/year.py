"""A whole year, many times over: cuts as they come, crews that can be at one place only, repairs that take their time.

What the report's availability cannot say: how bad a bad year is, and what a second crew buys. Cuts are Poisson with the
trenches' rates, more of them in the digger season; hazards come at their own rate. Repairs wait for a free crew, the
one that frees most alone first. Every year begins whole. All numbers of crews get the very same cuts, so they compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.hazards import hazard_arrays
from studies.intervals import mean_interval
from studies.model import network_arrays, site_rows
from studies.settings import DAYS
from topology.net import SITES, WEIGHT, Rows, rows_of
from topology.pieces import positions
from topology.rates import HOURS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studies.arrays import Array, Arrays
    from studies.intervals import Floats
    from studies.model import Model
    from studies.question import Document, Ground
    from topology.net import Ints

REPAIRS, LEAST_YEARS, MOST_YEARS = 10_000, 50, 20_000
"""A chunk is as many years as have so many repairs, within bounds: some tenths of a second."""
_APART_H = 10_000.0
"""Years begin so far apart on one axis of time."""
SIGMA = 0.5
"""Repairs are log-normal: one in twenty takes more than twice the mean. Engineering judgement."""
MOST_CREWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """``years`` of life with each of these numbers of ``crews``; 0 crews: as many as are wanted.

    ``repair_h``: mean hours from a crew's start to light, None for the city's rate.
    """

    name: ClassVar[str] = "year"
    years: int = 100_000
    crews: tuple[int, ...] = (1, 2, 0)
    repair_h: float | None = None

    def __post_init__(self) -> None:
        if self.years < 1 or not self.crews or not all(0 <= each <= MOST_CREWS for each in self.crews):
            raise StudyError(
                _("{years} years with {crews} crews are no study").format(years=self.years, crews=self.crews),
                cure=_("name one year at least and 0 to {most} crews").format(most=MOST_CREWS),
            )
        if self.repair_h is not None and not self.repair_h > 0:
            raise StudyError(_("repairs of {hours} h are no study").format(hours=self.repair_h))

    def arrays(self, ground: Ground) -> dict[str, Array]:
        """The network, what fails how often, and what each trench takes down alone."""
        found = network_arrays(ground.index) | hazard_arrays(ground)
        if self.repair_h is not None:
            found["repair_h"] = np.asarray([self.repair_h], dtype=np.float64)
        return found

    def _at_once(self, model: Model) -> int:
        per_year = float(model.floats("hazard_per_year").sum() + model.floats("trench_per_year").sum())
        return int(np.clip(REPAIRS / max(per_year, 1e-9), LEAST_YEARS, MOST_YEARS))

    def chunks(self, model: Model) -> int:
        """Chunks of as many years as take some tenths of a second."""
        return -(-self.years // self._at_once(model))

    def scenarios(self, model: Model, chunks: int) -> int:
        """Years of the first chunks."""
        return min(chunks * self._at_once(model), self.years)

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:
        """Live so many years, with each number of crews."""
        years = self.scenarios(model, chunk + 1) - self.scenarios(model, chunk)
        jobs = drawn_jobs(model, years, chance)
        found: dict[str, Array] = {"jobs": np.bincount(jobs.year, minlength=years)}
        for crews in self.crews:
            end, waited = repaired(jobs, crews)
            found |= {f"{name}_{crews}": value for name, value in _lived(model, jobs, end, years).items()}
            found[f"waited_{crews}"] = np.asarray([(waited > 0).sum(), waited.sum(), waited.max(initial=0.0)])
        return found

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> Document:
        """A row for each number of crews."""
        jobs = np.concatenate([np.asarray(part["jobs"], dtype=np.int64) for part in parts])
        return {
            "years": len(jobs),
            "repairs_a_year": float(jobs.mean()),
            "repair_h": float(model.floats("repair_h")[0]),
            "hazards": [str(name) for name in model.arrays["hazards"].tolist()],
            "has_season": len(model.arrays["seasons"]) > 1,
            "crews": [_row(ground, model, crews, parts, int(jobs.sum())) for crews in self.crews],
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """Things that broke: in which year, when (hours), for how long once a crew is there, in which order of need.

    ``links`` has a row a job. ``needs_crew``: others mend it, a power supply for instance.
    """

    year: Ints
    start_h: Floats
    takes_h: Floats
    need: Ints
    needs_crew: Array
    links: Rows


def drawn_jobs(model: Model, years: int, chance: np.random.Generator) -> Jobs:
    """All that breaks in so many years, year by year, in the order of time."""
    per_year = np.concatenate((model.floats("hazard_per_year"), model.floats("trench_per_year")))
    hazards = len(model.floats("hazard_per_year"))
    count = chance.poisson(per_year.sum(), years)
    year = np.repeat(np.arange(years), count)
    chances = np.cumsum(per_year)
    thing = np.searchsorted(chances, chance.random(len(year)) * chances[-1], side="right")
    start = np.where(thing < hazards, chance.random(len(year)) * HOURS_PER_YEAR, _in_season(model, chance, len(year)))
    takes = chance.lognormal(-SIGMA * SIGMA / 2, SIGMA, len(year))
    event, member = _members(model, thing, hazards, chance)
    mean_h = np.append(model.floats("hazard_repair_h"), model.floats("repair_h"))[np.minimum(thing, hazards)]
    crew = np.append(model.arrays["hazard_crew"], np.ones(1, dtype=np.bool_))[np.minimum(thing, hazards)]
    order = np.lexsort((member, start[event], year[event]))
    event, member = event[order], member[order]
    links = _rows(model).take(member)
    return Jobs(
        year=year[event],
        start_h=start[event],
        takes_h=(mean_h * takes)[event],
        need=model.lost(links).measures[:, WEIGHT],
        needs_crew=crew[event],
        links=links,
    )


def _rows(model: Model) -> Rows:
    """The links of every member of a hazard, then of every trench."""
    offsets, trenches = model.ints("member_offsets"), model.trenches
    return Rows(
        offsets=np.concatenate((offsets, offsets[-1] + trenches.offsets[1:])),
        members=np.concatenate((model.ints("member_links"), trenches.members)),
    )


def _members(model: Model, thing: Ints, hazards: int, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """(event, row of :func:`_rows`) pairs: a trench is one, a hazard is those of its members that it takes."""
    rows = len(model.ints("member_offsets")) - 1
    is_trench = thing >= hazards
    events = [np.flatnonzero(is_trench)]
    members = [thing[is_trench] - hazards + rows]
    if hazards:
        hit = Rows(offsets=model.ints("hazard_offsets"), members=np.arange(rows)).take(thing[~is_trench])
        taken = chance.random(len(hit.members)) < np.repeat(model.floats("hazard_takes")[thing[~is_trench]], hit.sizes)
        events.append(np.repeat(np.flatnonzero(~is_trench), hit.sizes)[taken])
        members.append(hit.members[taken])
    return np.concatenate(events), np.concatenate(members)


def _in_season(model: Model, chance: np.random.Generator, count: int) -> Floats:
    """Hours of the year at which trenches are cut."""
    seasons = model.floats("seasons")
    chances = np.cumsum((seasons[:, 1] - seasons[:, 0]) / DAYS * seasons[:, 2])
    season = np.minimum(np.searchsorted(chances, chance.random(count) * chances[-1], side="right"), len(seasons) - 1)
    first, last = seasons[season, 0], seasons[season, 1]
    return np.asarray((first + chance.random(count) * (last - first)) / DAYS * HOURS_PER_YEAR)


def repaired(jobs: Jobs, crews: int) -> tuple[Floats, Floats]:
    """When each job is done, and how long it waited for a crew, in hours."""
    waited = np.zeros(len(jobs.year))
    if crews:
        for year in np.unique(jobs.year).tolist():
            mine = np.flatnonzero((jobs.year == year) & jobs.needs_crew)
            waited[mine] = _waits(
                jobs.start_h[mine].tolist(), jobs.takes_h[mine].tolist(), jobs.need[mine].tolist(), crews
            )
    return jobs.start_h + waited + jobs.takes_h, waited


def _waits(starts: list[float], takes: list[float], need: list[int], crews: int) -> list[float]:
    """Hours each of a year's jobs waits: a free crew goes where most is lost alone, then to who waits longest."""
    waits, free = [0.0] * len(starts), [0.0] * crews
    waiting: list[tuple[int, float, int]] = []
    following, now = 0, 0.0
    while following < len(starts) or waiting:
        now = max(heappop(free), now if waiting else starts[following])
        while following < len(starts) and starts[following] <= now:
            heappush(waiting, (-need[following], starts[following], following))
            following += 1
        _need, start, job = heappop(waiting)
        waits[job] = now - start
        heappush(free, now + takes[job])
    return waits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spans:
    """Spans of time in which the same is down: pairs of ``span`` and ``job``, and of each its year and hours."""

    span: Ints
    job: Ints
    year: Ints
    hours: Floats


def _spans(jobs: Jobs, end_h: Floats) -> _Spans:
    """The spans between one change and the next, of all years in a row."""
    begin, end = jobs.year * _APART_H + jobs.start_h, jobs.year * _APART_H + end_h
    changes = np.unique(np.concatenate((begin, end)))
    first, last = np.searchsorted(changes, begin), np.searchsorted(changes, end)
    return _Spans(
        span=positions(first, last),
        job=np.repeat(np.arange(len(begin)), last - first),
        year=(changes[:-1] // _APART_H).astype(np.int64),
        hours=np.diff(changes),
    )


def _lived(model: Model, jobs: Jobs, end_h: Floats, years: int) -> dict[str, Array]:
    """What these years cost: site minutes of each, and minutes of each vertex with their squares."""
    spans = _spans(jobs, np.minimum(end_h, HOURS_PER_YEAR))
    links = jobs.links.take(spans.job)
    lost = model.lost(rows_of(np.repeat(spans.span, links.sizes), links.members, len(spans.hours)))
    minutes = spans.hours * 60.0
    site_minutes = np.bincount(spans.year, weights=lost.measures[:, SITES] * minutes, minlength=years)
    total, squares = np.zeros(model.net.vertices), np.zeros(model.net.vertices)
    first = np.searchsorted(lost.scenario, np.searchsorted(spans.year, np.arange(years + 1)))
    for begin, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        if begin < end:
            mine = lost.part(begin, end).weighted(minutes)
            total += mine
            squares += mine * mine
    return {"site_minutes": site_minutes, "minutes": total, "squares": squares}


def _row(ground: Ground, model: Model, crews: int, parts: Sequence[Arrays], jobs: int) -> dict[str, object]:
    """What the years were like with so many crews."""
    every = np.concatenate([np.asarray(part[f"site_minutes_{crews}"], dtype=np.float64) for part in parts])
    waited = np.stack([np.asarray(part[f"waited_{crews}"], dtype=np.float64) for part in parts])
    low, high = mean_interval(every.sum(keepdims=True), (every * every).sum(keepdims=True), len(every))
    usual, bad = np.percentile(every, (50, 95)).tolist()
    return {
        "crews": crews,
        "site_minutes": {
            "mean": float(every.mean()),
            "low": float(low[0]),
            "high": float(high[0]),
            "median": usual,
            "one_year_in_20": bad,
            "worst": float(every.max()),
        },
        "years_without_loss": float((every == 0).mean()),
        "waited_share": float(waited[:, 0].sum()) / max(jobs, 1),
        "waited_h_mean": float(waited[:, 1].sum()) / max(jobs, 1),
        "waited_h_longest": float(waited[:, 2].max()),
        "sites": _sites(ground, model, crews, parts, len(every)),
    }


def _sites(ground: Ground, model: Model, crews: int, parts: Sequence[Arrays], years: int) -> list[dict[str, object]]:
    total, squares = (
        np.sum([np.asarray(part[f"{name}_{crews}"], dtype=np.float64) for part in parts], axis=0)
        for name in ("minutes", "squares")
    )
    low, high = mean_interval(total, squares, years)
    return site_rows(ground, model, total / years, low, high)
