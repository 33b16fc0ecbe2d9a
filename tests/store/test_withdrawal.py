"""What must not go out yet waits; what must never go out is taken back. The store keeps it all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store_samples import START, many

from rainbow.kernel.metrics import DEVICE
from rainbow.kernel.samples import UnixNs
from store.reader import StoreReader
from store.settings import StoreSettings
from store.shipper import Shipper
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path


class Taking:
    name = "all"

    def __init__(self) -> None:
        self.points = 0

    def send(self, payload: bytes) -> None:
        self.points += payload.count(b"\n") + 1


def test_a_bound_holds_back_and_a_withdrawal_takes_back(tmp_path: Path) -> None:
    bound: list[int | None] = [0]
    sink = Taking()
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(), sinks=("all",)) as store:
        shipper = Shipper(store, sink, clock=lambda: UnixNs(START), until=lambda: bound[0])
        store.write(many(10, START))
        confirmed = store.newest_row()
        store.write(many(20, START + 1))
        shipper.drain()
        assert sink.points == 0
        bound[0] = confirmed
        shipper.drain()
        assert sink.points == 10
        assert store.withdraw(confirmed) == 20
        bound[0] = None
        shipper.drain()
        assert (sink.points, shipper.delivered) == (10, 10)
        assert store.newest_row() > confirmed, "a number is never given twice"
        store.write(many(5, START + 2))
        shipper.drain()
        assert sink.points == 15
        with StoreReader(tmp_path / "s.sqlite") as reader:
            (state,) = reader.outbox(START)
            assert (state.points, state.bytes, state.dropped, state.sent) == (0, 0, 0, 15)
            assert reader.latest(DEVICE)
