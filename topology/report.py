"""The redundancy report: every single point of failure, what is dark, which claims fail, and what all this rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown, Site
from rainbow.kernel.texts import _
from topology.change import change_since
from topology.claims import false_claims
from topology.graph import GroupKind, criticality_of, has_siren
from topology.group_facts import group_facts
from topology.rates import rates_of
from topology.report_diversity import service_grades
from topology.report_json import to_json
from topology.report_sites import dangerous_pairs, site_facts
from topology.report_text import render_text
from topology.report_values import Counts, KindCounts, Named, Report, SinglePoint, UnprovenCable
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.samples import UnixNs
    from topology.cut_index import CutIndex, SingleCut
    from topology.loss import Loss
    from topology.rates import Rates

__all__ = ["Report", "render_text", "report", "to_json"]

LISTED = tuple(kind for kind in GroupKind if kind is not GroupKind.DUCT)
"""Kinds whose single points are listed; a duct's are those of the trenches it lies in."""
MOST_NAMES = 200_000
"""Names of lost things one report holds; a street of 100,000 trenches in a row would need 5,000 million."""


def report(
    index: CutIndex, *, now: UnixNs, rates: Rates | None = None, earlier: Mapping[str, object] | None = None
) -> Report:
    """The report on an index, as of ``now``; ``earlier`` is the JSON of one before. Rates default to the shipped ones.

    Cost: the single cuts and the pairs, a ``lost`` for each point that is named, and the ways of every site.

    Raises:
        InputError: ``earlier`` is no report.
    """
    names = names_of(index.plant)
    cuts = [cut for kind in LISTED for cut in index.singles(kind)]
    cuts.sort(key=lambda cut: (not cut.hub_made, -cut.weight, list(GroupKind).index(cut.kind), cut.code))
    points: list[SinglePoint] = []
    room = MOST_NAMES
    for cut in cuts:
        size = cut.sites + cut.structures
        room -= size
        points.append(_point(index, cut, index.loss_of(cut) if room >= 0 else None, names))
    figures = rates or rates_of(TopologySettings())
    sites = site_facts(index, figures)
    made = Report(
        city=index.plant.city,
        time_ns=now,
        core=index.net.codes[: index.net.hubs],
        counts=_counts(index),
        single_points=tuple(points),
        dark=index.dark,
        claims=false_claims(index),
        unproven=_unproven(index),
        pairs=dangerous_pairs(index, figures),
        sites=sites,
        services=service_grades(index.plant, sites),
        link_groups=group_facts(index),
        rates=figures.all(),
        certificate=index.certify(),
        change=None,
        names=names,
    )
    return made if earlier is None else replace(made, change=change_since(earlier, made))


def _point(index: CutIndex, cut: SingleCut, loss: Loss | None, names: Mapping[Code, Named]) -> SinglePoint:
    return SinglePoint(
        kind=cut.kind,
        code=cut.code,
        name=names[cut.code].name if cut.code in names else "",
        place=place_of(index, cut.kind, cut.code),
        hub_made=cut.hub_made,
        weight=cut.weight,
        sites=cut.sites,
        structures=cut.structures,
        sirens=cut.sirens,
        loss=loss,
    )


def place_of(index: CutIndex, kind: GroupKind, code: Code) -> str:
    """Where a group is, for a person: between which nodes, how long a trench is in metres, what else is made of."""
    plant = index.plant
    match kind:
        case GroupKind.TRENCH:
            section = plant.section[code]
            return _("{near} to {far}, {length:.0f} m").format(
                near=plant.nodes[section.from_node].label,
                far=plant.nodes[section.to_node].label,
                length=section.length_m,
            )
        case GroupKind.CABLE | GroupKind.DUCT:
            record = plant.cable[code] if kind is GroupKind.CABLE else plant.duct[code]
            return _("{near} to {far}").format(
                near=plant.nodes[record.from_node].label, far=plant.nodes[record.to_node].label
            )
        case GroupKind.NODE:
            return ""
        case _:
            return ", ".join(index.risk_groups.things_of(kind, code))


def _counts(index: CutIndex) -> Counts:
    standing = [index.plant.nodes[code] for code in index.net.codes]
    kinds = {kind: _kind_counts(index.singles(kind), len(index.net.groups[kind].codes)) for kind in GroupKind}
    sites = sum(isinstance(node, Site) for node in standing)
    return Counts(
        sites=sites,
        structures=len(standing) - sites,
        sirens=sum(has_siren(node) for node in standing),
        links=len(index.net.links),
        dark=len(index.dark),
        single_cuts=kinds[GroupKind.TRENCH].take_a_site,
        double_cuts=index.doubles(GroupKind.TRENCH).count,
        kinds=kinds,
    )


def _kind_counts(cuts: list[SingleCut], groups: int) -> KindCounts:
    hub_made = sum(cut.hub_made for cut in cuts)
    return KindCounts(
        groups=groups,
        harmful=len(cuts),
        avoidable=len(cuts) - hub_made,
        hub_made=hub_made,
        take_a_site=sum(cut.sites > 0 for cut in cuts),
    )


def _unproven(index: CutIndex) -> tuple[UnprovenCable, ...]:
    plant = index.plant
    through: dict[Code, list[Code]] = {}
    for link in plant.links:
        if link.code in index.link_number:
            for cable in plant.cables_of(link):
                through.setdefault(cable, []).append(link.code)
    return tuple(
        UnprovenCable(cable=cable.code, route_known=cable.route_known, links=tuple(through[cable.code]))
        for cable in plant.cables
        if cable.route_known is not RouteKnown.FULL and cable.code in through
    )


def names_of(plant: Plant) -> dict[Code, Named]:
    """Name and criticality of everything a report may speak of."""
    found = {
        code: Named(code=code, name=node.name, criticality=criticality_of(node)) for code, node in plant.nodes.items()
    }
    for group in plant.user_groups:
        found[group.code] = Named(code=group.code, name=group.name, criticality=group.criticality)
    for service in plant.services:
        found[service.code] = Named(code=service.code, name=service.name, criticality=service.criticality)
    others: Iterable[Named] = (
        Named(code=record.code, name=record.name)
        for record in (
            *plant.sections,
            *plant.cables,
            *plant.links,
            *plant.ducts,
            *plant.risk_groups,
            *plant.link_groups,
        )
    )
    for named in others:
        found.setdefault(named.code, named)
    return found
