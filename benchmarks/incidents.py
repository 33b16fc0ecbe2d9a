"""How often the incident engine is right: random faults on an invented city, read badly and late.

``python -m benchmarks.incidents --scenarios 200 --seed 1 --json``

The engine knows the plant and the readings; what really happened stays in the scenario. A story's *answer* is the
incident that holds most of the evidence while it went on. Judged twice: ``live``, as it stood just before everything
was mended, and at its end, when uptimes have told whether a switch had lost its power. A cut is *seen* on the links it
alone takes and of which at least one end still reaches the collector. One seen on a single link counts as right when
called path loss on that link; so does an unplugged patch where a cut of that one link would look the same.

Live, a site that has one way may be dark by its power or by that way: no reading tells which before it answers again,
unless its last words came through (``--gasps``: the share of switches that send them). It is then told as "power
failure or cut off", and counts as right where one of these is true; ``cause_named_first_live`` counts the likelier of
the two alone, ``power_or_cut_left_open_live`` says how often it is left open.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from benchmarks.incident_scenarios import INTERVAL_S, STORIES, Story, make
from benchmarks.incident_world import World
from incidents.engine import Engine, State, What
from incidents.ground import Ground
from incidents.incident import Cause, Incident, Status
from incidents.notify import ChannelSettings, Memory, NotifySettings, due
from incidents.settings import IncidentSettings
from rainbow.kernel.secret import SecretRef
from simulator.city import generate
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code

SWITCHES = 60
PHONE = NotifySettings(channels={"phone": ChannelSettings(url=SecretRef(env="PHONE"))})
"""One that takes everything."""
QUIET_ROUNDS, AFTER_ROUNDS = 4, 8
LIVE_ROUNDS = 2
"""Polls a story must last to be judged while it goes on: a restart that is over before the second is not seen live."""
DAY_S = 86_400.0
AFTER_S = 300.0
"""What is found so long after a story is still about it: the uptime that tells of a restart is read twice."""
_RIGHT = {
    "cut": {Cause.CUT},
    "double_cut": {Cause.CUT},
    "power": {Cause.POWER},
    "reboot": {Cause.REBOOT},
    "patch": {Cause.PATCH, Cause.PATH},
    "module": {Cause.MODULE},
    "flapping": {Cause.FLAPPING},
    "maintenance": {Cause.MAINTENANCE},
    "collector": {Cause.COLLECTOR},
}
"""What counts as right; for a power cut that was over within the time of a restart see the engine's ``reboot_s``."""
_RIGHT_LIVE = {**_RIGHT, "reboot": {Cause.REBOOT, Cause.POWER}}
"""A switch that is off is off: whether it restarts is known when it is back."""


@dataclass(slots=True, kw_only=True)
class Told:
    """What came out of one story."""

    story: Story
    seen: dict[Code, frozenset[Code]]
    incidents: dict[int, Incident] = field(default_factory=dict)
    live: dict[int, Incident] = field(default_factory=dict)
    rounds: int = 0
    opened: list[tuple[float, int]] = field(default_factory=list)
    rung: set[int] = field(default_factory=set)
    false: int = 0
    quiet_device_days: float = 0.0


def tell(ground: Ground, kind: str, seed: int, gasps: float = 0.0) -> Told:
    """One story on a quiet city, from quiet to quiet."""
    rng = random.Random(seed)
    world = World(ground, rng, in_band=True)
    world.gasps = gasps
    settings = IncidentSettings(wrong_share=0.01)
    engine = Engine(ground=ground, settings=settings, interval_s=INTERVAL_S)
    story = make(kind, world, rng, start_s=QUIET_ROUNDS * INTERVAL_S)
    told = Told(story=story, seen={})
    memory = Memory()
    state, acts = State(), sorted(story.acts, key=lambda act: act[0])
    rounds = int(story.ends_s / INTERVAL_S) + AFTER_ROUNDS
    for number in range(rounds):
        begins_s, ends_s = number * INTERVAL_S, (number + 1) * INTERVAL_S
        while acts and acts[0][0] < begins_s:
            at_s, act = acts.pop(0)
            act(world, at_s)
        state, changes = engine.step(state, world.round(begins_s, ends_s), ends_s, story.windows)
        messages, memory = due(PHONE, state.incidents, memory, ends_s, interval_s=INTERVAL_S, settle_s=engine.settle_s)
        told.rung |= {item.incident.number for item in messages if item.incident.is_live}
        told.incidents.update({item.number: item for item in state.incidents})
        told.opened += [(ends_s, change.incident.number) for change in changes if change.what is What.OPENED]
        if story.begins_s < begins_s and ends_s <= story.ends_s:
            told.rounds += 1
            told.live = {item.number: item for item in state.incidents if item.is_live}
            told.seen = world.seen(story.codes)
    quiet_rounds = QUIET_ROUNDS + AFTER_ROUNDS - 5
    told.quiet_device_days = len(ground.plant.devices) * quiet_rounds * INTERVAL_S / DAY_S
    told.false = sum(at_s < story.begins_s or at_s > story.ends_s + AFTER_S for at_s, _number in told.opened)
    return told


