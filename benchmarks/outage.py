"""InfluxDB stays away for a day of 1,000 switches and comes back: is all delivered, how fast, and what of live data?

``python -m benchmarks.outage FOLDER`` writes a day of rounds into a store with a given clock, as a collector would,
then starts a real InfluxDB 1.x and the delivery. Beside it a new round is written every few seconds, and how long it
takes to be found in InfluxDB is measured. InfluxDB's own limit is taken in the same run: the same lines in the same
order and portions, packed beforehand, with new rounds as often, posted straight to another empty InfluxDB, over one
connection and over two. On a machine with other work rates say little: processor time of InfluxDB for a million points
says whether it does the same work, and requests under way whether it ever waits for us. What the outbox takes on disk
is held against what ``rainbow config check`` foretells.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import sqlite3
import statistics
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

import urllib3

from benchmarks.influx_day import DATABASE, Influx
from rainbow.kernel.metrics import DEVICE, INTERFACE, Kind
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs, count_of
from store.disk import waiting
from store.line_protocol import lines
from store.outbox import BATCH_LINES
from store.reader import StoreReader
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import NAME, open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import Numbers, Record, Value
    from store.outbox import OutboxState
    from store.shipper import Sink

NS = 1_000_000_000
ROUND_S = 60
POOL = 97
"""Readings a port has in turn; each device begins elsewhere, so that neighbours in a batch are not alike."""
BATCH_SAMPLES = 5000
REQUEST_LINES = 4 * BATCH_LINES
STRAIGHT_CONNECTIONS = (1, 2)
_TAKEN = 204
LIVE_EVERY_S, LOOK_S = 15.0, 0.25
QUIET = frozenset({"in_errors", "out_errors", "in_discards", "out_discards"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run came to. Rates are points a second; delays from the commit of a round to InfluxDB's answer."""

    points: int
    write_s: float
    outbox_mb: float
    foretold_mb: float
    drain_s: float
    delivered_per_s: float
    our_cpu_s_per_million: float
    influx_cpu_s_per_million: float
    requests_under_way: float
    straight: list[Straight]
    live_rounds: int
    live_delay_median_s: float
    live_delay_most_s: float
    in_influx: int
    dropped: int
    load: float


