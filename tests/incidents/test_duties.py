"""Duties to report: the clocks, the facts, and silence where the operator's role does not ask."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from benchmarks.incident_world import World
from incidents.duties import DAY_S, HOUR_S, clocks, facts, form_text, is_over
from incidents.engine import Engine, State
from incidents.ground import Ground
from incidents.journal import Journal
from incidents.messages import Wording
from incidents.notify import Memory
from incidents.report import lost_minutes
from incidents.settings import IncidentSettings
from rainbow.city import clock, open_city
from rainbow.cli import main
from rainbow.kernel.texts import use
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from pathlib import Path

    from incidents.incident import Incident

INTERVAL_S = 60.0


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(open_city(ROOT / "cities/lautern").plant))


@pytest.fixture(scope="module")
def state(ground: Ground) -> State:
    world = World(ground, random.Random(3), in_band=True, spoilt=False)
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
    state, began_s = State(), clock() / 1e9 - 3600
    trench = max(ground.plant.links_in, key=lambda code: len(ground.lost(ground.plant.links_in[code])))
    for number in range(6):
        world.truth.cuts = {trench} if number >= 2 else set()
        now_s = began_s + (number + 1) * INTERVAL_S
        state, _changes = engine.step(state, world.round(now_s - INTERVAL_S, now_s), now_s)
    return state


@pytest.fixture
def incident(state: State) -> Incident:
    (item,) = state.incidents
    return item


def test_three_clocks_run_from_the_moment_it_was_learned_of(incident: Incident) -> None:
    now_s = incident.opened_s + 30 * HOUR_S
    found = {one.name: (one.due_s - incident.opened_s, one.left_s < 0) for one in clocks(incident, now_s)}
    assert found == {
        "early_warning": (24 * HOUR_S, True),
        "report": (72 * HOUR_S, False),
        "final": (72 * HOUR_S + 30 * DAY_S, False),
    }
    assert not is_over(incident, now_s)
    assert is_over(incident, now_s + 70 * DAY_S)


def test_the_facts_are_those_of_the_model(ground: Ground, incident: Incident) -> None:
    now_s = incident.bad_s + 7200
    found = facts(incident, ground.plant, Wording(ground), now_s)
    assert set(incident.worst.sites) <= set(found.sites) >= set(lost_minutes(incident, now_s))
    assert found.minutes == pytest.approx(120)
    assert found.circuits == len(incident.links)
    assert 0 < found.share < 1
    assert found.box is not None
    west, south, east, north = found.box
    points = [ground.plant.nodes[code].point for code in found.sites]
    assert all(west <= lon <= east and south <= lat <= north for lon, lat in points)
    over = facts(replace(incident, closed_s=incident.bad_s + 600), ground.plant, Wording(ground), now_s)
    assert (over.minutes, over.ended_s) == (pytest.approx(10), incident.bad_s + 600)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_text_for_the_form_says_what_is_left_to_people(ground: Ground, incident: Incident, language: str) -> None:
    words = Wording(ground)
    with use(language):
        now_s = incident.opened_s + 25 * HOUR_S
        text = form_text(incident, facts(incident, ground.plant, words, now_s), words, now_s)
        assert words.label(incident.worst.sites[0]) in text
    assert {"en": "To be added by people", "de": "Von Menschen zu ergänzen"}[language] in text
    assert {"en": "(over)", "de": "(abgelaufen)"}[language] in text
    for due_s in (incident.opened_s, *(incident.opened_s + hours * HOUR_S for hours in (24, 72))):
        assert words.moment(due_s) in text, "a time without its day is none"


@pytest.fixture
def city(tmp_path: Path, state: State) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    (folder / "state").mkdir()
    Journal(folder / "state" / "incidents.sqlite").save(state, Memory(), [], now_s=clock() / 1e9, keep_s=1e9)
    return folder


def test_who_need_not_report_has_no_clock(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", "duties", str(city)]) == 0
    assert "internal_network" in capsys.readouterr().out


def test_who_serves_the_public_has(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write('\n[evidence]\noperator_role = "public_tk_operator"\n')
    assert main(["incidents", "duties", str(city), "--format", "json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["clocks"]] == ["early_warning", "report", "final"]
    assert told["facts"]["sites"]
    assert main(["incidents", "duties", str(city), str(told["number"])]) == 1
    assert "72" not in capsys.readouterr().err