def answer(told: Told, incidents: dict[int, Incident]) -> Incident | None:
    """The incident that stands for the story."""
    real = [item for item in incidents.values() if item.status is not Status.MERGED]
    during = [item for item in real if item.opened_s >= told.story.begins_s - INTERVAL_S]
    return max(during, key=lambda item: (len(item.links) + len(item.devices), -item.number), default=None)


def cause_is_right(told: Told, item: Incident | None, right: dict[str, set[Cause]]) -> bool:
    """Whether the cause is the true one, and where it is one link's, of that link."""
    if item is None:
        return False
    kind = told.story.kind
    if kind in {"cut", "double_cut"} and item.cause is not Cause.CUT:
        alone = [links for links in told.seen.values() if len(links) == 1]
        return item.cause in {Cause.PATH, Cause.PATCH} and frozenset(item.links) in alone
    if item.cause not in right[kind]:
        return False
    return kind not in {"patch", "flapping"} or bool(set(told.story.codes).intersection(item.links))


def is_left_open_rightly(told: Told, item: Incident | None, right: dict[str, set[Cause]]) -> bool:
    """Whether it is told as "power failure or cut off", and one of these two is true."""
    if item is None or item.doubt is None:
        return False
    ways = (replace(item, verdict=verdict) for verdict in (item.doubt.power, item.doubt.way))
    return any(cause_is_right(told, way, right) for way in ways)


def trenches_right(ground: Ground, told: Told, items: Sequence[Incident]) -> list[bool]:
    """For each cut trench seen on two links or more whether it is in what some incident says to dig at.

    Two trenches cut beside a handhole take what the handhole takes, and two may take just what a third one takes: no
    reading tells these apart, and what is named stands for both.
    """
    named = {code for item in items if (dig := item.dig) is not None for code in dig.codes}
    if told.story.kind == "double_cut":
        both = frozenset().union(*told.seen.values())
        if any(item.dig is not None and frozenset(item.links) == both for item in items):
            named |= told.seen.keys()
        sections = ground.plant.sections
        named |= {section.code for section in sections if {section.from_node, section.to_node} & named}
    return [code in named for code, links in told.seen.items() if len(links) > 1]


def more_incidents(told: Told, *, rung: bool) -> int:
    """Incidents beyond one for each event, all or those somebody was told of: two messages about the same thing."""
    events = 2 if told.story.kind == "double_cut" else 1
    own = [
        item
        for item in told.incidents.values()
        if told.story.begins_s <= item.opened_s <= told.story.ends_s + AFTER_S
        and (item.number in told.rung or not rung)
    ]
    return max(0, len(own) - events)


def quiet(ground: Ground, seed: int, device_days: float) -> tuple[float, int]:
    """Nothing happens for so long; how many incidents there were all the same."""
    world = World(ground, random.Random(seed), in_band=True)
    engine = Engine(ground=ground, settings=IncidentSettings(wrong_share=0.01), interval_s=INTERVAL_S)
    rounds = int(device_days * DAY_S / INTERVAL_S / len(ground.plant.devices))
    state, opened = State(), 0
    for number in range(rounds):
        ends_s = (number + 1) * INTERVAL_S
        state, changes = engine.step(state, world.round(number * INTERVAL_S, ends_s), ends_s)
        opened += sum(change.what is What.OPENED for change in changes)
    return rounds * INTERVAL_S / DAY_S * len(ground.plant.devices), opened


