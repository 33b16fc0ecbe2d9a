"""The exact sweep: what every one of many sets of broken links cuts off, without chance and without labels.

The offline method for connectivity under deletions (divide the scenarios in parts, join for each part what none of
its scenarios breaks, go on with what is left), turned sideways: all parts of one level are one graph, so a level is
one call of scipy's connected components. A level holds only links that some scenario of a part breaks, hence
O((n + m) + M log T) in all for T scenarios of M links together, in about log2(T) rounds of numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Net, Rows


_STEP, _FEW_STEP, _FEW = 2, 4, 4_000
"""Blocks are parted in ``2**_STEP`` at a level; in more where memberships are few, for calls cost more than copies."""
_LEAST_AT_ONCE = 8_192
"""Memberships swept at once: so many, or one for each link. The cost stays, for a start is linear in the links too."""


class Scenarios(Protocol):
    """Many sets of links, of which some are written out at a time."""

    @property
    def offsets(self) -> Ints:
        """Where the links of each scenario would begin, and the end."""

    def take(self, chosen: Ints) -> Rows:
        """The links of the chosen scenarios."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Level:
    """One level: a contracted graph for each block of scenarios, all in one. ``root`` is each block's root vertex."""

    block: Ints
    root: Ints
    measures: Ints
    link: Ints
    tail: Ints
    head: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swept:
    """A row a scenario: ``lost``, what it cuts off from the root; ``cuts``, by how many the parts of the graph grow.

    ``cuts`` is the dimension of the space of cuts among the scenario's links, exactly.
    """

    lost: Ints
    cuts: Ints


def lost_measures(net: Net, scenarios: Scenarios, live: Bools) -> Ints:
    """A row a scenario: what it cuts off from the root, summed over ``net.measures``. See :func:`sweep`."""
    return sweep(net, scenarios, live).lost


def sweep(net: Net, scenarios: Scenarios, live: Bools) -> Swept:
    """What each scenario cuts off from the root, and into how many more parts the graph falls.

    ``live`` marks the links that are up with nothing cut; vertices these do not join to the root count nowhere. Links
    of a scenario that are not live change nothing.
    """
    start, whole = _start(net, live)
    most = max(len(net.tail), _LEAST_AT_ONCE)
    lost, parts = [np.zeros((0, net.measures.shape[1]), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    offsets = scenarios.offsets
    first, count = 0, len(offsets) - 1
    while first < count:
        last = int(np.searchsorted(offsets, offsets[first] + most, side="right")) - 1
        last = max(last, first + 1)
        swept = _together(start, scenarios.take(np.arange(first, last, dtype=np.int64)))
        lost.append(swept[0])
        parts.append(swept[1])
        first = last
    return Swept(lost=np.concatenate(lost), cuts=np.concatenate(parts) - whole)


def _together(start: _Level, scenarios: Rows) -> tuple[Ints, Ints]:
    """What each of these scenarios cuts off, and into how many parts the graph falls."""
    count = scenarios.count
    rounds = (count - 1).bit_length()
    member, owner = scenarios.members, scenarios.owners
    by_link = np.lexsort((owner, member))
    member, owner = member[by_link], owner[by_link]
    level = _contract(start, *_pairs(member, owner, rounds), blocks=1)
    step = _FEW_STEP if len(member) < _FEW else _STEP
    left = rounds
    while left:
        step = min(step, left)
        left -= step
        blocks = ((count - 1) >> left) + 1
        level = _contract(_parted(level, blocks, step), *_pairs(member, owner, left), blocks=blocks)
    return start.measures.sum(axis=0) - level.measures[level.root], np.bincount(level.block, minlength=count)


def _start(net: Net, live: Bools) -> tuple[_Level, int]:
    """The whole graph as one block, and its parts; what the root does not reach keeps no weight."""
    link = np.flatnonzero(live & (net.tail != net.head))
    part = _components(net.tail[link], net.head[link], net.vertices)
    reached = (part == part[0])[:, None]
    level = _Level(
        block=np.zeros(net.vertices, dtype=np.int64),
        root=np.zeros(1, dtype=np.int64),
        measures=np.where(reached, net.measures, 0),
        link=link,
        tail=net.tail[link],
        head=net.head[link],
    )
    return level, int(part.max()) + 1


def _components(tail: Ints, head: Ints, count: int) -> Ints:
    joins = coo_array((np.ones(len(tail), dtype=np.int32), (tail, head)), shape=(count, count))
    return connected_components(joins, directed=False)[1].astype(np.int64)


def _pairs(member: Ints, owner: Ints, shift: int) -> tuple[Ints, Ints]:
    """Each (link, block) once, sorted, where the block of a scenario is its number without its last ``shift`` bits."""
    block = owner >> shift
    first = np.ones(len(member), dtype=np.bool_)
    first[1:] = (member[1:] != member[:-1]) | (block[1:] != block[:-1])
    return member[first], block[first]


def _contract(level: _Level, member: Ints, block: Ints, *, blocks: int) -> _Level:
    """Join what no scenario of a block breaks, and keep the links that some scenario does break."""
    wanted = level.link * blocks + level.block[level.tail]
    known = member * blocks + block
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    broken = known[place] == wanted if len(known) else np.zeros(len(wanted), dtype=np.bool_)
    part = _components(level.tail[~broken], level.head[~broken], len(level.block))
    count = int(part.max()) + 1
    measures = _summed(part, level.measures, count)
    where = np.zeros(count, dtype=np.int64)
    where[part] = level.block
    tail, head = part[level.tail[broken]], part[level.head[broken]]
    apart = tail != head
    return _Level(
        block=where,
        root=part[level.root],
        measures=measures,
        link=level.link[broken][apart],
        tail=tail[apart],
        head=head[apart],
    )


def _summed(part: Ints, measures: Ints, count: int) -> Ints:
    """Measures added up by part; exact, for no sum comes near 2**53."""
    columns = [np.bincount(part, weights=column, minlength=count) for column in measures.T]
    return np.stack(columns, axis=1).astype(np.int64)


def _parted(level: _Level, blocks: int, step: int) -> _Level:
    """Each block ``2**step`` times, for its parts; the last one less often where a part holds no scenario."""
    copies = [_copy(level, blocks, step, number) for number in range(1 << step)]
    sizes = np.cumsum([0, *(int(kept.sum()) for kept, _links, _place in copies)])
    roots = np.empty(len(level.root) << step, dtype=np.int64)
    for number, (_kept, _links, place) in enumerate(copies):
        roots[number :: 1 << step] = place[level.root] + sizes[number]
    shifted = list(zip(copies, sizes[:-1].tolist(), strict=True))
    return _Level(
        block=np.concatenate([(level.block[kept] << step) + number for number, (kept, _l, _p) in enumerate(copies)]),
        root=roots[:blocks],
        measures=np.concatenate([level.measures[kept] for kept, _links, _place in copies]),
        link=np.concatenate([level.link[links] for _kept, links, _place in copies]),
        tail=np.concatenate([place[level.tail[links]] + before for (_kept, links, place), before in shifted]),
        head=np.concatenate([place[level.head[links]] + before for (_kept, links, place), before in shifted]),
    )


def _copy(level: _Level, blocks: int, step: int, number: int) -> tuple[Bools, Bools, Ints]:
    """Which vertices and links one copy keeps, and the place of each vertex among those kept."""
    kept: Bools = (level.block << step) + number < blocks
    return kept, kept[level.tail], np.cumsum(kept) - 1
