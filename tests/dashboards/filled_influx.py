"""A real InfluxDB filled with the small city's readings."""

from __future__ import annotations

import contextlib
import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grafana_like import HOUR_MS, Range
from real_influx import RealInflux
from small_city import samples

from store.line_protocol import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

END_MS = 1_767_268_800_000
"""2026-01-01 12:00 UTC: queries name their times, so no test depends on the clock."""
HOURS = 6
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Filled:
    """A server with data, and the time range the data covers."""

    influx: RealInflux
    within: Range


@contextlib.contextmanager
def filled_influx(folder: Path) -> Iterator[Filled]:
    influx = RealInflux(folder)
    influx.start()
    try:
        influx.query("CREATE DATABASE rainbow")
        send(influx, lines(samples(END_MS * 1_000_000, HOURS)))
        yield Filled(influx, Range(END_MS - HOURS * HOUR_MS, END_MS))
    finally:
        influx.stop()


def send(influx: RealInflux, made: Sequence[str]) -> None:
    """Write lines as they are: the server takes all of them or the test fails."""
    connection = http.client.HTTPConnection("127.0.0.1", influx.port, timeout=60)
    try:
        for start in range(0, len(made), BATCH):
            text = "\n".join(made[start : start + BATCH])
            connection.request("POST", "/write?db=rainbow&precision=ns", text.encode())
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (204, b"")
    finally:
        connection.close()
