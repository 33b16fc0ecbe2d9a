"""What may have happened: every hypothesis with its prior, what it would darken and how well the readings fit. Pure.

Score: logarithm of prior rate times a minute, plus for each link and device it takes the evidence for that. "Nothing
happened, every bad reading is wrong" scores nought, so scores are odds. Cuts that take the same links, but for those
nobody heard, are one hypothesis: their rates add up and nothing tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incidents import ground as priors
from incidents.evidence import GASP_NATS
from incidents.ground import log_prior
from incidents.incident import Cause
from incidents.ranking import Ranking

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from incidents.evidence import Witnesses
    from incidents.ground import Ground, Group
    from incidents.incident import Verdict
    from inventory.entities import Code

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
    """The hypotheses for one cluster of evidence, kept in order while events are taken out of it.

    ``left`` are the suspected links and ``silent`` the silent devices that no event explains yet, ``down`` the links
    that events taken so far, or known before, have down; ``explained`` are devices silent for another reason.
    """

    def __init__(
        self,
        ground: Ground,
        witnesses: Witnesses,
        *,
        in_band: bool,
        links: Collection[Code],
        devices: Collection[Code],
        down: Collection[Code],
        explained: Collection[Code],
    ) -> None:
        self._ground = ground
        self._seen = witnesses
        self._in_band = in_band
        self.left, self.silent, self.down = set(links), set(devices).difference(explained), set(down)
        self._told = set(explained)
        self._alone: dict[Code, float] = {}
        self._deaf: set[Code] = set()
        self._known: dict[Group, frozenset[Code]] = {}
        self._alike: dict[frozenset[Code], dict[Group, None]] = {}
        self._cuts: Ranking[frozenset[Code]] = Ranking()
        self._single: Ranking[Code] = Ranking()
        self._power: Ranking[Code] = Ranking()
        self._silence: Ranking[Code] = Ranking()
        self._begin()

    def _begin(self) -> None:
        groups = dict.fromkeys(group for link in sorted(self.left) for group in self._ground.groups_of(link))
        taken = frozenset().union(*map(self._ground.members, groups))
        self._deaf = {link for link in taken if not self._seen.of(link).path}
        for group in groups:
            self._meet(group)
        for known in self._alike:
            self._put_cut(known)
        for link in sorted(self.left):
            self._single.put(link, self._of_one(link))
        self._put_power(sorted(self._places(self.silent | self._off_at_ends())))
        for device in sorted(self.silent):
            self._silence.put(device, [self._mute(device)])

    def best(self) -> list[Hypothesis]:
        """The best of every kind, what lies silent behind each taken into account, the best of all first."""
        if self._in_band and self.silent and self.down:
            self._explained(self._ground.devices_at(self._ground.lost(self.down)))
        if len(self.silent) >= _MANY and self._seen.is_nobody_heard(self.silent):
            return self._blind(self.silent)
        close = [*self._cuts.best(_MOST_CUTS), *self._single.best(_MOST_SINGLE), *self._power.best(_MOST_POWER)]
        found = [*(self._with_silence(close) if self.silent else close), *self._silence.best(1), *self._management()]
        return sorted(found, key=_by_score)

    def rivals(self, best: Hypothesis, close: Collection[Hypothesis]) -> list[Hypothesis]:
        """What explains any of the same: of ``close`` as it stands there, the rest as if nobody were silent."""
        codes = best.links | best.devices
        rankings = (self._cuts, self._single, self._power, self._silence)
        found = {(item.cause, item.codes): item for ranking in rankings for item in ranking.explaining(codes)}
        near = (item for item in close if item.links & best.links or item.devices & best.devices)
        found |= {(item.cause, item.codes): item for item in near}
        return sorted(found.values(), key=_by_score)

    def take(self, best: Hypothesis) -> None:
        """This happened: what it explains and takes down is no evidence for anything else."""
        fresh = (best.down if best.cause in {Cause.CUT, Cause.POWER} else best.links) - self.down
        self.left -= best.links
        self.down |= fresh
        for link in fresh:
            self._single.drop(link)
        for known in self._moved(fresh):
            self._put_cut(known)
        self._explained(self._ground.far_ends if is_blind(best) else best.devices)
        ends = {self._ground.device_of[end] for link in fresh for end in self._ground.ends.get(link, ())}
        self._put_power(sorted(self._places(ends)))

    def _explained(self, devices: Collection[Code]) -> None:
        """Their silence is no evidence any more, nor is that of those that fell silent at another time."""
        here = self.silent.intersection(devices)
        fresh = set(devices) - self._told
        self.silent -= here
        self._told |= fresh
        for device in here:
            self._silence.drop(device)
        self._put_power(sorted(self._places(fresh)))

    def _meet(self, group: Group) -> frozenset[Code]:
        """Sort a group among those that take the same known links."""
        known = self._ground.members(group) - self.down - self._deaf
        self._known[group] = known
        self._alike.setdefault(known, {})[group] = None
        return known

    def _moved(self, fresh: Collection[Code]) -> list[frozenset[Code]]:
        """Sort anew the groups that took these links; the sets of links whose groups are others now."""
        changed: dict[frozenset[Code], None] = {}
        groups = (group for link in sorted(fresh) for group in self._ground.groups_of(link))
        for group in dict.fromkeys(group for group in groups if group in self._known):
            known = self._known[group]
            del self._alike[known][group]
            changed |= dict.fromkeys((known, self._meet(group)))
        return list(changed)

    def _put_cut(self, known: frozenset[Code]) -> None:
        value = {link: self._seen.of(link).path for link in known}
        groups = list(self._alike.get(known, ()))
        is_worth = bool(groups) and any(nats > 0 for nats in value.values())
        self._cuts.put(known, self._cut(known, groups, value) if is_worth else ())
        if len(known) == 1 and is_worth:
            (link,) = known
            self._alone[link] = sum(self._ground.per_year(group) for group in groups)
            if link in self.left:
                self._single.put(link, self._of_one(link))

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

    def _cut(self, known: frozenset[Code], groups: Sequence[Group], value: dict[Code, float]) -> Iterator[Hypothesis]:
        rate = sum(self._ground.per_year(group) for group in groups)
        best = min(groups, key=lambda group: priors.CUT_KINDS.index(group[0]))[0]
        hit = frozenset(link for link in known if value[link] > 0)
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

    def _of_one(self, link: Code) -> Iterator[Hypothesis]:
        """One link alone: its path, or a module at one of its ends."""
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

    def _off_at_ends(self) -> set[Code]:
        """Devices at an end of a suspected link that do not answer, or say that they have just started."""
        ends = (self._ground.device_of[end] for link in self.left for end in self._ground.ends[link])
        return {device for device in ends if self._may_be_off(device)}

    def _may_be_off(self, device: Code) -> bool:
        return device not in self._told and (self._seen.is_silent(device) or self._seen.has_restarted(device))

    def _places(self, devices: Collection[Code]) -> set[Code]:
        """The sites of these devices and the supplies that feed several of these sites."""
        nodes = {self._ground.node_of[device] for device in devices}
        return nodes | {area for node in nodes for area in self._ground.areas_of.get(node, ())}

    def _put_power(self, places: Collection[Code]) -> None:
        for place in places:
            self._power.put(place, self._without_power(place))

    def _without_power(self, place: Code) -> Iterator[Hypothesis]:
        """A site or a supply without power, or one switch of several off."""
        ground = self._ground
        here = frozenset(ground.devices_at(ground.areas.get(place, (place,))))
        suspects = {device for device in here if self._may_be_off(device)}
        if not suspects:
            return
        if place in ground.areas:
            yield self._off((place,), here, priors.AREA_POWER_PER_YEAR)
            return
        power = priors.HUB_POWER_PER_YEAR if ground.is_hub(place) else priors.POWER_PER_YEAR
        yield self._off((place,), here, power + (priors.DEVICE_PER_YEAR if len(here) == 1 else 0.0))
        if len(here) > 1:
            for device in sorted(suspects):
                yield self._off((device,), frozenset({device}), priors.DEVICE_PER_YEAR)

    def _off(self, codes: tuple[Code, ...], off: frozenset[Code], rate: float) -> Hypothesis:
        ends = [
            (link, far)
            for device in sorted(off)
            for link, far in self._ground.far_ends[device]
            if link not in self.down and self._ground.device_of[far] not in off
        ]
        values = {link: self._seen.at(far) for link, far in ends}
        silence = {device: self._seen.silence(device) for device in off if device not in self._told}
        return Hypothesis(
            cause=Cause.POWER,
            codes=codes,
            score=log_prior(rate) + sum(values.values()) + sum(silence.values()) + self._last_words(off),
            links=frozenset(link for link, value in values.items() if value > 0),
            devices=frozenset(device for device, value in silence.items() if value > 0),
            down=frozenset(self._ground.links_of_devices(off)),
        )

    def _last_words(self, off: Collection[Code]) -> float:
        """For the power: one of several switches that says so is as good as all."""
        return GASP_NATS if any(self._seen.has_gasped(device) for device in off) else 0.0

    def _with_silence(self, found: Collection[Hypothesis]) -> Iterator[Hypothesis]:
        """Credit each for the silent devices that no way would lead to."""
        before = self._ground.lost(self.down)
        for item in found:
            if not self._in_band or item.score < -60:  # noqa: PLR2004 - beyond any help
                yield item
                continue
            lost = self._ground.devices_at(self._ground.lost(item.down | self.down) - before)
            behind = lost.intersection(self.silent) - item.devices
            score = item.score + sum(self._seen.silence(device) for device in behind)
            score -= sum(-min(0.0, self._seen.silence(device)) for device in lost - behind - item.devices)
            yield replace(item, score=score, devices=item.devices | behind)

    def _mute(self, device: Code) -> Hypothesis:
        """A device that works and does not answer."""
        return Hypothesis(
            cause=Cause.SILENT,
            codes=(device,),
            score=log_prior(priors.AGENT_PER_YEAR) + self._seen.silence(device),
            devices=frozenset({device}),
        )

    def _is_dark(self, device: Code) -> bool:
        links = self._ground.links_of_devices([device])
        return bool(links) and links <= self.left | self.down

    def _management(self) -> Iterator[Hypothesis]:
        """Many devices whose management way is lost; one whose every link is dark is off or cut off."""
        long = frozenset(
            device
            for device in self.silent
            if self._seen.silence(device) > _LONG_SILENCE_NATS and not self._is_dark(device)
        )
        if len(long) >= _MANY:
            yield Hypothesis(
                cause=Cause.COLLECTOR,
                codes=tuple(sorted(long)),
                score=log_prior(priors.COLLECTOR_PER_YEAR) + sum(self._seen.silence(device) for device in long),
                devices=long,
            )


def is_blind(item: Hypothesis | Verdict) -> bool:
    """Whether the collector hears nobody at all: then no silence tells anything."""
    return item.cause is Cause.COLLECTOR and not item.codes


def _by_score(item: Hypothesis) -> tuple[float, str, tuple[Code, ...]]:
    return -item.score, item.cause, item.codes
