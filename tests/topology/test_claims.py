"""Diversity claims against an oracle that tries every cut by search, with and without the undocumented links."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from topology_brute import links_of, lost, reached
from topology_plants import a_plant, a_section, a_site, c, cs, random_plant, uid, way

from inventory.entities import Diversity, RouteKnown, Service
from topology.claims import false_claims
from topology.cut_index import CutIndex
from topology.report_values import Verdict

if TYPE_CHECKING:
    from inventory.entities import Code
    from inventory.plant import Plant


def a_service(code: str, sites: str, diversity: Diversity = Diversity.TRENCH) -> Service:
    return Service(id=uid(code), code=c(code), user_group=c("UG"), sites=cs(sites), required_diversity=diversity)


def groups_of_kind(plant: Plant, claimed: Diversity) -> list[Code]:
    by_kind: dict[Diversity, list[Code]] = {
        Diversity.TRENCH: [*plant.section],
        Diversity.CABLE: [*plant.cable],
        Diversity.NODE: [*plant.nodes],
        Diversity.ENTRY: [*plant.section, *plant.nodes],
    }
    return by_kind[claimed]


def verdict_of(plant: Plant, site: Code, claimed: Diversity) -> tuple[Verdict | None, set[Code]]:
    """By breadth-first search over every cut; then again as if only documented links were there."""
    hubs = {hub.code for hub in plant.hubs}
    cuts = {code for code in groups_of_kind(plant, claimed) if code not in hubs and code != site}
    broken = {code for code in cuts if site in lost(plant, [code])}
    if broken:
        return Verdict.BROKEN, broken
    vague = {link.code for link in plant.links if not documented(plant, link.code)}
    if site not in reached(plant, vague):
        return (Verdict.NOT_PROVEN if vague else None), set()
    for code in cuts:
        if site not in reached(plant, vague | links_of(plant, code), fallen={code} & set(plant.nodes)):
            return (Verdict.NOT_PROVEN if vague else None), set()
    return None, set()


def documented(plant: Plant, code: Code) -> bool:
    link = plant.link[code]
    inside = plant.node_of(link.a) == plant.node_of(link.b)
    return inside or all(plant.cable[cable].route_known is RouteKnown.FULL for cable in plant.cables_of(link))


def test_every_claim_is_judged_as_a_search_over_all_cuts_judges_it() -> None:
    judged: dict[Verdict | None, int] = {}
    for seed in range(150):
        plant = random_plant(seed, nodes=8, links=16)
        chance = random.Random(seed)
        plant = replace(
            plant,
            cables=tuple(
                replace(cable, route=(), route_known=RouteKnown.NONE) if chance.random() < 0.15 else cable
                for cable in plant.cables
            ),
        )
        asked = [site.code for site in plant.sites if not site.is_hub]
        kinds = [kind for kind in Diversity if kind is not Diversity.NONE]
        services = tuple(a_service(f"SV-{site}-{kind}", site, kind) for site in asked for kind in kinds)
        found = {claim.service: claim for claim in false_claims(CutIndex.of(replace(plant, services=services)))}
        for service in services:
            wanted, cuts = verdict_of(plant, service.sites[0], service.required_diversity)
            claim = found.get(service.code)
            assert (claim.verdict if claim else None) == wanted, (seed, service)
            assert set(claim.cuts if claim else ()) == cuts, (seed, service)
            judged[wanted] = judged.get(wanted, 0) + 1
    assert min(judged.get(verdict, 0) for verdict in (None, *Verdict)) > 30, judged


def test_two_cables_in_one_trench_are_cable_diverse_and_no_more() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "A", "B"), a_section("T2", "B", "HUB"), a_section("T3", "A", "HUB")],
        ways=[way("L1", "HUB", "A", "T1 T2"), way("L2", "HUB", "A", "T1 T3"), way("L3", "HUB", "B", "T2")],
    )
    services = (a_service("SV-CABLE", "A", Diversity.CABLE), a_service("SV-TRENCH", "A"))
    (claim,) = false_claims(CutIndex.of(replace(plant, services=services)))
    assert (claim.service, claim.verdict, claim.cuts) == ("SV-TRENCH", Verdict.BROKEN, cs("T1"))
    assert not claim.hub_made


def test_an_undocumented_second_way_proves_nothing() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section("T1", "HUB", "A")],
        ways=[way("L1", "HUB", "A", "T1"), way("L2", "HUB", "A", known=RouteKnown.NONE)],
    )
    (claim,) = false_claims(CutIndex.of(replace(plant, services=(a_service("SV", "A"),))))
    assert (claim.verdict, claim.cuts) == (Verdict.NOT_PROVEN, ())


def test_a_claim_of_nothing_is_never_false() -> None:
    plant = replace(random_plant(3), services=(a_service("SV", "S0", Diversity.NONE),))
    assert false_claims(CutIndex.of(plant)) == ()
