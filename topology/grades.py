"""How separate two ways of a site are, from 0 to 5, with the worst stretch and what it costs in minutes a year.

====  ================================================================================================================
 0    one way only, or both run through the same cable or duct
 1    through the same trench, or somewhere less than 3 m apart; a crossing and a shared chamber are such places
 2    less than 20 m apart somewhere, as the two sides of one street are
 3    20 m or more apart everywhere, and so through different chambers
 4    and into each building by entries of their own on different sides, with no bridge, tunnel, power supply or flood
      zone in common that is known (``risk_groups.csv``)
 5    and 100 m or more apart but for 50 m round the buildings
====  ================================================================================================================

The scale is this software's own, after the distances of TIA-942 (20 m between routes) and of operators' separation
products; no German law fixes one. The last 20 m before a building are judged by its entries, and 20 m before it the
ways are 20 m apart, so they arrive on different sides. Drawings are a metre off in places: less than 3 m is not
separate whatever the map says. A drawn straight line of more than 500 m is a sketch, and not measured: with one in it,
or a cable of unknown route, a grade is the best that could be and not proven.

What the common part costs: cuts a year of the trenches both ways pass, and for those beside each other at ``d`` metres
the share exp(-d / 1.5 m) of cuts that take both (engineering judgement), times the time to repair. Beside a shared
trench what lies beside each other is small, and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from rainbow.kernel.texts import N_
from topology.apart import STEP_M, Drawing, apart
from topology.entries import SKETCH_M
from topology.graph import GroupKind
from topology.rates import MINUTES_PER_YEAR
from topology.way_pairs import way_pairs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant
    from topology.apart import Apart, Floats
    from topology.cut_index import CutIndex
    from topology.rates import Rates
    from topology.way_pairs import WayPair

    Sides = tuple[list[Code], list[Code]]

SAME_M, STREET_M, FAR_M = 3.0, 20.0, 100.0
END_M, FAR_END_M = 20.0, 50.0
"""Round the buildings, where two ways cannot but come together: for all grades, and for the last."""
TOGETHER_M = 1.5
"""Two trenches that lie so far apart share 1/e of their cuts."""


class Grade(IntEnum):
    """How separate two ways are."""

    CABLE = 0
    TRENCH = 1
    STREET = 2
    APART = 3
    ENTRIES = 4
    FAR = 5


GRADE_TITLES = {
    Grade.CABLE: N_("one way only, or one cable or duct"),
    Grade.TRENCH: N_("same trench, or less than 3 m apart"),
    Grade.STREET: N_("same street, less than 20 m apart"),
    Grade.APART: N_("20 m or more apart everywhere"),
    Grade.ENTRIES: N_("and separate entries, nothing known in common"),
    Grade.FAR: N_("and 100 m or more apart"),
}


class Common(IntEnum):
    """What makes the worst stretch what it is."""

    NOTHING = 0
    ONE_WAY = 1
    CABLE = 2
    TRENCH = 3
    NEAR = 4
    ENTRY = 5
    RISK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The grade of a site's two best ways and why it is no better.

    ``things`` are what both share: cables, trenches, an entry, a risk group; where they lie beside each other, a
    section of either. ``common_m`` metres of the worst stretch; ``apart_m`` how near they come there, None where they
    share or have no drawing; ``minutes`` a year that all they have in common takes both of them. ``is_proven``: every
    route is documented, and drawn. ``is_best``: no two ways share fewer metres of trench.
    """

    site: Code
    grade: Grade
    why: Common
    things: tuple[Code, ...]
    common_m: float
    apart_m: float | None
    minutes: float
    is_proven: bool
    is_best: bool
    first: tuple[Code, ...]
    second: tuple[Code, ...]


def grades(index: CutIndex, sites: Collection[Code], rates: Rates) -> dict[Code, Graded]:
    """The grades of these sites; those without any way to a hub are absent. Cost: a search for shortest ways each."""
    drawing = Drawing(index.plant)
    return {pair.site: grade_of(index, drawing, pair, rates) for pair in way_pairs(index, sites)}


