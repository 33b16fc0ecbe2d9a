"""The report's facts, as text and as JSON. Its layout is free to change."""

from __future__ import annotations

import json
from dataclasses import replace

from topology_plants import a_plant, a_ring, a_section, a_site, c, cs, path_plant, ring_city, uid, way

from inventory.entities import Diversity, RouteKnown, Service, UserGroup
from rainbow.kernel.texts import use
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.impact import impact, impact_to_json, render_impact
from topology.report import render_text, report, to_json

NOW = 1_700_000_000_000_000_000


def promised() -> CutIndex:
    service = Service(
        id=uid("SV"), code=c("SV"), user_group=c("UG"), sites=cs("A D"), required_diversity=Diversity.TRENCH
    )
    group = UserGroup(id=uid("UG"), code=c("UG"), name="Schools")
    return CutIndex.of(replace(ring_city(), services=(service,), user_groups=(group,)))


def test_the_ring_city_is_told_in_full() -> None:
    made = report(promised(), now=NOW)
    trench = made.counts.kinds[GroupKind.TRENCH]
    assert (made.counts.sites, made.counts.structures, made.counts.sirens) == (4, 1, 1)
    assert (made.counts.single_cuts, trench.harmful, trench.avoidable, trench.hub_made) == (3, 3, 2, 1)
    avoidable = [point for point in made.single_points if not point.hub_made]
    assert made.single_points[-len(avoidable) :] == tuple(avoidable)
    first = avoidable[0]
    assert (first.code, first.weight) == ("T4", 4)
    assert first.loss is not None
    assert first.loss.user_groups == ("UG",)
    assert made.has_gap


def test_a_ring_alone_has_no_gap_and_its_hub_is_no_finding() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "A", "B"), a_section("T3", "B", "HUB")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "A", "B", "T2"), way("L3", "B", "HUB", "T3")],
    )
    made = report(CutIndex.of(plant), now=NOW)
    assert not made.has_gap
    assert [point.code for point in made.single_points] == ["HUB"]
    assert made.counts.single_cuts == 0


def test_json_holds_every_single_point_with_names_and_the_certificate() -> None:
    document = json.loads(to_json(report(promised(), now=NOW)))
    assert document["counts"]["single_cuts"] == 3
    assert document["counts"]["trench"]["avoidable"] == 2
    points = {point["code"]: point for point in document["single_points"]}
    assert points["T4"]["lost"]["sirens"] == ["LAMP"]
    assert points["E"]["hub_made"] is True
    assert document["time"] == "2023-11-14T22:13:20+00:00"
    assert {claim["site"]["code"] for claim in document["claims"]} == {"A", "D"}
    assert document["certificate"]["scenarios"] == sum(document["counts"][str(kind)]["groups"] for kind in GroupKind)


def test_equal_plants_give_byte_for_byte_equal_reports() -> None:
    assert to_json(report(promised(), now=NOW)) == to_json(report(promised(), now=NOW))


def test_the_text_names_what_matters_and_its_lines_fit() -> None:
    text = render_text(report(promised(), now=NOW))
    for fact in ("3 trenches each take a site down", "T4", "LAMP", "Schools (UG)", "SHA-256"):
        assert fact in text
    assert text.index("T4") < text.index("At the hub")
    assert all(len(line) <= 100 for line in text.splitlines())


def test_dark_sites_and_unknown_routes_are_said() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("FAR")],
        sections=[a_section("T1", "HUB", "A")],
        ways=[way("L1", "HUB", "A", known=RouteKnown.NONE)],
    )
    made = report(CutIndex.of(plant), now=NOW)
    assert made.dark == ("FAR",)
    assert [(cable.cable, cable.links) for cable in made.unproven] == [("C-L1", ("L1",))]
    text = render_text(made)
    assert "Dark with nothing cut" in text
    assert "C-L1: route unknown; links L1" in text


