"""A new InfluxDB is filled from the store: the lines are those of the first time, whatever way they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_samples import HOUR, MINUTE, START, poll, port

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import Heading, Sheet, UnixNs
from store.refill import refill
from store.settings import StoreSettings
from store.shipper import Shipper
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

MB = 1_000_000


class Server:
    """Keeps what it is sent, as InfluxDB does: one value for a series and time."""

    name = "influxdb"

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def send(self, payload: bytes) -> None:
        for text in payload.decode().split("\n"):
            key, fields, time_ns = text.split(" ")
            self.held[key, time_ns] = fields


def filled(store: SqliteStore) -> Server:
    """An hour of readings kept one by one and together, delivered."""
    ports = Heading((INTERFACE.oper_state, INTERFACE.in_octets), (port(0, "ge1").series, port(0, "ge2").series))
    for minute in range(60):
        at_ns = START + minute * MINUTE
        rows = [(1, minute), (None, minute) if minute % 7 else (2, None)]
        store.write([poll(at_ns), port(at_ns, "other", in_octets=minute), Sheet(ports, UnixNs(at_ns), rows)])
    server = Server()
    Shipper(store, server, clock=lambda: UnixNs(START)).drain()
    return server


def test_a_new_server_gets_what_the_old_one_had(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        old, new = filled(store), Server()
        steps = list(refill(path, "influxdb", start_ns=0, end_ns=START + HOUR, most_bytes=MB))
        assert sum(points for _reached, points in steps) == len(old.held) == 4 * 60
        assert [reached for reached, _points in steps] == sorted(reached for reached, _points in steps)
        Shipper(store, new, clock=lambda: UnixNs(START)).drain()
    assert new.held == old.held


def test_only_the_wanted_time(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        filled(store)
        steps = refill(path, "influxdb", start_ns=START + 10 * MINUTE, end_ns=START + 13 * MINUTE, most_bytes=MB)
        assert sum(points for _reached, points in steps) == 3 * 4


def test_it_waits_while_the_outbox_is_half_full(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings(), sinks=["influxdb"]) as store:
        filled(store)
        shipper, waits = Shipper(store, Server(), clock=lambda: UnixNs(START)), 0

        def pause(_seconds: float) -> None:
            nonlocal waits
            waits += 1
            shipper.drain()

        steps = refill(path, "influxdb", start_ns=0, end_ns=START + HOUR, most_bytes=300, pause=pause)
        assert sum(points for _reached, points in steps) == 4 * 60
        assert waits > 5


def test_without_a_sink_or_a_store_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with pytest.raises(StoreError, match="cannot be opened"):
        list(refill(path, "influxdb", start_ns=0, end_ns=1, most_bytes=1))
    assert not path.exists()
    with SqliteStore(path, StoreSettings()), pytest.raises(StoreError, match="delivers to no influxdb"):
        list(refill(path, "influxdb", start_ns=0, end_ns=1, most_bytes=1))
