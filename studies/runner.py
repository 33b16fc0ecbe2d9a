"""Running a study: what is kept already is not worked out again, what comes is kept, and what is kept is the answer.

The answer counts the chunks from the first on without a gap, so that stopping does not prefer chunks that are quick.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.arrays import unpacked, write_model
from studies.model import Model
from studies.questions import parameters_of, question_of
from studies.work import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from studies.executor import StudyExecutor
    from studies.keeper import Keeper, Kept
    from studies.question import Ground, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may take: ``seconds`` of time, ``scenarios`` in all, None for what the whole study takes."""

    seconds: float | None = None
    scenarios: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is, in chunks; ``wanted`` is all of them or what the budget leaves."""

    study: str
    done: int
    wanted: int


class StudyDesk:
    """Runs the studies of one city. ``clock_s`` is monotonic, ``now_ns`` the wall clock."""

    def __init__(
        self, ground: Ground, keeper: Keeper, *, clock_s: Callable[[], float], now_ns: Callable[[], int]
    ) -> None:
        self._ground = ground
        self._keeper = keeper
        self._clock_s = clock_s
        self._now_ns = now_ns

    def run(
        self,
        question: Question,
        seed: int,
        executor: StudyExecutor,
        *,
        budget: Budget,
        told: Callable[[Progress], None],
    ) -> Kept:
        """Ask, or go on with the same question of the same city. Whoever is stopped keeps what came before.

        Raises:
            StudyError: it runs already, or a chunk cannot be worked out.
        """
        model = Model(arrays=question.arrays(self._ground))
        folder = write_model(self._keeper.models, model.arrays)
        study = study_id(question, seed, folder.name)
        with self._keeper.alone(study):
            self._keeper.add(
                study,
                name=question.name,
                parameters=parameters_of(question),
                seed=seed,
                model=folder.name,
                chunks=question.chunks(model),
                now_ns=self._now_ns(),
            )
            kept = self._keeper.find(study)
            if not kept.is_complete:
                job = Job(question=question, model=folder.absolute(), seed=seed)
                self._work(kept, job, model, executor, budget, told)
        return self._keeper.find(study)

    def resume(self, study: str, executor: StudyExecutor, *, budget: Budget, told: Callable[[Progress], None]) -> Kept:
        """Go on with a study that is kept.

        Raises:
            StudyError: the city is no longer the one it was asked of.
        """
        kept = self._keeper.find(study)
        if kept.is_complete:
            return kept
        question = question_of(kept.name, kept.parameters)
        folder = write_model(self._keeper.models, question.arrays(self._ground))
        if study_id(question, kept.seed, folder.name) != study:
            raise StudyError(
                _("plant, rates or hazards have changed since {id} was begun").format(id=study),
                cure=_("run it anew: rainbow study run {name} CITY").format(name=kept.name),
            )
        return self.run(question, kept.seed, executor, budget=budget, told=told)

    def _work(
        self,
        kept: Kept,
        job: Job,
        model: Model,
        executor: StudyExecutor,
        budget: Budget,
        told: Callable[[Progress], None],
    ) -> None:
        """Work until all is done or the budget is; in any case say what the kept chunks say."""
        wanted, done = _wanted(job.question, model, kept.chunks, budget), self._keeper.done(kept.id)
        left = [chunk for chunk in range(wanted) if chunk not in done]
        count, begun_s = wanted - len(left), self._clock_s()
        told(Progress(study=kept.id, done=count, wanted=wanted))
        results = executor.run(job, left)
        try:
            with closing(results):
                for chunk, content in results:
                    may_go_on = self._keeper.put(kept.id, chunk, content)
                    count += 1
                    told(Progress(study=kept.id, done=count, wanted=wanted))
                    is_over = budget.seconds is not None and self._clock_s() - begun_s >= budget.seconds
                    if is_over or not may_go_on:
                        break
        finally:
            self._say(kept, job.question, model, worked_s=self._clock_s() - begun_s)

    def _say(self, kept: Kept, question: Question, model: Model, *, worked_s: float) -> None:
        parts = [unpacked(content) for content in self._keeper.first(kept.id)]
        answer = None
        if parts:
            document = {
                "study": kept.name,
                "city": self._ground.index.plant.city,
                "parameters": kept.parameters,
                "seed": kept.seed,
                "model_sha256": kept.model,
                "chunks": len(parts),
                "chunks_in_all": kept.chunks,
                "scenarios": question.scenarios(model, len(parts)),
                "scenarios_in_all": question.scenarios(model, kept.chunks),
                **question.answer(self._ground, model, parts),
            }
            answer = json.dumps(document, ensure_ascii=False, sort_keys=True)
        self._keeper.answered(kept.id, answer, complete=len(parts) == kept.chunks, worked_s=worked_s)


def _wanted(question: Question, model: Model, chunks: int, budget: Budget) -> int:
    """The fewest chunks that hold as many scenarios as the budget names, one at least."""
    if budget.scenarios is None or question.scenarios(model, chunks) <= budget.scenarios:
        return chunks
    low, high = 1, chunks
    while low < high:
        middle = (low + high) // 2
        if question.scenarios(model, middle) >= budget.scenarios:
            high = middle
        else:
            low = middle + 1
    return low


def study_id(question: Question, seed: int, model: str) -> str:
    """What a study is called: by what is asked, of what, with which chance."""
    asked = json.dumps([question.name, parameters_of(question), seed, model], sort_keys=True)
    return f"{question.name}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
