"""One poller of fake devices, as a process: ``... worker URL NAME FILE ROUND TTL HOLD DEVICES``.

A poll is a row in its file, committed before it counts as done.
"""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
from pathlib import Path

from cluster.clock import MachineClock
from cluster.heart import Heart
from cluster.settings import ClusterSettings
from cluster.shard import Pace, Shard
from cluster.tooz_membership import ToozMembership
from rainbow.kernel.secret import SecretRef

TICK_S = 0.05


def devices(count: int) -> list[str]:
    """Names of fake devices."""
    return [f"SW-{number:05}" for number in range(count)]


def main() -> None:
    """Poll until SIGTERM."""
    url, name, file, round_s, ttl_s, hold_s, count = sys.argv[1:]
    settings = ClusterSettings(url=url, key=SecretRef(env="NONE"), name=name, ttl_s=int(ttl_s), hold_s=float(hold_s))
    clock = MachineClock()
    heart = Heart(ToozMembership(settings, "bench", unix_s=clock.unix_s), settings, clock)
    pace = Pace(round_s=float(round_s), ttl_s=float(ttl_s), beat_s=settings.beat_s, hold_s=settings.hold_s)
    shard = Shard(name, devices(int(count)), pace)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    making = f"{file}.new"
    if not Path(file).exists():  # whoever reads it finds it whole
        sqlite3.connect(making).execute("CREATE TABLE poll (device TEXT, at_s REAL)").connection.close()
        Path(making).rename(file)
    kept = sqlite3.connect(file, isolation_level=None)
    kept.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    heart.start()
    t0_s = clock.unix_s()
    while not stop.wait(TICK_S):
        t1_s = clock.unix_s()
        due = shard.due(t0_s, t1_s, view=heart.view, age_s=heart.age_s())
        t0_s = t1_s
        if due:
            at_s = clock.unix_s()
            kept.execute("BEGIN")
            kept.executemany("INSERT INTO poll VALUES (?, ?)", [(device, at_s) for device in due])
            kept.execute("COMMIT")
    heart.stop()
    kept.close()


if __name__ == "__main__":
    main()
