"""``kill -9`` of a writing process, again and again: what was acknowledged is there, and the file opens."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import INTERFACE
from store import sheets
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from rainbow.kernel.metrics import DEVICE, INTERFACE
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

first = int(sys.argv[2])
series = [DEVICE.series(site="S", device=f"D{number}") for number in range(50)]
names = [f"ge{number}" for number in range(48)]
ports = Heading((INTERFACE.in_octets,), tuple(INTERFACE.series(device="D", if_name=name) for name in names))
with SqliteStore(Path(sys.argv[1]), StoreSettings(), sinks=("influxdb",)) as store:
    for turn in range(first, first + 100_000):
        sheet = Sheet(ports, UnixNs(turn), [(turn,)] * 48)
        store.write([sheet, *(Sample(one, UnixNs(turn), {DEVICE.up: 1, DEVICE.poll_s: turn / 2}) for one in series)])
        if turn % 7 == 0:
            store.roll_up(turn)
        print(turn, flush=True)
"""
TRIALS = 8


def test_what_was_acknowledged_survives(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    dice = random.Random(3)
    acknowledged: list[int] = []
    for trial in range(TRIALS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(trial * 1_000_000 + 1)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        acknowledged.append(int(writer.stdout.readline()))
        end = time.monotonic() + dice.uniform(0, 0.15)
        while time.monotonic() < end:
            acknowledged.append(int(writer.stdout.readline()))
        writer.send_signal(signal.SIGKILL)
        for text in writer.stdout.read().splitlines():
            with contextlib.suppress(ValueError):  # the last line may be half a number
                acknowledged.append(int(text))
        writer.stdout.close()
        writer.wait()
    assert len(acknowledged) > 2 * TRIALS
    with SqliteStore(path, StoreSettings(), sinks=("influxdb",)) as store, StoreReader(path) as reader:
        connection = store._connection()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute("SELECT time_ns, count(*), min(poll_s) FROM raw_device GROUP BY time_ns").fetchall()
        stored = {time_ns: (count, poll_s) for time_ns, count, poll_s in rows}
        assert {count for count, _poll_s in stored.values()} == {50}, "no write is there by half"
        assert all(stored[turn] == (50, turn / 2) for turn in acknowledged)
        assert len(stored) - len(set(acknowledged)) <= TRIALS, "at most one write a kill was stored and not yet said"
        (heading,) = sheets.headings(connection, INTERFACE)
        together = sheets.between(connection, heading, 0, 1 << 62)
        assert [time_ns for time_ns, _body in together] == sorted(stored), "what is kept together goes with the rest"
        assert all(body == sheets.pack(heading.fields, [(turn,)] * 48) for turn, body in together)
        (state,) = reader.outbox(0)
        assert state.points == 98 * len(stored), "the outbox has each of them, in the same transaction"
        assert store._waiting_bytes["influxdb"] == state.bytes
