"""From beliefs to evidence on links: what each end says for or against a fault that began at a given time. Pure.

Numbers are nats: positive speaks for bad, negative for good, nought says nothing. A reading taken before the event
says nothing about it, however good it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.beliefs import miss_nats, reading_nats

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from incidents.beliefs import Beliefs, Suspicion
    from incidents.ground import Ground
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

READING_S = 1.0
"""A poll takes so long, and carries the time of its end."""
ANSWERED_NATS = 7.0
"""What an answer says against a device being off or out of reach."""
GASP_NATS = 5.0
"""What a switch's last words, or its site on battery, say for the power: most that fail say them, and few others."""
GASP_S = 900.0
"""So long before an event a site may have gone on battery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvidence:
    """A link's four witnesses: its two ports and its two receivers."""

    port_a: float
    port_b: float
    light_a: float
    light_b: float

    @property
    def path(self) -> float:
        """For both directions being interrupted."""
        return self.port_a + self.port_b + self.light_a + self.light_b

    def one_way(self, *, from_a: bool) -> float:
        """For one direction being interrupted while the other is not."""
        return self.port_a + self.port_b + (self.light_b if from_a else self.light_a)

    def at(self, *, end_a: bool) -> float:
        """For one end having lost its partner, the other end unheard."""
        return self.port_a + self.light_a if end_a else self.port_b + self.light_b


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """When something began: after the last good reading, not after the first bad one."""

    good_s: float
    bad_s: float

    def reaches(self, other: Onset, slack_s: float) -> bool:
        """Whether what seems to have begun beside this can have begun with it: single readings may be wrong."""
        return other.good_s <= self.bad_s + slack_s and other.bad_s >= self.good_s - slack_s

    def meets(self, other: Onset, slack_s: float) -> bool:
        """Whether both can have begun at the same time."""
        return self.good_s - slack_s <= other.bad_s and other.good_s - slack_s <= self.bad_s


_LEAST_S = 0.001
"""What is bad since its first reading began in no time at all."""


