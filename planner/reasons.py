"""Why something is lost: the fewest of the cuts found that are enough to take it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code
    from topology.cut_index import CutIndex

MOST_CUTS = 30
"""With more cuts than this nobody asks which of them did it."""
MOST_QUESTIONS = 400
"""The index is asked no more often for one answer; what is left then has no reason named."""


def reasons(
    index: CutIndex, cuts: Sequence[Code], before: Collection[Code], lost: Collection[Code]
) -> dict[Code, tuple[Code, ...]]:
    """For lost nodes the cuts that are enough, on top of what is down.

    One alone where there is one, else a set of which none can be left out for at least one of the nodes that share it.
    Cost: a question to the index for each cut, and as many for each further set.
    """
    if len(cuts) > MOST_CUTS:
        return {}
    asked = _Asked(index, before)
    found: dict[Code, tuple[Code, ...]] = {}
    left = dict.fromkeys(lost)
    for cut in cuts:
        for node in [node for node in left if node in asked.lost((cut,))]:
            found[node] = (cut,)
            del left[node]
    while left and asked.count + len(cuts) < MOST_QUESTIONS:
        enough = _thinned(asked, tuple(cuts), next(iter(left)))
        for node in [node for node in left if node in asked.lost(enough)]:
            found[node] = enough
            del left[node]
    return found


def _thinned(asked: _Asked, cuts: tuple[Code, ...], node: Code) -> tuple[Code, ...]:
    """Cuts of which each is needed to take the node down."""
    for cut in cuts:
        fewer = tuple(other for other in cuts if other != cut)
        if node in asked.lost(fewer):
            cuts = fewer
    return cuts


class _Asked:
    """The index on top of what is down, each question asked once."""

    def __init__(self, index: CutIndex, before: Collection[Code]) -> None:
        self._index = index
        self._before = before
        self._kept: dict[tuple[Code, ...], frozenset[Code]] = {}

    @property
    def count(self) -> int:
        """How many questions it took."""
        return len(self._kept)

    def lost(self, cuts: tuple[Code, ...]) -> frozenset[Code]:
        """What these take down."""
        known = self._kept.get(cuts)
        if known is None:
            loss = self._index.lost(cuts, down_links=self._before)
            known = self._kept[cuts] = frozenset((*loss.sites, *loss.structures))
        return known
