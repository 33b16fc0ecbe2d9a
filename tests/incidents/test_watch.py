"""The watch beside a collector: samples in, journal, samples and messages out, killed and gone on."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from benchmarks.incident_world import World, samples_of
from incidents.engine import Engine
from incidents.feed import Feed, end_reading
from incidents.ground import Ground
from incidents.incident import Cause, Harm, Incident, Status, Verdict
from incidents.journal import Journal
from incidents.messages import Wording
from incidents.notify import ChannelSettings, NotifySettings, WindowSettings
from incidents.report import document, lost_minutes, to_text
from incidents.settings import IncidentSettings
from incidents.trial import trial
from incidents.watch import Watch, incident_sample
from inventory.entities import Code
from inventory.optics_classes import CLASSES
from rainbow.kernel.errors import StoreDamaged, StoreError
from rainbow.kernel.metrics import COLLECTOR_ROUND, EVENT, INCIDENT, INTERFACE, LINK, OPTICS
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import use
from simulator.city import generate
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


INTERVAL_S = 60.0
NS = 1_000_000_000


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


class Kept:
    """A store that keeps samples in a list."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []

    def write(self, samples: Sequence[Sample]) -> None:
        self.samples += samples


class Phones:
    """People with phones; ``deaf`` ones take nothing."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str, str]] = []
        self.deaf = False

    def send(self, channel: str, title: str, body: str) -> bool:
        if not self.deaf:
            self.messages.append((channel, title, body))
        return not self.deaf

    def why(self, channel: str) -> str:
        return f"{channel} is deaf" if self.deaf else ""


class Beside:
    """A watch on a simulated truth, fed through samples as a collector writes them."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground, self.folder = ground, folder
        self.world = World(ground, random.Random(3), in_band=True, spoilt=False)
        self.store, self.phones, self.now_s = Kept(), Phones(), 0.0
        self.start()
        self.rounds(2)

    def start(self) -> None:
        """As a new process would."""
        self.feed = Feed(self.ground.plant, self.store)
        self.watch = Watch(
            engine=Engine(ground=self.ground, settings=IncidentSettings(), interval_s=INTERVAL_S),
            feed=self.feed,
            journal=Journal(self.folder / "incidents.sqlite"),
            writer=self.store,
            notify=NotifySettings(channels={"night": ChannelSettings(url=SecretRef(env="X"), language="de")}),
            sender=self.phones,
            language="en",
        )

    def rounds(self, count: int) -> None:
        for _turn in range(count):
            heard = self.world.round(self.now_s, self.now_s + INTERVAL_S)
            self.now_s += INTERVAL_S
            self.feed.write([sample for item in heard for sample in samples_of(self.ground.plant, item)])
            self.watch.step(UnixNs(int(self.now_s * NS)))

    def journal(self) -> Journal:
        return Journal(self.folder / "incidents.sqlite", read_only=True)


def wide_trench(ground: Ground) -> Code:
    return max(ground.plant.links_in, key=lambda code: len(ground.lost(ground.plant.links_in[code])))


