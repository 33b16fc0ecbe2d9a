"""``rainbow study`` as a planner uses it, in a copy of the demo city; killed, resumed, on another cluster."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from rainbow.cli import main
from studies.keeper import Keeper

CITY = ROOT / "cities" / "lautern"
MOMENTS = "40000"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder, ignore=shutil.ignore_patterns("state"))
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["study", *arguments]) == 0
    return capsys.readouterr().out


def in_words(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    return " ".join(run(capsys, *arguments).split())


def test_a_study_tells_its_answer_its_method_and_what_it_rests_on(
    city: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("run", "digs", str(city), "--budget-eur", "30000", "--workers", "1")
    said = in_words(capsys, *asked)
    assert "new trenches within 30,000 EUR" in said
    assert "Method: every pair that can be paid" in said
    listed = json.loads(run(capsys, "list", str(city), "--format", "json"))
    assert [each["state"] for each in listed] == ["complete"]
    shown = run(capsys, "show", str(city), listed[0]["id"], "--format", "json")
    assert json.loads(shown)["pairs"] == json.loads(shown)["scenarios"]
    monkeypatch.setenv("RAINBOW_LANG", "de")
    german = in_words(capsys, "show", str(city), listed[0]["id"])
    assert "Verfahren:" in german
    assert "Method" not in german


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "failures", "CITY", "--executor", "ray"), "ray works out no studies"),
        (("run", "failures", "CITY", "--budget", "soon"), "is no time"),
        (("run", "failures", "CITY", "--circle", "here"), "is no circle"),
        (("show", "CITY", "failures-0"), "there is no study failures-0"),
        (("run", "failures", "CITY", "--executor", "tcp://127.0.0.1:1"), "no Dask scheduler answers"),
    ],
)
def test_what_cannot_be_is_refused_with_words(
    city: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setattr("studies.dask_cluster.CONNECT_S", 1)
    assert main(["study", *(str(city) if each == "CITY" else each for each in arguments)]) == 2
    assert words in capsys.readouterr().err


def started(city: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rainbow", "study", "run", "availability", str(city), "--moments", MOMENTS]
    return subprocess.Popen(
        [*command, "--workers", "1", "--format", "json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def first_chunk(city: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = [kept for kept in Keeper(city / "state").studies() if kept.done]
        if found:
            return found[0].id
        time.sleep(0.05)
    raise AssertionError("no chunk came within a minute")


def below(process: int) -> set[int]:
    """All processes that were started below this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, todo = set(), {process}
    while todo:
        todo = {child for child, parent in parents.items() if parent in todo} - found
        found |= todo
    return found


@pytest.fixture
def killed(city: Path) -> tuple[str, set[int]]:
    """A study that was killed with -9 after its first chunk, and the workers it had."""
    process = started(city)
    try:
        study = first_chunk(city)
        workers = below(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return study, workers


def test_a_study_killed_with_9_leaves_no_worker_and_resumes_to_the_very_same_answer(
    city: Path, killed: tuple[str, set[int]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study, workers = killed
    kept = Keeper(city / "state").find(study)
    assert 0 < kept.done < kept.chunks
    assert not kept.is_running
    assert workers
    end = time.monotonic() + 20
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < end, "workers go on without the study"
        time.sleep(0.05)
    resumed = run(capsys, "resume", str(city), study, "--workers", "2", "--format", "json")
    other = tmp_path / "other"
    shutil.copytree(CITY, other, ignore=shutil.ignore_patterns("state"))
    whole = run(capsys, "run", "availability", str(other), "--moments", MOMENTS, "--workers", "1", "--format", "json")
    assert resumed == whole


def test_a_city_that_has_changed_is_another_study(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("run", "availability", str(city), "--moments", "40000", "--scenarios", "20000", "--workers", "1")
    run(capsys, *asked)
    (kept,) = Keeper(city / "state").studies()
    assert (kept.done, kept.chunks) == (1, 2)
    settings = (city / "city.toml").read_text()
    (city / "city.toml").write_text(f"{settings}\n[topology]\nrepair_h = 9.0\n")
    assert main(["study", "resume", str(city), kept.id]) == 2
    assert "have changed since" in capsys.readouterr().err
