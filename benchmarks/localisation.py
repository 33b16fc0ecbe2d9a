"""How often a snapshot of link states, read badly, leads to the trench that was cut.

``python -m benchmarks.localisation --switches 2000 --cuts 10000 --json``

Trenches of an invented city are cut by the metre. 5 % of the readings are missing, 1 % wrong; one snapshot has to do.
Judged are single cuts that show on two links or more, those that show on one, where the answer has to be that link's
path and no trench may be named with confidence, and pairs of cuts that each show on two links of their own. ``--light``
gives the receivers of both ends as well, read as badly as the states.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.city import generate
from topology.cut_index import CutIndex
from topology.diagnosis import Diagnostician
from topology.graph import GroupKind
from topology.rates import rates_of
from topology.receivers import Sight
from topology.settings import TopologySettings
from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code
    from topology.diagnosis import Diagnosis

MISSING, WRONG = 0.05, 0.01
SURE, CONFIDENT = 0.9, 0.5
"""An answer said with so much probability is held to it; a trench named with so much is named with confidence."""


@dataclass(slots=True, kw_only=True)
class Singles:
    """What became of single cuts: ``places`` of the right trench, ``sure`` answers and those of them that were right.

    ``lone`` cuts showed on one link: ``bold`` answers named a trench for them, ``paths`` that very link first.
    """

    places: list[int] = field(default_factory=list)
    sure: int = 0
    right: int = 0
    lone: int = 0
    bold: int = 0
    paths: int = 0
    seconds: list[float] = field(default_factory=list)

    def share(self, among: int) -> float:
        """How often the right trench was among the first so many."""
        return sum(place < among for place in self.places) / max(len(self.places), 1)

    @property
    def p99_s(self) -> float:
        """The wall time that 99 of 100 answers took less than."""
        return sorted(self.seconds)[int(0.99 * len(self.seconds))]


class Snapshots:
    """A city, its cuts, and what a collector with gaps and errors sees of them."""

    def __init__(self, switches: int, *, light: bool, seed: int = 1) -> None:
        self.index = CutIndex.of(generate(2, switches).plant)
        self.made = Diagnostician(index=self.index, rates=rates_of(TopologySettings()), wrong=WRONG)
        self._light = light
        self._chance = random.Random(seed)
        codes = self.index.net.groups[GroupKind.TRENCH].codes
        self.takes = {code: frozenset(self.index.members(GroupKind.TRENCH, code)) for code in codes}
        self._used = [code for code, links in self.takes.items() if links]
        self._lengths = [self.index.plant.section[code].length_m for code in self._used]
        link = self.index.plant.link
        self._ends = {code: (link[code].a, link[code].b) for code in self.index.net.links}

    def cut(self) -> Code:
        """A trench, the longer the likelier."""
        return self._chance.choices(self._used, weights=self._lengths)[0]

    def answer(self, fallen: Collection[Code]) -> tuple[Diagnosis, float, set[Code]]:
        """What is made of these links being down, in how many seconds, and on which of them that shows."""
        states = {link: state for link in self._ends if (state := self._state(link in fallen)) is not LinkState.UNKNOWN}
        told = {link for link in fallen if states.get(link) is LinkState.DOWN}
        light: dict[Code, Sight] = {}
        for link, ends in self._ends.items() if self._light else ():
            seen = {end: sight for end in ends if (sight := self._sight(link in fallen)) is not None}
            light |= seen
            if link in fallen and Sight.DARK in seen.values():
                told.add(link)
        start = time.perf_counter()
        found = self.made.diagnose(states, light=light)
        taken = time.perf_counter() - start
        return found, taken, told

    def _state(self, down: bool) -> LinkState:  # noqa: FBT001 - what there is to read
        if self._chance.random() < MISSING:
            return LinkState.UNKNOWN
        return LinkState.DOWN if down != (self._chance.random() < WRONG) else LinkState.UP

    def _sight(self, dark: bool) -> Sight | None:  # noqa: FBT001 - what there is to read
        if self._chance.random() < MISSING:
            return None
        return Sight.DARK if dark != (self._chance.random() < WRONG) else Sight.LIT


def singles(city: Snapshots, cuts: int) -> Singles:
    """Cut one trench after the other."""
    told = Singles()
    for _ in range(cuts):
        code = city.cut()
        found, seconds, shown = city.answer(city.takes[code])
        told.seconds.append(seconds)
        best = found.causes[0] if found.causes else None
        if best is None or not shown:
            continue
        if len(shown) == 1:
            told.lone += 1
            told.bold += best.path is None and best.probability >= CONFIDENT
            told.paths += best.path in shown
            continue
        places = [place for place, cause in enumerate(found.causes) if code in cause.trenches]
        told.places.append(places[0] if places else len(found.causes) + len(city.takes))
        if best.probability >= SURE:
            told.sure += 1
            told.right += told.places[-1] == 0
    return told


def doubles(city: Snapshots, cuts: int) -> tuple[int, int]:
    """Cut two trenches at a time: how many pairs were asked about, and how often both were named."""
    asked = both = 0
    for _ in range(cuts):
        one, other = city.cut(), city.cut()
        found, _seconds, shown = city.answer(city.takes[one] | city.takes[other])
        if min(len(shown & city.takes[one] - city.takes[other]), len(shown & city.takes[other] - city.takes[one])) > 1:
            asked += 1
            both += {one, other} <= {code for event in found.events for code in event.trenches}
    return asked, both


def run(switches: int, cuts: int, *, light: bool) -> dict[str, object]:
    """All figures."""
    city = Snapshots(switches, light=light)
    told = singles(city, cuts)
    asked, both = doubles(city, cuts // 5)
    return {
        "switches": switches,
        "light": light,
        "single_cuts": len(told.places),
        "first": round(told.share(1), 4),
        "among_three": round(told.share(3), 4),
        "sure": told.sure,
        "sure_and_right": round(told.right / max(told.sure, 1), 4),
        "on_one_link": told.lone,
        "trench_with_confidence": told.bold,
        "that_link_first": told.paths,
        "double_cuts": asked,
        "both_named": round(both / max(asked, 1), 4),
        "p99_ms": round(told.p99_s * 1e3, 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=2_000)
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--light", action="store_true", help="with what the receivers see")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = run(chosen.switches, chosen.cuts, light=chosen.light)
    print(json.dumps(found, indent=None if chosen.json else 2))


if __name__ == "__main__":
    main()
