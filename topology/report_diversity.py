"""The grades of a report: each site's two ways with glass and light, the worst stretch in words, services by grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.texts import _
from topology.grades import Common, Grade, grades
from topology.light import Lights, latency_us, link_m
from topology.report_values import ServiceGrade, SiteDiversity, WayFacts
from topology.stretches import stretches, told

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.cut_index import CutIndex
    from topology.grades import Graded
    from topology.rates import Rates
    from topology.report_values import SiteFacts

MOST_NAMED = 3
"""Things of one kind in a sentence; the JSON has them all."""


def site_diversity(index: CutIndex, sites: Collection[Code], rates: Rates) -> dict[Code, SiteDiversity]:
    """The diversity of these sites; dark ones have none."""
    plant = index.plant
    lights = Lights(plant)
    return {
        site: SiteDiversity(
            graded=graded,
            worst=worst_text(plant, graded),
            working=_way(plant, lights, graded.first),
            protection=_way(plant, lights, graded.second) if graded.second else None,
        )
        for site, graded in grades(index, sites, rates).items()
    }


def _way(plant: Plant, lights: Lights, links: Sequence[Code]) -> WayFacts:
    metres = sum(link_m(plant, link) for link in links)
    return WayFacts(links=tuple(links), metres=metres, latency_us=latency_us(metres), light=lights.way(links))


def service_grades(plant: Plant, sites: Sequence[SiteFacts]) -> tuple[ServiceGrade, ...]:
    """Each service with its worst site, the worst first; services at hubs and lamps only are left out."""
    known = {facts.site: facts.diversity for facts in sites}
    found = []
    for service in plant.services:
        graded = [(site, known[site]) for site in service.sites if site in known]
        if graded:
            site, diversity = min(graded, key=lambda each: -1 if each[1] is None else each[1].graded.grade)
            grade = None if diversity is None else diversity.graded.grade
            found.append(ServiceGrade(service=service.code, grade=grade, site=site))
    return tuple(sorted(found, key=lambda each: (-1 if each.grade is None else each.grade, each.service)))


def worst_text(plant: Plant, graded: Graded) -> str:
    """Why the grade is no better, in words: what is shared or near, for how many metres, between which places."""
    things = ", ".join(_label(plant, code) for code in graded.things[:MOST_NAMED])
    match graded.why:
        case Common.TRENCH:
            return _("both through {what}").format(what=_stretches(plant, graded.things))
        case Common.CABLE:
            return _("both in {things}, {metres:.0f} m").format(things=things, metres=graded.common_m)
        case Common.NEAR:
            return _near(plant, graded)
        case Common.ENTRY | Common.RISK:
            said = {Common.ENTRY: _("both enter {things} on one side"), Common.RISK: _("both hang on {things}")}
            return said[graded.why].format(things=things)
        case Common.ONE_WAY | Common.NOTHING:
            return _("one way only") if graded.why is Common.ONE_WAY else _("nothing in common")


def _near(plant: Plant, graded: Graded) -> str:
    one, other = graded.things
    if graded.grade is Grade.TRENCH:
        nodes = [{plant.section[code].from_node, plant.section[code].to_node} for code in graded.things]
        shared = sorted(nodes[0] & nodes[1])
        if shared:
            return _("both pass {place}").format(place=_label(plant, shared[0]))
    return _(
        "{one} comes within {apart:.0f} m of {other}; closer than the next grade allows for {metres:.0f} m"
    ).format(one=one, other=other, apart=graded.apart_m or 0.0, metres=graded.common_m)


def _stretches(plant: Plant, sections: Sequence[Code]) -> str:
    return "; ".join(told(plant, stretch) for stretch in stretches(plant, sections))


def _label(plant: Plant, code: Code) -> str:
    record = plant.nodes.get(code)
    return code if record is None else record.label
