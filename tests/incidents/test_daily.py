"""The daily look: from hourly means in the store to one incident that goes on, moves and ends."""

from __future__ import annotations

import random
import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from incidents.daily import Daily, judge_apart
from incidents.engine import Engine, State, What
from incidents.fading.days import judged, watched
from incidents.fading.fade import DAY_S
from incidents.ground import Ground
from incidents.incident import Cause, Status
from incidents.journal import Journal
from incidents.memory import from_json, to_json
from incidents.messages import Wording
from incidents.report import document
from incidents.rising import with_fades
from incidents.settings import IncidentSettings
from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import EVENT, OPTICS
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.texts import use
from simulator.city import generate
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from pathlib import Path

    from incidents.fading.fade import Fade
    from inventory.entities import Code

FIRST, DAYS, FROM = 20_000, 36, 24
READ_HOURS = range(0, 24, 3)
NS = 1_000_000_000


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


def shared(ground: Ground) -> tuple[Code, frozenset[Code]]:
    """A trench with three links or more that no other trench carries all of."""
    return next((code, frozenset(held)) for code, held in ground.plant.links_in.items() if 3 <= len(held) <= 5)


def light(ground: Ground, bad: frozenset[Code], *, cleaned: Code) -> list[Sample]:
    """Readings of some links for some weeks: one trench's lose 0.02 dB a day from a day on, one port gains 0.5 dB."""
    rng, found = random.Random(1), []
    links = sorted(bad) + [link for link in sorted(ground.ends) if link not in bad][:2]
    for link in links:
        for end in ground.ends[link]:
            port = ground.plant.interface[end]
            tags = {"site": ground.node_of[port.device], "device": port.device, "if_name": port.if_name, "lane": "1"}
            series = OPTICS.series(**tags, link=link)
            for day in range(DAYS):
                lost = 0.02 * max(0, day - FROM) if link in bad else 0.0
                lost -= 0.5 if end == cleaned and day >= 10 else 0.0
                for hour in READ_HOURS:
                    at_ns = UnixNs(int(((FIRST + day) * DAY_S + hour * 3600 + 60) * NS))
                    rx = round(-8.0 - lost + rng.gauss(0, 0.05), 1)
                    found.append(Sample(series, at_ns, {OPTICS.rx_dbm: rx, OPTICS.tx_dbm: -3.0}))
    return found


def day_ns(day: int) -> UnixNs:
    return UnixNs(int(((FIRST + day) * DAY_S + 7200) * NS))


@pytest.fixture(scope="module")
def found(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Fade, ...], list[Sample], Path]:
    folder = tmp_path_factory.mktemp("daily")
    _trench, bad = shared(ground)
    cleaned = ground.ends[next(link for link in sorted(ground.ends) if link not in bad)][0]
    with SqliteStore(folder / "store.sqlite", StoreSettings(raw_h=10_000.0), sinks=()) as store:
        store.write(light(ground, bad, cleaned=cleaned))
        store.roll_up(day_ns(DAYS))
        store.roll_up(day_ns(DAYS))
        events: list[Sample] = []
        kept = Journal(folder / "incidents.sqlite")
        daily = Daily(
            ground=ground,
            judge=lambda held: judged(held, kept.days()),
            reader=lambda: StoreReader(folder / "store.sqlite"),
            journal=kept,
            writer=type("Kept", (), {"write": staticmethod(events.extend)})(),
            language="en",
        )
        daily.look(day_ns(DAYS))
    fades = daily.newest()
    assert fades is not None
    assert daily.newest() is None
    return fades, events, folder


def test_hourly_means_become_one_rise_in_its_trench(
    ground: Ground, found: tuple[tuple[Fade, ...], list[Sample], Path]
) -> None:
    trench, bad = shared(ground)
    (fade,) = found[0]
    assert set(fade.links) == bad
    assert trench in fade.codes
    assert fade.least_db < 0.02 < fade.most_db
    assert abs(fade.from_s / DAY_S - FIRST - FROM) <= 4


def test_a_cleaning_is_an_event_and_told_once(found: tuple[tuple[Fade, ...], list[Sample], Path]) -> None:
    (event,) = found[1]
    assert dict(event.series.tags)["kind"] == "loss_step"
    assert "-0.5 dB" in str(event.values[EVENT.text])
    assert event.time_ns // (int(DAY_S) * NS) == FIRST + 10


def test_the_same_look_twice_is_one_incident_that_two_missed_looks_end(
    ground: Ground, found: tuple[tuple[Fade, ...], list[Sample], Path]
) -> None:
    fades, now_s = found[0], (FIRST + DAYS) * DAY_S
    state, changes = with_fades(State(), fades, now_s, ground)
    assert [change.what for change in changes] == [What.OPENED]
    state = from_json(State, to_json(state))
    state, changes = with_fades(state, fades, now_s + DAY_S, ground)
    assert changes == ()
    engine = Engine(ground=ground, settings=IncidentSettings(), interval_s=60.0)
    state, changes = engine.step(state, [], now_s + DAY_S + 60)
    (incident,) = state.incidents
    assert (incident.cause, incident.status, changes) == (Cause.DEGRADATION, Status.OPEN, ())
    for day in (2, 3):
        state, changes = with_fades(state, (), now_s + day * DAY_S, ground)
    assert [change.what for change in changes] == [What.CLOSED]


def test_it_is_told_with_place_pace_and_what_is_known_of_its_cause(
    ground: Ground, found: tuple[tuple[Fade, ...], list[Sample], Path]
) -> None:
    state, _changes = with_fades(State(), found[0], (FIRST + DAYS) * DAY_S, ground)
    with use("en"):
        words = Wording(ground)
        body = words.body(state.incidents[0])
    assert body.startswith("Loss rises between ")
    assert re.search(r", 0\.0\d to 0\.0\d dB a day; about 0\.\d dB more by now\.", body)
    assert "cannot be told" in body
    assert len(body) < 400
    rising = document(state.incidents[0], words)["rising"]
    assert isinstance(rising, dict)
    assert rising["extent"] == "section"


def test_a_process_that_ends_without_an_answer_is_said(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "incidents.sqlite").write_bytes(b"this is no journal" * 100)
    with pytest.raises(StoreError, match="exit code 1"):
        judge_apart(tmp_path / "incidents.sqlite", watched(ground))


def test_means_are_kept_and_found_again_after_a_restart_by_a_process_of_its_own(
    ground: Ground, found: tuple[tuple[Fade, ...], list[Sample], Path]
) -> None:
    folder, events = found[2], []
    again = Daily(
        ground=ground,
        judge=partial(judge_apart, folder / "incidents.sqlite"),
        reader=lambda: StoreReader(folder / "store.sqlite"),
        journal=Journal(folder / "incidents.sqlite"),
        writer=type("Kept", (), {"write": staticmethod(events.extend)})(),
        language="en",
    )
    again.look(day_ns(DAYS))
    assert again.newest() == found[0]
    assert events == []
