"""Whether services are as diverse as their documents claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Diversity
from topology.graph import GroupKind
from topology.report_values import Claim, Verdict
from topology.stretches import stretches, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code, Service
    from topology.cut_index import CutIndex

_KINDS = {
    Diversity.NONE: (),
    Diversity.NODE: (GroupKind.NODE,),
    Diversity.CABLE: (GroupKind.CABLE,),
    Diversity.TRENCH: (GroupKind.TRENCH, GroupKind.CORRIDOR),
    Diversity.ENTRY: (GroupKind.TRENCH, GroupKind.CORRIDOR, GroupKind.ENTRY, GroupKind.NODE),
}
"""What a claim says no single one of takes the site down.

Trenches side by side in one corridor are not separate. Separate entries are separate trenches and chambers too.
"""


def false_claims(index: CutIndex) -> tuple[Claim, ...]:
    """Claims that a single cut breaks, then those that links of unknown route leave unproven.

    Proof stands on documented links only: a claim holds if the site would keep it were all others gone (more links
    never make a loss larger). A hub's own fall breaks no claim: no way leads round it.
    """
    wanted = [
        (service, site)
        for service in index.plant.services
        if service.required_diversity is not Diversity.NONE
        for site in service.sites
    ]
    if not wanted:
        return ()
    sites = {site for _service, site in wanted}
    taken = {kind: index.takers(kind, sites) for kind in GroupKind}
    doubtful = _not_provable(index, sites)
    made = {cut.code for kind in GroupKind for cut in index.singles(kind) if cut.hub_made}
    found = [
        _judge(index, service, site, _Known(taken=taken, doubtful=doubtful, made=made)) for service, site in wanted
    ]
    order = list(Verdict)
    return tuple(sorted((claim for claim in found if claim), key=lambda claim: order.index(claim.verdict)))


def _not_provable(index: CutIndex, sites: set[Code]) -> dict[GroupKind, set[Code]]:
    """Sites that would be exposed or dark if only documented links were there."""
    edges: Iterable[tuple[Code, Code, Code, bool]] = index.graph.edges(keys=True, data="proven")
    vague = {key for _near, _far, key, proven in edges if not proven}
    if not vague:
        return {kind: set() for kind in GroupKind}
    known = index.without(vague)
    dark = sites & set(known.dark)
    hubs = set(index.net.codes[: index.net.hubs])
    return {
        kind: dark | {site for site, cuts in known.takers(kind, sites).items() if set(cuts) - hubs}
        for kind in GroupKind
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What all claims are judged by: who takes a site, which sites hang on unknown routes, what is hub-made."""

    taken: dict[GroupKind, dict[Code, tuple[Code, ...]]]
    doubtful: dict[GroupKind, set[Code]]
    made: set[Code]


def _judge(index: CutIndex, service: Service, site: Code, known: _Known) -> Claim | None:
    kinds = _KINDS[service.required_diversity]
    hubs = set(index.net.codes[: index.net.hubs])
    cuts = [cut for kind in kinds for cut in known.taken[kind].get(site, ()) if cut not in hubs]
    if not cuts and not any(site in known.doubtful[kind] for kind in kinds):
        return None
    trenches = known.taken[GroupKind.TRENCH].get(site, ()) if GroupKind.TRENCH in kinds else ()
    return Claim(
        service=service.code,
        user_group=service.user_group,
        site=site,
        claimed=service.required_diversity,
        verdict=Verdict.BROKEN if cuts else Verdict.NOT_PROVEN,
        cuts=tuple(dict.fromkeys(cuts)),
        hub_made=bool(cuts) and known.made.issuperset(cuts),
        shared=tuple(told(index.plant, stretch) for stretch in stretches(index.plant, trenches)),
    )
