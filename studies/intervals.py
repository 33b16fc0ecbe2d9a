"""How sure a sampled share is: Wilson's interval, which is right for rare events too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Z_95 = 1.959963984540054
"""Of the normal distribution: 95 of 100 such intervals hold the truth."""


def wilson(hits: Floats, tries: int, *, z: float = Z_95) -> tuple[Floats, Floats]:
    """The interval of each share ``hits / tries`` (Wilson, Journal of the American Statistical Association, 1927)."""
    share = hits / tries
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * np.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    low = np.where(hits == 0, 0.0, np.maximum(middle - half, 0.0))
    high = np.where(hits == tries, 1.0, np.minimum(middle + half, 1.0))
    return low, high


def mean_interval(total: Floats, squares: Floats, count: int, *, z: float = Z_95) -> tuple[Floats, Floats]:
    """The interval of each mean, from sums and sums of squares of ``count`` independent values. Never below 0."""
    mean = total / count
    spread = np.sqrt(np.maximum(squares / count - mean * mean, 0.0) / max(count - 1, 1))
    return np.maximum(mean - z * spread, 0.0), mean + z * spread
