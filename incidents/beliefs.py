"""What is believed of ports, receivers and devices: evidence added up reading by reading. Pure.

A single bad reading may be wrong, so each adds the logarithm of its likelihood ratio to a *suspicion*; good ones take
it away. Only what is under suspicion is kept, so a quiet city costs nothing. A reading older than what is known of its
device is passed over: lateness never turns time back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from incidents.readings import DeviceHeard, EndReading
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

MOST_READINGS = 3
"""A suspicion grows no further than by so many readings: the hundredth equal one is no new evidence."""
MOST_MISSES = 8
MOST_FAINT = 5
"""Light fades slowly: there is time to look more often."""
GOODS_TO_FORGET = 2
BOOT_TOLERANCE_S = 45.0
"""Two readings of the uptime mean the same start if they are no further apart: clocks of switches drift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Evidence that something is bad. It was last known good at ``good_s`` and first read bad at ``bad_s``.

    ``score`` is in nats; ``goods`` counts good readings since the last bad one.
    """

    good_s: float
    bad_s: float
    score: float
    goods: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether the newest reading was bad."""
        return self.goods == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """When a device's agent started. ``perhaps_s``: another start that one reading spoke of, not yet a second one."""

    since_s: float
    perhaps_s: float | None = None
    before_s: float | None = None

    @property
    def newest_s(self) -> float:
        """The latest start spoken of."""
        return self.since_s if self.perhaps_s is None else max(self.since_s, self.perhaps_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """All suspicions, by interface (``ports``, ``lights``, ``faint``) and device (``silent``).

    ``heard_s``: when a device last answered; ``asked_s``: when it was last asked;
    ``gasps``: when it last said that its power goes. ``closed`` are interfaces shut by
    configuration, ``dim`` those twice read sending too little light, ``dim_once`` once so far, ``lit`` those of the
    suspected ports that see light.
    """

    ports: Mapping[Code, Suspicion] = field(default_factory=dict)
    lights: Mapping[Code, Suspicion] = field(default_factory=dict)
    faint: Mapping[Code, Suspicion] = field(default_factory=dict)
    silent: Mapping[Code, Suspicion] = field(default_factory=dict)
    heard_s: Mapping[Code, float] = field(default_factory=dict)
    asked_s: Mapping[Code, float] = field(default_factory=dict)
    boots: Mapping[Code, Boot] = field(default_factory=dict)
    gasps: Mapping[Code, float] = field(default_factory=dict)
    closed: frozenset[Code] = frozenset()
    dim: frozenset[Code] = frozenset()
    dim_once: frozenset[Code] = frozenset()
    lit: frozenset[Code] = frozenset()


def reading_nats(settings: IncidentSettings) -> float:
    """What one reading of a port or receiver is worth."""
    return math.log((1 - settings.wrong_share) / settings.wrong_share)


def miss_nats(settings: IncidentSettings) -> float:
    """What one unanswered poll is worth."""
    return math.log(1 / settings.missing_share)


def hear(beliefs: Beliefs, heard: Iterable[DeviceHeard], settings: IncidentSettings) -> Beliefs:
    """The beliefs after these polls. Cost: linear in the ports heard."""
    listener = _Listener(beliefs, settings)
    for item in sorted(heard, key=lambda item: item.at_s):
        listener.take(item)
    return listener.beliefs()


class _Listener:
    """Mutable copies of the beliefs' tables, for one call of :func:`hear`."""

    def __init__(self, beliefs: Beliefs, settings: IncidentSettings) -> None:
        self._ports, self._lights = dict(beliefs.ports), dict(beliefs.lights)
        self._faint, self._silent = dict(beliefs.faint), dict(beliefs.silent)
        self._heard_s, self._asked_s = dict(beliefs.heard_s), dict(beliefs.asked_s)
        self._boots, self._gasps = dict(beliefs.boots), dict(beliefs.gasps)
        self._closed, self._dim, self._lit = set(beliefs.closed), set(beliefs.dim), set(beliefs.lit)
        self._dim_once = set(beliefs.dim_once)
        self._reading, self._miss = reading_nats(settings), miss_nats(settings)

    def beliefs(self) -> Beliefs:
        return Beliefs(
            ports=self._ports,
            lights=self._lights,
            faint=self._faint,
            silent=self._silent,
            heard_s=self._heard_s,
            asked_s=self._asked_s,
            boots=self._boots,
            gasps=self._gasps,
            closed=frozenset(self._closed),
            dim=frozenset(self._dim),
            dim_once=frozenset(self._dim_once),
            lit=frozenset(self._lit),
        )

    def take(self, heard: DeviceHeard) -> None:
        if heard.gasps:
            self._gasps[heard.device] = heard.at_s
            return
        if heard.at_s <= self._asked_s.get(heard.device, -math.inf):
            return
        before_s = self._heard_s.get(heard.device, heard.at_s)
        self._asked_s[heard.device] = heard.at_s
        if not heard.answers:
            known = self._silent.get(heard.device)
            self._silent[heard.device] = worse(known, before_s, heard.at_s, self._miss, MOST_MISSES)
            return
        self._silent.pop(heard.device, None)  # an answer leaves no doubt
        self._heard_s[heard.device] = heard.at_s
        if heard.uptime_s is not None:
            self._boots[heard.device] = booted(self._boots.get(heard.device), heard.at_s - heard.uptime_s)
        for end in heard.ends:
            self._end(end, heard.at_s, before_s)

    def _end(self, end: EndReading, at_s: float, before_s: float) -> None:
        code = end.interface
        for table, bad, most in (
            (self._ports, None if end.up is None else not end.up, MOST_READINGS),
            (self._lights, None if end.lit is None else not end.lit, MOST_READINGS),
            (self._faint, end.faint, MOST_FAINT),
        ):
            if bad:
                table[code] = worse(table.get(code), before_s, at_s, self._reading, most)
            elif bad is not None and code in table:
                self._better(table, code)
        seen = end.lit if code in self._ports else False
        twice = end.dim and code in self._dim_once if end.dim is not None else None
        marks = ((self._closed, end.closed), (self._dim, twice), (self._dim_once, end.dim), (self._lit, seen))
        for known, flag in marks:
            if flag:
                known.add(code)
            elif flag is not None:
                known.discard(code)

    def _better(self, table: dict[Code, Suspicion], code: Code) -> None:
        old = table[code]
        score = old.score - self._reading
        if score <= 0 or old.goods + 1 >= GOODS_TO_FORGET:
            del table[code]
        else:
            table[code] = replace(old, score=score, goods=old.goods + 1)


def worse(old: Suspicion | None, before_s: float, at_s: float, nats: float, most: int) -> Suspicion:
    """A suspicion after one more bad reading. The first of all tells of no event: it may always have been so."""
    if old is None:
        return Suspicion(good_s=before_s, bad_s=at_s, score=nats if before_s < at_s else 0.0)
    if not old.is_bad:  # it began anew, or before the good reading: that one alone may have been wrong
        return Suspicion(good_s=old.good_s if old.goods == 1 else before_s, bad_s=at_s, score=nats)
    return replace(old, score=min(old.score + nats, nats * most))


def booted(known: Boot | None, since_s: float) -> Boot:
    """The start of a device after one more reading; a new one counts when a second reading confirms it."""
    if known is None:
        return Boot(since_s=since_s)
    if abs(since_s - known.since_s) <= BOOT_TOLERANCE_S:
        return replace(known, perhaps_s=None)
    if known.perhaps_s is not None and abs(since_s - known.perhaps_s) <= BOOT_TOLERANCE_S:
        return Boot(since_s=since_s, before_s=known.since_s)
    return replace(known, perhaps_s=since_s)
