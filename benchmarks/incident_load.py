"""What judging costs: a storm of 2,000 links at once, and a quiet city of 2,000 switches, in processor time.

``python -m benchmarks.incident_load --switches 2000 --links 2000 --json``

The storm cuts the trenches with most links until so many are down, all heard within one round: over the city's own
links, where most of it is then out of reach, and over a management network of its own, where every end tells. Its
result is checked: every dark link that anybody is heard to know of belongs to an incident, and it is counted how many
of the cuts name a trench that was cut. Quiet rounds are read as badly as in ``benchmarks.incidents`` and go the whole
way: samples in, engine, the file on disk. Processor time is that of this process alone, which looks for cycles of
objects as seldom as a collector does.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.incident_world import World, samples_of
from collectors.memory import spare_garbage_collection
from incidents.engine import Engine, State
from incidents.feed import Feed
from incidents.ground import Ground
from incidents.incident import Cause
from incidents.journal import Journal
from incidents.notify import NotifySettings
from incidents.settings import IncidentSettings
from incidents.watch import Watch
from rainbow.kernel.samples import UnixNs
from simulator.city import generate
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code
    from rainbow.kernel.samples import Record

INTERVAL_S = 60.0
_NS = 1e9
_STORM_ROUNDS = 3


class _Sieve:
    """A store that keeps nothing: its cost is not the engine's."""

    def write(self, samples: Sequence[Record]) -> None:
        """Take them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One storm: rounds in seconds of processor time, the first is that in which it broke out."""

    trenches: int
    links: int
    seconds: tuple[float, ...]
    incidents: int
    unexplained: int
    right: float


def storm(ground: Ground, links: int, *, in_band: bool) -> Storm:
    """Cut so many links in one moment and judge them."""
    world = World(ground, random.Random(5), in_band=in_band, spoilt=False)
    engine = Engine(ground=ground, settings=IncidentSettings(in_band=in_band), interval_s=INTERVAL_S)
    state, now_s = State(), 0.0
    for _round in range(2):
        state, _changes = engine.step(state, world.round(now_s, now_s + INTERVAL_S), now_s + INTERVAL_S)
        now_s += INTERVAL_S
    cut = _widest(ground, links)
    world.truth.cuts |= cut
    seconds = []
    for _round in range(_STORM_ROUNDS):
        heard = world.round(now_s, now_s + INTERVAL_S)
        now_s += INTERVAL_S
        began_s = time.process_time()
        state, _changes = engine.step(state, heard, now_s)
        seconds.append(round(time.process_time() - began_s, 3))
    dark = {link for trench in cut for link in ground.plant.links_in[trench]}
    seen = {link for link in dark if any(end in state.beliefs.ports for end in ground.ends[link])}
    live = [item for item in state.incidents if item.is_live]
    cuts = [item for item in live if item.cause is Cause.CUT]
    return Storm(
        trenches=len(cut),
        links=len(dark),
        seconds=tuple(seconds),
        incidents=len(live),
        unexplained=len(seen.difference(*(item.links for item in live))),
        right=round(sum(not cut.isdisjoint(item.verdict.codes) for item in cuts) / max(1, len(cuts)), 3),
    )


def _widest(ground: Ground, links: int) -> set[Code]:
    held = ground.plant.links_in
    chosen: set[Code] = set()
    dark: set[Code] = set()
    for code in sorted(held, key=lambda code: (-len(held[code]), code)):
        if len(dark) >= links:
            break
        if not dark.issuperset(held[code]):
            chosen.add(code)
            dark.update(held[code])
    return chosen


def quiet_share(ground: Ground, rounds: int) -> float:
    """Share of one core that a quiet city takes, the median of some rounds."""
    world, sieve = World(ground, random.Random(1), in_band=True), _Sieve()
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        watch = Watch(
            engine=Engine(ground=ground, settings=IncidentSettings(wrong_share=0.01), interval_s=INTERVAL_S),
            feed=Feed(ground.plant, sieve),
            journal=Journal(Path(folder) / "incidents.sqlite"),
            writer=sieve,
            notify=NotifySettings(),
            sender=None,
            language="en",
        )
        for number in range(rounds):
            heard = world.round(number * INTERVAL_S, (number + 1) * INTERVAL_S)
            samples = [sample for item in heard for sample in samples_of(ground.plant, item)]
            began_s = time.process_time()
            watch.feed.write(samples)
            watch.step(UnixNs(int((number + 1) * INTERVAL_S * _NS)))
            seconds.append(time.process_time() - began_s)
    return median(seconds[1:]) / INTERVAL_S


def run(switches: int, links: int) -> dict[str, object]:
    """All figures as one document."""
    ground = Ground(CutIndex.of(generate(3, switches).plant))
    ground.prepare()
    spare_garbage_collection()
    found: dict[str, object] = {"switches": switches, "links_of_the_city": len(ground.ends)}
    for name, in_band in (("storm_in_band", True), ("storm_own_network", False)):
        made = storm(ground, links, in_band=in_band)
        found[name] = {
            "trenches": made.trenches,
            "links": made.links,
            "cpu_s": list(made.seconds),
            "incidents": made.incidents,
            "links_unexplained": made.unexplained,
            "cuts_right": made.right,
        }
    found["quiet_share_of_a_core"] = round(quiet_share(ground, 12), 5)
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incident_load", description=__doc__)
    parser.add_argument("--switches", type=int, default=2000)
    parser.add_argument("--links", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    found = run(chosen.switches, chosen.links)
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:28} {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
