"""How soon rising loss is found, how well it is placed, how often nothing is: simulated years.

``python -m benchmarks.degradation --years 12 --seed 1 --json``

``--years`` fault-free years count false findings; as many faults of each kind and extent measure days to the finding,
counted from the first day that loses more, the place named first then, and what is said of its cause 60 days later.
A step is told from a trend two days late, which is in the figures.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.degradation_year import DAYS, Fault, Network, Year, network, year
from incidents.fading.detector import Detector, Rise, candidates
from incidents.fading.fade import fades
from incidents.fading.nature import Fit, Laser, Nature

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from incidents.fading.ways import Way
    from inventory.entities import Code

FROM_DAY = 120
PATIENCE = {0.02: 60, 0.005: 160}
"""Days after which a rise counts as not found."""
CAUSE_DAYS = 60
TRUE = {"bend": Nature.BEND, "dirt": Nature.DIRT, "laser": Nature.LASER}
SHARED = {"1 link": (1, 1), "3-5 links": (3, 5), "8-12 links": (8, 12)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A rise as it was told first on a day."""

    day: int
    rise: Rise


def told(net: Network, made: Year, last_day: int) -> Iterator[Seen]:
    """What is told day by day; a rise that goes on is told once."""
    detector = Detector(candidates(net.ways, net.codes_by_links))
    live: list[set[object]] = []
    for day in range(last_day):
        losses = zip(net.ways, made.loss_db[day], strict=True)
        detector.add({way: float(loss) for way, loss in losses if not math.isnan(loss)})
        live = yield from _told_now(detector.rises(), live, day)


def _told_now(rises: Sequence[Rise], live: list[set[object]], day: int) -> Generator[Seen, None, list[set[object]]]:
    """As an incident would be: told when its place is clear, then followed."""
    going_on = []
    for rise in rises:
        is_known = any(held.intersection(rise.candidate.ways) for held in live)
        if is_known or rise.is_clear:
            going_on.append(set[object](rise.candidate.ways))
        if rise.is_clear and not is_known:
            yield Seen(day=day, rise=rise)
    return going_on


def false_findings(years: int, seed: int) -> list[str]:
    """All that is told in years without a fault."""
    nets = [network(random.Random(f"{seed}/{number}")) for number in range(years)]
    return [
        f"{number}:{seen.day}:{seen.rise.candidate.extent}"
        for number, net in enumerate(nets)
        for seen in told(net, year(net, seed * 7919 + number), DAYS)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one fault: days until it was told, None if never; whether the right place was named first."""

    days: int | None
    placed: bool
    among: bool


def one(seed: int, slope_db: float, least: int, most: int) -> Outcome:
    """A section that begins to lose more, in a network that has one shared by so many links."""
    rng = random.Random(seed)
    while True:
        net = network(rng)
        fitting = [number for number, links in enumerate(net.members) if least <= len(links) <= most]
        if fitting:
            break
    section = rng.choice(fitting)
    made = year(net, seed, Fault(nature="dirt", section=section, from_day=FROM_DAY, slope_db=slope_db))
    links = net.members[section]
    for seen in told(net, made, FROM_DAY + PATIENCE[slope_db]):
        if seen.day >= FROM_DAY and any(way.link in links for way in seen.rise.candidate.ways):
            right = _is_place(seen.rise.candidate.ways, links)
            among = right or any(_is_place(other.ways, links) for other, _share in seen.rise.others)
            return Outcome(days=seen.day - FROM_DAY + 1, placed=right, among=among)
    return Outcome(days=None, placed=False, among=False)


def _is_place(ways: Sequence[Way], links: frozenset[Code]) -> bool:
    """Whether these are both ways of just these links."""
    return {way.link for way in ways} == links and len(ways) == 2 * len(links)


def cell(count: int, seed: int, slope_db: float, name: str) -> dict[str, object]:
    """Some faults of one slope and extent."""
    found = [one(seed * 104_729 + number, slope_db, *SHARED[name]) for number in range(count)]
    days = sorted(item.days if item.days is not None else math.inf for item in found)
    return {
        "slope_db_a_day": slope_db,
        "shared_by": name,
        "found": round(sum(day < math.inf for day in days) / count, 3),
        "days_median": _number(median(days)),
        "days_p90": _number(days[min(count - 1, math.ceil(0.9 * count) - 1)]),
        "placed_first": round(sum(item.placed for item in found) / count, 3),
        "placed_among_named": round(sum(item.among for item in found) / count, 3),
    }


def causes(count: int, seed: int) -> dict[str, dict[str, int]]:
    """What is said of the cause ``CAUSE_DAYS`` after a bend, dirt and a laser began, on links of two wavelengths.

    ``told``: the true cause fits; ``open``: it cannot be told; ``wrong``: it contradicts, or another fits alone.
    """
    found = {}
    for name, true in TRUE.items():
        words = Counter(_said(seed * 15_485_863 + number, name, true) for number in range(count))
        found[name] = dict(sorted(words.items()))
    return found


def _said(seed: int, name: str, true: Nature) -> str:
    rng = random.Random(seed)
    net = network(rng)
    section = rng.choice([number for number, links in enumerate(net.members) if _tells(net, links)])
    made = year(net, seed, Fault(nature=name, section=section, from_day=FROM_DAY, slope_db=0.03))
    detector = Detector(candidates(net.ways, net.codes_by_links))
    for day in range(FROM_DAY + CAUSE_DAYS):
        losses = zip(net.ways, made.loss_db[day], strict=True)
        detector.add({way: float(loss) for way, loss in losses if not math.isnan(loss)})
    columns = zip(net.ways, made.sent_dbm[: FROM_DAY + CAUSE_DAYS].T.tolist(), strict=True)
    told_fades = fades(detector, {way.sender: Laser(sent_dbm=sent) for way, sent in columns}, 0.0)
    own = next((item for item in told_fades if net.members[section].intersection(item.links)), None)
    if own is None:
        return "nothing"
    fits = [nature for nature, fit in own.natures.items() if fit is Fit.FITS]
    if own.natures[true] is Fit.CONTRADICTS or (fits and true not in fits):
        return "wrong"
    return "told" if true in fits else "open"


def _tells(net: Network, links: frozenset[Code]) -> bool:
    """Whether a link of two wavelengths runs there."""
    return len({(way.link, way.wavelength_nm) for way in net.ways if way.link in links}) > len(links)


def _number(days: float) -> float | None:
    return days if days < math.inf else None


def run(years: int, seed: int) -> dict[str, object]:
    """All figures as one document."""
    false = false_findings(years, seed)
    return {
        "years": years,
        "false_findings": len(false),
        "false_a_year": round(len(false) / years * 365 / DAYS, 3),
        "false_where": false,
        "causes": causes(years, seed),
        "cells": [cell(years, seed, slope_db, name) for slope_db in PATIENCE for name in SHARED],
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.degradation", description=__doc__)
    parser.add_argument("--years", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    found = run(chosen.years, chosen.seed)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    print(f"false findings a year: {found['false_a_year']}\ncauses: {found['causes']}")
    cells = found["cells"]
    assert isinstance(cells, list)
    for row in cells:
        print("  ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
