"""InfluxDB stays away for a day of 1,000 switches and comes back: is all delivered, how fast, and what of live data?

``python -m benchmarks.outage FOLDER`` writes a day of rounds into a store with a given clock, as a collector would,
then starts a real InfluxDB 1.x and the delivery. Beside it a new round is written every few seconds, and how long it
takes to be found in InfluxDB is measured. InfluxDB's own limit is taken in the same run with lines of the same kind,
posted straight. What the outbox takes on disk is held against what ``rainbow config check`` foretells.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
from store.reader import StoreReader
from store.settings import InfluxSettings, StoreSettings
from store.shipper import Shipper
from store.sinks.influx import NAME, open_sink
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import Numbers, Record
    from store.outbox import OutboxState

NS = 1_000_000_000
ROUND_S = 60
POOL = 97
"""Readings a port has in turn; each device begins elsewhere, so that neighbours in a batch are not alike."""
BATCH_SAMPLES = 5000
STRAIGHT_LINES, STRAIGHT_ROUNDS = 20_000, 30
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
    straight_per_s: float
    straight_two_per_s: float
    live_rounds: int
    live_delay_median_s: float
    live_delay_most_s: float
    in_influx: int
    dropped: int
    load: float


class City:
    """Switches that have readings without being asked."""

    def __init__(self, switches: int, ports: int) -> None:
        self.switches, rng = switches, random.Random(7)
        names = [f"SW-{number:04d}" for number in range(switches)]
        self._devices = [DEVICE.series(site=f"S-{name}", device=name) for name in names]
        self._headings = [
            Heading(
                INTERFACE.fields,
                tuple(
                    INTERFACE.series(site=f"S-{name}", device=name, if_name=f"ge-0/0/{port}") for port in range(ports)
                ),
            )
            for name in names
        ]
        self._pool = [[_row(rng) for _port in range(ports)] for _turn in range(POOL)]

    def round(self, number: int, time_ns: UnixNs) -> Iterator[list[Record]]:
        """One round in batches, as a collector hands them on."""
        batch: list[Record] = []
        for place, (series, heading) in enumerate(zip(self._devices, self._headings, strict=True)):
            batch.append(Sample(series, time_ns, {DEVICE.up: 1, DEVICE.poll_s: 0.25, DEVICE.requests: 13}))
            batch.append(Sheet(heading, time_ns, self._pool[(number + 7 * place) % POOL]))
            if count_of(batch) >= BATCH_SAMPLES:
                yield batch
                batch = []
        if batch:
            yield batch

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


def straight(influx: Influx, city: City, *, connections: int) -> float:
    """Points a second when lines of the same kind are posted without us in between."""
    database = f"straight_{connections}"
    influx.ask("/query", f"q=CREATE DATABASE {database}")
    bodies: list[bytes] = []
    texts: list[str] = []
    for number in range(10**6):
        for batch in city.round(number, UnixNs(1_700_000_000 * NS + number * ROUND_S * NS)):
            texts += lines(batch)
            if len(texts) >= STRAIGHT_LINES:
                bodies.append(gzip.compress("\n".join(texts[:STRAIGHT_LINES]).encode(), 1))
                texts = texts[STRAIGHT_LINES:]
        if len(bodies) >= STRAIGHT_ROUNDS:
            break
    pool = urllib3.PoolManager(maxsize=connections)
    url = f"http://127.0.0.1:{influx.port}/write?db={database}&precision=ns"

    def post(body: bytes) -> None:
        answer = pool.request("POST", url, body=body, headers={"Content-Encoding": "gzip"}, timeout=120)
        if answer.status != 204:
            raise SystemExit(f"influxd answered {answer.status}: {answer.data[:200]!r}")

    post(bodies[0])  # series and shard are made once
    began = time.monotonic()
    with ThreadPoolExecutor(connections) as posting:
        list(posting.map(post, bodies[1:]))
    return STRAIGHT_LINES * (len(bodies) - 1) / (time.monotonic() - began)


def live(store: SqliteStore, city: City, influx: Influx, stop: threading.Event, drained: Drained) -> None:
    """A new round now and then, and how long each took to be found in InfluxDB."""
    number = 0
    while not stop.wait(LIVE_EVERY_S):
        time_ns, number = UnixNs(time.time_ns()), number + 1
        for batch in city.round(number, time_ns):
            store.write(batch)
            drained.live_points += count_of(batch)
        began = time.monotonic()
        while _at(influx, time_ns) < city.switches:
            time.sleep(LOOK_S)
        drained.delays_s.append(time.monotonic() - began)


def _at(influx: Influx, time_ns: int) -> int:
    """How many switches InfluxDB has a reading of at that time."""
    found = _asked(influx, f"SELECT count(up) FROM device WHERE time = {time_ns:d}")  # noqa: S608 - a number
    return found[1] if found else 0


def measure(folder: Path, *, switches: int, ports: int, hours: float) -> Outcome:
    """One run from an empty folder."""
    city, settings, path = City(switches, ports), StoreSettings(), folder / "store.sqlite"
    with SqliteStore(path, settings, sinks=(NAME,)) as store:
        began = time.monotonic()
        points = fill(store, city, rounds=round(hours * 3600 / ROUND_S), end_ns=time.time_ns())
        write_s = time.monotonic() - began
        waited_mb = _state(path).bytes / 1e6
        print(f"{points:,} points in {write_s:.0f} s, {waited_mb:,.0f} MB wait", file=sys.stderr)
        (folder / "influx").mkdir()
        os.environ["INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION"] = "10m"  # as installed
        influx = Influx(folder / "influx")
        try:
            alone, two = (straight(influx, city, connections=count) for count in (1, 2))
            print(f"straight {alone:,.0f} and with two connections {two:,.0f} points/s", file=sys.stderr)
            drained = drain(store, path, city, influx)
            there = _count(influx, "interface", INTERFACE.oper_state) + _count(influx, "device", DEVICE.up)
        finally:
            influx.stop()
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
        straight_per_s=alone,
        straight_two_per_s=two,
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
    live_points: int = 0
    delays_s: list[float] = field(default_factory=list)


def drain(store: SqliteStore, path: Path, city: City, influx: Influx) -> Drained:
    """Deliver all that waits, with live rounds beside it."""
    influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
    sink = open_sink(InfluxSettings(url=f"http://127.0.0.1:{influx.port}", version=1), None)
    shipper = Shipper(store, sink, clock=lambda: UnixNs(time.time_ns()))
    drained, stop = Drained(), threading.Event()
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
