"""The report for those who pay and those who supervise: place, minutes by group, what must hold; in both languages."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from benchmarks.incident_world import World
from incidents.engine import Engine, State
from incidents.ground import Ground
from incidents.lifecycle import percent
from incidents.messages import Wording
from incidents.report import document, group_minutes, lost_minutes, to_text
from incidents.settings import IncidentSettings
from rainbow.kernel.texts import use
from simulator.city import generate
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.windows import window

INTERVAL_S = 60.0


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


@pytest.fixture(scope="module")
def state(ground: Ground) -> State:
    world = World(ground, random.Random(3), in_band=True, spoilt=False)
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
    state = State()
    trench = max(ground.plant.links_in, key=lambda code: len(ground.lost(ground.plant.links_in[code])))
    for number in range(6):
        world.truth.cuts = {trench} if number >= 2 else set()
        now_s = (number + 1) * INTERVAL_S
        state, _changes = engine.step(state, world.round(now_s - INTERVAL_S, now_s), now_s)
    return state


def test_what_must_not_fail_now_takes_a_site_on_its_last_path(ground: Ground, state: State) -> None:
    (incident,) = state.incidents
    harm, links = incident.harm, incident.links
    assert harm.last_path
    assert harm.must_hold
    for trench in harm.must_hold[:5]:
        both = {*links, *ground.members((GroupKind.TRENCH, trench))}
        assert ground.lost(both).intersection(harm.last_path), trench


def test_minutes_of_a_user_group_are_those_of_its_sites(ground: Ground, state: State) -> None:
    (incident,) = state.incidents
    words, now_s = Wording(ground), 600.0
    by_node, by_group = lost_minutes(incident, now_s), group_minutes(incident, words, now_s)
    assert set(by_group) == set(incident.worst.user_groups)
    for group, minutes in by_group.items():
        own = [node for node in by_node if group in words.groups_at(node)]
        assert own
        assert minutes == pytest.approx(sum(by_node[node] for node in own))
    assert document(incident, words, now_s=now_s)["must_hold"] == list(incident.harm.must_hold)


def test_who_stands_at_an_end_with_an_otdr_is_told_how_far(ground: Ground, state: State) -> None:
    (incident,) = state.incidents
    with use("en"):
        (line,) = Wording(ground).along(incident)
        assert line in to_text(incident, Wording(ground))
    link = ground.plant.link[incident.links[0]]
    found = window(ground.plant, link, incident.verdict.codes)
    assert found is not None
    assert f"{found.near_m:.0f} to {found.far_m:.0f} m" in line
    assert link.code in line


def test_the_report_names_the_place_in_the_language_asked_for(ground: Ground, state: State) -> None:
    (incident,) = state.incidents
    words = Wording(ground)
    lat = f"{ground.plant.nodes[ground.plant.section[incident.verdict.codes[0]].from_node].point[1]:.6f}"
    with use("de"):
        german = to_text(incident, words, now_s=600.0)
    with use("en"):
        english = to_text(incident, words, now_s=600.0)
    assert german.startswith("Störung 1, offen")
    assert english.startswith("Incident 1, open")
    assert lat in german
    assert "100" not in percent(0.9999)
    assert percent(0.42) == "42%"


def test_what_began_on_another_day_is_told_with_its_day(ground: Ground, state: State) -> None:
    incident, words = next(item for item in state.incidents if item.is_live), Wording(ground, zone=UTC)
    day = datetime.fromtimestamp(incident.bad_s, UTC).strftime("%Y-%m-%d")
    with use("en"):
        assert day not in words.body(replace(incident, changed_s=incident.bad_s))
        assert day in words.body(replace(incident, changed_s=incident.bad_s + 86_400.0))
