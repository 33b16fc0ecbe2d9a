"""What fails how often, and what fails with it: trenches one by one, hazards that take several, a season of diggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from studies.settings import DAYS, HazardSettings
from topology.risk_groups import GroupKind
from topology.whatif import in_circle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code
    from studies.arrays import Array
    from studies.question import Ground
    from topology.cut_index import CutIndex
    from topology.net import Ints


def hazard_arrays(ground: Ground) -> dict[str, Array]:
    """Trenches and hazards with their rates. A hazard's members follow each other; each is a row of links.

    Hazards are those of the settings, and risk groups of the plant that have a rate: these take all their members and
    last as long as any repair.

    Raises:
        TopologyError: a hazard names something that is not there.
    """
    index, rates = ground.index, ground.rates
    sections = index.plant.section
    trenches = index.net.groups[GroupKind.TRENCH].codes
    known = dict(_hazards(ground))
    members = [[_links(index, code) for code in _codes(index, hazard)] for hazard in known.values()]
    rows = [row for found in members for row in found]
    hazards = list(known.values())
    return {
        "trench_per_year": np.asarray([rates.per_year(sections[code]) for code in trenches], dtype=np.float64),
        "repair_h": np.asarray([rates.repair.value], dtype=np.float64),
        "hazards": np.asarray(list(known), dtype=np.str_) if known else np.zeros(0, dtype="<U1"),
        "hazard_per_year": np.asarray([each.per_year for each in hazards], dtype=np.float64),
        "hazard_repair_h": np.asarray([each.repair_h for each in hazards], dtype=np.float64),
        "hazard_takes": np.asarray([each.takes for each in hazards], dtype=np.float64),
        "hazard_crew": np.asarray([each.needs_crew for each in hazards], dtype=np.bool_),
        "hazard_offsets": np.cumsum([0, *(len(found) for found in members)], dtype=np.int64),
        "member_offsets": np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64),
        "member_links": np.concatenate([*rows, np.zeros(0, dtype=np.int64)]),
        "seasons": _seasons(ground),
    }


def _hazards(ground: Ground) -> Iterator[tuple[str, HazardSettings]]:
    settings, plant = ground.settings, ground.index.plant
    for group in plant.risk_groups:
        if group.rate is not None and group.rate > 0 and group.code not in settings.hazards:
            yield (
                group.code,
                HazardSettings(
                    per_year=group.rate,
                    repair_h=ground.rates.repair.value,
                    members=tuple(group.members),
                    needs_crew=group.kind.value != GroupKind.POWER.value,
                ),
            )
    yield from settings.hazards.items()


def _codes(index: CutIndex, hazard: HazardSettings) -> tuple[Code, ...]:
    found = dict.fromkeys(hazard.members)
    if hazard.circle:
        lon, lat, metres = hazard.circle
        found |= dict.fromkeys(in_circle(index.plant, (lon, lat), metres))
    return tuple(found)  # type: ignore[arg-type] # codes of the settings are texts until they are looked up


def _links(index: CutIndex, code: Code) -> Ints:
    """The links one member takes with it: a device or link its own, all else what runs through it."""
    plant, number = index.plant, index.link_number
    if code in plant.device:
        codes = [link.code for link in plant.links if code in {plant.interface[end].device for end in (link.a, link.b)}]
    elif code in plant.link:
        codes = [code]
    else:
        codes = list(index.links_of([code]))
    return np.asarray(sorted(number[link] for link in codes if link in number), dtype=np.int64)


def _seasons(ground: Ground) -> Array:
    """Rows of first day, last day (from 0, behind the end) and factor; they cover the year once."""
    season = ground.settings.digger_season
    if season is None:
        return np.asarray([[0.0, DAYS, 1.0]])
    rest = (1.0 - season.factor * season.share) / (1.0 - season.share) if season.share < 1 else 1.0
    rows = [(0, season.first_day - 1, rest), (season.first_day - 1, season.last_day, season.factor)]
    rows.append((season.last_day, DAYS, rest))
    return np.asarray([row for row in rows if row[0] < row[1]], dtype=np.float64)
