"""A real Dask cluster on this machine: the same bytes, a model handed out once, a killed worker survived."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

import pytest
from study_probes import Alone, Probe, desk, ground_of
from topology_plants import ring_city

from rainbow.kernel.errors import StudyError
from studies.runner import Budget

distributed = pytest.importorskip("distributed", reason="NOT TESTED: rainbow-fibre[studies] is not installed")
dask_cluster = pytest.importorskip("studies.dask_cluster")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from studies.keeper import Kept

GROUND = ground_of(ring_city())
SLOW = pytest.mark.skipif(
    os.environ.get("RAINBOW_SLOW") != "1", reason="NOT TESTED: needs ten seconds (RAINBOW_SLOW=1)"
)
pytestmark = [pytest.mark.filterwarnings("ignore")]  # distributed warns of much that is none of ours


@pytest.fixture
def scheduler(request: pytest.FixtureRequest) -> Iterator[object]:
    """One worker in this process; with a parameter so many in processes of their own."""
    workers = getattr(request, "param", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=workers or 1,
            threads_per_worker=1,
            processes=bool(workers),
            dashboard_address=":0",
            host="127.0.0.1",
            protocol="tcp",
        ) as cluster:
            yield cluster


def asked(state: Path, url: str, question: Probe) -> Kept:
    return desk(GROUND, state).run(question, 5, dask_cluster.DaskStudy(url), budget=Budget(), told=lambda _now: None)


def test_the_answer_is_the_same_byte_for_byte(scheduler: object, tmp_path: Path) -> None:
    there = asked(tmp_path / "there", scheduler.scheduler_address, Probe())  # type: ignore[attr-defined]
    here = desk(GROUND, tmp_path / "here").run(Probe(), 5, Alone(), budget=Budget(), told=lambda _now: None)
    assert there.is_complete
    assert there.answer == here.answer


def test_a_machine_without_the_model_gets_it_handed_out(
    scheduler: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(
        dask_cluster, "_model_here", lambda model: found if (found := elsewhere / model.name).is_dir() else None
    )
    monkeypatch.setattr(dask_cluster, "_copies", lambda: elsewhere)
    assert asked(tmp_path, scheduler.scheduler_address, Probe()).is_complete  # type: ignore[attr-defined]
    assert len(list(elsewhere.iterdir())) == 1


def test_workers_with_other_versions_and_a_cluster_without_workers_are_refused() -> None:
    class Told:
        """Answers for workers."""

        def __init__(self, *workers: dict[str, str]) -> None:
            self._workers = {f"tcp://w{number}": told for number, told in enumerate(workers)}

        def run(self, _asked: object) -> dict[str, dict[str, str]]:
            return self._workers

    mine = dask_cluster._versions()
    dask_cluster._refuse_others(Told(mine, mine))
    with pytest.raises(StudyError, match=r"tcp://w1 has numpy 1\.0, this machine has "):
        dask_cluster._refuse_others(Told(mine, mine | {"numpy": "1.0"}))
    with pytest.raises(StudyError, match="has no worker"):
        dask_cluster._refuse_others(Told())


@SLOW
@pytest.mark.parametrize("scheduler", [2], indirect=True)
def test_a_killed_worker_costs_nothing_but_time(scheduler: object, tmp_path: Path) -> None:
    struck = asked(tmp_path / "a", scheduler.scheduler_address, Probe(deadly=3, mark=str(tmp_path / "mark")))  # type: ignore[attr-defined]
    assert (tmp_path / "mark").exists()
    assert struck.is_complete
    whole = Probe(deadly=3, mark=str(tmp_path / "mark"))
    here = desk(GROUND, tmp_path / "b").run(whole, 5, Alone(), budget=Budget(), told=lambda _now: None)
    assert struck.answer == here.answer
