"""A sink that answers as a test tells it to, its shipper, and how the outbox stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store_samples import START

from rainbow.kernel.samples import UnixNs
from store.reader import StoreReader
from store.shipper import Shipper
from store.sinks.influx import NAME

if TYPE_CHECKING:
    from store.outbox import OutboxState
    from store.shipper import Sink
    from store.sqlite_store import SqliteStore


@dataclass
class ScriptedSink:
    """Answers by a function of the lines."""

    answer: object
    name: str = NAME
    taken: list[bytes] = field(default_factory=list)

    def send(self, payload: bytes) -> None:
        lines = payload.split(b"\n")
        error = self.answer(lines)  # type: ignore[operator]
        if error is not None:
            raise error
        self.taken += lines


def state(store: SqliteStore, now_ns: int = START) -> OutboxState:
    with StoreReader(store._path) as reader:
        (found,) = reader.outbox(now_ns)
    return found


def shipper(store: SqliteStore, sink: Sink, **more: float) -> Shipper:
    return Shipper(store, sink, clock=lambda: UnixNs(START), **more)  # type: ignore[arg-type]