class City:
    """Switches that have readings without being asked."""

    def __init__(self, switches: int, ports: int) -> None:
        rng = random.Random(7)
        self.names = [f"SW-{number:04d}" for number in range(switches)]
        self._devices = [DEVICE.series(site=f"S-{name}", device=name) for name in self.names]
        self._headings = [
            Heading(
                INTERFACE.fields,
                tuple(
                    INTERFACE.series(site=f"S-{name}", device=name, if_name=f"ge-0/0/{port}") for port in range(ports)
                ),
            )
            for name in self.names
        ]
        self._took_s = [rng.random() for _turn in range(POOL)]
        self._pool = [[_row(rng) for _port in range(ports)] for _turn in range(POOL)]

    def round(self, number: int, time_ns: UnixNs) -> Iterator[list[Record]]:
        """One round in batches, as a collector hands them on."""
        batch: list[Record] = []
        for place, (series, heading) in enumerate(zip(self._devices, self._headings, strict=True)):
            batch.append(Sample(series, time_ns, self._device(place, time_ns)))
            batch.append(Sheet(heading, time_ns, self._pool[(number + 7 * place) % POOL]))
            if count_of(batch) >= BATCH_SAMPLES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _device(self, place: int, time_ns: UnixNs) -> dict[Field, Value]:
        return {
            DEVICE.up: 1,
            DEVICE.uptime_s: time_ns // (NS // 100) % 10**8 / 100 + place,
            DEVICE.poll_s: self._took_s[(time_ns // NS + place) % POOL],
            DEVICE.requests: 13,
            DEVICE.retries: 0,
            DEVICE.errors: 0,
            DEVICE.breaker_open: 0,
        }

    @property
    def series(self) -> dict[Metric, int]:
        """How many a metric has."""
        return {INTERFACE: sum(len(heading.series) for heading in self._headings), DEVICE: len(self._devices)}


def _row(rng: random.Random) -> Numbers:
    return tuple(_value(rng, field) for field in INTERFACE.fields)


def _value(rng: random.Random, field: Field) -> float | int:
    if field.kind is Kind.STATE:
        return 1
    if field.kind is Kind.FLOAT:
        return 0.0 if field.name.removesuffix("_ps") in QUIET else rng.random() * 1e8
    if field.name == "speed_bps":
        return 1_000_000_000
    return 0 if field.name in QUIET else rng.randrange(1 << 40)


def fill(store: SqliteStore, city: City, *, rounds: int, end_ns: int) -> int:
    """Write the rounds before ``end_ns``; the number of points."""
    points = 0
    for number in range(rounds):
        time_ns = UnixNs(end_ns - (rounds - number) * ROUND_S * NS)
        for batch in city.round(number, time_ns):
            store.write(batch)
            points += count_of(batch)
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """What InfluxDB takes when nobody but a poster is in between."""

    connections: int
    points_per_s: float
    influx_cpu_s_per_million: float


def packed(path: Path) -> tuple[list[bytes], int]:
    """All that waits, as requests of the size in which it is delivered; and how many points."""
    bodies: list[bytes] = []
    points = 0
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT payload FROM outbox ORDER BY id")
        while some := rows.fetchmany(REQUEST_LINES // BATCH_LINES):
            lines_of = [zlib.decompress(payload) for (payload,) in some]
            points += sum(text.count(b"\n") + 1 for text in lines_of)
            bodies.append(gzip.compress(b"\n".join(lines_of), 1))
    return bodies, points


def straight(influx: Influx, city: City, waiting: tuple[list[bytes], int], *, connections: int) -> Straight:
    """Post all that waits, and a new round as often as the delivery meets one."""
    bodies, points = waiting
    influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
    pool = urllib3.PoolManager(maxsize=connections)
    url = f"http://127.0.0.1:{influx.port}/write?db={DATABASE}&precision=ns"
    lock, live_points, rounds = threading.Lock(), [0], [0]
    began, cpu_s = time.monotonic(), influx.cpu_s()

    def post(body: bytes) -> None:
        answer = pool.request("POST", url, body=body, headers={"Content-Encoding": "gzip"}, timeout=120)
        if answer.status != _TAKEN:
            raise SystemExit(f"influxd answered {answer.status}: {answer.data[:200]!r}")

    def next_one(body: bytes) -> None:
        with lock:
            is_due = time.monotonic() - began > LIVE_EVERY_S * (rounds[0] + 1)
            rounds[0] += is_due
        for batch in city.round(rounds[0], UnixNs(time.time_ns())) if is_due else ():
            texts = lines(batch)
            live_points[0] += len(texts)
            post(gzip.compress("\n".join(texts).encode(), 1))
        post(body)

    with ThreadPoolExecutor(connections) as posting:
        list(posting.map(next_one, bodies))
    all_points = points + live_points[0]
    return Straight(
        connections=connections,
        points_per_s=all_points / (time.monotonic() - began),
        influx_cpu_s_per_million=(influx.cpu_s() - cpu_s) / all_points * 1e6,
    )


def live(store: SqliteStore, city: City, influx: Influx, stop: threading.Event, drained: Drained) -> None:
    """A new round now and then, and how long each took to be found in InfluxDB."""
    number = 0
    while not stop.wait(LIVE_EVERY_S):
        time_ns, number = UnixNs(time.time_ns()), number + 1
        for batch in city.round(number, time_ns):
            store.write(batch)
            drained.live_points += count_of(batch)
        began = time.monotonic()
        while not _has(influx, city, time_ns):
            time.sleep(LOOK_S)
        drained.delays_s.append(time.monotonic() - began)


def _has(influx: Influx, city: City, time_ns: int) -> bool:
    """Whether InfluxDB has the first and the last switch of that round: to ask for all keeps it busy."""
    ends = " OR ".join(f"device = '{name}'" for name in (city.names[0], city.names[-1]))
    found = _asked(influx, f"SELECT count(up) FROM device WHERE time = {time_ns:d} AND ({ends})")  # noqa: S608 - ours
    return bool(found) and found[1] == len({city.names[0], city.names[-1]})


@contextmanager
def fresh_influx(folder: Path) -> Iterator[Influx]:
    """An empty server: what one run left it to sort must not burden the next."""
    folder.mkdir()
    os.environ["INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION"] = "10m"  # as installed
    influx = Influx(folder)
    try:
        yield influx
    finally:
        influx.stop()
        shutil.rmtree(folder)


def measure(folder: Path, *, switches: int, ports: int, hours: float) -> Outcome:
    """One run from an empty folder."""
    city, settings, path = City(switches, ports), StoreSettings(), folder / "store.sqlite"
    with SqliteStore(path, settings, sinks=(NAME,)) as store:
        began = time.monotonic()
        points = fill(store, city, rounds=round(hours * 3600 / ROUND_S), end_ns=time.time_ns())
        write_s = time.monotonic() - began
        waited_mb = _state(path).bytes / 1e6
        print(f"{points:,} points in {write_s:.0f} s, {waited_mb:,.0f} MB wait", file=sys.stderr)
        bodies = packed(path)
        posted = []
        for connections in STRAIGHT_CONNECTIONS:
            with fresh_influx(folder / "influx") as influx:
                posted.append(straight(influx, city, bodies, connections=connections))
            print(posted[-1], file=sys.stderr)
        with fresh_influx(folder / "influx") as influx:
            drained = drain(store, path, city, influx)
            there = _count(influx, "interface", INTERFACE.oper_state) + _count(influx, "device", DEVICE.up)
    foretold = waiting(city.series, settings, interval_s=ROUND_S)
    all_points, state = points + drained.live_points, _state(path)
    return Outcome(
        points=all_points,
        write_s=write_s,
        outbox_mb=waited_mb,
        foretold_mb=foretold.size_bytes / 1e6 * hours * 3600 / foretold.kept_s,
        drain_s=drained.seconds,
        delivered_per_s=all_points / drained.seconds,
        our_cpu_s_per_million=drained.our_cpu_s / all_points * 1e6,
        influx_cpu_s_per_million=drained.influx_cpu_s / all_points * 1e6,
        requests_under_way=drained.request_s / drained.seconds,
        straight=posted,
        live_rounds=len(drained.delays_s),
        live_delay_median_s=statistics.median(drained.delays_s) if drained.delays_s else 0.0,
        live_delay_most_s=max(drained.delays_s, default=0.0),
        in_influx=there,
        dropped=state.dropped + state.dead_letters,
        load=os.getloadavg()[1],
    )


@dataclass(slots=True, kw_only=True)
class Drained:
    """How a delivery went, and the rounds that were written beside it."""

    seconds: float = 0.0
    our_cpu_s: float = 0.0
    influx_cpu_s: float = 0.0
    request_s: float = 0.0
    live_points: int = 0
    delays_s: list[float] = field(default_factory=list)


class Timed:
    """A sink that notes how long it is asked."""

    name = NAME

    def __init__(self, sink: Sink, drained: Drained) -> None:
        self._sink, self._drained, self._lock = sink, drained, threading.Lock()

    def send(self, payload: bytes) -> None:
        """Deliver."""
        began = time.monotonic()
        self._sink.send(payload)
        with self._lock:
            self._drained.request_s += time.monotonic() - began


def drain(store: SqliteStore, path: Path, city: City, influx: Influx) -> Drained:
    """Deliver all that waits, with live rounds beside it."""
    influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
    sink = open_sink(InfluxSettings(url=f"http://127.0.0.1:{influx.port}", version=1), None)
    drained, stop = Drained(), threading.Event()
    shipper = Shipper(store, Timed(sink, drained), clock=lambda: UnixNs(time.time_ns()))
    beside = threading.Thread(target=live, args=(store, city, influx, stop, drained))
    began, cpu_s, influx_cpu_s = time.monotonic(), time.process_time(), influx.cpu_s()
    shipper.start()
    beside.start()
    while _state(path).points:
        time.sleep(LOOK_S)
    drained.seconds = time.monotonic() - began
    drained.our_cpu_s, drained.influx_cpu_s = time.process_time() - cpu_s, influx.cpu_s() - influx_cpu_s
    stop.set()
    beside.join()
    while _state(path).points:  # a live round that came last
        time.sleep(LOOK_S)
    shipper.stop()
    return drained


def _count(influx: Influx, measurement: str, field: Field) -> int:
    found = _asked(influx, f'SELECT count("{field.name}") FROM {measurement}')  # noqa: S608 - names of the catalogue
    return int(found[1]) if found else 0


def _asked(influx: Influx, statement: str) -> list[int]:
    """The first row of the answer."""
    body = urlencode({"db": DATABASE, "epoch": "ns", "q": statement}).encode()
    with urlopen(f"http://127.0.0.1:{influx.port}/query", data=body, timeout=600) as answer:
        series = json.load(answer)["results"][0].get("series", [])
    return series[0]["values"][0] if series else []


def _state(path: Path) -> OutboxState:
    with StoreReader(path) as reader:
        (state,) = reader.outbox(time.time_ns())
    return state


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a new folder; a day of 1,000 switches of 10 ports takes some GB")
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--ports", type=int, default=10)
    parser.add_argument("--hours", type=float, default=24)
    given = parser.parse_args()
    given.folder.mkdir(parents=True)
    found = measure(given.folder, switches=given.switches, ports=given.ports, hours=given.hours)
    print(json.dumps(asdict(found), indent=2))


if __name__ == "__main__":
    main()
