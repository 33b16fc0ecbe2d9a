"""Dead letters: read, sent again or dropped, beside a running writer; nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rainbow.kernel.errors import SinkRejected, StoreError
from rainbow.kernel.metrics import LINK
from rainbow.kernel.samples import Sample, UnixNs
from store import dead_letters
from store.reader import StoreReader
from store.settings import StoreSettings
from store.shipper import Shipper
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

NOW = UnixNs(1_000)


class Picky:
    """A server that refuses batches with a word in them, until it is mended."""

    name = "influxdb"

    def __init__(self) -> None:
        self.refused = b"bad"
        self.taken: list[bytes] = []

    def send(self, payload: bytes) -> None:
        if self.refused in payload:
            raise SinkRejected("no such thing")
        self.taken += payload.split(b"\n")


def told(number: int, link: str) -> Sample:
    return Sample(LINK.series(link=link), UnixNs(number), {LINK.state: 1})


def refused(store: SqliteStore, sink: Picky) -> Shipper:
    """Two batches refused, one taken."""
    shipper = Shipper(store, sink, clock=lambda: NOW)
    for number, link in enumerate(["bad-1", "good", "bad-2"]):
        store.write([told(number, link)])
        shipper.drain()
    return shipper


def test_a_letter_is_sent_again_once_the_server_is_mended(tmp_path: Path) -> None:
    path, sink = tmp_path / "s.sqlite", Picky()
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        shipper = refused(store, sink)
        first, second = dead_letters.letters(path)
        assert (first.sink, first.points, first.words) == ("influxdb", 1, "no such thing")
        assert b"bad-1" in first.payload
        assert dead_letters.letters(path, [second.number]) == [second]
        assert dead_letters.retry(path, [first.number], NOW) == 1
        sink.refused = b"nothing"
        shipper.drain()
        assert sum(b"bad-1" in line for line in sink.taken) == 1
        assert dead_letters.letters(path) == [second]
        assert dead_letters.retry(path, dead_letters.ANY, NOW) == 1
        shipper.drain()
        assert sum(b"bad-2" in line for line in sink.taken) == 1
        assert store.next_batch("influxdb") is None


def test_what_is_refused_again_is_a_letter_again(tmp_path: Path) -> None:
    path, sink = tmp_path / "s.sqlite", Picky()
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        shipper = refused(store, sink)
        before = [letter.payload for letter in dead_letters.letters(path)]
        assert dead_letters.retry(path, dead_letters.ANY, NOW) == 2
        shipper.drain()
        assert sorted(letter.payload for letter in dead_letters.letters(path)) == sorted(before)


def test_dropped_ones_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        refused(store, Picky())
        (first, second) = dead_letters.letters(path)
        assert dead_letters.drop(path, [second.number]) == 1
        assert dead_letters.letters(path) == [first]
    with StoreReader(path) as reader:
        (state,) = reader.outbox(NOW)
    assert (state.dropped, state.dead_letters) == (1, 1)


def test_a_number_nobody_knows_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        refused(store, Picky())
        letters = dead_letters.letters(path)
        for change in (dead_letters.drop, lambda path, numbers: dead_letters.retry(path, numbers, NOW)):
            with pytest.raises(StoreError, match="no dead letter 99"):
                change(path, [letters[0].number, 99])
        assert dead_letters.letters(path) == letters


def test_without_a_store_none_is_made(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    for ask in (dead_letters.letters, lambda path: dead_letters.drop(path, dead_letters.ANY)):
        with pytest.raises(StoreError, match="cannot be opened"):
            ask(path)
    assert not path.exists()
