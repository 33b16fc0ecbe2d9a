"""From suspicions to findings: the fewest, likeliest events that explain what is bad. Pure.

Greedy: the best hypothesis is taken, what it explains is taken away, and the next must pay its own prior. So forty dark
links of one trench are one cut, and a switch that is only unreachable behind it is no finding of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.evidence import Onset, Witnesses, clusters, silent_devices, suspected_links
from incidents.hypotheses import Hypothesis, Thinker
from incidents.incident import Cause, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from incidents.beliefs import Beliefs
    from incidents.evidence import Cluster
    from incidents.ground import Ground
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

SURE_NATS = 3.0
"""Odds from which on an event is believed: twenty to one."""
_ALTERNATIVES = 4
_CONSIDERED = 30
_WORSE_NATS = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An event that is believed, with what explains it otherwise."""

    verdict: Verdict
    alternatives: tuple[Verdict, ...]
    onset: Onset
    links: frozenset[Code]
    devices: frozenset[Code]


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
                down |= finding.links
                explained |= self.beliefs.silent.keys() if is_blind(finding.verdict) else finding.devices
                found.append(finding)
        return found

    def _thinker(self, cluster: Cluster, elsewhere: Collection[Code]) -> Thinker:
        """What thinks about one time: links that went bad at another one say nothing."""
        witnesses = Witnesses(self.beliefs, self.ground, self.settings, cluster.onset, elsewhere)
        return Thinker(self.ground, witnesses, in_band=self.settings.in_band)

    def _explain(
        self, thinker: Thinker, cluster: Cluster, down: Collection[Code], explained: Collection[Code]
    ) -> Iterator[Finding]:
        everybody = self.beliefs.asked_s.keys()
        links, devices, taken = (
            set(cluster.links.difference(down)),
            set(cluster.devices.difference(explained)),
            set(down),
        )
        while links or devices:
            devices -= self._behind(taken) if taken else set()
            ranked = thinker.all(links, devices, taken, everybody)
            if not ranked or ranked[0].score <= SURE_NATS or thinker.is_early(ranked[0]):
                return
            best = ranked[0]
            yield _finding(best, ranked, cluster.onset)
            links -= best.links
            devices -= devices if is_blind(best) else best.devices
            taken |= best.down if best.cause in {Cause.CUT, Cause.POWER} else best.links
            if not best.links and not best.devices:
                return

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
    )


def _rivals(item: Hypothesis, best: Hypothesis) -> bool:
    return item is best or bool(item.links & best.links or item.devices & best.devices)
