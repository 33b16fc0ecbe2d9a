"""Each answer a server can give, for the points and for us: delivered, kept, put aside; never lost, never poisoned."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from scripted_sink import ScriptedSink, shipper, state
from store_samples import HOUR, NS, START, many, poll
from strict_influx import Answer, StrictInflux

from rainbow.kernel.errors import (
    SinkBusy,
    SinkError,
    SinkRefused,
    SinkRejected,
    SinkTooLarge,
    StoreError,
)
from rainbow.kernel.samples import UnixNs
from rainbow.kernel.secret import Secret
from store.outbox import outbox_samples
from store.reader import StoreReader
from store.settings import InfluxSettings, StoreSettings
from store.shipper import MOST_SPLITS, Shipper
from store.sinks.influx import NAME, open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.shipper import Sink

SECRET = "a-token-nobody-may-see"  # noqa: S105 - no real one


def sink_for(url: str, version: int, timeout_s: float = 5.0) -> Sink:
    user = "writer" if version == 1 else ""
    return open_sink(InfluxSettings(url=url, version=version, user=user, timeout_s=timeout_s), Secret(SECRET))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(), sinks=(NAME,)) as opened:
        yield opened


def letters(store: SqliteStore) -> list[tuple[int, bytes, str]]:
    return store._connection().execute("SELECT points, payload, words FROM dead_letter ORDER BY id").fetchall()


versions = pytest.mark.parametrize("version", [1, 2])


@versions
def test_204_delivers_every_line_once(store: SqliteStore, version: int) -> None:
    store.write(many(7))
    with StrictInflux() as server:
        shipper(store, sink_for(server.url, version)).drain()
        (asked,) = server.asked
    assert asked.path == ("/write" if version == 1 else "/api/v2/write")
    assert asked.query["db" if version == 1 else "bucket"] == "rainbow"
    assert asked.headers["content-encoding"] == "gzip"
    assert len(asked.lines) == len(set(asked.lines)) == 7
    assert SECRET not in asked.path + str(asked.query)
    assert asked.headers["authorization"].startswith("Basic " if version == 1 else f"Token {SECRET}")
    found = state(store)
    assert (found.points, found.bytes, found.sent, found.dead_letters) == (0, 0, 7, 0)


@versions
@pytest.mark.parametrize("status", [400, 422])
def test_400_becomes_a_dead_letter_with_the_servers_words_and_is_never_sent_again(
    store: SqliteStore, version: int, status: int
) -> None:
    store.write(many(3))
    with StrictInflux(Answer(status, "partial write: field type conflict dropped=1")) as server:
        sink = sink_for(server.url, version)
        shipper(store, sink).drain()
        store.write(many(2, START + HOUR))
        shipper(store, sink).drain()
        assert [len(asked.lines) for asked in server.asked] == [3, 2]
    ((points, payload, words),) = letters(store)
    assert points == 3
    assert payload.count(b"\n") == 2
    assert "partial write: field type conflict dropped=1" in words
    found = state(store)
    assert (found.points, found.sent, found.dead_letters) == (0, 2, 1)


@versions
@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
def test_a_refusal_holds_the_points_and_raises_the_alarm_until_it_is_cured(
    store: SqliteStore, version: int, status: int
) -> None:
    store.write(many(3))
    with StrictInflux(Answer(status, "not for you", {"Location": "http://127.0.0.1:1/"})) as server:
        tested = shipper(store, sink_for(server.url, version))
        with pytest.raises(SinkRefused, match=str(status)) as told:
            tested.drain()
        assert told.value.cure
        assert SECRET not in str(told.value)
        found = state(store)
        assert (found.points, found.blocked) == (3, True)
        assert str(status) in found.words
        tested.drain()
    found = state(store)
    assert (found.points, found.sent, found.blocked, found.words) == (0, 3, False, "")


@versions
@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_busy_server_is_waited_for(store: SqliteStore, version: int, status: int) -> None:
    store.write(many(3))
    with StrictInflux(Answer(status, "later", {"Retry-After": "7"})) as server:
        tested = shipper(store, sink_for(server.url, version))
        with pytest.raises(SinkBusy) as told:
            tested.drain()
        assert told.value.retry_after_s == 7
        assert tested.wait_s(told.value) == 7
        assert len(server.asked) == 1, "the client library must not repeat on its own"
        found = state(store)
        assert (found.points, found.blocked) == (3, False)
        tested.drain()
    assert state(store).sent == 3


@versions
def test_a_timeout_keeps_the_points(store: SqliteStore, version: int) -> None:
    store.write(many(3))
    with StrictInflux(Answer(hangs=True)) as server:
        with pytest.raises(SinkBusy, match="does not answer") as told:
            shipper(store, sink_for(server.url, version, timeout_s=0.2)).drain()
        assert SECRET not in str(told.value)
    assert state(store).points == 3


@versions
def test_half_an_answer_keeps_the_points(store: SqliteStore, version: int) -> None:
    store.write(many(3))
    with StrictInflux(Answer(breaks_off=True)) as server:
        tested = shipper(store, sink_for(server.url, version))
        with pytest.raises(SinkBusy):
            tested.drain()
        assert state(store).points == 3
        tested.drain()
    assert (state(store).sent, letters(store)) == (3, [])


@versions
def test_nobody_there_keeps_the_points(store: SqliteStore, version: int) -> None:
    store.write(many(3))
    with pytest.raises(SinkBusy, match="does not answer"):
        shipper(store, sink_for(f"http://127.0.0.1:{free_port()}", version)).drain()
    assert state(store).points == 3


@versions
def test_too_large_is_sent_in_halves(store: SqliteStore, version: int) -> None:
    store.write(many(7))
    with StrictInflux(Answer(413, "too large"), Answer(413, "too large")) as server:
        shipper(store, sink_for(server.url, version)).drain()
        delivered = [line for asked in server.asked[2:] for line in asked.lines]
    assert len(delivered) == len(set(delivered)) == 7
    assert state(store).sent == 7
    assert letters(store) == []


@versions
def test_html_and_empty_answers_of_a_proxy_are_told_too(store: SqliteStore, version: int) -> None:
    store.write(many(1))
    with StrictInflux(Answer(502, body="<html>Bad Gateway</html>" * 100), Answer(500)) as server:
        tested = shipper(store, sink_for(server.url, version))
        with pytest.raises(SinkBusy, match="Bad Gateway") as told:
            tested.drain()
        assert len(told.value.message) < 1000
        with pytest.raises(SinkBusy, match="500"):
            tested.drain()


def test_a_line_too_large_alone_is_put_aside_and_costs_no_other_its_way(store: SqliteStore) -> None:
    giant = poll(START + 3 * NS, "G" * 200)
    store.write([*many(3), giant, *many(4, START + HOUR)])
    sink = ScriptedSink(lambda lines: SinkTooLarge("413") if sum(map(len, lines)) > 200 else None)
    tested = shipper(store, sink)
    tested.drain()
    assert len(sink.taken) == len(set(sink.taken)) == 7
    ((points, payload, _words),) = letters(store)
    assert points == 1
    assert b"GGGG" in payload
    assert tested.delivered == state(store).sent == 7


@pytest.mark.parametrize("bad", [{7}, {0, 29}, {3, 4, 11, 20}])
def test_lines_refused_for_good_do_not_take_others_with_them(store: SqliteStore, bad: set[int]) -> None:
    """Where the server refuses a whole request for a line of it, as some versions do."""
    store.write([poll(START, f"bad-{number}" if number in bad else f"good-{number}") for number in range(30)])
    sink = ScriptedSink(lambda lines: SinkRejected("no") if any(b"bad" in line for line in lines) else None)
    shipper(store, sink).drain()
    assert len(sink.taken) == len(set(sink.taken)) == 30 - len(bad)
    assert [points for points, _payload, _words in letters(store)] == [1] * len(bad)
    assert state(store).points == 0


def test_a_server_that_refuses_everything_is_not_asked_line_by_line(store: SqliteStore) -> None:
    store.write(many(5000))
    asked: list[int] = []

    def answer(lines: list[bytes]) -> SinkError:
        asked.append(len(lines))
        return SinkRejected("no")

    shipper(store, ScriptedSink(answer)).drain()
    assert len(asked) == 2 * MOST_SPLITS + 1
    assert sum(points for points, _payload, _words in letters(store)) == 5000


def test_a_slow_server_gets_less_at_a_time_until_it_keeps_up(store: SqliteStore) -> None:
    for hour in range(4):
        store.write(many(5000, START + hour * HOUR))
    most = 1300
    asked: list[int] = []

    def answer(lines: list[bytes]) -> SinkError | None:
        asked.append(len(lines))
        return SinkBusy("timed out") if len(lines) > most else None

    tested = shipper(store, ScriptedSink(answer), max_points=10_000)
    for _turn in range(20):
        with contextlib.suppress(SinkBusy):
            tested.drain()
    assert asked[:4] == [10_000, 5000, 2500, 1250]
    assert state(store).sent == 20_000
    asked.clear()
    most = 100_000
    store.write(many(5000, START + 9 * HOUR))
    store.write(many(5000, START + 10 * HOUR))
    tested.drain()
    assert asked[-1] >= 2 * 1250


def test_waits_grow_and_are_bounded(store: SqliteStore) -> None:
    tested = shipper(store, ScriptedSink(lambda _lines: None), first_wait_s=1, longest_wait_s=60)
    waits = [tested.wait_s(SinkBusy("busy")) for _turn in range(40)]
    assert 0.5 <= waits[0] <= 1
    assert 2 <= waits[2] <= 4
    assert all(30 <= wait <= 60 for wait in waits[7:])
    assert tested.wait_s(SinkBusy("busy", retry_after_s=100_000)) == 600


def test_in_its_thread_it_delivers_rides_out_failures_and_stops(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[SinkError | None] = [SinkBusy("away"), SinkRefused("no token"), None]
    done = threading.Event()

    def answer(_lines: list[bytes]) -> SinkError | None:
        error = failures.pop(0) if failures else None
        if not failures:
            done.set()
        return error

    store.write(many(5))
    tested = shipper(store, ScriptedSink(answer), first_wait_s=0.01)
    tested.start()
    assert done.wait(10)
    tested.stop()
    assert state(store).sent == 5
    assert "away" in caplog.text
    assert "no token" in caplog.text
    assert state(store).blocked is False
    assert not any(thread.name.startswith("shipper") for thread in threading.enumerate())


def test_the_outbox_is_bounded_the_oldest_go_first_and_are_counted(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(outbox_max_mb=0.002), sinks=(NAME,)) as store:
        for hour in range(60):
            store.write([poll(START + hour * HOUR)])
        found = state(store)
        assert 0 < found.bytes <= 2000
        assert found.dropped > 0
        assert found.dropped + found.points == 60
        sink = ScriptedSink(lambda _lines: None)
        shipper(store, sink).drain()
        hours = sorted((int(line.rpartition(b" ")[2]) - START) // HOUR for line in sink.taken)
        assert hours == list(range(found.dropped, 60))


def test_what_is_too_old_is_dropped_and_counted(store: SqliteStore) -> None:
    store.write([poll(START)])
    store.write([poll(START + 10 * HOUR)])
    store.retain(START + 169 * HOUR)
    found = state(store, START + 169 * HOUR)
    assert (found.points, found.dropped) == (1, 1)
    assert found.age_s == 159 * 3600


def test_bounds_hold_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    for hour in range(40):
        with SqliteStore(path, StoreSettings(outbox_max_mb=0.002), sinks=(NAME,)) as store:
            store.write([poll(START + hour * HOUR)])
            assert state(store).bytes <= 2000


def test_a_batch_dropped_while_it_was_under_way_does_no_harm(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(outbox_max_mb=0.002), sinks=(NAME,)) as store:

        def flood(_lines: list[bytes]) -> None:
            for hour in range(60):
                store.write([poll(START + hour * HOUR)])

        store.write([poll(START)])
        tested = shipper(store, ScriptedSink(flood))
        batch = store.next_batch(NAME)
        assert batch is not None
        tested._deliver(batch)
        found = state(store)
        assert found.bytes == sum(
            row[0] for row in store._connection().execute("SELECT length(payload) FROM outbox").fetchall()
        )
        assert store._waiting_bytes[NAME] == found.bytes


def test_dead_letters_are_bounded_too(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.sqlite_store.DEAD_LETTERS_BYTES", 500)
    for hour in range(30):
        store.write([poll(START + hour * HOUR)])
        shipper(store, ScriptedSink(lambda _lines: SinkRejected("no"))).drain()
    store.retain(START + HOUR)
    kept = letters(store)
    assert 0 < sum(len(payload) for _points, payload, _words in kept) <= 500
    assert str(START + 29 * HOUR).encode() in kept[-1][1]
    store.retain(START + 1000 * HOUR)
    assert letters(store) == []


def test_the_outbox_says_how_it_stands(store: SqliteStore) -> None:
    store.write(many(3))
    (sample,) = outbox_samples([state(store, START + HOUR)], UnixNs(START + HOUR))
    values = {item.name: value for item, value in sample.values.items()}
    assert values["points"] == 3
    assert values["age_s"] == 3598.0
    assert values["blocked"] == 0


def test_without_a_sink_nothing_waits(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as store, StoreReader(tmp_path / "s.sqlite") as reader:
        store.write(many(3))
        assert reader.outbox(START) == []


def test_a_failing_store_stops_no_thread(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    told = threading.Event()

    class Noted(Shipper):
        def turn(self) -> bool:
            told.set()
            raise StoreError("disk gone")

    tested = Noted(store, ScriptedSink(lambda _lines: None), clock=lambda: UnixNs(START), first_wait_s=0.01)
    tested.start()
    assert told.wait(5)
    told.clear()
    assert told.wait(5), "it goes on"
    tested.stop()
    assert "disk gone" in caplog.text


def test_version_3_is_written_to_as_2_is() -> None:
    assert type(sink_for("http://127.0.0.1:1", 3)) is type(sink_for("http://127.0.0.1:1", 2))


@pytest.mark.parametrize("url", ["ftp://host", "http://user:secret@host:8086"])
def test_urls_that_cannot_be_or_hold_a_secret_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url") as told:
        InfluxSettings(url=url)
    assert "secret" not in str(told.value)
