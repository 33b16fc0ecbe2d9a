"""From suspicions to findings: the fewest, likeliest events that explain what is bad. Pure.

Greedy: the best hypothesis is taken, what it explains is taken away, and the next must pay its own prior. So forty dark
links of one trench are one cut, and a switch that is only unreachable behind it is no finding of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incidents.evidence import Onset, Witnesses, clusters, silent_devices, suspected_links
from incidents.hypotheses import Hypothesis, Thinker
from incidents.incident import Cause, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from incidents.beliefs import Beliefs
    from incidents.evidence import Cluster, Suspect
    from incidents.ground import Ground
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

SURE_NATS = 3.0
"""Odds from which on an event is believed: twenty to one."""
LATE_INTERVALS = 2.0
"""Polls by which one event's links may seem to go after one another."""
_ALTERNATIVES = 4
_CONSIDERED = 30
_WORSE_NATS = 25.0
_FEW_EVENTS, _FEW_LINKS, _TRIED = 4, 200, 6
"""Ways are compared for so many events, links and first choices: a storm has to be judged at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One event taken, out of these."""

    best: Hypothesis
    ranked: Sequence[Hypothesis]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An event that is believed, with what explains it otherwise; ``down`` are all links it takes, heard or not."""

    verdict: Verdict
    alternatives: tuple[Verdict, ...]
    onset: Onset
    links: frozenset[Code]
    devices: frozenset[Code]
    down: frozenset[Code] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is looked at: all beliefs, but for links and devices that another event explains already."""

    beliefs: Beliefs
    ground: Ground
    settings: IncidentSettings
    interval_s: float

    def findings(self, *, but_links: Collection[Code], but_devices: Collection[Code]) -> list[Finding]:
        """The events believed. Cost: linear in the groups of the suspected links, times the number of events."""
        suspected = suspected_links(self.beliefs, self.ground)
        links = [item for code, item in suspected.items() if code not in but_links]
        silent = [item for code, item in silent_devices(self.beliefs).items() if code not in but_devices]
        down = set(but_links)
        explained: set[Code] = set()
        found: list[Finding] = []
        for cluster in clusters(links, silent, self.interval_s):
            thinker = self._thinker(cluster, suspected.keys() - cluster.links)
            for finding in self._explain(thinker, cluster, down, explained):
                finding = self._with_stragglers(finding, suspected)  # noqa: PLW2901 - the same with more links
                down |= finding.links
                explained |= self.beliefs.silent.keys() if is_blind(finding.verdict) else finding.devices
                found.append(finding)
        return found

    def _with_stragglers(self, finding: Finding, suspected: Mapping[Code, Suspect]) -> Finding:
        """With links it takes that seem to have gone at other times: a wrong reading is likelier than another fault."""
        late = {
            link
            for link in finding.down
            if link in suspected and finding.onset.reaches(suspected[link].onset, LATE_INTERVALS * self.interval_s)
        }
        return replace(finding, links=finding.links | late)

    def _thinker(self, cluster: Cluster, elsewhere: Collection[Code]) -> Thinker:
        """What thinks about one time: links that went bad at another one say nothing."""
        witnesses = Witnesses(self.beliefs, self.ground, self.settings, cluster.onset, elsewhere)
        return Thinker(self.ground, witnesses, in_band=self.settings.in_band)

    def _explain(
        self, thinker: Thinker, cluster: Cluster, down: Collection[Code], explained: Collection[Code]
    ) -> list[Finding]:
        """The best of some greedy ways: the first cut that explains most is not always part of the best pair."""
        links, devices = cluster.links.difference(down), cluster.devices.difference(explained)
        plain = self._greedy(thinker, links, devices, down, ())
        best = plain
        if 1 < len(plain) <= _FEW_EVENTS and len(links) <= _FEW_LINKS:
            rivals = [item for item in plain[0].ranked[1:_TRIED] if item.cause is Cause.CUT and len(item.links) > 1]
            for first in rivals:
                best = max(
                    best,
                    self._greedy(thinker, links, devices, down, (first,)),
                    key=lambda ways: sum(w.best.score for w in ways),
                )
        return [_finding(choice.best, choice.ranked, cluster.onset) for choice in best]

    def _greedy(
        self,
        thinker: Thinker,
        links: Collection[Code],
        devices: Collection[Code],
        down: Collection[Code],
        first: Sequence[Hypothesis],
    ) -> list[_Choice]:
        left, silent, taken = set(links), set(devices), set(down)
        found: list[_Choice] = []
        while left or silent:
            silent -= self._behind(taken) if taken else set()
            ranked = thinker.all(left, silent, taken)
            best = first[len(found)] if len(found) < len(first) else next(iter(ranked), None)
            if best is None or best.score <= SURE_NATS or thinker.is_early(best):
                break
            found.append(_Choice(best=best, ranked=ranked))
            left -= best.links
            silent -= silent if is_blind(best) else best.devices
            taken |= best.down if best.cause in {Cause.CUT, Cause.POWER} else best.links
            if not best.links and not best.devices:
                break
        return found

    def _behind(self, down: Collection[Code]) -> set[Code]:
        return self.ground.devices_at(self.ground.lost(down)) if self.settings.in_band else set()


def is_blind(item: Hypothesis | Verdict) -> bool:
    """Whether the collector hears nobody at all: then no silence tells anything."""
    return item.cause is Cause.COLLECTOR and not item.codes


def _finding(best: Hypothesis, ranked: Sequence[Hypothesis], onset: Onset) -> Finding:
    rivals = [item for item in ranked[:_CONSIDERED] if _rivals(item, best) and item.score > best.score - _WORSE_NATS]
    weights = [math.exp(max(item.score, -700.0) - best.score) for item in rivals]
    total = sum(weights) + math.exp(min(0.0, -best.score))
    verdicts = [
        Verdict(cause=item.cause, codes=item.codes, score=item.score, share=weight / total)
        for item, weight in zip(rivals, weights, strict=True)
    ]
    cut = [item for item in verdicts[1:] if item.cause is Cause.CUT][:1]
    others = verdicts[1 : _ALTERNATIVES + 1]
    return Finding(
        verdict=verdicts[0],
        alternatives=(*others, *(item for item in cut if item not in others)),
        onset=onset,
        links=best.links,
        devices=best.devices,
        down=best.down,
    )


def _rivals(item: Hypothesis, best: Hypothesis) -> bool:
    return item is best or bool(item.links & best.links or item.devices & best.devices)
