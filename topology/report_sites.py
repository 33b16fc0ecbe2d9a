"""What a report says of each site, and which pairs of trenches are dangerous: harm times how often it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from topology.availability import availability
from topology.graph import GroupKind
from topology.rates import MINUTES_PER_YEAR
from topology.report_diversity import site_diversity
from topology.report_values import DangerousPair, SiteFacts
from topology.ways import ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.rates import Rates

LOOKED_AT = 400
"""The heaviest pairs, of which the riskiest are told."""
TOLD = 50


def site_facts(index: CutIndex, rates: Rates) -> tuple[SiteFacts, ...]:
    """Every site with a device but the hubs: the longest without a way first, dark ones before all."""
    minutes = availability(index, rates)
    standing = [site.code for site in index.plant.sites if index.vertex_of.get(site.code)]
    found = ways(index, standing)
    separate = site_diversity(index, standing, rates)
    facts = []
    for site in standing:
        bounds = minutes.get(site)
        facts.append(
            SiteFacts(
                site=site,
                ways=found[site],
                least_min=bounds.least_min if bounds else None,
                most_min=bounds.most_min if bounds else None,
                single_min=bounds.single_min if bounds else None,
                diversity=separate.get(site),
            )
        )
    return tuple(sorted(facts, key=lambda each: (each.most_min is not None, -(each.most_min or 0.0), each.site)))


def dangerous_pairs(index: CutIndex, rates: Rates) -> tuple[DangerousPair, ...]:
    """The riskiest of the heaviest pairs of trenches, by weight times minutes a year that both are down."""
    found = [
        DangerousPair(
            first=cut.first,
            second=cut.second,
            weight=cut.weight,
            sites=cut.sites,
            structures=cut.structures,
            sirens=cut.sirens,
            lost=tuple(sorted(cut.lost, key=index.naming.rank)),
            minutes=_down(index, rates, cut.first) * _down(index, rates, cut.second) * MINUTES_PER_YEAR,
        )
        for cut in index.doubles(GroupKind.TRENCH).worst(LOOKED_AT)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.risk, pair.first, pair.second))[:TOLD])


def _down(index: CutIndex, rates: Rates, trenches: Iterable[Code]) -> float:
    """The share of time at least one of these trenches is cut."""
    shares = np.asarray([rates.down(rates.per_year(index.plant.section[code])) for code in trenches])
    return float(-np.expm1(np.log1p(-shares).sum()))
