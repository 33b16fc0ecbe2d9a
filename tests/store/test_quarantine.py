"""A damaged file costs what was in it, and no more: it is put aside, polling and deliveries go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from store_samples import HOUR, START, many, poll

from rainbow.kernel.errors import StoreDamaged
from store.quarantine import is_damage, put_aside_files
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = StoreSettings()
NAME = "influxdb"
NO_DATABASE = b"this is no database at all, but a text of some length" * 100
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


def filled(path: Path) -> None:
    """A file of many pages, all of it in the file itself."""
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        for hour in range(200):
            store.write(many(20, START + hour * HOUR))


def tables(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of this test


def test_what_is_no_database_is_put_aside_whole(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(NO_DATABASE)
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        store.write([poll(START)])
    (aside,) = put_aside_files(path)
    assert aside.read_bytes() == NO_DATABASE
    assert tables(path, "raw_device") == 1
    assert f"it was put aside as {aside}" in caplog.text
    path.write_bytes(NO_DATABASE)
    SqliteStore(path, SETTINGS).open()
    assert len(put_aside_files(path)) == 2, "the first one is not overwritten"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_damage_met_while_writing_costs_one_write_that_is_told(path: Path, share: float) -> None:
    filled(path)
    data = bytearray(path.read_bytes())
    first = int(len(data) * share) // PAGE * PAGE
    data[first : first + 40 * PAGE] = b"\xaa" * len(data[first : first + 40 * PAGE])
    path.write_bytes(data)
    refused = 0
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        for hour in range(1000, 1020):
            samples = many(20, START + hour * HOUR)
            try:
                store.write(samples)
            except StoreDamaged:
                refused += 1
                store.write(samples)
            store.retain(START + hour * HOUR)
            store.roll_up(START + hour * HOUR)
        assert refused <= 1
    with closing(sqlite3.connect(path)) as connection:
        times = {row[0] for row in connection.execute("SELECT time_ns FROM raw_device WHERE time_ns >= ?", (START,))}
    assert {sample.time_ns for hour in range(1000, 1020) for sample in many(20, START + hour * HOUR)} <= times


def test_what_waits_is_saved_as_far_as_it_can_be_read(path: Path) -> None:
    filled(path)
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'raw_device'").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = b"\xaa" * PAGE
    path.write_bytes(data)
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        with pytest.raises(StoreDamaged):
            store.write([poll(START + 999 * HOUR)])
        with StoreReader(path) as reader:
            (state,) = reader.outbox(START)
        assert state.points == 4000
        store.write([poll(START + 999 * HOUR)])
    assert tables(path, "raw_device") == 1


def test_what_is_delivered_meanwhile_settles_itself_and_nothing_else(path: Path) -> None:
    """A batch is under way while the file is put aside: rows that were saved or came since must not go with it."""
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        for hour in range(3):
            store.write([poll(START + hour * HOUR)])
        first = store.next_batch(NAME, max_points=2)
        assert first is not None
        store.settled(NAME, first, [], START)
        store.write([poll(START + 3 * HOUR)])
        last = store.next_batch(NAME, newest=True, max_points=1)
        assert last is not None
        store.settled(NAME, last, [], START)
        under_way = store.next_batch(NAME)
        assert under_way is not None
        store.begin_anew("found by a reader")
        store.write([poll(START + 4 * HOUR)])
        store.settled(NAME, under_way, [], START)
        rest = store.next_batch(NAME)
    assert (first.ids, last.ids, under_way.ids) == ((1, 2), (4,), (3,))
    assert rest is not None
    assert rest.ids == (5,), "the number of a row that was delivered is not given again"
    assert str(START + 4 * HOUR).encode() in rest.payload


def test_a_spoilt_batch_holds_up_no_other(path: Path) -> None:
    with SqliteStore(path, SETTINGS, sinks=(NAME,)) as store:
        for hour in range(3):
            store.write(many(2, START + hour * HOUR))
        store._connection().execute("UPDATE outbox SET payload = x'00ff' WHERE id = 1")
        batch = store.next_batch(NAME)
        assert batch is not None
        assert (batch.ids, batch.points) == ((2, 3), 4)
        with StoreReader(path) as reader:
            (state,) = reader.outbox(START)
        assert (state.points, state.dropped) == (4, 2)


def test_a_full_disk_and_a_lock_are_no_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.executescript("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)")
    assert not is_damage(full.value)
