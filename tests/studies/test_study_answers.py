"""What the studies say, against enumeration of every state and search on every scenario."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from study_probes import TOPOLOGY, ground_of, longer
from topology_brute import links_of, lost, reached
from topology_plants import a_plant, a_section, a_site, c, random_plant, ring_city, way

from benchmarks.large_plants import large_plant
from inventory.glass import RiskGroup, RiskKind
from rainbow.kernel.errors import StudyError
from studies.availability import Availability, strata
from studies.digs import Digs, harm_with
from studies.failures import Failures, drawn, unranked
from studies.intervals import wilson
from studies.model import Model
from studies.settings import HazardSettings, SeasonSettings, StudySettings
from studies.year import Jobs, Year, repaired
from topology.availability import availability
from topology.dig import candidates_near, standing, with_trench
from topology.net import WEIGHTS, Rows
from topology.rates import HOURS_PER_YEAR, MINUTES_PER_YEAR, rates_of

if TYPE_CHECKING:
    from inventory.plant import Plant
    from studies.question import Document, Ground, Question

RATES = rates_of(TOPOLOGY)


def said(ground: Ground, question: Question, *, most: int | None = None) -> Document:
    model = Model(arrays=question.arrays(ground))
    chunks = range(question.chunks(model) if most is None else most)
    return question.answer(
        ground, model, [question.work(model, chunk, np.random.default_rng([1, chunk])) for chunk in chunks]
    )


def weight(plant: Plant, nodes: set[str]) -> int:
    return sum(WEIGHTS[getattr(plant.nodes[c(node)], "criticality")] for node in nodes)  # noqa: B009 - of any node


@pytest.mark.parametrize("together", [2, 3])
def test_every_combination_is_decided_as_search_decides_it(together: int) -> None:
    """The only zone of a plant without geometry holds all its trenches."""
    joint = 0
    for seed in range(30):
        plant = random_plant(seed, nodes=6, links=14, trenches=8, largest=2)
        lit = [section.code for section in plant.sections if links_of(plant, section.code)]
        if len(lit) < together:
            continue
        ground = ground_of(plant)
        lit = [code for code in lit if ground.index.members(ground.index.kind_of(code), code)]
        if len(lit) < together:
            continue
        found = said(ground, Failures(together=together))["zones"][0]  # type: ignore[index]
        harms = {pair: lost(plant, pair) for pair in combinations(lit, together)}
        only = [
            pair
            for pair, nodes in harms.items()
            if nodes and not any(lost(plant, some) for size in range(1, together) for some in combinations(pair, size))
        ]
        assert found["scenarios"] == len(harms)
        assert found["harmful"] == dict.fromkeys(("share", "low", "high"), sum(map(bool, harms.values())) / len(harms))
        assert found["only_together"]["share"] == len(only) / len(harms)
        assert math.isclose(found["lost_weight_mean"], sum(weight(plant, each) for each in harms.values()) / len(harms))
        for worst in found["worst"]:
            assert worst["weight"] == weight(plant, harms[tuple(worst["trenches"])])
        joint += len(only)
    assert joint > 1


def test_a_sample_holds_the_truth_in_its_interval_and_a_part_of_all_in_its_bounds() -> None:
    ground = ground_of(large_plant("rings", 40, 1))
    exact = said(ground, Failures(circle=(0.0, 0.0, 1e5)))["zones"][0]["only_together"]["share"]  # type: ignore[index]
    sampled = said(ground, Failures(circle=(0.0, 0.0, 1e5), most=1_000))["zones"][0]  # type: ignore[index]
    assert not sampled["is_exact"]
    assert sampled["only_together"]["low"] <= exact <= sampled["only_together"]["high"]
    assert sampled["only_together"]["low"] < sampled["only_together"]["high"]


def test_combinations_are_all_there_once_and_drawn_with_equal_chances() -> None:
    assert sorted(map(tuple, unranked(np.arange(35), 7, 3).tolist())) == list(combinations(range(7), 3))
    found = drawn(np.random.default_rng(1), 40_000, 6, 3)
    counts = np.unique(found, axis=0, return_counts=True)[1]
    assert len(counts) == 20
    assert counts.min() > 1_800
    assert counts.max() < 2_200


def test_wilson_intervals_of_known_cases() -> None:
    low, high = wilson(np.asarray([0.0, 10.0, 100.0]), 100)
    assert low == pytest.approx([0.0, 0.05523, 0.96300], abs=1e-5)
    assert high == pytest.approx([0.03700, 0.17437, 1.0], abs=1e-5)


def woven(metres: float) -> Plant:
    """A ring whose halves share a trench, with a second way across."""
    ways = ("HUB A T0", "A B T1,T5", "B C T2", "C HUB T3,T5", "B D T4", "D HUB T6")
    ends = [each.split() for each in ways]
    return a_plant(
        sites=[a_site("HUB", hub=True), *(a_site(code) for code in "ABCD")],
        sections=[a_section(f"T{number}", "HUB", "A", metres) for number in range(7)],
        ways=[way(f"L{n}", near, far, held.replace(",", " ")) for n, (near, far, held) in enumerate(ends)],
    )


def states(ground: Ground, settings: StudySettings) -> dict[str, float]:
    """Minutes of every node by adding up all states of trenches and hazards with members of their own chance."""
    plant = ground.index.plant
    sections = [section for section in plant.sections if links_of(plant, section.code)]
    whole = reached(plant, ())
    minutes = dict.fromkeys(whole, 0.0)
    season = settings.digger_season
    parts = [(1.0, 1.0)]
    if season is not None:
        rest = (1 - season.factor * season.share) / (1 - season.share)
        parts = [(season.share, season.factor), (1 - season.share, rest)]
    hazards = list(settings.hazards.values())
    members = [member for hazard in hazards for member in hazard.members]
    for share, factor in parts:
        odds = [RATES.down(RATES.per_year(section) * factor) for section in sections]
        risks = [each.per_year * each.repair_h / (HOURS_PER_YEAR + each.per_year * each.repair_h) for each in hazards]
        takes = [hazard.takes for hazard in hazards for _member in hazard.members]
        for state in product((False, True), repeat=len(sections) + len(hazards) + len(members)):
            chance = share * MINUTES_PER_YEAR
            for broken, p in zip(state, [*odds, *risks, *takes], strict=True):
                chance *= p if broken else 1 - p
            down = {
                link
                for broken, each in zip(state, sections, strict=False)
                if broken
                for link in links_of(plant, each.code)
            }
            on = state[len(sections) : len(sections) + len(hazards)]
            owner = [is_on for is_on, hazard in zip(on, hazards, strict=True) for _member in hazard.members]
            for is_on, taken, member in zip(owner, state[len(sections) + len(hazards) :], members, strict=True):
                if is_on and taken:
                    down |= links_of(plant, c(member))
            for node in whole - reached(plant, down):
                minutes[node] += chance
    return minutes


def test_minutes_of_trenches_alone_lie_where_enumeration_and_the_bounds_of_topology_have_them() -> None:
    plant = woven(300_000.0)
    ground = ground_of(plant)
    exact = states(ground, StudySettings())
    bounds = availability(ground.index, RATES)
    found = said(ground, Availability(moments=60_000))["sites"]
    assert len(found) > 2  # type: ignore[arg-type]
    for row in found:  # type: ignore[attr-defined]
        truth, slack = exact[row["site"]], (row["high"] - row["low"]) * 0.5 + 1e-9
        assert row["low"] - slack <= truth <= row["high"] + slack, row
        assert bounds[row["site"]].least_min <= row["high"] + 1e-9
        assert row["low"] <= bounds[row["site"]].most_min + 1e-9


HAZARDS = StudySettings(
    hazards={
        "flood": HazardSettings(per_year=3.0, repair_h=72.0, members=("T0", "T1", "T2"), takes=0.7),
        "feeder": HazardSettings(per_year=2.0, repair_h=5.0, members=("D",), needs_crew=False),
    },
    digger_season=SeasonSettings(first_day=91, last_day=273, factor=1.8),
)


def test_minutes_with_hazards_and_a_season_lie_where_enumeration_has_them() -> None:
    plant = woven(300_000.0)
    ground = ground_of(plant, HAZARDS)
    exact, alone = states(ground, HAZARDS), states(ground, StudySettings())
    found = said(ground, Availability(moments=60_000))
    worse = 0
    for row in found["sites"]:  # type: ignore[attr-defined]
        truth, slack = exact[row["site"]], (row["high"] - row["low"]) * 0.5 + 1e-9
        assert row["low"] - slack <= truth <= row["high"] + slack, row
        worse += exact[row["site"]] > alone[row["site"]] * 1.2
    assert worse > 1, "the hazards change nothing: the test cannot fail"
    independent = said(ground, Availability(moments=20_000, independent=True))
    assert independent["hazards"] == []


def test_the_strata_are_all_there_is() -> None:
    """None, one trench, and the rest: their probabilities are 1 together."""
    ground = ground_of(woven(300_000.0), HAZARDS)
    model = Model(arrays=Availability().arrays(ground))
    found = strata(model)
    nothing = sum(
        (end - begin) / 365 * math.exp(-found.risk[row][-1])
        for row, (begin, end, _factor) in enumerate(model.floats("seasons").tolist())
    )
    assert nothing + found.alone.sum() + found.sampled == pytest.approx(1.0, abs=1e-12)


def test_a_risk_group_of_the_plant_with_a_rate_is_a_hazard_and_an_unknown_member_is_named() -> None:
    plant = replace(
        ring_city(),
        risk_groups=(RiskGroup(id="r", code=c("FLOOD"), kind=RiskKind.OTHER, members=(c("A"),), rate=0.5),),
    )
    assert said(ground_of(plant), Availability(moments=1_000))["hazards"] == ["FLOOD"]
    wrong = StudySettings(hazards={"x": HazardSettings(per_year=1, repair_h=1, members=("NOWHERE",))})
    with pytest.raises(Exception, match="NOWHERE"):
        said(ground_of(ring_city(), wrong), Availability())


def test_a_season_cannot_have_more_cuts_than_the_year() -> None:
    with pytest.raises(ValueError, match="more cuts than the whole year"):
        SeasonSettings(first_day=1, last_day=200, factor=3.0)


def test_years_with_crews_enough_lose_what_availability_says() -> None:
    """Long repairs overlap the year's end; short ones hardly: the mean lies within its interval of the exact figure."""
    ground = ground_of(woven(300_000.0))
    exact = states(ground, StudySettings())
    found = said(ground, Year(years=2_000, crews=(0,)))["crews"][0]  # type: ignore[index]
    for row in found["sites"]:
        slack = (row["high"] - row["low"]) * 0.7 + 0.03 * exact[row["site"]]
        assert row["low"] - slack <= exact[row["site"]] <= row["high"] + slack, (row, exact[row["site"]])


