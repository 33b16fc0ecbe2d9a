"""What has probably happened, from the states and the light of links: cuts, power, a fault on one path.

Every event takes a set of links down: the cut of a trench those that run through it, a power cut those that end at the
node, a fault of a module or a patch one link. A link has up to three witnesses, its state and the receivers at both
ends; each may be missing (evidence of nothing), late or wrong (a small share of all), and one that is wrong is outvoted
by the others. By Bayes an event's probability is its rate times the probability of the snapshot if it happened, over
the sum for all events and for none at all, which is held ``QUIET`` times as likely as any. Events that take the same
links, as far as these are known, cannot be told apart and are one *cause*: trenches in a row; a trench and the power of
the only node behind it.

One bad reading says nothing of a trench: it is wrong or a fault on that link's own way. Such causes stand behind those
that explain two readings or more, unless chance explains those as well; and where one link alone is hit it is told as
the path, with the sections of its way, however sure that is. Several events at once are found one after the other, each
in what those before it leave unexplained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from topology.events import events_of
from topology.receivers import Sight
from topology.states import LinkState
from topology.windows import window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.events import Events, Floats
    from topology.net import Ints
    from topology.rates import Rates
    from topology.windows import Window

CONSIDERED = 60
"""Causes whose sets of links are compared one by one."""
TOLD = 8
WORTH_NAMING = 0.02
"""A further event is named from this probability on; it carries it. Below, chance explains its readings as well."""
QUIET = 10.0
"""So many snapshots of noise alone for one of an event: two wrong readings that meet in a trench are not believed."""
_NO_LIGHT: Mapping[Code, Sight] = MappingProxyType({})
_WITNESS = {LinkState.DOWN: 1, LinkState.UP: -1, LinkState.UNKNOWN: 0, Sight.DARK: 1, Sight.LIT: -1, Sight.DIM: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Events that cannot be told apart, with their probability given that one event explains the snapshot.

    ``trenches`` may be cut, ``powerless`` nodes may have lost power, ``path`` is the one link that something on its
    own way may have hit: then no trench is named with confidence, ``trenches`` are the sections of that way, those left
    out through which other links are seen to work. ``sender``: the interface whose light alone does not arrive, a
    module or one strand rather than a cut. ``window`` says where along a link it hit the fault may lie. ``cut_share``
    says how much of the probability is that of a cut. ``contradicted``: links it should have taken that are reported
    up. ``readings``: bad readings it explains.
    """

    trenches: tuple[Code, ...]
    powerless: tuple[Code, ...]
    path: Code | None
    probability: float
    cut_share: float
    explains: tuple[Code, ...]
    contradicted: tuple[Code, ...]
    readings: int
    sender: Code | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """``events``: what happened at once, the most telling first. ``causes``: the ranked candidates for the first.

    ``unexplained`` links are down and no event named here takes them.
    """

    events: tuple[Cause, ...]
    causes: tuple[Cause, ...]
    unexplained: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagnostician:
    """Made once for an index and its rates; every call of :meth:`diagnose` is then a product of a sparse matrix.

    ``wrong`` is the share of readings that are not what they say.
    """

    index: CutIndex
    rates: Rates
    wrong: float = 0.01

    def diagnose(
        self, states: Mapping[Code, LinkState], *, light: Mapping[Code, Sight] = _NO_LIGHT, most_events: int = 4
    ) -> Diagnosis:
        """What explains these states of links and this light at interfaces; what is in neither is unknown.

        Cost: milliseconds for 10,000 trenches.
        """
        known = self._known(states, light)
        left = known.copy()
        events: list[Cause] = []
        causes = self._ranked(left) if (left > 0).any() else []
        following = causes
        while following and len(events) < most_events and (not events or _tells(following[0])):
            events.append(following[0])
            number = self.index.link_number
            left[[number[link] for link in following[0].explains]] = 0
            following = self._ranked(left) if (left > 0).any() else []
        down = np.flatnonzero(left > 0).tolist()
        return Diagnosis(
            events=tuple(self._placed(event, light) for event in events),
            causes=tuple(self._placed(cause, light) for cause in causes),
            unexplained=tuple(self.index.net.links[link] for link in down),
        )

    def _known(self, states: Mapping[Code, LinkState], light: Mapping[Code, Sight]) -> Ints:
        """A number a link: more witnesses for it being down than for it being up, fewer, or as many (unknown)."""
        found = np.zeros(len(self.index.net.links), dtype=np.int64)
        for code, state in states.items():
            link = self.index.link_number.get(code)
            if link is not None:
                found[link] += _WITNESS[state]
        for interface, seen in light.items():
            link = self._link_at.get(interface)
            if link is not None:
                found[link] += _WITNESS[seen]
        return found

    @cached_property
    def _link_at(self) -> dict[Code, int]:
        """The number of the link in service at each interface."""
        known = self.index.plant.link
        return {
            end: number for number, code in enumerate(self.index.net.links) for end in (known[code].a, known[code].b)
        }

    @cached_property
    def _events(self) -> Events:
        return events_of(self.index, self.rates)

    def _ranked(self, known: Ints) -> list[Cause]:
        """Causes by probability. The snapshot's likelihood is taken relative to nothing having happened."""
        made = self._events
        unit = math.log((1.0 - self.wrong) / self.wrong)
        score = np.log(made.rate) + unit * (made.takes @ known.astype(np.float64))
        readings = made.takes @ np.maximum(known, 0).astype(np.float64)
        several, one = np.flatnonzero(readings > 1), np.flatnonzero(readings == 1)
        nothing = math.log(QUIET * float(made.rate[made.rows.sizes > 1].sum()) or 1.0)
        told = self._causes(several, score, nothing, known)
        faint = self._causes(one, score, -math.inf, known)
        if told and told[0].probability < WORTH_NAMING and faint:
            return [*faint[:1], *told, *faint[1:]][:TOLD]
        return [*told, *faint][:TOLD]

    def _causes(self, events: Ints, score: Floats, nothing: float, known: Ints) -> list[Cause]:
        """These events as causes; ``nothing`` is the score of none of them having happened."""
        if not len(events):
            return []
        top = max(float(score[events].max()), nothing)
        share = np.exp(np.minimum(score - top, 0.0))
        share /= share[events].sum() + math.exp(nothing - top)
        best = events[np.argsort(-share[events], kind="stable")[:CONSIDERED]]
        together: dict[bytes, list[int]] = {}
        for event in best.tolist():
            links = self._events.rows.row(event)
            together.setdefault(links[known[links] != 0].tobytes(), []).append(event)
        found = [self._cause(same, share, known) for same in together.values()]
        return sorted(found, key=lambda cause: (-cause.probability, cause.trenches, cause.powerless))[:TOLD]

    def _cause(self, events: list[int], share: Floats, known: Ints) -> Cause:
        made = self._events
        links = made.rows.row(events[0])
        names = self.index.net.links
        bad = links[known[links] > 0]
        total = float(share[events].sum())
        cut = float((share[events] * made.cut_share[events]).sum())
        return Cause(
            trenches=tuple(sorted({code for event in events for code in made.trenches[event]})),
            powerless=tuple(sorted({code for event in events for code in made.nodes[event]})),
            path=names[int(bad[0])] if len(bad) == 1 else None,
            probability=total,
            cut_share=cut / total if total else 0.0,
            explains=tuple(names[link] for link in bad.tolist()),
            contradicted=tuple(names[link] for link in links[known[links] < 0].tolist()),
            readings=int(known[bad].sum()),
        )

    def _placed(self, cause: Cause, light: Mapping[Code, Sight]) -> Cause:
        """The cause with the interface that is not heard, where there is one, and with the place along a link."""
        plant = self.index.plant
        sender = None
        if cause.path is not None:
            a, b = plant.link[cause.path].a, plant.link[cause.path].b
            heard = {light.get(a): b, light.get(b): a}
            sender = heard.get(Sight.DARK) if Sight.LIT in heard else None
        places = (window(plant, plant.link[link], cause.trenches) for link in cause.explains[:1])
        return replace(cause, sender=sender, window=next(places, None))


def _tells(cause: Cause) -> bool:
    """Whether a further event is worth naming; a single bad reading is told as unexplained."""
    return cause.readings > 1 and cause.probability >= WORTH_NAMING
