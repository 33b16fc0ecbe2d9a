"""What has probably happened, from the states of links: cuts, power, a fault on one path, with honest probabilities.

Every event takes a set of links down: the cut of a trench those that run through it, a power cut those that end at the
node, a fault of a module or a patch one link. A state may be missing (evidence of nothing), late or wrong (a small
share of all). By Bayes an event's probability is its rate times the probability of the snapshot if it happened, over
the sum for all events and for none at all, which is held as likely as any beforehand. Events that take the same links,
as far as states are known, cannot be told apart and are one *cause*: trenches in a row; a trench and the power of the
only node behind it.

One link that is down says nothing of a trench: it is a state that is wrong or a fault on that link's own way. Such
causes stand behind those that explain two links or more, unless chance explains those as well. Several events at once
are found one after the other, each in what those before it leave unexplained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from topology.alike import alike
from topology.net import Rows, rows_of
from topology.risk_groups import GroupKind
from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.net import Ints
    from topology.rates import Rates

    Floats = NDArray[np.float64]

POWER_PER_YEAR = 0.005
"""Mains failures a year that outlast a node's battery of four hours: 0.27 interruptions, 1.9 % of them longer."""
PATH_PER_YEAR = 0.048
"""Faults of one path a year: 0.03 at its patches, 0.009 for each of its two modules."""
CONSIDERED = 60
"""Causes whose sets of links are compared one by one."""
TOLD = 8
WORTH_NAMING = 0.1
"""A further event is named from this probability on; it carries it."""
_LEAST_CUTS = 1e-6
"""Cuts a year of the shortest stub: no length of 0 makes an event impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Events that cannot be told apart, with their probability given that one event explains the snapshot.

    ``trenches`` may be cut, ``powerless`` nodes may have lost power, ``path`` is the one link that something on its
    own way may have hit: then no trench is named with confidence, ``trenches`` are the sections of that way.
    ``cut_share`` says how much of the probability is that of a cut. ``contradicted``: links it should have taken that
    are reported up.
    """

    trenches: tuple[Code, ...]
    powerless: tuple[Code, ...]
    path: Code | None
    probability: float
    cut_share: float
    explains: tuple[Code, ...]
    contradicted: tuple[Code, ...]


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

    ``wrong`` is the share of states that are not what they say.
    """

    index: CutIndex
    rates: Rates
    wrong: float = 0.01

    def diagnose(self, states: Mapping[Code, LinkState], *, most_events: int = 4) -> Diagnosis:
        """What explains these states; links without one are unknown. Cost: milliseconds for 10,000 trenches."""
        known = self._known(states)
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
            events=tuple(events),
            causes=tuple(causes),
            unexplained=tuple(self.index.net.links[link] for link in down),
        )

    def _known(self, states: Mapping[Code, LinkState]) -> Ints:
        """A number a link: 1 down, -1 up, 0 unknown."""
        found = np.zeros(len(self.index.net.links), dtype=np.int64)
        for code, state in states.items():
            link = self.index.link_number.get(code)
            if link is not None and state is not LinkState.UNKNOWN:
                found[link] = 1 if state is LinkState.DOWN else -1
        return found

    @cached_property
    def _events(self) -> _Events:
        return _events(self.index, self.rates)

    def _ranked(self, known: Ints) -> list[Cause]:
        """Causes by probability. The snapshot's likelihood is taken relative to nothing having happened."""
        made = self._events
        unit = math.log((1.0 - self.wrong) / self.wrong)
        score = np.log(made.rate) + unit * (made.takes @ known.astype(np.float64))
        explained = made.takes @ (known > 0).astype(np.float64)
        several, one = np.flatnonzero(explained > 1), np.flatnonzero(explained == 1)
        nothing = math.log(float(made.rate[made.rows.sizes > 1].sum()) or 1.0)
        cuts = self._causes(several, score, nothing, known)
        paths = self._causes(one, score, -math.inf, known)
        if cuts and cuts[0].probability < WORTH_NAMING and paths:
            return [*paths[:1], *cuts, *paths[1:]][:TOLD]
        return [*cuts, *paths][:TOLD]

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
        explains = tuple(names[link] for link in links[known[links] > 0].tolist())
        only = links[known[links] != 0]
        total = float(share[events].sum())
        cut = float((share[events] * made.cut_share[events]).sum())
        return Cause(
            trenches=tuple(sorted({code for event in events for code in made.trenches[event]})),
            powerless=tuple(sorted({code for event in events for code in made.nodes[event]})),
            path=names[int(only[0])] if len(only) == 1 else None,
            probability=total,
            cut_share=cut / total if total else 0.0,
            explains=explains,
            contradicted=tuple(names[link] for link in links[known[links] < 0].tolist()),
        )


def _tells(cause: Cause) -> bool:
    """Whether a further event is worth naming; a lone link is told as unexplained."""
    return len(cause.explains) > 1 and cause.probability >= WORTH_NAMING


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Events:
    """Distinct sets of links with the events that take exactly these: ``rate`` a year, ``cut_share`` of it cuts."""

    rows: Rows
    takes: csr_array
    rate: Floats
    cut_share: Floats
    trenches: tuple[tuple[Code, ...], ...]
    nodes: tuple[tuple[Code, ...], ...]


def _events(index: CutIndex, rates: Rates) -> _Events:
    """All events of a plant. Cost: linear in memberships."""
    net = index.net
    cuts = net.groups[GroupKind.TRENCH]
    count = len(net.links)
    standing = rows_of(
        np.concatenate((net.near, net.far)), np.tile(np.arange(count, dtype=np.int64), 2), len(net.codes)
    )
    single = np.arange(count, dtype=np.int64)
    sizes = np.concatenate((cuts.sizes, standing.sizes, np.ones(count, dtype=np.int64)))
    members = np.concatenate((_ascending(cuts), standing.members, single))
    every = Rows(offsets=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))), members=members)
    same = alike(every)
    chosen = np.unique(same, return_index=True)[1]
    cut_rate = np.asarray(
        [max(rates.per_year(index.plant.section[code]), _LEAST_CUTS) for code in cuts.codes], dtype=np.float64
    )
    rate = np.concatenate((cut_rate, np.full(len(net.codes), POWER_PER_YEAR), np.full(count, PATH_PER_YEAR)))
    total = np.asarray(np.bincount(same, weights=rate, minlength=len(chosen)), dtype=np.float64)
    trenches: list[list[Code]] = [[] for _ in chosen]
    nodes: list[list[Code]] = [[] for _ in chosen]
    for number, code in enumerate(cuts.codes):
        trenches[int(same[number])].append(code)
    for number, code in enumerate(net.codes):
        nodes[int(same[cuts.count + number])].append(code)
    rows = every.take(chosen)
    takes = csr_array((np.ones(len(rows.members)), rows.members, rows.offsets), shape=(rows.count, count))
    return _Events(
        rows=rows,
        takes=takes,
        rate=total,
        cut_share=np.bincount(same[: cuts.count], weights=cut_rate, minlength=len(chosen)) / total,
        trenches=tuple(map(tuple, trenches)),
        nodes=tuple(map(tuple, nodes)),
    )


def _ascending(rows: Rows) -> Ints:
    return rows.members[np.lexsort((rows.members, rows.owners))]
