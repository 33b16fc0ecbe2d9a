"""Studies that are no use but to watch how they are run, and the ground the real ones are asked of."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from studies.keeper import Keeper
from studies.question import Ground
from studies.runner import StudyDesk
from studies.settings import StudySettings
from studies.work import do
from topology.cut_index import CutIndex
from topology.dig import costs_of
from topology.rates import rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from inventory.plant import Plant
    from studies.arrays import Array, Arrays
    from studies.model import Model
    from studies.work import Job

TOPOLOGY = TopologySettings(cuts_per_1000_km_year=8, repair_h=8)


def ground_of(plant: Plant, settings: StudySettings | None = None) -> Ground:
    return Ground(
        index=CutIndex.of(plant),
        rates=rates_of(TOPOLOGY),
        settings=settings or StudySettings(),
        eur_per_m=costs_of(TOPOLOGY),
    )


def longer(plant: Plant, metres: float) -> Plant:
    return replace(plant, sections=tuple(replace(section, length_m=metres) for section in plant.sections))


class Clock:
    """A second for each look."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1.0
        return self.seconds


def desk(ground: Ground, state: Path) -> StudyDesk:
    return StudyDesk(ground, Keeper(state), clock_s=Clock(), now_ns=lambda: 1)


class Alone:
    """Works every chunk out by itself, in order or the first and then from the end; stops after so many."""

    def __init__(self, most: int | None = None, *, backwards: bool = False) -> None:
        self._most = most
        self._backwards = backwards
        self.worked: list[int] = []

    def run(self, job: Job, chunks: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        for chunk in [*chunks[:1], *reversed(chunks[1:])] if self._backwards else chunks:
            if self._most is not None and len(self.worked) >= self._most:
                raise KeyboardInterrupt
            self.worked.append(chunk)
            yield chunk, do(job, chunk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Draws numbers. The worker of chunk ``deadly`` is killed: once where ``mark`` names a file, else always."""

    name: ClassVar[str] = "probe"
    count: int = 8
    deadly: int = -1
    mark: str = ""

    def arrays(self, ground: Ground) -> dict[str, Array]:  # noqa: ARG002 - the protocol's signature
        return {"ten": np.arange(10)}

    def chunks(self, model: Model) -> int:  # noqa: ARG002 - same
        return self.count

    def scenarios(self, model: Model, chunks: int) -> int:  # noqa: ARG002 - same
        return chunks * 100

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:
        if chunk == self.deadly and not (self.mark and Path(self.mark).exists()):
            if self.mark:
                Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return {"drawn": chance.integers(1_000_000, size=3), "ten": model.arrays["ten"]}

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> dict[str, object]:  # noqa: ARG002 - same
        return {"drawn": [part["drawn"].tolist() for part in parts]}
