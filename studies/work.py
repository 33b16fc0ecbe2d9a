"""What a worker does, in whatever process it stands: one chunk of one study, from the model on its disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from studies.arrays import packed, read_model
from studies.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from studies.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What all chunks of a study have in common. ``model`` is the folder of its arrays, called by their content."""

    question: Question
    model: Path
    seed: int


def do(job: Job, chunk: int) -> bytes:
    """The result of one chunk. It depends on the job and the chunk's number alone, never on who works it out."""
    chance = np.random.default_rng([job.seed, chunk])
    return packed(job.question.work(_model(job.model), chunk, chance))


@lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    """Mapped and checked once a process, and what is derived from it made once."""
    return Model(arrays=read_model(folder))