@dataclass(slots=True, kw_only=True)
class Score:
    """What is counted over all stories."""

    confusion: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    right: int = 0
    lasting: int = 0
    right_live: int = 0
    first_live: int = 0
    open_live: int = 0
    trench: list[bool] = field(default_factory=list)
    trench_live: list[bool] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)
    duplicates: int = 0
    beside: int = 0
    false: int = 0
    quiet_days: float = 0.0
    not_right: list[str] = field(default_factory=list)

    def count(self, number: int, ground: Ground, told: Told) -> None:
        """Add one story."""
        kind = told.story.kind
        final, live = answer(told, told.incidents), answer(told, told.live)
        good, good_live = cause_is_right(told, final, _RIGHT), cause_is_right(told, live, _RIGHT_LIVE)
        self.right += good
        lasts = told.rounds >= LIVE_ROUNDS
        self.lasting += lasts
        self.first_live += lasts and good_live
        self.open_live += lasts and live is not None and live.doubt is not None
        good_live = good_live or is_left_open_rightly(told, live, _RIGHT_LIVE)
        self.right_live += lasts and good_live
        self.confusion[kind][str(final.cause) if final else "nothing"] += 1
        self.duplicates += more_incidents(told, rung=True)
        self.beside += more_incidents(told, rung=False)
        self.false += told.false
        self.quiet_days += told.quiet_device_days
        if told.opened:
            self.delays_s.append(min(at_s for at_s, _number in told.opened) - told.story.begins_s)
        if kind in {"cut", "double_cut"}:
            found = trenches_right(ground, told, list(told.incidents.values()))
            self.trench += found
            self.trench_live += trenches_right(ground, told, list(told.live.values()))
            self.not_right += [] if all(found) else [f"{number}:{kind}:trench"]
        self.not_right += [] if good else [f"{number}:{kind}:{final.cause if final else '-'}"]
        self.not_right += [] if good_live or not lasts else [f"{number}:{kind}:live-{live.cause if live else '-'}"]
        self.not_right += [f"{number}:{kind}:more"] if more_incidents(told, rung=False) or told.false else []

    def document(self, scenarios: int) -> dict[str, object]:
        """The figures."""
        delays_s = sorted(self.delays_s) or [0.0]
        return {
            "scenarios": scenarios,
            "confusion": {kind: dict(row) for kind, row in sorted(self.confusion.items())},
            "cause_right": round(self.right / scenarios, 4),
            "cause_right_live": round(self.right_live / max(1, self.lasting), 4),
            "cause_named_first_live": round(self.first_live / max(1, self.lasting), 4),
            "power_or_cut_left_open_live": round(self.open_live / max(1, self.lasting), 4),
            "scenarios_judged_live": self.lasting,
            "trench_right": _share(self.trench),
            "trench_right_live": _share(self.trench_live),
            "cuts_on_two_links_or_more": len(self.trench),
            "duplicates": self.duplicates,
            "incidents_too_many": self.beside,
            "false_per_1000_quiet_device_days": round(self.false / max(self.quiet_days, 1e-9) * 1000, 3),
            "quiet_device_days": round(self.quiet_days, 1),
            "false_incidents": self.false,
            "seconds_to_incident": {
                "median": round(delays_s[len(delays_s) // 2], 1),
                "worst": round(delays_s[-1], 1),
            },
            "not_right": self.not_right,
        }


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / max(1, len(found)), 4)


def run(scenarios: int, seed: int, device_days: float, gasps: float = 0.0) -> dict[str, object]:
    """All stories and the quiet days, as one document."""
    began_s = time.process_time()
    rng = random.Random(seed)
    grounds = [Ground(CutIndex.of(generate(seed * 100 + number, SWITCHES).plant)) for number in range(4)]
    score = Score()
    for number in range(scenarios):
        ground = rng.choice(grounds)
        score.count(number, ground, tell(ground, STORIES[number % len(STORIES)], seed * 1_000_003 + number, gasps))
    days, false = quiet(grounds[0], seed, device_days)
    score.quiet_days += days
    score.false += false
    return {**score.document(scenarios), "cpu_s": round(time.process_time() - began_s, 1)}


def main(argv: Sequence[str] | None = None) -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incidents", description=__doc__)
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet-device-days", type=float, default=600.0)
    parser.add_argument("--gasps", type=float, default=0.0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    found = run(chosen.scenarios, chosen.seed, chosen.quiet_device_days, chosen.gasps)
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:34} {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
