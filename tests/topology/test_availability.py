"""Minutes a year against the enumeration of every state of every trench."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from topology_brute import links_of, reached
from topology_plants import a_plant, a_section, a_site, c, path_plant, random_plant, way

from inventory.glass import RiskGroup, RiskKind
from topology.availability import availability
from topology.cut_index import CutIndex
from topology.rates import MINUTES_PER_YEAR, Rates, Sure, rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from inventory.entities import TrenchSection
    from inventory.plant import Plant

RATES = rates_of(TopologySettings(cuts_per_1000_km_year=8, repair_h=8))


def long(plant: Plant, metres: float) -> Plant:
    return replace(plant, sections=tuple(replace(section, length_m=metres) for section in plant.sections))


def enumerated(plant: Plant, rates: Rates) -> dict[str, float]:
    """The exact minutes of every node by adding up all 2**T states."""
    sections = [section for section in plant.sections if links_of(plant, section.code)]
    shares = [rates.down(rates.per_year(section)) for section in sections]
    whole = reached(plant, ())
    minutes = dict.fromkeys(whole, 0.0)
    for state in product((False, True), repeat=len(sections)):
        chance = 1.0
        down: set[str] = set()
        for broken, share, section in zip(state, shares, sections, strict=True):
            chance *= share if broken else 1.0 - share
            if broken:
                down |= links_of(plant, section.code)
        for node in whole - reached(plant, down):
            minutes[node] += chance * MINUTES_PER_YEAR
    return minutes


@pytest.mark.parametrize("metres", [200.0, 2_000_000.0])
def test_the_truth_lies_between_the_bounds(metres: float) -> None:
    """Also where trenches are down a seventh of the time, and pairs and triples are no small matter."""
    lost = 0
    for seed in range(60):
        plant = long(random_plant(seed, nodes=7, links=9, trenches=7, largest=3), metres)
        index = CutIndex.of(plant)
        exact = enumerated(plant, RATES)
        found = availability(index, RATES)
        assert set(found) == set(exact) - {hub.code for hub in plant.hubs}
        for node, bounds in found.items():
            slack = 1e-9 + exact[node] * 1e-9
            assert bounds.least_min - slack <= exact[node] <= bounds.most_min + slack, (seed, node)
            lost += exact[node] > 0
    assert lost > 50


def test_reference_figures_of_single_and_double_ways() -> None:
    """10 km single path 38.4 minutes; two disjoint ways of 10 km each 0.003; 200 m of common entry 0.77 more."""
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("ONE"), a_site("TWO"), a_site("ENTRY")],
        sections=[a_section(f"T{number}", "HUB", "ONE", 10_000) for number in range(3)]
        + [
            a_section("E", "HUB", "ENTRY", 200),
            a_section("U", "HUB", "ENTRY", 10_000),
            a_section("V", "HUB", "ENTRY", 10_000),
        ],
        ways=[
            way("L1", "HUB", "ONE", "T0"),
            way("L2", "HUB", "TWO", "T1"),
            way("L3", "HUB", "TWO", "T2"),
            way("L4", "HUB", "ENTRY", "E U"),
            way("L5", "HUB", "ENTRY", "E V"),
        ],
    )
    found = availability(CutIndex.of(plant), RATES)
    assert found[c("ONE")].least_min == pytest.approx(38.4, rel=1e-3)
    assert found[c("TWO")].least_min == pytest.approx(0.0028, rel=0.01)
    assert found[c("TWO")].most_min == pytest.approx(0.0028, rel=0.01)
    assert found[c("ENTRY")].least_min == pytest.approx(0.77 + 0.0028, rel=0.01)
    assert found[c("TWO")].single_min == 0.0


def test_a_street_of_sites_adds_up_and_its_gap_is_nothing() -> None:
    found = availability(CutIndex.of(path_plant(200)), RATES)
    assert found[c("S200")].least_min == pytest.approx(200 * 0.384, rel=1e-3)
    assert all(bounds.most_min - bounds.least_min < 0.01 for bounds in found.values())


def test_a_group_people_gave_a_rate_counts() -> None:
    plant = path_plant(2)
    power = RiskGroup(id="x", code=c("P"), kind=RiskKind.POWER, members=(c("S1"),), rate=0.27)
    before = availability(CutIndex.of(plant), RATES)[c("S2")]
    after = availability(CutIndex.of(replace(plant, risk_groups=(power,))), RATES)[c("S2")]
    assert after.least_min - before.least_min == pytest.approx(0.27 * 8 * 60, rel=1e-3)


def test_a_section_has_its_own_rate_or_that_of_its_depth() -> None:
    section: TrenchSection = a_section("T", "A", "B", 1_000)
    assert RATES.per_year(section) == pytest.approx(0.008)
    assert RATES.per_year(replace(section, cut_rate=100.0)) == pytest.approx(0.1)
    assert RATES.per_year(replace(section, depth_m=0.3)) == pytest.approx(0.016)
    assert RATES.per_year(replace(section, method="aerial")) == pytest.approx(0.006)


def test_a_citys_own_tickets_move_the_default_and_its_own_word_overrules_it() -> None:
    moved = rates_of(TopologySettings(tickets_cuts=3, tickets_km_years=1_000)).trench
    assert (moved.value, moved.sure) == (pytest.approx(5 / 1.25), Sure.SET)
    assert rates_of(TopologySettings(cuts_per_1000_km_year=2, tickets_cuts=3, tickets_km_years=9)).trench.value == 2
    assert rates_of(TopologySettings()).trench.sure is Sure.SECONDARY
    with pytest.raises(ValueError, match="repair_h 0 is not positive"):
        TopologySettings(repair_h=0)
