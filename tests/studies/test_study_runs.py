"""How a study is run: kept chunk by chunk, the same whoever works, going on after whatever stopped it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from study_probes import Alone, Probe, desk, ground_of
from topology_plants import ring_city

from rainbow.kernel.errors import StudyError
from studies.arrays import content_hash, packed, read_model, unpacked, write_model
from studies.keeper import Keeper
from studies.processes import ProcessStudy
from studies.runner import Budget

if TYPE_CHECKING:
    from pathlib import Path

    from studies.executor import StudyExecutor
    from studies.keeper import Kept
    from studies.runner import Progress

GROUND = ground_of(ring_city())


def asked(state: Path, question: Probe, executor: StudyExecutor, budget: Budget | None = None, seed: int = 5) -> Kept:
    return desk(GROUND, state).run(question, seed, executor, budget=budget or Budget(), told=lambda _now: None)


def test_the_answer_is_the_same_byte_for_byte_on_one_worker_and_on_two_and_after_a_killed_worker(
    tmp_path: Path,
) -> None:
    alone = asked(tmp_path / "alone", Probe(), Alone())
    two = asked(tmp_path / "two", Probe(), ProcessStudy(2))
    assert alone.is_complete
    assert two.answer == alone.answer
    struck = Probe(deadly=3, mark=str(tmp_path / "mark"))
    survived = asked(tmp_path / "struck", struck, ProcessStudy(2))
    assert (tmp_path / "mark").exists()
    assert json.loads(survived.answer or "")["drawn"] == json.loads(alone.answer or "")["drawn"]


def test_a_chunk_that_kills_every_worker_is_named_and_all_others_are_kept(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="chunk 2 of the study ended 3 workers"):
        asked(tmp_path, Probe(count=4, deadly=2), ProcessStudy(2))
    (kept,) = Keeper(tmp_path).studies()
    assert not kept.is_complete
    assert {0, 1} <= Keeper(tmp_path).done(kept.id)


def test_stopping_keeps_what_is_done_and_asking_again_works_out_only_the_rest(tmp_path: Path) -> None:
    first, second = Alone(most=3), Alone()
    with pytest.raises(KeyboardInterrupt):
        asked(tmp_path, Probe(), first)
    (kept,) = Keeper(tmp_path).studies()
    assert (kept.done, kept.is_complete, kept.is_running) == (3, False, False)
    assert len(json.loads(kept.answer or "")["drawn"]) == 3
    whole = asked(tmp_path, Probe(), second)
    assert second.worked == [3, 4, 5, 6, 7]
    assert whole.answer == asked(tmp_path / "new", Probe(), Alone()).answer


def test_the_answer_of_a_stopped_study_counts_the_first_chunks_without_a_gap(tmp_path: Path) -> None:
    kept = asked(tmp_path, Probe(), Alone(backwards=True), Budget(seconds=4))
    assert kept.done > 1
    assert len(json.loads(kept.answer or "")["drawn"]) == 1


def test_a_budget_of_scenarios_gives_the_same_chunks_every_time(tmp_path: Path) -> None:
    kept = asked(tmp_path, Probe(), Alone(), Budget(scenarios=201))
    assert (kept.done, kept.is_complete) == (3, False)
    said = json.loads(kept.answer or "")
    assert (said["scenarios"], said["scenarios_in_all"]) == (300, 800)


def test_cancelling_stops_it_between_two_chunks_and_asking_again_goes_on(tmp_path: Path) -> None:
    def told(now: Progress) -> None:
        if now.done == 2:
            Keeper(tmp_path).cancel(now.study)

    kept = desk(GROUND, tmp_path).run(Probe(), 5, Alone(), budget=Budget(), told=told)
    assert (kept.done, kept.is_cancelled) == (3, True)
    assert asked(tmp_path, Probe(), Alone()).is_complete


def test_two_cannot_work_on_one_study_at_the_same_time(tmp_path: Path) -> None:
    def told(now: Progress) -> None:
        assert Keeper(tmp_path).find(now.study).is_running
        with pytest.raises(StudyError, match="is running already"):
            asked(tmp_path, Probe(), Alone())

    desk(GROUND, tmp_path).run(Probe(count=1), 5, Alone(), budget=Budget(), told=lambda _now: None)
    desk(GROUND, tmp_path).run(Probe(), 5, Alone(), budget=Budget(scenarios=100), told=told)


def test_another_seed_is_another_study_and_a_complete_one_is_not_worked_out_again(tmp_path: Path) -> None:
    one, again, other = Alone(), Alone(), Alone()
    first = asked(tmp_path, Probe(), one)
    assert asked(tmp_path, Probe(), again) == first
    assert again.worked == []
    assert asked(tmp_path, Probe(), other, seed=6).answer != first.answer
    assert not [path for path in (tmp_path / "studies").iterdir() if path.is_dir()]


def test_chunks_keep_their_arrays_exactly_and_always_the_same_way() -> None:
    arrays = {"b": np.asarray([1.5, np.inf]), "a": np.arange(6).reshape(2, 3), "text": np.asarray(["ä", "bc"])}
    content = packed(arrays)
    assert content == packed(dict(reversed(arrays.items())))
    found = unpacked(content)
    assert {name: array.tolist() for name, array in found.items()} == {n: a.tolist() for n, a in arrays.items()}


def test_a_model_is_called_by_its_content_mapped_read_only_and_refused_when_it_was_changed(tmp_path: Path) -> None:
    folder = write_model(tmp_path, {"a": np.arange(5), "empty": np.zeros(0)})
    assert folder.name == content_hash(read_model(folder))
    assert write_model(tmp_path, {"a": np.arange(5), "empty": np.zeros(0)}) == folder
    with pytest.raises(ValueError, match="read-only"):
        read_model(folder)["a"][0] = 9  # type: ignore[index]
    np.save(folder / "a.npy", np.arange(1, 6))
    with pytest.raises(StudyError, match="is not the model it is called by"):
        read_model(folder)


def test_a_study_that_nobody_knows_and_a_file_that_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="there is no study probe-1"):
        Keeper(tmp_path).find("probe-1")
    (tmp_path / "studies.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StudyError, match=r"studies\.sqlite"):
        Keeper(tmp_path).studies()