def grade_of(index: CutIndex, drawing: Drawing, pair: WayPair, rates: Rates) -> Graded:
    """The grade of two ways. Cost: metres of the one times bends of the other."""
    plant = index.plant
    one, other = (_sections(index, links) for links in (pair.first, pair.second))
    shared = tuple(code for code in one if code in set(other))
    mute = {*shared, *(code for code in (*one, *other) if _is_sketch(plant, code))}
    sides = [code for code in one if code not in mute], [code for code in other if code not in mute]
    events = sum(rates.per_year(plant.section[code]) for code in (shared if pair.second else one))
    worst = _shared(index, pair, shared)
    if worst is None:
        beside = apart(drawing, *sides, _ends(index, pair), zone_m=END_M)
        worst = _beside(beside, sides) or _best(index, drawing, pair, sides)
        events += _taking_both(plant, sides[0], beside, rates)
    links = (*pair.first, *pair.second)
    proven = all(index.graph.edges[edge]["proven"] for edge in _edges(index, links))
    return Graded(
        site=pair.site,
        grade=worst.grade,
        why=worst.why,
        things=worst.things,
        common_m=worst.metres,
        apart_m=worst.apart_m,
        minutes=rates.down(events) * MINUTES_PER_YEAR,
        is_proven=proven and not any(_is_sketch(plant, code) for code in (*one, *other)),
        is_best=pair.is_best,
        first=pair.first,
        second=pair.second,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worst:
    grade: Grade
    why: Common
    things: tuple[Code, ...] = ()
    metres: float = 0.0
    apart_m: float | None = None


def _shared(index: CutIndex, pair: WayPair, shared: Sequence[Code]) -> _Worst | None:
    """One way only, or things that both pass."""
    plant = index.plant
    if not pair.second:
        one = _sections(index, pair.first)
        return _Worst(grade=Grade.CABLE, why=Common.ONE_WAY, metres=_metres(plant, one))
    cables = _common(index, pair, GroupKind.CABLE) + _common(index, pair, GroupKind.DUCT)
    if cables:
        return _Worst(grade=Grade.CABLE, why=Common.CABLE, things=cables, metres=_metres(plant, shared))
    if shared:
        return _Worst(grade=Grade.TRENCH, why=Common.TRENCH, things=tuple(shared), metres=_metres(plant, shared))
    return None


def _beside(beside: Apart, sides: Sides) -> _Worst | None:
    """Too near each other somewhere."""
    for limit, grade in ((SAME_M, Grade.TRENCH), (STREET_M, Grade.STREET)):
        if (beside.distance < limit).any():
            return _near(grade, beside, limit, sides)
    return None


def _best(index: CutIndex, drawing: Drawing, pair: WayPair, sides: Sides) -> _Worst:
    """Apart everywhere: is there an entry or a known risk in common, and are they far apart?"""
    entries = _common(index, pair, GroupKind.ENTRY)
    if entries:
        return _Worst(grade=Grade.APART, why=Common.ENTRY, things=entries)
    own = _of_buildings(index, pair)
    kinds = (GroupKind.CROSSING, GroupKind.POWER, GroupKind.OTHER, GroupKind.CORRIDOR)
    risks = tuple(code for kind in kinds for code in _common(index, pair, kind) if code not in own)
    if risks:
        return _Worst(grade=Grade.APART, why=Common.RISK, things=risks)
    beside = apart(drawing, *sides, _ends(index, pair), zone_m=FAR_END_M + STEP_M / 2)
    if (beside.distance < FAR_M).any():
        return _near(Grade.ENTRIES, beside, FAR_M, sides)
    return _Worst(grade=Grade.FAR, why=Common.NOTHING)


def _near(grade: Grade, beside: Apart, limit_m: float, sides: Sides) -> _Worst:
    at = int(beside.distance.argmin())
    return _Worst(
        grade=grade,
        why=Common.NEAR,
        things=(sides[0][beside.section[at]], sides[1][beside.nearest[at]]),
        metres=float(beside.metres[beside.distance < limit_m].sum()),
        apart_m=float(beside.distance[at]),
    )


def _ends(index: CutIndex, pair: WayPair) -> list[LonLat]:
    return [index.plant.nodes[code].point for code in (pair.site, *pair.hubs)]


def _sections(index: CutIndex, links: Sequence[Code]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(code for link in links for code in index.groups_of_link[link][GroupKind.TRENCH]))


def _common(index: CutIndex, pair: WayPair, kind: GroupKind) -> tuple[Code, ...]:
    """Groups of a kind that both ways pass."""
    one, other = (
        dict.fromkeys(code for link in links for code in index.groups_of_link[link][kind])
        for links in (pair.first, pair.second)
    )
    return tuple(code for code in one if code in other)


def _of_buildings(index: CutIndex, pair: WayPair) -> set[Code]:
    """Risks of the site and the hubs themselves: no second way avoids them."""
    own: set[Code] = {pair.site, *pair.hubs}
    own |= {device.code for node in tuple(own) for device in index.plant.devices_at.get(node, ())}
    return {code for thing in own for _kind, code in index.risk_groups.of_thing.get(thing, ())}


def _taking_both(plant: Plant, mine: Sequence[Code], beside: Apart, rates: Rates) -> float:
    """Cuts a year beside the other way that take both."""
    if not mine:
        return 0.0
    rate = np.asarray([rates.per_year(plant.section[code]) / max(plant.section[code].length_m, 1e-9) for code in mine])
    both: Floats = np.exp(-beside.distance / TOGETHER_M)
    return float((rate[beside.section] * beside.metres * both).sum())


def _metres(plant: Plant, sections: Sequence[Code]) -> float:
    return sum(plant.section[code].length_m for code in sections)


def _is_sketch(plant: Plant, code: Code) -> bool:
    section = plant.section[code]
    return len(set(section.line)) < 2 or section.length_m > SKETCH_M * (len(section.line) - 1)  # noqa: PLR2004 - a line


def _edges(index: CutIndex, links: Sequence[Code]) -> list[tuple[Code, Code, Code]]:
    codes = index.net.codes
    numbers = [index.link_number[link] for link in links]
    return [(codes[index.net.near[n]], codes[index.net.far[n]], index.net.links[n]) for n in numbers]
