"""Where to dig next: which new trenches take the most expected harm out of a city for its money.

The harm of a network is what single cuts take down a year: for each trench the minutes a year it is down, times the
weight it takes with it. A candidate is a new trench with a cable between two nodes with a switch. The plan is greedy,
and every step is an index made anew with the candidate in it, not an estimate: what it says each step buys is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from inventory.entities import Code, TrenchSection
from inventory.geodesy import distance_m
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.cut_index import CutIndex
from topology.graph import GroupKind, criticality_of
from topology.net import SITES, WEIGHT, WEIGHTS
from topology.rates import MINUTES_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.entities import LonLat
    from inventory.plant import Plant
    from topology.rates import Rates
    from topology.settings import TopologySettings

DEFAULT = "default"
EUR_PER_M = {"asphalt": 150.0, "paving": 120.0, "gravel": 80.0, "grass": 60.0, DEFAULT: 120.0}
"""Civil works a metre by surface, engineering judgement: ask for offers, and write them into ``city.toml``."""
DETOUR = 1.3
"""Streets are so much longer than the straight line."""
FARTHEST_M = 1_500.0
FROM_SITE = 6
"""Candidates thought of for each exposed site: to the nearest nodes that hang on something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A trench that could be dug, with a cable in it. ``line`` is its drawing, where there is one.

    ``surface`` is one for all of it; where it runs through several, ``stretches`` are their metres and add up to it.
    """

    code: Code
    near: Code
    far: Code
    metres: float
    surface: str = ""
    stretches: tuple[tuple[str, float], ...] = ()
    line: tuple[LonLat, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.metres) and self.metres > 0):
            raise TopologyError(
                _("candidate {code}: length {metres} m is not positive").format(code=self.code, metres=self.metres)
            )

    def cost_eur(self, eur_per_m: Mapping[str, float]) -> float:
        """Civil works; cable, switch ports and splices are small beside it.

        Raises:
            TopologyError: a surface has no cost.
        """
        found = 0.0
        for surface, metres in self.stretches or ((self.surface, self.metres),):
            if (surface or DEFAULT) not in eur_per_m:
                raise TopologyError(
                    _("candidate {code}: no cost is known for surface {surface}").format(
                        code=self.code, surface=surface
                    ),
                    cure=_("known are {names}; set others in city.toml: [topology.dig_eur_per_m]").format(
                        names=", ".join(eur_per_m)
                    ),
                )
            found += metres * eur_per_m[surface or DEFAULT]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How exposed a network is: harm in weighted minutes a year by single cuts, sites that one trench takes down."""

    harm: float
    exposed_sites: int
    exposed_weight: int
    site_minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One trench of the plan, what it costs, and how the network stands once it is dug."""

    candidate: Candidate
    cost_eur: float
    spent_eur: float
    after: Standing
    freed: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan: ``before``, and the steps in the order in which they buy most for their money."""

    before: Standing
    steps: tuple[Step, ...]


def costs_of(settings: TopologySettings) -> dict[str, float]:
    """What a metre costs by surface in a city: what it set, else the shipped ones."""
    return EUR_PER_M | settings.dig_eur_per_m


def where_to_dig(
    index: CutIndex,
    candidates: Sequence[Candidate],
    *,
    budget_eur: float,
    rates: Rates,
    eur_per_m: Mapping[str, float] = MappingProxyType(EUR_PER_M),
) -> Plan:
    """The greedy plan within a budget; never worse than the best single candidate that the budget allows.

    Cost: an index for each candidate and step; nothing is estimated.

    Raises:
        TopologyError: a candidate names a node without a switch or a surface without cost, or the budget is not
            positive.
    """
    if not (math.isfinite(budget_eur) and budget_eur > 0):
        raise TopologyError(_("a budget of {budget} EUR buys nothing").format(budget=budget_eur))
    before = standing(index, rates)
    costs = {candidate.code: candidate.cost_eur(eur_per_m) for candidate in candidates}
    greedy = tuple(_greedy(index, list(candidates), budget_eur, rates, costs))
    affordable = [candidate for candidate in candidates if costs[candidate.code] <= budget_eur]
    tried = [(standing(with_trench(index, candidate), rates), candidate) for candidate in affordable]
    if tried:
        best, candidate = min(tried, key=lambda each: (each[0].harm, costs[each[1].code], each[1].code))
        reached = greedy[-1].after.harm if greedy else before.harm
        if best.harm < reached:
            made = with_trench(index, candidate)
            only = Step(
                candidate=candidate,
                cost_eur=costs[candidate.code],
                spent_eur=costs[candidate.code],
                after=best,
                freed=_freed(index, made),
            )
            return Plan(before=before, steps=(only,))
    return Plan(before=before, steps=greedy)


