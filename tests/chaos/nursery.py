"""A warm process that starts collectors in miniature, to be killed: ``nursery.py STORE URL``.

A line on standard input, ``work TURN``, ``open`` or ``collect CITY``, forks one; its process number is answered. A
worker stores, rolls up, forgets and delivers as the collector does, only faster, and says on standard output which
turns are acknowledged; ``collect`` is the whole collector of a city. Forking saves loading all of it a thousand times.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from rainbow import service
from rainbow.city import open_city
from rainbow.kernel.metrics import DEVICE, INTERFACE
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import open_sink
from store.sqlite_store import SqliteStore

START_NS = 1_700_000_000_000_000_000
SECOND_NS = 1_000_000_000
KEPT = StoreSettings(raw_h=10_000)
DEVICES = [DEVICE.series(device=f"D{number}") for number in range(5)]
PORTS = Heading(
    (INTERFACE.oper_state, INTERFACE.in_octets),
    tuple(INTERFACE.series(device="D", if_name=f"ge{number}") for number in range(8)),
)
POINTS = len(DEVICES) + len(PORTS.series)


def clock() -> UnixNs:
    return UnixNs(time.time_ns())


def records(turn: int) -> list[Sample | Sheet]:
    """What turn number ``turn`` reads: its number is in every value."""
    at_ns = UnixNs(START_NS + turn * SECOND_NS)
    polls = [Sample(one, at_ns, {DEVICE.up: 1, DEVICE.poll_s: turn / 2}) for one in DEVICES]
    return [Sheet(PORTS, at_ns, [(1, turn)] * len(PORTS.series)), *polls]


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def work(path: Path, url: str, turn: int) -> None:
    began = time.monotonic()
    with SqliteStore(path, KEPT, sinks=("influxdb",)) as store:
        say(f"open {time.monotonic() - began}")
        shipper = Shipper(store, open_sink(InfluxSettings(url=url, version=1), None), clock=clock, first_wait_s=0.01)
        shipper.start()
        while True:
            store.write(records(turn))
            say(f"turn {turn}")
            turn += 1
            if turn % 5 == 0:
                store.roll_up(START_NS + turn * SECOND_NS)
            if turn % 9 == 0:
                store.retain(START_NS + turn * SECOND_NS)


def collect(folder: Path) -> None:
    """All a collector does; that it is ready, which it tells a service manager, is said on standard output."""
    began, manager = time.monotonic(), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(f"\0rainbow-nursery-{os.getpid()}")
    os.environ["NOTIFY_SOCKET"] = f"@rainbow-nursery-{os.getpid()}"

    def hear() -> None:
        while manager.recv(100) != b"READY=1":
            pass
        say(f"open {time.monotonic() - began}")

    threading.Thread(target=hear, daemon=True).start()
    asyncio.run(service.run(open_city(folder), asyncio.Event()))


def main() -> None:
    path, url = Path(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        what, _space, turn = line.strip().partition(" ")
        if (child := os.fork()) == 0:
            if what == "work":
                work(path, url, int(turn))
            if what == "collect":
                collect(Path(turn))
            SqliteStore(path, StoreSettings()).open()
            say("open 0")
            time.sleep(60)  # it waits to be killed
        say(f"started {child}")


if __name__ == "__main__":
    main()
