"""A backlog: in order, over several connections, and never before what comes meanwhile."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import pytest
from scripted_sink import ScriptedSink, shipper, state
from store_samples import HOUR, START, poll

from rainbow.kernel.errors import SinkBusy
from store.settings import StoreSettings
from store.sinks.influx import NAME
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rainbow.kernel.errors import SinkError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(), sinks=(NAME,)) as opened:
        yield opened


def test_a_backlog_goes_in_order_and_what_comes_meanwhile_goes_first(store: SqliteStore) -> None:
    for hour in range(30):
        store.write([poll(START + hour * HOUR)])
    sent: list[list[int]] = []

    def answer(lines: list[bytes]) -> None:
        sent.append([(int(line.rpartition(b" ")[2]) - START) // HOUR for line in lines])
        if len(sent) == 1:
            store.write([poll(START + 100 * HOUR), poll(START + 101 * HOUR)])

    shipper(store, ScriptedSink(answer), max_points=4, oldest_per_turn=2).drain()
    assert sent[:4] == [[0, 1, 2, 3], [4, 5, 6, 7], [100, 101], [8, 9, 10, 11]]
    assert sorted(hour for batch in sent for hour in batch) == [*range(30), 100, 101]


def test_a_backlog_goes_over_several_connections_each_row_once_and_live_points_do_not_wait(store: SqliteStore) -> None:
    for hour in range(60):
        store.write([poll(START + hour * HOUR)])
    together, lock, seen = threading.Barrier(3), threading.Lock(), [0, 0]
    done, live = threading.Event(), threading.Event()

    def answer(lines: list[bytes]) -> None:
        hours = [(int(line.rpartition(b" ")[2]) - START) // HOUR for line in lines]
        if hours[0] >= 100:
            seen[1] = seen[0]
            live.set()
            return
        with lock:
            seen[0] += 1
            turn = seen[0]
        if turn == 9:
            store.write([poll(START + 100 * HOUR)])
        if 7 <= turn <= 9:
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(5)
        if hours[-1] == 59:
            done.set()

    sink = ScriptedSink(answer)
    tested = shipper(store, sink, max_points=2, oldest_per_turn=4, connections=3)
    tested.start()
    assert done.wait(10)
    assert live.wait(10)
    tested.stop()
    assert not together.broken, "three requests were under way at the same time"
    assert len(sink.taken) == len(set(sink.taken)) == tested.delivered == 61
    assert seen[1] < 9 + 3 * 5, "within a turn of the first connection"
    assert state(store).points == 0


def test_a_server_that_fails_is_asked_over_one_connection_until_a_turn_went_well(store: SqliteStore) -> None:
    for hour in range(40):
        store.write([poll(START + hour * HOUR)])
    asked: list[int] = []
    failed = threading.Event()

    def answer(_lines: list[bytes]) -> SinkError | None:
        asked.append(threading.get_ident())
        if len(asked) > 18:
            failed.set()
        return SinkBusy("away") if len(asked) > 12 else None

    tested = shipper(store, ScriptedSink(answer), max_points=1, oldest_per_turn=4, connections=3, first_wait_s=0.01)
    tested.start()
    assert failed.wait(10)
    tested.stop()
    assert len(set(asked[15:])) == 1, "but for what was under way"
    assert state(store).sent == 12
    assert state(store).points == 28


@pytest.mark.parametrize(("outage_s", "first"), [(60.0, [100]), (0.0, [0, 1])])
def test_a_moment_of_failure_makes_no_backlog_of_live_points_and_an_outage_does(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, outage_s: float, first: list[int]
) -> None:
    monkeypatch.setattr("store.shipper.OUTAGE_S", outage_s)
    for hour in range(10):
        store.write([poll(START + hour * HOUR)])
    asked: list[list[int]] = []

    def answer(lines: list[bytes]) -> SinkError | None:
        asked.append([(int(line.rpartition(b" ")[2]) - START) // HOUR for line in lines])
        if len(asked) > 1:
            return None
        store.write([poll(START + 100 * HOUR)])
        return SinkBusy("timed out")

    tested = shipper(store, ScriptedSink(answer), max_points=2)
    with pytest.raises(SinkBusy) as told:
        tested.drain()
    tested.wait_s(told.value)
    tested._portion = 2
    tested.drain()
    assert asked[1] == first
    assert state(store).points == 0
