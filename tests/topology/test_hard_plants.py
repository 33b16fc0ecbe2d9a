"""Plants nobody wants to draw: each is answered, or refused with words that say what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from topology_plants import a_lag, a_plant, a_ring, a_section, a_site, c, cs, path_plant, ring_city, way

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.samples import UnixNs
from topology.cut_index import CutIndex
from topology.may_open import Answer, may_open
from topology.report import render_text, report, to_json
from topology.report_page import render_html
from topology.whatif import what_if
from topology.whatif_answer import render_what_if

if TYPE_CHECKING:
    from inventory.plant import Plant

NOW = UnixNs(1_700_000_000_000_000_000)


def no_core() -> Plant:
    return replace(ring_city(), sites=tuple(replace(site, is_hub=False) for site in ring_city().sites))


def told(plant: Plant) -> str:
    """The text of a report whose JSON and page could be made too."""
    made = report(CutIndex.of(plant), now=NOW)
    assert json.loads(to_json(made))["counts"]["sites"] == made.counts.sites
    assert render_html(plant, made)
    return " ".join(render_text(made).split())


def test_no_core_is_refused_with_its_cure() -> None:
    with pytest.raises(TopologyError, match="Probe has no hub: nothing can be said to be cut off") as refused:
        CutIndex.of(no_core())
    assert "set is_hub" in refused.value.cure


def test_a_dark_site_is_named_and_no_cut_takes_it_down() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("DARK")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "A", "DARK")],
        ways=[way("L1", "HUB", "A", "T1")],
    )
    text = told(plant)
    assert "Dark with nothing cut: no link leads to the hub" in text
    assert "without a way: DARK" in text
    found = may_open(CutIndex.of(plant), cs("T2"))
    assert (found.answer, found.found.without_service) == (Answer.YES, ())


def test_everything_in_one_trench_is_one_single_point_and_grade_1_for_all() -> None:
    names = ["HUB", "A", "B", "HUB"]
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("ALL", "HUB", "A", 250.0)],
        ways=[way(f"L{n}", *pair, "ALL") for n, pair in enumerate(pairwise(names))],
    )
    made = report(CutIndex.of(plant), now=NOW)
    assert (made.counts.single_cuts, made.counts.double_cuts) == (1, 0)
    assert {facts.site: facts.diversity.graded.grade for facts in made.sites if facts.diversity} == {"A": 1, "B": 1}
    assert "both through trench ALL for 250 m" in told(plant)
    assert what_if(CutIndex.of(plant), cs("ALL")).without_service == ("A", "B")


def test_a_plant_in_pieces_is_told_piece_by_piece() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("X"), a_site("Y")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "X", "Y")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "X", "Y", "T2")],
    )
    assert "without a way: X, Y" in told(plant)
    assert what_if(CutIndex.of(plant), cs("T2")).allowed, "what is dark cannot be lost"
    assert what_if(CutIndex.of(plant), cs("T1")).without_service == ("A",)


def test_a_plant_without_any_link_and_a_trench_without_any_light() -> None:
    plant = a_plant(sites=[a_site("HUB", hub=True)], sections=[], ways=[])
    assert "none: no single cut takes anything down" in told(plant)
    empty = replace(ring_city(), sections=(*ring_city().sections, a_section("EMPTY", "A", "D")))
    found = what_if(CutIndex.of(empty), cs("EMPTY"))
    assert found.allowed
    assert "0 links go down." in render_what_if(found)


def test_a_link_group_out_of_service_or_of_links_that_are_not_is_no_group_at_all() -> None:
    idle = a_ring("IDLE", "GONE", "GONE")
    gone = a_lag("LAG", "GONE GONE2", 2)
    found = what_if(CutIndex.of(replace(ring_city(), link_groups=(idle, gone))), cs("T1"))
    assert not found.is_documented
    assert found.steered == ()


def test_a_cable_that_passes_a_trench_twice_counts_it_once_as_a_risk_and_twice_as_glass() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A", 100.0), a_section("T2", "HUB", "A", 50.0)],
        ways=[way("L1", "HUB", "A", "T1 T2 T1"), way("L2", "HUB", "A", "T2")],
    )
    index = CutIndex.of(plant)
    assert index.links_of(cs("T1")) == ("L1",)
    made = report(index, now=NOW)
    (facts,) = [each for each in made.sites if each.site == "A"]
    assert facts.diversity is not None
    assert facts.diversity.protection is not None
    assert facts.diversity.protection.metres == 250.0
    assert (facts.diversity.graded.things, facts.diversity.graded.common_m) == (cs("T2"), 50.0)


def test_a_street_of_hundreds_is_asked_without_recursion_or_a_square_of_time() -> None:
    index = CutIndex.of(path_plant(600))
    made = report(index, now=NOW)
    assert made.counts.single_cuts == 600
    graded = [facts for facts in made.sites if facts.diversity is not None]
    assert 0 < len(graded) < 600
    assert "are too far away to be graded" in " ".join(render_text(made).split())
    assert len(what_if(index, [c("T300")]).without_service) == 300