def test_a_street_of_thousands_is_counted_in_full_and_named_in_part() -> None:
    made = report(CutIndex.of(path_plant(700)), now=NOW)
    assert made.counts.single_cuts == 700
    unnamed = [point for point in made.single_points if point.loss is None]
    assert unnamed
    assert all(point.sites > 0 for point in unnamed)
    assert "and" in render_text(made)
    assert json.loads(to_json(made))["single_points"][-1]["code"]


def test_the_verdict_on_cuts_names_lost_and_weakened() -> None:
    index = promised()
    found = impact(index, cs("T1 T4"))
    assert (found.loss.sites, found.loss.sirens) == (cs("D"), cs("LAMP"))
    assert found.weakened.on_fewer_ways == cs("B A")
    text = render_impact(found)
    assert "LOST: 1 site, 1 siren." in text
    assert "100 m" in text
    document = json.loads(impact_to_json(found))
    assert [cut["kind"] for cut in document["cuts"]] == ["trench", "trench"]
    assert [site["code"] for site in document["lost"]["sites"]] == ["D"]
    assert document["weakened"]["on_fewer_ways"] == ["B", "A"]


def test_a_cut_that_harms_nothing_says_so() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "HUB", "A"), a_section("T3", "HUB", "A")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", "T2")],
    )
    text = render_impact(impact(CutIndex.of(plant), cs("T3")))
    assert "Nothing loses its way to the hub." in text
    assert "0 links go down." in text


def test_cuts_on_top_of_links_that_are_down_already() -> None:
    found = impact(promised(), cs("T2"), down_links=cs("L1"))
    assert found.loss.sites == ("A",)
    assert found.loss.links == ("L1", "L2")


def test_reports_can_be_made_in_german() -> None:
    with use("de"):
        assert render_text(report(promised(), now=NOW))


def test_a_site_has_its_grade_its_protection_path_and_a_group_what_breaks_it() -> None:
    plant = replace(ring_city(), link_groups=(a_ring("RING", "L1 L2 L3", "L2"),))
    made = report(CutIndex.of(plant), now=NOW)
    document = json.loads(to_json(made))
    found = {site["code"]: site["diversity"] for site in document["sites"]}
    assert (found["D"]["grade"], found["D"]["protection"]) == (0, None)
    assert (found["A"]["grade"], found["A"]["things"], found["A"]["common_m"]) == (1, ["E"], 100.0)
    assert found["A"]["worst"] == "both through trench E for 100 m between HALL and HOLE"
    assert found["A"]["protection"]["links"] == ["L2", "L3"]
    assert document["link_groups"][0]["breaks_it"] == ["E"]
    text = " ".join(render_text(made).split())
    assert "both through trench E for 100 m between HALL and HOLE" in text
    assert "one trench breaks it: E" in text


def test_the_grade_of_a_service_is_that_of_its_worst_site() -> None:
    group = UserGroup(id=uid("UG"), code=c("UG"))
    service = Service(id=uid("SV"), code=c("SV"), user_group=c("UG"), sites=cs("A D"))
    made = report(CutIndex.of(replace(ring_city(), user_groups=(group,), services=(service,))), now=NOW)
    assert [(each.service, each.grade, each.site) for each in made.services] == [("SV", 0, "D")]


def test_a_grade_that_fell_since_the_earlier_report_is_told() -> None:
    plant = ring_city()
    ports = plant.links[1].a, plant.links[1].b
    after = replace(
        plant,
        links=(plant.links[0], *plant.links[2:]),
        interfaces=tuple(port for port in plant.interfaces if port.code not in ports),
    )
    earlier = json.loads(to_json(report(CutIndex.of(plant), now=NOW)))
    made = report(CutIndex.of(after), now=NOW, earlier=earlier)
    assert made.change is not None
    assert (made.change.lower, made.change.higher) == (("A", "B"), ())
    assert "lower grade of diversity: A, B" in render_text(made)
    back = report(CutIndex.of(plant), now=NOW, earlier=json.loads(to_json(made)))
    assert back.change is not None
    assert back.change.higher == ("A", "B")
