"""What was heard, recorded and played again: the same decisions, whenever and however fast."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks.incident_world import World
from incidents.engine import Engine, State
from incidents.ground import Ground
from incidents.recording import Recording, Step, replay, steps
from incidents.settings import IncidentSettings
from rainbow.kernel.errors import InputError
from simulator.city import generate
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from pathlib import Path

    from incidents.engine import Change

INTERVAL_S = 60.0


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 12).plant))


def recorded(ground: Ground, path: Path, most_bytes: int = 10_000_000) -> tuple[list[Change], State]:
    """A trench is cut and mended under bad readings, and all that was heard is written down."""
    world = World(ground, random.Random(5), in_band=True)
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
    recording, state, changes = Recording(path, most_bytes), State(), []
    trench = max(ground.plant.links_in, key=lambda code: len(ground.plant.links_in[code]))
    for number in range(14):
        world.truth.cuts = {trench} if 3 <= number < 9 else set()
        now_s = (number + 1) * INTERVAL_S
        heard, before = tuple(world.round(now_s - INTERVAL_S, now_s)), state
        state, found = engine.step(state, heard, now_s)
        changes += found
        recording.note(Step(now_s=now_s, heard=heard), before)
    return changes, state


def test_played_again_it_decides_the_same(ground: Ground, tmp_path: Path) -> None:
    changes, state = recorded(ground, tmp_path / "heard.gz")
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
    played = list(replay(engine, steps(tmp_path / "heard.gz")))
    assert len(changes) >= 2
    assert [change for _at_s, found, _state in played for change in found] == changes
    assert played[-1][2] == state


def test_a_full_file_gives_way_and_the_next_one_can_be_played_alone(ground: Ground, tmp_path: Path) -> None:
    _changes, state = recorded(ground, tmp_path / "heard.gz", most_bytes=2_000)
    assert (tmp_path / "heard.gz.1").exists()
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
    played = list(replay(engine, steps(tmp_path / "heard.gz")))
    assert 0 < len(played) < 14
    assert played[-1][2] == state


def test_a_kill_in_the_last_step_loses_that_one_only(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "heard.gz"
    recorded(ground, path)
    path.write_bytes(path.read_bytes()[:-20])
    assert len(list(steps(path))) == 13


def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.gz cannot be read"):
        list(steps(tmp_path / "none.gz"))
    (tmp_path / "text").write_text("no recording", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        list(steps(tmp_path / "text"))
