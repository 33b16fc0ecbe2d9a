"""What a study is: a question, written down in a few numbers, that falls into chunks.

A question is a frozen record of its parameters, so that it can be kept, sent to a worker and asked again. What it needs
of the city it turns into arrays once (:meth:`Question.arrays`); workers see these and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from studies.arrays import Array, Arrays
    from studies.model import Model
    from studies.settings import StudySettings
    from topology.cut_index import CutIndex
    from topology.rates import Rates

    Document = Mapping[str, object]
    """An answer as what JSON holds. It names nobody who worked it out and no time: equal studies give equal bytes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What a study knows of its city."""

    index: CutIndex
    rates: Rates
    settings: StudySettings
    eur_per_m: Mapping[str, float]


class Question(Protocol):
    """A study. Implementations are frozen dataclasses of plain values."""

    name: ClassVar[str]

    def arrays(self, ground: Ground) -> dict[str, Array]:
        """What the workers need of the city.

        Raises:
            RainbowError: the question has no answer in this city.
        """

    def chunks(self, model: Model) -> int:
        """How many chunks the whole study is."""

    def scenarios(self, model: Model, chunks: int) -> int:
        """How many scenarios its first so many chunks are."""

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:
        """One chunk. Pure."""

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> Document:
        """What the first chunks, in order, say together; all of them or, where a budget ended it, fewer."""
