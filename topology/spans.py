"""Which parts of risk groups may harm together: their labels span a common value that their common links do not.

Parts are sets of links of one block. Over GF(2), with labels that tell the truth about each part alone, the cuts inside
two parts together are those inside each of them, added up, *if and only if* the spans of the two meet in nothing but
the span of what they have in common (the dimensions of the kernels say so). So every pair that is not named here is
proved harmless together, and what is named is a superset of the truth that the sweep decides on.

Parts of small rank are joined by hashing all values of their spans; of the T**2 / 2 pairs none is looked at in vain.
Parts of larger rank are compared with those of their own block, reduced modulo their span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from topology.net import Rows
from topology.pieces import positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from topology.net import Bools, Ints, Labels

LIGHT_RANK = 8
"""The largest rank whose 2**rank - 1 values are written out."""
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Pairs of parts, ``first < second``, and the dimension of the space of cuts the labels see in the two together.

    ``deceived`` counts parts whose first word of labels says less than all words do: too short to be joined by.
    """

    first: Ints
    second: Ints
    cuts: Ints
    deceived: int


def candidates(labels: Labels, parts: Rows, block: Ints, wide: Bools) -> Candidates:
    """Pairs of parts, at least one of them ``wide``, that the labels do not prove harmless together.

    ``labels`` has a row of words a link. Cost: the values of the light spans, and for each heavy part an elimination
    of its block.
    """
    rank = ranks(labels, parts)
    heavy = rank > LIGHT_RANK
    first, second, shared = _joined(labels[:, 0], parts, rank, wide, ~heavy & (rank > 0))
    found = [(first, second, shared)]
    found += [_beside(labels, parts, rank, h, _others(h, block, heavy)) for h in np.flatnonzero(heavy).tolist()]
    first, second, shared = (np.concatenate([each[column] for each in found]) for column in range(3))
    low, high = np.minimum(first, second), np.maximum(first, second)
    common, common_rank = _common(labels, parts, low, high)
    beyond = shared > common_rank
    low, high, shared, common = low[beyond], high[beyond], shared[beyond], common[beyond]
    sizes = parts.sizes
    together = sizes[low] + sizes[high] - common
    return Candidates(
        first=low,
        second=high,
        cuts=together - (rank[low] + rank[high] - shared),
        deceived=int((~heavy & (ranks(labels[:, :1], parts) != rank)).sum()),
    )


def ranks(labels: Labels, rows: Rows) -> Ints:
    """The rank of each row's labels over GF(2)."""
    found = np.zeros(rows.count, dtype=np.int64)
    for here, reduced in _reduced(labels, rows):
        found[here] = reduced.any(axis=2).sum(axis=0)
    return found


def _reduced(labels: Labels, rows: Rows) -> Iterator[tuple[Ints, Labels]]:
    """Rows of nearly equal size, eliminated side by side: (rows, pivots); a pivot of 0 is a sum of those before it."""
    sizes = rows.sizes
    largest = int(sizes.max(initial=0))
    smallest = 1
    for width in (*(width for width in _WIDTHS if width < largest), largest):
        here = np.flatnonzero((sizes >= smallest) & (sizes <= width))
        smallest = width + 1
        if len(here):
            yield here, _eliminate(_columns(labels, rows, here, width))


def _columns(labels: Labels, rows: Rows, here: Ints, width: int) -> Labels:
    """The labels of the chosen rows as (member, row, word), filled up with 0."""
    table = np.zeros((width, len(here), labels.shape[1]), dtype=np.uint64)
    sizes = rows.sizes[here]
    for column in range(width):
        there = np.flatnonzero(sizes > column)
        table[column, there] = labels[rows.members[rows.offsets[here[there]] + column]]
    return table


def _eliminate(table: Labels) -> Labels:
    """Gaussian elimination along the first axis, in place."""
    if table.shape[2] == 1:
        flat = table[:, :, 0]
        for column in range(len(flat) - 1):
            pivot = flat[column]
            later = flat[column + 1 :]
            later ^= np.where(later & (pivot & (~pivot + np.uint64(1))), pivot, np.uint64(0))
        return table
    rows = np.arange(table.shape[1])
    for column in range(len(table) - 1):
        pivot = table[column]
        word = (pivot != 0).argmax(axis=1)
        leading = pivot[rows, word]
        lowest = leading & (~leading + np.uint64(1))
        hit = (table[column + 1 :, rows, word] & lowest) != 0
        table[column + 1 :] ^= np.where(hit[:, :, None], pivot[None], np.uint64(0))
    return table


