"""Facts on their way: nothing of a reading that the centre needs is lost, nothing is taken twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from polled_city import Polled, polled_plant

from collectors.facts import Fact, FactLines, FactReader
from collectors.reading import DeviceReading, Heard, Identity, Light, PortState
from inventory.entities import Code
from rainbow.fact_desk import FactDesk
from rainbow.kernel.errors import BadReply, ClusterError
from rainbow.kernel.metrics import DEVICE, INTERFACE, LINK, OPTICS
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs, samples_of
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.plant import Plant

NOW = UnixNs(1_700_000_000_000_000_000)
SW = Code("SW-1")


@pytest.fixture(scope="module")
def plant() -> Plant:
    devices = [Polled(code=f"SW-{number}", port=161, community="x", ports=("ge1", "ge2")) for number in (1, 2)]
    return polled_plant(devices, links=(("SW-1:ge1", "SW-2:ge1"),))


def reading(*, glance: bool = False) -> DeviceReading:
    series = INTERFACE.series(site="ST-SW-1", device="SW-1", if_name="ge1", link="LI-1")
    lane = Sample(
        OPTICS.series(site="ST-SW-1", device="SW-1", if_name="ge1", link="LI-1", lane="1"), NOW, {OPTICS.rx_dbm: -7.25}
    )
    sheet = Sheet(Heading((INTERFACE.oper_state,), (series,)), NOW, [(1,)])
    return DeviceReading(
        device=SW,
        time_ns=NOW,
        uptime_s=12.5,
        samples=(lane,) if glance else (sheet, lane),
        ports={"ge1": PortState(1, 1, 1e6, 2e6), "ge2": PortState(1, 2, None, None)},
        light={"ge1": Light(-7.25), "ge2": Light(None)},
        identity=Identity(names=frozenset({"sw-one", "00:11"}), ports={"5": "ge1"}),
        heard=(Heard("ge1", "00:22", "ge1", "", "sw-two"),),
    )


def test_what_the_centre_needs_comes_through(plant: Plant) -> None:
    sent = reading()
    fact = FactReader(plant).fact(FactLines().line(Fact(device=SW, time_ns=NOW, reading=sent)))
    assert fact is not None
    got = fact.reading
    assert got is not None
    assert (fact.device, fact.time_ns, got.uptime_s) == (SW, NOW, 12.5)
    assert (got.ports, got.light, got.identity, got.heard) == (sent.ports, sent.light, sent.identity, sent.heard)
    assert got.samples == sent.samples[1:]


def test_a_line_has_the_ports_and_names_of_its_own_poll(plant: Plant) -> None:
    lines, reader = FactLines(), FactReader(plant)
    first = replace(reading(), ports={"ge1": PortState(1, 1, 123_456_789.4, 0.0)})  # whole: by the quick form
    renamed = replace(first, identity=Identity(names=frozenset({"sw-new"})))
    grown = replace(renamed, ports={**first.ports, "ge2": PortState(1, 2, 1.0, 2.0)})
    for sent in (first, first, renamed, grown, first):
        fact = reader.fact(lines.line(Fact(device=SW, time_ns=NOW, reading=sent)))
        assert fact is not None
        assert fact.reading is not None
        assert fact.reading.identity == sent.identity
        assert list(fact.reading.ports) == list(sent.ports)
        assert fact.reading.ports["ge1"] == PortState(1, 1, 123_456_789.0, 0.0), "nine digits"
        assert fact.reading.ports.get("ge2") == sent.ports.get("ge2")


def test_the_centre_keeps_states_traffic_and_light(plant: Plant) -> None:
    reader = FactReader(plant)
    fact = reader.fact(FactLines().line(Fact(device=SW, time_ns=NOW, reading=reading())))
    assert fact is not None
    found = {(item.series.metric, item.series.tag("if_name")): item for item in samples_of(reader.samples(fact))}
    assert found[DEVICE, ""].values == {DEVICE.up: 1, DEVICE.uptime_s: 12.5}
    assert found[INTERFACE, "ge1"].series.tag("link") == "LI-1"
    assert found[INTERFACE, "ge1"].values[INTERFACE.in_bps] == 1e6
    assert INTERFACE.in_bps not in found[INTERFACE, "ge2"].values
    assert found[OPTICS, "ge1"].values == {OPTICS.rx_dbm: -7.25}
    assert set(reader.neighbour_series(fact)) == {"ge1", "ge2"}


def test_between_polls_traffic_is_not_told_again(plant: Plant) -> None:
    fact = FactReader(plant).fact(FactLines().line(Fact(device=SW, time_ns=NOW, reading=reading(glance=True))))
    assert fact is not None
    assert fact.reading is not None
    assert fact.reading.ports["ge1"] == PortState(1, 1, None, None)


def test_a_silent_device_is_a_fact_and_a_strange_one_is_none(plant: Plant) -> None:
    reader = FactReader(plant)
    fact = reader.fact(FactLines().line(Fact(device=SW, time_ns=NOW, reading=None)))
    assert fact is not None
    assert [item.values for item in samples_of(reader.samples(fact))] == [{DEVICE.up: 0}]
    assert reader.fact(FactLines().line(Fact(device=Code("SW-9"), time_ns=NOW, reading=None))) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        '{"device": "SW-1"}',
        '{"device": "SW-1", "time_ns": "x"}',
        '{"device": "SW-1", "time_ns": 5, "ports": {}}',
        (
            '{"device": "SW-1", "time_ns": 5, "uptime_s": 1, "lanes": [], "light": {}, "glance": false, "names": [],'
            ' "port_names": {}, "ports": ["a", "b"], "states": [[1, 1, 1.0, 1.0]]}'
        ),
        '{"device": "SW-1", "time_ns": NaN}',
    ],
)
def test_what_is_no_fact_is_refused(plant: Plant, line: str) -> None:
    with pytest.raises(BadReply, match="no fact"):
        FactReader(plant).fact(line)


class Desk:
    def __init__(self, plant: Plant, store: SqliteStore) -> None:
        self.heard: list[Fact] = []
        self.noted = 0
        self.desk = FactDesk(store, FactReader(plant), heard=self.heard.extend, noted=self.note)

    def note(self, samples: object) -> None:
        self.noted += len(list(samples))  # type: ignore[call-overload]

    def bring(self, number: int, *, store: str = "s1", sender: str = "p0", device: Code = SW) -> bytes:
        head = json.dumps({"store": store, "number": number})
        line = FactLines().line(Fact(device=device, time_ns=UnixNs(NOW + number), reading=None))
        return self.desk.hear(sender, f"{head}\n{line}".encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(), sinks=("influxdb",), mailboxes=("centre",)) as opened:
        yield opened


def test_each_row_is_taken_once_from_each_poller(plant: Plant, store: SqliteStore, tmp_path: Path) -> None:
    desk = Desk(plant, store)
    assert [desk.bring(number) for number in (1, 2, 2, 1, 3)] == [b"kept", b"kept", b"had it", b"had it", b"kept"]
    assert [desk.bring(1, sender="p1"), desk.bring(1, store="s2")] == [b"kept", b"kept"], "numbers are their own"
    again = Desk(plant, store)
    assert again.bring(3) == b"had it", "a centre that starts anew remembers"
    assert (len(desk.heard), desk.noted, again.heard) == (5, 5, [])
    with StoreReader(tmp_path / "s.sqlite") as reader:
        states = {state.sink: state.points for state in reader.outbox(NOW)}
        assert states == {"influxdb": 0, "centre": 0}, "pollers deliver what they read themselves"
        assert reader.latest(DEVICE)[0].time_ns == NOW + 3


def test_what_cannot_be_understood_is_not_taken(plant: Plant, store: SqliteStore) -> None:
    desk = Desk(plant, store)
    for body in (b"", b"{}\n", b'{"store": "s", "number": 1}\nnothing', b"\xff\n"):
        with pytest.raises(ClusterError, match="p0 says what is no fact"):
            desk.desk.hear("p0", body)
    assert desk.bring(1) == b"kept"


def test_facts_are_stored_with_their_samples_or_not_at_all(store: SqliteStore) -> None:
    sample = Sample(LINK.series(link="L"), NOW, {LINK.state: 1})
    store.write([sample], mail={"centre": ["one", "two"]})
    batch = store.next_batch("centre", max_points=1)
    assert batch is not None
    assert (batch.points, batch.payload) == (2, b"one\ntwo")
    lines = store.next_batch("influxdb")
    assert lines is not None
    assert b"one" not in lines.payload
    store.settled("centre", batch, [], NOW)
    assert store.next_batch("centre", max_points=1) is None
    assert store.identity() == store.identity() != ""