def test_one_crew_lets_more_wait_than_two_and_what_takes_most_goes_first() -> None:
    jobs = Jobs(
        year=np.zeros(4, dtype=np.int64),
        start_h=np.asarray([0.0, 1.0, 2.0, 3.0]),
        takes_h=np.asarray([10.0, 5.0, 5.0, 1.0]),
        need=np.asarray([1, 1, 9, 9]),
        needs_crew=np.asarray([True, True, True, False]),
        links=Rows(offsets=np.zeros(5, dtype=np.int64), members=np.zeros(0, dtype=np.int64)),
    )
    end, waited = repaired(jobs, 1)
    assert waited.tolist() == [0.0, 14.0, 8.0, 0.0]
    assert end.tolist() == [10.0, 20.0, 15.0, 4.0]
    assert repaired(jobs, 2)[1].tolist() == [0.0, 0.0, 4.0, 0.0]
    assert repaired(jobs, 0)[1].tolist() == [0.0] * 4


def test_few_crews_lose_more_in_the_very_same_years() -> None:
    ground = ground_of(longer(ring_city(), 3_000_000.0), HAZARDS_OF_RING)
    rows = said(ground, Year(years=200, crews=(1, 2, 0)))["crews"]
    means = [row["site_minutes"]["mean"] for row in rows]  # type: ignore[attr-defined]
    assert means[0] > means[1] > means[2] > 0
    assert rows[0]["waited_share"] > 0  # type: ignore[index]


