"""Rows that hold the same: found by hashing, proved by comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from topology.net import Bools, Ints, Rows

_SEED = 20_070_202


def alike(rows: Rows, *, beside: Ints | None = None) -> Ints:
    """A number for each row: rows of one number are equal, and so are their entries of ``beside``.

    Members must ascend within a row. Sums of random numbers bring equal rows together and a comparison decides, so a
    number never joins what differs; should two different sums meet, equal rows may get two numbers, which costs time
    and no truth. Cost: O(members + rows log rows).
    """
    count = rows.count
    if not count:
        return np.zeros(0, dtype=np.int64)
    drawn = np.random.Generator(np.random.PCG64(_SEED)).integers(
        0, 2**64, size=int(rows.members.max(initial=-1)) + 1, dtype=np.uint64
    )
    total = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(drawn[rows.members], dtype=np.uint64)))
    sums = total[rows.offsets[1:]] - total[rows.offsets[:-1]]
    other = np.zeros(count, dtype=np.int64) if beside is None else beside
    order = np.lexsort((sums, rows.sizes, other))
    new = np.ones(count, dtype=np.bool_)
    new[1:] = (
        (sums[order[1:]] != sums[order[:-1]])
        | (rows.sizes[order[1:]] != rows.sizes[order[:-1]])
        | (other[order[1:]] != other[order[:-1]])
    )
    new[1:] |= _differ(rows, order, new)
    found = np.empty(count, dtype=np.int64)
    found[order] = np.cumsum(new) - 1
    return found


def _differ(rows: Rows, order: Ints, new: Bools) -> Bools:
    """Whether each row differs from the one before it in ``order``; rows already known to be new are not looked at."""
    same = np.flatnonzero(~new)
    differs = np.zeros(len(order) - 1, dtype=np.bool_)
    if len(same):
        here, before = rows.take(order[same]), rows.take(order[same - 1])
        differs[same[here.owners[here.members != before.members]] - 1] = True
    return differs