def _greedy(
    index: CutIndex, left: list[Candidate], budget_eur: float, rates: Rates, costs: Mapping[Code, float]
) -> Iterator[Step]:
    spent, now = 0.0, standing(index, rates)
    while True:
        tried = [
            (candidate, with_trench(index, candidate))
            for candidate in left
            if spent + costs[candidate.code] <= budget_eur
        ]
        gains = [(now.harm - standing(made, rates).harm, candidate, made) for candidate, made in tried]
        useful = [(gain / costs[candidate.code], candidate, made) for gain, candidate, made in gains if gain > 0]
        if not useful:
            return
        _best, chosen, made = max(useful, key=lambda each: (each[0], each[1].code))
        cost = costs[chosen.code]
        spent += cost
        now = standing(made, rates)
        yield Step(candidate=chosen, cost_eur=cost, spent_eur=spent, after=now, freed=_freed(index, made))
        left.remove(chosen)
        index = made


def standing(index: CutIndex, rates: Rates) -> Standing:
    """How exposed a network is now. Cost: its single cuts."""
    groups = index.net.groups[GroupKind.TRENCH]
    measures, made = index.harm(GroupKind.TRENCH), index.hub_made(GroupKind.TRENCH)
    down = np.asarray([rates.down(rates.per_year(index.plant.section[code])) for code in groups.codes])
    exposed = exposed_sites(index)
    return Standing(
        harm=float((down * measures[:, WEIGHT] * ~made).sum()) * MINUTES_PER_YEAR,
        exposed_sites=len(exposed),
        exposed_weight=sum(WEIGHTS[criticality_of(index.plant.nodes[code])] for code in exposed),
        site_minutes=float((down * measures[:, SITES] * ~made).sum()) * MINUTES_PER_YEAR,
    )


def exposed_sites(index: CutIndex) -> set[Code]:
    """Sites that an avoidable cut of one trench takes down."""
    made = {cut.code for cut in index.singles(GroupKind.TRENCH) if cut.hub_made}
    sites = [site.code for site in index.plant.sites if index.vertex_of.get(site.code)]
    return {site for site, cuts in index.takers(GroupKind.TRENCH, sites).items() if not made.issuperset(cuts)}


def _freed(before: CutIndex, after: CutIndex) -> tuple[Code, ...]:
    return tuple(sorted(exposed_sites(before) - exposed_sites(after), key=before.naming.rank))


def with_trench(index: CutIndex, candidate: Candidate) -> CutIndex:
    """The index of the network with a candidate dug and lit.

    Raises:
        TopologyError: an end has no switch, or the code is taken.
    """
    plant = index.plant
    for end in (candidate.near, candidate.far):
        if end not in index.vertex_of:
            raise TopologyError(
                _("candidate {code} ends at {node}, where no switch stands").format(code=candidate.code, node=end),
                cure=_("let it end at a site or lamp with a switch"),
            )
    if candidate.code in plant.section:
        raise TopologyError(_("candidate {code} is a trench already").format(code=candidate.code))
    graph = index.graph.copy()
    nodes = tuple(dict.fromkeys((candidate.near, candidate.far)))
    held = dict.fromkeys(GroupKind, ()) | {GroupKind.TRENCH: (candidate.code,), GroupKind.NODE: nodes}
    graph.add_edge(candidate.near, candidate.far, key=Code(f"{candidate.code}/link"), groups=held, proven=True)
    groups = dict(graph.graph["groups"])
    groups[GroupKind.TRENCH] = (*groups[GroupKind.TRENCH], candidate.code)
    sections = (*plant.sections, section_of(plant, candidate))
    graph.graph.update(plant=replace(plant, sections=sections), groups=groups)
    return CutIndex.of_graph(graph)


def section_of(plant: Plant, candidate: Candidate) -> TrenchSection:
    """The trench a candidate would be."""
    return TrenchSection(
        id=f"candidate-{candidate.code}",
        code=candidate.code,
        from_node=candidate.near,
        to_node=candidate.far,
        line=candidate.line or tuple(plant.nodes[end].point for end in (candidate.near, candidate.far)),
        length_m=candidate.metres,
        surface=candidate.surface,
    )


def candidates_near(index: CutIndex, *, most: int | None = None) -> tuple[Candidate, ...]:
    """Candidates for every exposed site: to the nearest nodes with a switch that another trench hangs on.

    Lengths are straight lines times ``DETOUR``: a first idea, to be drawn along streets. With ``most``, those for the
    most critical sites. Cost: a look at every node for each site.
    """
    takers = index.takers(GroupKind.TRENCH, list(index.vertex_of))
    found: dict[tuple[Code, Code], Candidate] = {}
    for site in sorted(exposed_sites(index), key=index.naming.rank):
        if most is not None and len(found) >= most:
            break
        mine = set(takers.get(site, ()))
        others = [code for code in index.vertex_of if code != site and not mine <= set(takers.get(code, ()))]
        here = index.plant.nodes[site].point
        near = sorted((distance_m(here, index.plant.nodes[code].point), code) for code in others)
        for metres, code in near[:FROM_SITE]:
            low, high = sorted((site, code))
            if 0.0 < metres * DETOUR <= FARTHEST_M:
                found[low, high] = Candidate(
                    code=Code(f"NEW-{low}-{high}"), near=low, far=high, metres=round(metres * DETOUR, 1)
                )
    return tuple(found.values())[:most]