HAZARDS_OF_RING = StudySettings(
    hazards={"flood": HazardSettings(per_year=3.0, repair_h=72.0, circle=(7.77, 49.44, 5e4))}
)


def test_every_pair_of_trenches_is_worth_what_an_index_made_anew_says() -> None:
    sites = [a_site("HUB", hub=True), *(replace(a_site(f"A{n}"), point=(7.77 + n / 1e3, 49.44)) for n in range(1, 6))]
    plant = a_plant(
        sites=sites,
        sections=[a_section(f"T{n}", "HUB" if n == 1 else f"A{n - 1}", f"A{n}", 300) for n in range(1, 6)],
        ways=[way(f"L{n}", "HUB" if n == 1 else f"A{n - 1}", f"A{n}", f"T{n}") for n in range(1, 6)],
    )
    ground = ground_of(plant)
    question = Digs(budget_eur=1e6, candidates=5)
    model = Model(arrays=question.arrays(ground))
    offered = candidates_near(ground.index)[:5]
    for one, other in combinations(range(len(offered)), 2):
        index = with_trench(with_trench(ground.index, offered[one]), offered[other])
        assert harm_with(model, np.asarray([one, other])) == pytest.approx(standing(index, RATES).harm)
    found = said(ground, question)
    assert found["best"][0]["harm"] < found["harm_before"]  # type: ignore[index, operator]
    assert found["best"][0]["harm"] <= found["greedy"]["harm"]  # type: ignore[index]


def test_questions_that_are_none_are_refused_with_words() -> None:
    for wrong, words in (
        (lambda: Failures(together=1), "1 trenches at once are no study"),
        (lambda: Availability(moments=0), "0 scenarios say nothing"),
        (lambda: Digs(budget_eur=0), "is no question"),
        (lambda: Year(crews=()), "are no study"),
        (lambda: Year(repair_h=-1), "are no study"),
        (lambda: said(ground_of(ring_city()), Digs(budget_eur=0.01)), "no new trench costs 0 EUR"),
    ):
        with pytest.raises(StudyError, match=words):
            wrong()