class Witnesses:
    """Asks the beliefs about links and devices, for events that began at ``onset``; some links are not asked.

    A device counts as silent by such an event if it fell silent within ``slack_s`` of it.
    """

    def __init__(
        self,
        beliefs: Beliefs,
        ground: Ground,
        settings: IncidentSettings,
        onset: Onset,
        *,
        slack_s: float,
        unasked: Collection[Code] = (),
    ) -> None:
        self._beliefs = beliefs
        self._ground = ground
        self._settings = settings
        self._nats = reading_nats(settings)
        self._onset, self._slack_s = onset, slack_s
        self._silence: dict[Code, float] = {}
        self._known = {link: LinkEvidence(port_a=0.0, port_b=0.0, light_a=0.0, light_b=0.0) for link in unasked}

    def of(self, link: Code) -> LinkEvidence:
        """The evidence on one link."""
        if link not in self._known:
            a, b = self._ground.ends[link]
            self._known[link] = LinkEvidence(
                port_a=self._port(a), port_b=self._port(b), light_a=self._light(a), light_b=self._light(b)
            )
        return self._known[link]

    def at(self, interface: Code) -> float:
        """For this end having lost its partner."""
        link = self._ground.link_at[interface]
        return self.of(link).at(end_a=self._ground.ends[link][0] == interface)

    def silence(self, device: Code) -> float:
        """For a device being off or out of reach."""
        if device not in self._silence:
            self._silence[device] = self._silence_of(device)
        return self._silence[device]

    def _silence_of(self, device: Code) -> float:
        suspicion = self._beliefs.silent.get(device)
        if suspicion is not None:
            return suspicion.score if self.is_silent(device) else 0.0
        if self.has_restarted(device):
            return self._nats
        return -ANSWERED_NATS if self.heard_since(device) else 0.0

    def is_silent(self, device: Code) -> bool:
        """Whether it does not answer, and did until about then: its first miss may have been chance."""
        held = self._beliefs.silent.get(device)
        return held is not None and self._onset.reaches(Onset(good_s=held.good_s, bad_s=held.bad_s), self._slack_s)

    def has_gasped(self, device: Code) -> bool:
        """Whether it said shortly before that its power goes."""
        said_s = self._beliefs.gasps.get(device)
        return said_s is not None and said_s >= self._onset.good_s - GASP_S

    def has_restarted(self, device: Code) -> bool:
        """Whether a device says that it started after the event had begun: so it was off before."""
        boot = self._beliefs.boots.get(device)
        return boot is not None and boot.newest_s > self._onset.good_s and device not in self._beliefs.silent

    def is_nobody_heard(self, devices: Collection[Code]) -> bool:
        """Whether most devices are silent, and none answered after half of them had fallen silent."""
        began = sorted(self._beliefs.silent[device].bad_s for device in devices)
        if len(began) <= len(self._beliefs.asked_s) / 2:
            return False
        return max(self._beliefs.heard_s.values(), default=0.0) <= began[len(began) // 2]

    @property
    def two_readings(self) -> float:
        """What two bad readings are worth, but for rounding."""
        return 1.99 * self._nats

    def is_one_miss(self, device: Code) -> bool:
        """Whether a device missed one poll only."""
        suspicion = self._beliefs.silent.get(device)
        return suspicion is not None and suspicion.score < 1.5 * miss_nats(self._settings)

    def heard_since(self, device: Code) -> bool:
        """Whether a device answered after the event had begun; what it read just then may be of before."""
        return self._beliefs.heard_s.get(device, float("-inf")) >= self._onset.bad_s + READING_S

    def is_shut(self, interface: Code) -> bool:
        """Whether a port is shut by configuration."""
        return interface in self._beliefs.closed

    def is_dim(self, interface: Code) -> bool:
        """Whether a port's laser sends less than it should."""
        return interface in self._beliefs.dim

    def _port(self, interface: Code) -> float:
        suspicion = self._beliefs.ports.get(interface)
        if suspicion is not None:
            return _signed(suspicion, self._nats)
        return -self._nats if self.heard_since(self._ground.device_of[interface]) else 0.0

    def _light(self, interface: Code) -> float:
        suspicion = self._beliefs.lights.get(interface)
        if suspicion is not None:
            return _signed(suspicion, self._nats)
        return -self._nats if interface in self._beliefs.lit else 0.0


def _signed(suspicion: Suspicion, nats: float) -> float:
    return suspicion.score if suspicion.is_bad else suspicion.score - nats


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A link or a device whose newest reading is bad: since when, and how much speaks for it."""

    code: Code
    onset: Onset
    nats: float


def suspected_links(beliefs: Beliefs, ground: Ground) -> dict[Code, Suspect]:
    """Links with a port or receiver whose newest reading is bad."""
    signs: dict[Code, list[Suspect]] = {}
    for table in (beliefs.ports, beliefs.lights):
        for interface, item in table.items():
            link = ground.link_at.get(interface)
            if link is not None and item.is_bad:
                onset = Onset(good_s=item.good_s, bad_s=item.bad_s)
                signs.setdefault(link, []).append(Suspect(code=link, onset=onset, nats=item.score))
    return {
        link: Suspect(code=link, onset=consensus(held), nats=sum(item.nats for item in held))
        for link, held in signs.items()
    }


def silent_devices(beliefs: Beliefs) -> dict[Code, Suspect]:
    """Devices whose last poll went unanswered."""
    return {
        code: Suspect(code=code, onset=Onset(good_s=item.good_s, bad_s=item.bad_s), nats=item.score)
        for code, item in beliefs.silent.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Links and devices that can have failed at the same time."""

    onset: Onset
    links: frozenset[Code]
    devices: frozenset[Code]


def clusters(
    links: Collection[Suspect],
    devices: Collection[Suspect],
    slack_s: float,
    told: Sequence[Collection[Code]] = (),
) -> list[Cluster]:
    """Sort what is suspected by when it can have begun: each event told already, then the time that most speaks for.

    ``told``: the links and devices of each such event. When it began is asked of these alone: a dozen wrong readings of
    other links in one poll outweigh a cut of two, and the time they had in common would part it.
    Cost: n log n for each cluster; what is no more than chance makes many clusters of few.
    """
    left = [*((True, item) for item in links), *((False, item) for item in devices)]
    found: list[Cluster] = []
    known = list(reversed(told))
    while left:
        codes = known.pop() if known else None
        asked = [item for _is_link, item in left if codes is None or item.code in codes]
        if not asked:
            continue
        onset = consensus(asked)
        here = [pair for pair in left if pair[1].onset.meets(onset, slack_s)]
        left = [pair for pair in left if not pair[1].onset.meets(onset, slack_s)]
        found.append(
            Cluster(
                onset=onset,
                links=frozenset(item.code for is_link, item in here if is_link),
                devices=frozenset(item.code for is_link, item in here if not is_link),
            )
        )
    return found


def consensus(suspects: Collection[Suspect]) -> Onset:
    """The time most of the evidence has in common: a reading that was wrong or lost moves it little."""
    spans = [(item.onset.good_s, max(item.onset.bad_s, item.onset.good_s + _LEAST_S), item.nats) for item in suspects]
    marks = sorted(
        (mark for good_s, bad_s, nats in spans for mark in ((good_s, -nats), (bad_s, nats))),
        key=lambda mark: (mark[0], -mark[1]),  # what ended in one poll and what began in it have no time in common
    )
    depth, deepest, best = 0.0, 0.0, Onset(good_s=marks[0][0], bad_s=marks[-1][0])
    for number, (at_s, step) in enumerate(marks):
        depth -= step
        if step < 0 and depth >= deepest:
            deepest, best = depth, Onset(good_s=at_s, bad_s=marks[number + 1][0])
    return best
