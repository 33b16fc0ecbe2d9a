"""What may have happened: every hypothesis with its prior, what it would darken and how well the readings fit. Pure.

Score: logarithm of prior rate times a minute, plus for each link and device it takes the evidence for that. "Nothing
happened, every bad reading is wrong" scores nought, so scores are odds. Cuts that take the same links, but for those
nobody heard, are one hypothesis: their rates add up and nothing tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incidents import ground as priors
from incidents.ground import log_prior
from incidents.incident import Cause

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from incidents.evidence import Witnesses
    from incidents.ground import Ground
    from inventory.entities import Code
    from topology.graph import GroupKind

_MOST_CUTS, _MOST_SINGLE, _MOST_POWER = 6, 4, 8
"""Hypotheses of a kind for which is worked out what lies behind them; the others are far worse already."""
_LEFT_OVER_NATS = 2.0
"""Price of each link that a partial cut spared."""
_LONG_SILENCE_NATS = 11.0
"""Four unanswered polls: no longer chance where three devices share them."""
_MANY = 3
_DIM_NATS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One event. ``links`` and ``devices`` are the suspected ones it explains, ``score`` its odds in nats.

    ``down``: the links that would be down, heard or not.
    """

    cause: Cause
    codes: tuple[Code, ...]
    score: float
    links: frozenset[Code] = frozenset()
    devices: frozenset[Code] = frozenset()
    down: frozenset[Code] = frozenset()


