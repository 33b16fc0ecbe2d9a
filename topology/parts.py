"""Risk groups taken apart: what each holds in each block, equal parts once, with those who hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from topology.alike import alike
from topology.net import WEIGHT, Rows, rows_of
from topology.pieces import lost_ranges, positions
from topology.spans import ranks
from topology.sweep import sweep

if TYPE_CHECKING:
    from topology.blocks import Blocks
    from topology.net import Bools, Ints, Labels, Net
    from topology.tree import SpanningTree


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """``rows``: the links of each part, all of one block that can be parted only by two links or more.

    ``holders``: the groups that hold exactly this of the block and do not take the whole block down already.
    ``lost``: what the part alone takes down, exactly. ``swept``: parts the sweep decided, the others hold no cut.
    ``deceived``: parts about which the labels told an untruth; if any, the labels prove nothing about pairs.
    """

    rows: Rows
    block: Ints
    holders: Rows
    lost: Ints
    swept: int
    deceived: int


def parts_of(net: Net, tree: SpanningTree, pieces: Blocks, labels: Labels, groups: Rows) -> Parts:
    """The parts of these groups. Cost: O(M log M) for M memberships, and one sweep of the parts that hold a cut."""
    core = np.append(pieces.sizes, 0)[pieces.of_link] > 1
    kept = groups.keep(core)
    owners, members = kept.owners, kept.members
    block = pieces.of_link[members]
    order = np.lexsort((members, block, owners))
    owners, members, block = owners[order], members[order], block[order]
    new = np.ones(len(members) + 1, dtype=np.bool_)
    new[1:-1] = (owners[1:] != owners[:-1]) | (block[1:] != block[:-1])
    offsets = np.flatnonzero(new)
    held = Rows(offsets=offsets, members=members)
    part = alike(held)
    chosen = np.unique(part, return_index=True)[1]
    rows = held.take(chosen)
    lost, swept, deceived = _alone(net, tree, labels, rows)
    holder, where = owners[offsets[:-1]], block[offsets[:-1]]
    alive = ~_cut_off(tree, pieces, groups, _Held(part=part, group=holder, block=where, rows=rows, lost=lost))
    return Parts(
        rows=rows,
        block=where[chosen],
        holders=rows_of(part[alive], holder[alive], len(chosen)),
        lost=lost,
        swept=swept,
        deceived=deceived,
    )


def _alone(net: Net, tree: SpanningTree, labels: Labels, rows: Rows) -> tuple[Ints, int, int]:
    """What each part takes down alone, how many were swept, and about how many the labels were wrong."""
    lost = np.zeros((rows.count, net.measures.shape[1]), dtype=np.int64)
    kernel = rows.sizes - ranks(labels, rows)
    asked = np.flatnonzero(kernel > 0)
    swept = sweep(net, rows.take(asked), tree.live)
    lost[asked] = swept.lost
    return lost, len(asked), int((swept.cuts != kernel[asked]).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """One entry for each group and block: the part it holds there."""

    part: Ints
    group: Ints
    block: Ints
    rows: Rows
    lost: Ints


def _cut_off(tree: SpanningTree, pieces: Blocks, groups: Rows, held: _Held) -> Bools:
    """Entries whose block the group takes down as a whole, by what it holds further up: nothing there is *shared* harm.

    What a group takes down alone is that of its bridges and of its parts; each of them as ranges of the tree.
    """
    entry = tree.enter[pieces.entry[held.block]]
    found = np.zeros(len(entry), dtype=np.bool_)
    owner, start, stop = _harm(tree, groups, held)
    places = np.sort(tree.enter[pieces.entry[pieces.sizes > 1]])
    matters = np.searchsorted(places, start) < np.searchsorted(places, stop)
    owner, start, stop = owner[matters], start[matters], stop[matters]
    left, right = np.searchsorted(held.group, owner), np.searchsorted(held.group, owner, side="right")
    asked = positions(left, right)
    times = right - left
    inside = (np.repeat(start, times) <= entry[asked]) & (entry[asked] < np.repeat(stop, times))
    found[asked[inside]] = True
    return found


def _harm(tree: SpanningTree, groups: Rows, held: _Held) -> tuple[Ints, Ints, Ints]:
    """Ranges of the tree that groups take down alone: (group, start, stop)."""
    bridge = tree.bridges[groups.members]
    child = tree.child_of_link[groups.members[bridge]]
    owners, starts, stops = [groups.owners[bridge]], [tree.enter[child]], [tree.leave[child]]
    harmful = held.lost[held.part, WEIGHT] > 0
    for part in np.unique(held.part[harmful]).tolist():
        marked = np.zeros(len(tree.tail), dtype=np.bool_)
        marked[held.rows.row(part)] = True
        start, stop = lost_ranges(tree, marked)
        who = held.group[held.part == part]
        owners.append(np.repeat(who, len(start)))
        starts.append(np.tile(start, len(who)))
        stops.append(np.tile(stop, len(who)))
    return np.concatenate(owners), np.concatenate(starts), np.concatenate(stops)
