"""From suspicions to findings: the fewest, likeliest events that explain what is bad. Pure.

Greedy: the best hypothesis is taken, what it explains is taken away, and the next must pay its own prior. So forty dark
links of one trench are one cut, and a switch that is only unreachable behind it is no finding of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incidents.evidence import Onset, Witnesses, clusters, silent_devices, suspected_links
from incidents.hypotheses import Thinker, is_blind
from incidents.incident import Cause, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from incidents.beliefs import Beliefs
    from incidents.evidence import Cluster, Suspect
    from incidents.ground import Ground
    from incidents.hypotheses import Hypothesis
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
    """One event taken, and what explains any of the same no better, the likeliest first."""

    best: Hypothesis
    rivals: Sequence[Hypothesis]


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

    def findings(
        self, *, but_links: Collection[Code], but_devices: Collection[Code], told: Sequence[Collection[Code]] = ()
    ) -> list[Finding]:
        """The events believed; ``told``: what each event found before holds, if it may still change.

        Cost: linear in the groups of the suspected links, times the number of events.
        """
        suspected = suspected_links(self.beliefs, self.ground)
        links = [item for code, item in suspected.items() if code not in but_links]
        silent = [item for code, item in silent_devices(self.beliefs).items() if code not in but_devices]
        down = set(but_links)
        explained = set(but_devices)
        found: list[Finding] = []
        for cluster in clusters(links, silent, self.interval_s, told):
            for finding in self._explain(cluster, suspected.keys() - cluster.links, down, explained):
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

    def _explain(
        self, cluster: Cluster, elsewhere: Collection[Code], down: Collection[Code], explained: Collection[Code]
    ) -> list[Finding]:
        """The best of some greedy ways: the first cut that explains most is not always part of the best pair."""
        witnesses = Witnesses(
            self.beliefs,
            self.ground,
            self.settings,
            cluster.onset,
            slack_s=LATE_INTERVALS * self.interval_s,
            unasked=elsewhere,
        )

        def thinker() -> Thinker:
            return Thinker(
                self.ground,
                witnesses,
                in_band=self.settings.in_band,
                links=cluster.links.difference(down),
                devices=cluster.devices,
                down=down,
                explained=explained,
            )

        best = plain = _greedy(thinker(), None)
        if 1 < len(plain) <= _FEW_EVENTS and len(cluster.links) <= _FEW_LINKS:
            rivals = [item for item in plain[0].rivals[:_TRIED] if item.cause is Cause.CUT and len(item.links) > 1]
            ways = [plain, *(_greedy(thinker(), first) for first in rivals)]
            best = max(ways, key=lambda way: sum(choice.best.score for choice in way))
        return [_finding(choice, cluster.onset) for choice in best]


def _greedy(thinker: Thinker, first: Hypothesis | None) -> list[_Choice]:
    """The best event, or ``first``, then the best for what it leaves, and so on."""
    found: list[_Choice] = []
    while thinker.left or thinker.silent:
        close = thinker.best()
        best = first if first is not None and not found else next(iter(close), None)
        if best is None or best.score <= SURE_NATS or thinker.is_early(best):
            break
        others = (item for item in thinker.rivals(best, close) if (item.cause, item.codes) != (best.cause, best.codes))
        rivals = [item for item in others if item.score <= best.score]
        found.append(_Choice(best=best, rivals=rivals))
        thinker.take(best)
        if not best.links and not best.devices:
            break
    return found


def _finding(choice: _Choice, onset: Onset) -> Finding:
    """With what else explains the same; what explains it better alone was worse beside the other events."""
    best = choice.best
    close = [item for item in choice.rivals[:_CONSIDERED] if item.score > best.score - _WORSE_NATS]
    weights = [math.exp(item.score - best.score) for item in close]
    total = 1.0 + sum(weights) + math.exp(min(0.0, -best.score))
    others = [
        Verdict(cause=item.cause, codes=item.codes, score=item.score, share=weight / total)
        for item, weight in zip(close, weights, strict=True)
    ]
    cut = [item for item in others if item.cause is Cause.CUT][:1]
    near = others[:_ALTERNATIVES]
    return Finding(
        verdict=Verdict(cause=best.cause, codes=best.codes, score=best.score, share=1.0 / total),
        alternatives=(*near, *(item for item in cut if item not in near)),
        onset=onset,
        links=best.links,
        devices=best.devices,
        down=best.down,
    )