class Thinker:
    """Makes the hypotheses for one cluster of evidence. ``down`` are links known to be down for another reason."""

    def __init__(self, ground: Ground, witnesses: Witnesses, *, in_band: bool) -> None:
        self._ground = ground
        self._seen = witnesses
        self._in_band = in_band
        self._alone: dict[Code, float] = {}

    def all(self, links: Collection[Code], devices: Collection[Code], down: Collection[Code]) -> list[Hypothesis]:
        """All hypotheses for these suspected links and silent devices, the best first."""
        if len(devices) >= _MANY and self._seen.is_nobody_heard(devices):
            return self._blind(devices)
        self._alone.clear()
        cuts = sorted(self._cuts(links, down), key=_by_score)
        single = sorted(self._single(links), key=_by_score)
        power = sorted(self._power(devices, down), key=_by_score)
        close = [*cuts[:_MOST_CUTS], *single[:_MOST_SINGLE], *power[:_MOST_POWER]]
        found = [*cuts[_MOST_CUTS:], *single[_MOST_SINGLE:], *power[_MOST_POWER:]]
        found += self._with_silence(close, devices, down) if devices else close
        found += self._silence(devices)
        return sorted(found, key=_by_score)

    def _blind(self, devices: Collection[Code]) -> list[Hypothesis]:
        """Its own uplink, or the hub it stands at."""
        held, silence = frozenset(devices), sum(self._seen.silence(device) for device in devices)
        hubs = tuple(
            sorted({self._ground.node_of[item] for item in held if self._ground.is_hub(self._ground.node_of[item])})
        )
        blind = Hypothesis(
            cause=Cause.COLLECTOR, codes=(), score=log_prior(priors.COLLECTOR_PER_YEAR) + silence, devices=held
        )
        dark = Hypothesis(
            cause=Cause.POWER, codes=hubs, score=log_prior(priors.HUB_POWER_PER_YEAR) + silence, devices=held
        )
        return [blind, dark] if hubs else [blind]

    def is_early(self, item: Hypothesis) -> bool:
        """Whether it rests on silence that is one poll old: the rest of that poll may still come in."""
        seen = sum(self._seen.of(link).path for link in item.links)
        return seen < self._seen.two_readings and all(self._seen.is_one_miss(device) for device in item.devices)

    def _cuts(self, links: Collection[Code], down: Collection[Code]) -> Iterator[Hypothesis]:
        alike: dict[frozenset[Code], dict[tuple[GroupKind, Code], None]] = {}
        value = {link: self._seen.of(link).path for link in links}
        for group in dict.fromkeys(group for link in sorted(links) for group in self._ground.groups_of(link)):
            members = self._ground.members(group).difference(down)
            for link in members:
                if link not in value:
                    value[link] = self._seen.of(link).path
            known = frozenset(link for link in members if value[link])
            if any(value[link] > 0 for link in known):
                alike.setdefault(known, {})[group] = None
        for known, groups in alike.items():
            yield from self._cut(known, list(groups), {link: value[link] for link in known})

    def _cut(
        self, known: frozenset[Code], groups: list[tuple[GroupKind, Code]], value: dict[Code, float]
    ) -> Iterator[Hypothesis]:
        rate = sum(self._ground.per_year(group) for group in groups)
        best = min(groups, key=lambda group: priors.CUT_KINDS.index(group[0]))[0]
        hit = frozenset(link for link in known if value[link] > 0)
        if len(known) == 1:
            self._alone[next(iter(known))] = rate
        whole = Hypothesis(
            cause=Cause.CUT,
            codes=tuple(code for kind, code in groups if kind is best),
            score=log_prior(rate) + sum(value.values()),
            links=hit,
            down=frozenset().union(*(self._ground.members(group) for group in groups if group[0] is best)),
        )
        yield whole
        if len(hit) < len(known) and len(hit) > 1:
            spared = len(known) - len(hit)
            score = log_prior(rate * priors.PARTIAL_SHARE) + sum(value[link] for link in hit) - _LEFT_OVER_NATS * spared
            yield replace(whole, score=score, down=hit)

    def _single(self, links: Collection[Code]) -> Iterator[Hypothesis]:
        """One link alone: its path, or a module at one of its ends."""
        for link in links:
            cut_rate = self._alone.get(link)
            yield Hypothesis(
                cause=Cause.PATCH if cut_rate is None else Cause.PATH,
                codes=(link,),
                score=log_prior(priors.PATCH_PER_YEAR + (cut_rate or 0.0)) + self._seen.of(link).path,
                links=frozenset({link}),
                down=frozenset({link}),
            )
            yield from self._one_way(link)

    def _one_way(self, link: Code) -> Iterator[Hypothesis]:
        seen = self._seen.of(link)
        ends = self._ground.ends[link]
        for from_a, sender in ((True, ends[0]), (False, ends[1])):
            shut = self._seen.is_shut(sender)
            score = log_prior(priors.MODULE_PER_YEAR) + seen.one_way(from_a=from_a)
            score += _DIM_NATS if self._seen.is_dim(sender) or shut else 0.0
            yield Hypothesis(
                cause=Cause.MAINTENANCE if shut else Cause.MODULE,
                codes=(sender,),
                score=score,
                links=frozenset({link}),
                down=frozenset({link}),
            )

    def _power(self, devices: Collection[Code], down: Collection[Code]) -> Iterator[Hypothesis]:
        """A site without power, or one switch of several off."""
        ground = self._ground
        for node in sorted({ground.node_of[device] for device in devices}):
            here = frozenset(ground.devices_at([node]))
            power = priors.HUB_POWER_PER_YEAR if ground.is_hub(node) else priors.POWER_PER_YEAR
            rate = power + (priors.DEVICE_PER_YEAR if len(here) == 1 else 0.0)
            yield self._off((node,), here, rate, down)
            if len(here) > 1:
                for device in sorted(here.intersection(devices)):
                    yield self._off((device,), frozenset({device}), priors.DEVICE_PER_YEAR, down)

    def _off(self, codes: tuple[Code, ...], off: frozenset[Code], rate: float, down: Collection[Code]) -> Hypothesis:
        ends = [
            (link, far)
            for device in sorted(off)
            for link, far in self._ground.far_ends[device]
            if link not in down and self._ground.device_of[far] not in off
        ]
        values = {link: self._seen.at(far) for link, far in ends}
        silence = {device: self._seen.silence(device) for device in off}
        return Hypothesis(
            cause=Cause.POWER,
            codes=codes,
            score=log_prior(rate) + sum(values.values()) + sum(silence.values()),
            links=frozenset(link for link, value in values.items() if value > 0),
            devices=frozenset(device for device, value in silence.items() if value > 0),
            down=frozenset(self._ground.links_of_devices(off)),
        )

    def _with_silence(
        self, found: list[Hypothesis], devices: Collection[Code], down: Collection[Code]
    ) -> Iterator[Hypothesis]:
        """Credit each for the silent devices that no way would lead to."""
        for item in found:
            if not self._in_band or item.score < -60:  # noqa: PLR2004 - beyond any help
                yield item
                continue
            lost = self._ground.devices_at(self._ground.lost({*item.down, *down}))
            behind = lost.intersection(devices) - item.devices
            score = item.score + sum(self._seen.silence(device) for device in behind)
            score -= sum(-min(0.0, self._seen.silence(device)) for device in lost - behind - item.devices)
            yield replace(item, score=score, devices=item.devices | behind)

    def _silence(self, devices: Collection[Code]) -> Iterator[Hypothesis]:
        """Devices that work and do not answer: one alone, or many whose management way is lost."""
        for device in devices:
            yield Hypothesis(
                cause=Cause.SILENT,
                codes=(device,),
                score=log_prior(priors.AGENT_PER_YEAR) + self._seen.silence(device),
                devices=frozenset({device}),
            )
        long = frozenset(device for device in devices if self._seen.silence(device) > _LONG_SILENCE_NATS)
        if len(long) >= _MANY:
            yield Hypothesis(
                cause=Cause.COLLECTOR,
                codes=tuple(sorted(long)),
                score=log_prior(priors.COLLECTOR_PER_YEAR) + sum(self._seen.silence(device) for device in long),
                devices=long,
            )


def _by_score(item: Hypothesis) -> tuple[float, str, tuple[Code, ...]]:
    return -item.score, item.cause, item.codes