def _joined(words: Labels, parts: Rows, rank: Ints, wide: Bools, light: Bools) -> tuple[Ints, Ints, Ints]:
    """Pairs of light parts with the number of common span values, as a dimension."""
    value, part = _values(words, parts, rank, np.flatnonzero(light))
    order = np.lexsort((part, ~wide[part], value))
    value, part = value[order], part[order]
    new = np.ones(len(value) + 1, dtype=np.bool_)
    new[1:-1] = value[1:] != value[:-1]
    run = np.cumsum(new[:-1]) - 1
    end = np.flatnonzero(new)[1:][run] if len(value) else run
    here = np.flatnonzero(wide[part] & (end > np.arange(len(part)) + 1))
    first = np.repeat(part[here], end[here] - here - 1)
    second = part[positions(here + 1, end[here])]
    keys, count = np.unique(np.minimum(first, second) * parts.count + np.maximum(first, second), return_counts=True)
    shared = np.rint(np.log2(count + 1)).astype(np.int64)
    return keys // max(parts.count, 1), keys % max(parts.count, 1), shared


def _values(words: Labels, parts: Rows, rank: Ints, light: Ints) -> tuple[Labels, Ints]:
    """Every value but 0 of the span of each light part."""
    values, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for size in range(1, LIGHT_RANK + 1):
        chosen = light[rank[light] == size]
        for here, reduced in _reduced(words[:, None], parts.take(chosen)):
            table = reduced[:, :, 0]
            at = np.argsort(table == 0, axis=0, kind="stable")[:size]
            basis = np.take_along_axis(table, at, axis=0)
            span = basis[:1]
            for more in basis[1:]:
                span = np.concatenate((span, more[None], span ^ more))
            values.append(span.ravel())
            owners.append(np.tile(chosen[here], len(span)))
    return np.concatenate(values), np.concatenate(owners)


def _others(part: int, block: Ints, heavy: Bools) -> Ints:
    """What a heavy part is compared with: the light parts of its block and the heavy ones after it."""
    found = np.flatnonzero(block == block[part])
    return found[~heavy[found] | (found > part)]


def _beside(labels: Labels, parts: Rows, rank: Ints, part: int, others: Ints) -> tuple[Ints, Ints, Ints]:
    """A heavy part with each other part: the dimension lost when the other is reduced modulo the heavy one's span."""
    rows = parts.take(others)
    links, inverse = np.unique(rows.members, return_inverse=True)
    left = _modulo(labels[links], labels[parts.row(part)])
    shared = rank[others] - ranks(left, Rows(offsets=rows.offsets, members=inverse))
    meets = shared > 0
    return np.full(int(meets.sum()), part, dtype=np.int64), others[meets], shared[meets]


def _modulo(labels: Labels, span: Labels) -> Labels:
    """Labels reduced modulo a span: 0 if and only if they are in it, and a linear map."""
    left = labels.copy()
    pivots = _eliminate(span[:, None, :].copy())[:, 0]
    for pivot in pivots[pivots.any(axis=1)]:
        word = int((pivot != 0).argmax())
        lowest = pivot[word] & (~pivot[word] + np.uint64(1))
        left ^= np.where((left[:, word] & lowest) != 0, np.uint64(1), np.uint64(0))[:, None] * pivot
    return left


def _common(labels: Labels, parts: Rows, first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """How many links two parts have in common, and their rank."""
    held = parts.owners * (len(labels) + 1) + parts.members
    larger = parts.sizes[first] >= parts.sizes[second]
    first, second = np.where(larger, first, second), np.where(larger, second, first)
    rows = parts.take(second)
    wanted = first[rows.owners] * (len(labels) + 1) + rows.members
    place = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
    common = held[place] == wanted if len(held) else np.zeros(0, dtype=np.bool_)
    counts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(common)))
    both = Rows(offsets=counts[rows.offsets], members=rows.members[common])
    return both.sizes, ranks(labels, both)