def test_a_cut_from_samples_to_the_phone_and_back(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    trench = wide_trench(ground)
    city.world.truth.cuts.add(trench)
    city.rounds(3)
    (incident,) = city.journal().incidents(live_only=True)
    assert (incident.cause, trench in incident.verdict.codes) == (Cause.CUT, True)
    assert [channel for channel, _title, _body in city.phones.messages] == ["night"]
    newest = [sample for sample in city.store.samples if sample.series.metric is INCIDENT][-1]
    assert newest.values[INCIDENT.status] == 2
    assert newest.values[INCIDENT.sites_lost] == len(incident.harm.sites)
    assert newest.values[INCIDENT.harm] == 2 + incident.harm.criticality
    assert incident.harm.criticality > 0
    assert [sample.values[EVENT.severity] for sample in city.store.samples if sample.series.metric is EVENT] == [2]
    city.world.truth.cuts.clear()
    city.rounds(3)
    assert len(city.phones.messages) == 2
    over = city.journal().incident(incident.number)
    assert over is not None
    assert over.status is Status.CLOSED
    lost = lost_minutes(over, city.now_s)
    assert lost.keys() == ground.lost(ground.plant.links_in[trench])
    assert all(2 < minutes < 5 for minutes in lost.values())


def test_a_killed_watch_goes_on_and_tells_nothing_twice(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    city.world.truth.cuts.add(wide_trench(ground))
    city.rounds(2)
    city.start()
    city.rounds(3)
    city.start()
    city.world.truth.cuts.clear()
    city.rounds(3)
    assert [len(city.journal().incidents()), len(city.phones.messages)] == [1, 2]


def test_a_message_that_nobody_took_is_sent_again(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    city.world.truth.cuts.add(wide_trench(ground))
    city.phones.deaf = True
    city.rounds(3)
    assert not city.phones.messages
    city.phones.deaf = False
    city.rounds(2)
    assert len(city.phones.messages) == 1


def test_who_takes_an_incident_is_remembered(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    city.world.truth.cuts.add(wide_trench(ground))
    city.rounds(2)
    number = city.journal().incidents()[0].number
    Journal(tmp_path / "incidents.sqlite").acknowledge(number, "Leitstelle", city.now_s)
    city.rounds(1)
    (taken,) = city.journal().incidents()
    assert taken.acknowledged_by == "Leitstelle"
    assert [note.kind for note in taken.notes].count("acknowledged") == 1
    with pytest.raises(StoreError, match="there is no incident 99"):
        Journal(tmp_path / "incidents.sqlite").acknowledge(99, "x", 0.0)


def test_a_city_that_has_not_run_has_no_incidents_and_no_file(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none.sqlite", read_only=True).incidents() == []
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_named_to_who_only_reads_it(tmp_path: Path) -> None:
    (tmp_path / "incidents.sqlite").write_text("no database, but long enough to look at " * 50, encoding="utf-8")
    with pytest.raises(StoreDamaged, match=r"incidents\.sqlite") as told:
        Journal(tmp_path / "incidents.sqlite", read_only=True).incidents()
    assert "the collector puts it aside" in told.value.cure
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def kept(ground: Ground, tmp_path: Path) -> Path:
    """The file of a city with an incident that somebody has taken."""
    city = Beside(ground, tmp_path)
    city.world.truth.cuts.add(wide_trench(ground))
    city.rounds(2)
    (incident,) = city.journal().incidents()
    path = tmp_path / "incidents.sqlite"
    Journal(path).acknowledge(incident.number, "Leitstelle", city.now_s)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:] = random.Random(3).randbytes(len(data) - 100)
    path.write_bytes(data)


def no_database(path: Path) -> None:
    path.write_bytes(b"\0 nobody's file " * 1000)


def of_others(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE incident (id INTEGER, what TEXT); INSERT INTO incident VALUES (1, 'x')")


@pytest.mark.parametrize("damage", [truncated, overwritten, no_database, of_others])
def test_a_damaged_file_is_put_aside_whole_and_a_new_one_begun(
    kept: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(kept)
    was = kept.read_bytes()
    state, memory = Journal(kept).load()
    aside = kept.with_name("incidents.sqlite.damaged-1")
    assert aside.read_bytes() == was
    assert "was put aside as" in caplog.text
    Journal(kept).save(state, memory, [], now_s=1e9, keep_s=1e9)
    assert {item.number for item in Journal(kept).incidents()} >= {item.number for item in state.incidents}
    assert not list(kept.parent.glob("*.damaged-2"))


def test_what_can_be_read_of_a_damaged_file_is_saved_and_no_number_is_given_twice(kept: Path) -> None:
    with contextlib.closing(sqlite3.connect(kept)) as connection:
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'state'").fetchone()
    data = bytearray(kept.read_bytes())
    data[(root - 1) * page_size : root * page_size] = b"\xaa" * page_size
    kept.write_bytes(data)
    state, _memory = Journal(kept).load()
    (incident,) = Journal(kept).incidents()
    assert incident.acknowledged_by == "Leitstelle"
    assert state.next_number == incident.number + 1


def test_damage_met_while_a_step_is_saved_costs_no_step(kept: Path) -> None:
    state, memory = Journal(kept).load()
    overwritten(kept)
    Journal(kept).save(state, memory, [], now_s=1e9, keep_s=1e9)
    assert [item.number for item in Journal(kept).incidents()] == [item.number for item in state.incidents]
    assert kept.with_name("incidents.sqlite.damaged-1").exists()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(kept: Path) -> None:
    with contextlib.closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version") as told:
        Journal(kept).load()
    assert "update RAINBOW" in told.value.cure
    assert not list(kept.parent.glob("*.damaged-*"))


def test_a_message_is_short_and_says_where_and_who(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    trench = wide_trench(ground)
    city.world.truth.cuts.add(trench)
    city.rounds(2)
    (incident,) = city.journal().incidents()
    words = Wording(ground)
    with use("en"):
        body = words.body(incident)
    site = ground.plant.nodes[incident.harm.sites[0]].label
    assert site in body
    assert "Without service" in body
    assert "Light lost" in body
    assert len(body) < 500
    found = document(incident, words, now_s=city.now_s)
    assert found["codes"] == list(incident.verdict.codes)
    assert "Timeline (UTC)" in to_text(incident, words, now_s=city.now_s)


def test_the_trial_says_that_it_is_one(ground: Ground) -> None:
    with use("en"):
        title, body = trial(ground, 0.0)
    assert title.startswith("TEST: ")
    assert "nothing happened" in body


def test_the_feed_hands_on_and_calls_after_a_round(ground: Ground) -> None:
    kept, calls = Kept(), []
    feed = Feed(ground.plant, kept)
    feed.after_round(lambda: calls.append(1))
    feed.write([Sample(EVENT.series(kind="x", object="y"), UnixNs(1), {EVENT.severity: 0})])
    assert (len(kept.samples), calls) == (1, [])
    feed.write([Sample(COLLECTOR_ROUND.series(collector="c"), UnixNs(2), {COLLECTOR_ROUND.devices: 1})])
    assert (len(kept.samples), calls, feed.heard()) == (2, [1], [])


def test_light_of_several_lanes_is_that_of_the_weakest() -> None:
    optics = CLASSES["10GBASE-LR"]
    lanes = [{OPTICS.light: 1, OPTICS.rx_dbm: -3.0, OPTICS.tx_dbm: -1.0}, {OPTICS.light: 1, OPTICS.rx_dbm: -14.0}]
    found = end_reading(Code("p"), {INTERFACE.oper_state: 1}, lanes, optics)
    assert (found.up, found.lit, found.faint, found.dim, found.closed) == (True, True, True, False, None)
    assert end_reading(Code("p"), {}, [{OPTICS.light: 0}], None).lit is False
    assert end_reading(Code("p"), {}, [], None).lit is None


def test_ports_read_between_rounds_are_heard_and_links_that_changed_are_judged_at_once(ground: Ground) -> None:
    calls: list[int] = []
    feed = Feed(ground.plant, Kept())
    feed.after_round(lambda: calls.append(1))
    end = next(iter(ground.ends.values()))[0]
    port = ground.plant.interface[end]
    tags = {"site": ground.node_of[port.device], "device": port.device, "if_name": port.if_name}
    feed.write([Sample(INTERFACE.series(**tags), UnixNs(3 * NS), {INTERFACE.oper_state: 2})])
    (heard,) = feed.heard()
    assert (heard.device, heard.at_s, heard.answers, heard.uptime_s) == (port.device, 3.0, True, None)
    assert [(item.interface, item.up) for item in heard.ends] == [(end, False)]
    assert not calls
    feed.write([Sample(LINK.series(link="L"), UnixNs(4 * NS), {LINK.state: 0})])
    assert calls == [1]


def test_planned_work_is_an_event_with_an_end_and_harms_nobody(ground: Ground, tmp_path: Path) -> None:
    city = Beside(ground, tmp_path)
    trench = wide_trench(ground)
    begins, ends = "1970-01-01T00:00:00+00:00", "1970-01-02T00:00:00+00:00"
    window = WindowSettings(codes=(str(trench),), begins=begins, ends=ends, note="new duct")
    city.watch.notify = NotifySettings(windows={"work": window})
    city.world.truth.cuts.add(trench)
    city.rounds(4)
    (planned,) = [
        sample
        for sample in city.store.samples
        if sample.series.metric is EVENT and sample.series.tag("kind") == "maintenance"
    ]
    assert planned.time_ns == 0
    assert planned.values[EVENT.until_ms] == 86_400_000
    assert "new duct" in str(planned.values[EVENT.text])
    told = [sample.values[INCIDENT.harm] for sample in city.store.samples if sample.series.metric is INCIDENT]
    assert told
    assert set(told) == {0}


@pytest.mark.parametrize(
    ("status", "cause", "harm", "number"),
    [
        (Status.OPEN, Cause.CUT, Harm(criticality=4), 6),
        (Status.OPEN, Cause.CUT, Harm(criticality=1), 3),
        (Status.OPEN, Cause.CUT, Harm(last_path=(Code("S"),)), 2),
        (Status.OPEN, Cause.MODULE, Harm(), 1),
        (Status.OPEN, Cause.MAINTENANCE, Harm(criticality=4), 0),
        (Status.OPEN, Cause.DEGRADATION, Harm(), 0),
        (Status.CLEARING, Cause.CUT, Harm(criticality=4), 0),
    ],
)
def test_an_alert_goes_by_whom_an_incident_harms(
    ground: Ground, status: Status, cause: Cause, harm: Harm, number: int
) -> None:
    verdict = Verdict(cause=cause, codes=(wide_trench(ground),), score=1.0)
    times = {"opened_s": 1.0, "changed_s": 1.0, "good_s": 0.0, "bad_s": 1.0}
    incident = Incident(number=1, status=status, verdict=verdict, harm=harm, **times)
    sample = incident_sample(incident, Wording(ground), UnixNs(NS))
    assert sample.values[INCIDENT.harm] == number
