"""Does a collector stay what it is? Hours of an invented city on real SNMP and a real InfluxDB, watched from outside.

Run ``python -m benchmarks.soak FOLDER --minutes 120``: simulated switches, collector, page and influxd as processes of
their own, rounds of a minute and links every fifteen seconds, and a reader who opens the page at every look. Every ten
seconds memory, descriptors, threads and processor time of each process, rounds and the outbox go into ``looks.csv``.
The verdict is by regression over what comes after the warm-up. ``--favour`` gives collector and switches precedence
(root only), for a machine that others use meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.collectors.process import running
from benchmarks.influx_day import DATABASE, Influx, free_ports
from benchmarks.soak_verdict import Look, Part, verdict
from rainbow.city import clock, open_city
from rainbow.demo_secrets import make_missing_communities
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.wiring import store_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rainbow.city import City
    from rainbow.kernel.metrics import Field
    from store.reader import HistoryRow, StoreReader

INTERVAL_S, LINKS_S = 60.0, 15.0
LOOK_S = 10.0
SWITCH_PORT = 17_161
PAGES = ("/", "/api/v1/states", "/api/v1/status")
READY_S = 300.0
FAVOURED = {"simulator": -3, "collector": -5}
"""Niceness with ``--favour``."""
FAVOURED_SESSION = -10
"""Where the kernel shares time by session first (sched(7), autogroup), niceness alone does nothing between sessions."""
_SETTINGS = """\
[city]
name = "Lautern"
title = "Lautern (invented)"
[snmp.default]
version = "2c"
community_file = "state/secrets/snmp_community"
[collect]
interval_s = {interval_s}
links_interval_s = {links_s}
[influx]
url = "http://127.0.0.1:{influx}"
version = 1
database = "{database}"
[page]
port = {page}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is run: a folder, the city's size, how long, and whether it goes before others."""

    folder: Path
    switches: int
    ports: int
    minutes: float
    favour: bool


def soak(setup: Setup) -> list[Look]:
    """Run it all and look until the time is over; the looks, which are in ``looks.csv`` as well."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    (setup.folder / "influx").mkdir(parents=True)
    influx, began_ns = Influx(setup.folder / "influx"), clock()
    try:
        city = _city(setup, influx.port)
        influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
        with _parts(setup, city) as parts:
            looks = list(_looks(setup, city, {**parts, "influxd": influx.pid}))
            time.sleep(LOOK_S)  # what the last round left is delivered
            _compare(city, influx, began_ns)
        return looks
    finally:
        influx.stop()


def _city(setup: Setup, influx: int) -> City:
    folder = setup.folder / "city"
    options = ["--switches", str(setup.switches), "--ports", str(setup.ports), "--port", str(SWITCH_PORT)]
    subprocess.run(_rainbow("simulate", "new-city", str(folder), "--seed", "7", *options), check=True)
    (folder / "city.toml").write_text(
        _SETTINGS.format(
            interval_s=INTERVAL_S, links_s=LINKS_S, influx=influx, database=DATABASE, page=free_ports(1)[0]
        )
    )
    city = open_city(folder)
    make_missing_communities(city)
    return city


def _rainbow(*words: str) -> list[str]:
    return [sys.executable, "-m", "rainbow", *words]


@contextlib.contextmanager
def _parts(setup: Setup, city: City) -> Iterator[dict[str, int]]:
    """Process numbers by name, while the block runs; the collector begins when the switches answer."""
    folder, log = str(city.folder), setup.folder
    commands = {
        "simulator": _rainbow("simulate", "run", folder),
        "collector": _rainbow("collect", "run", folder),
        "page": _rainbow("serve", folder),
    }
    with contextlib.ExitStack() as stack:
        pids = {}
        for name, command in commands.items():
            pids[name] = stack.enter_context(running(command, log / f"{name}.log")).pid
            if setup.favour and name in FAVOURED:
                os.setpriority(os.PRIO_PROCESS, pids[name], FAVOURED[name])
                with contextlib.suppress(OSError):  # no such thing everywhere
                    Path(f"/proc/{pids[name]}/autogroup").write_text(str(FAVOURED_SESSION), encoding="ascii")
            if name == "simulator":
                _await_ready(log / "simulator.log")
        yield pids


def _await_ready(log: Path) -> None:
    end = time.monotonic() + READY_S
    while b"ready:" not in log.read_bytes():
        if time.monotonic() > end:
            raise SystemExit(f"the switches are not ready: {log.read_text()}")
        time.sleep(0.5)


def _looks(setup: Setup, city: City, pids: dict[str, int]) -> Iterator[Look]:
    began_s, began_ns = time.monotonic(), clock()
    with (setup.folder / "looks.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        number = 0
        while number * LOOK_S <= setup.minutes * 60:
            time.sleep(max(0.0, began_s + number * LOOK_S - time.monotonic()))
            look = _look(city, pids, time.monotonic() - began_s, began_ns)
            row = look.row()
            if not number:
                rows.writerow(row)
            rows.writerow(row.values())
            file.flush()
            yield look
            number += 1


def _look(city: City, pids: dict[str, int], at_s: float, began_ns: int) -> Look:
    finished = waiting = dropped = 0
    polls = failed = late_s = cpu_s = 0.0
    if city.database.exists():
        with store_reader(city) as reader:
            wanted = (COLLECTOR_ROUND.devices, COLLECTOR_ROUND.failed, COLLECTOR_ROUND.late_s, COLLECTOR_ROUND.cpu_s)
            rounds = _rounds(reader, wanted, began_ns)
            finished = len(rounds)
            polls, failed, late_s, cpu_s = (sum(float(row.values.get(item, 0)) for row in rounds) for item in wanted)
            for state in reader.outbox(clock()):
                waiting, dropped = waiting + state.points, dropped + state.dropped + state.dead_letters
    answered, page_s = _read_page(city)
    return Look(
        at_s=at_s,
        finished=finished,
        polls=int(polls),
        failed=int(failed),
        late_s=late_s,
        round_cpu_s=cpu_s,
        waiting=waiting,
        dropped=dropped,
        page_failed=len(PAGES) - answered,
        page_s=page_s,
        load=os.getloadavg()[0],
        parts={name: _part(pid) for name, pid in pids.items()},
    )


def _rounds(reader: StoreReader, fields: Sequence[Field], began_ns: int) -> list[HistoryRow]:
    """Every round since then; a longer time than six hours would be means."""
    return reader.history(COLLECTOR_ROUND, {}, fields, start_ns=began_ns, end_ns=clock(), max_points=1_000_000)


def _read_page(city: City) -> tuple[int, float]:
    """How many of the pages answered, and seconds for all."""
    began, answered = time.monotonic(), 0
    for path in PAGES:
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{city.settings.page.port}{path}"
            with urllib.request.urlopen(address, timeout=LOOK_S / len(PAGES)) as answer:
                answered += bool(answer.read())
    return answered, time.monotonic() - began


def _part(pid: int) -> Part:
    """Of one process, as proc(5) has it."""
    proc = Path(f"/proc/{pid}")
    words, sizes = _table(proc / "status"), _table(proc / "smaps_rollup")
    ticks = (proc / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return Part(
        rss_mb=int(words["VmRSS"][0]) / 1024,
        pss_mb=int(sizes["Pss"][0]) / 1024,
        private_mb=int(sizes["Private_Dirty"][0]) / 1024,
        descriptors=len(os.listdir(proc / "fd")),  # noqa: PTH208 - numbers, no paths
        threads=int(words["Threads"][0]),
        cpu_s=(int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"),
    )


def _table(path: Path) -> dict[str, list[str]]:
    """``NAME: WORD ...`` a line."""
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    return {name: words.split() for name, _colon, words in (line.partition(":") for line in lines)}


def _compare(city: City, influx: Influx, began_ns: int) -> None:
    """Rounds in the store and in InfluxDB, which has every one once; how many readings of switches there are."""
    body = influx.ask("/query", f"db={DATABASE}&q=SELECT count(devices) FROM collector_round")  # noqa: S608 - no input
    series = json.loads(body)["results"][0].get("series", [])
    with store_reader(city) as reader:
        here = len(_rounds(reader, (COLLECTOR_ROUND.devices,), began_ns))
    with closing(sqlite3.connect(f"{city.database.as_uri()}?mode=ro", uri=True)) as connection:
        sheets = connection.execute("SELECT count(*) FROM sheet WHERE time_ns >= ?", (began_ns,)).fetchone()[0]
    print(f"readings of all ports of a switch: {sheets:,}, due were {here * len(city.plant.devices):,}")
    print(f"rounds in the store {here}, in InfluxDB {series[0]['values'][0][1] if series else 0}")


def main() -> None:
    """Soak, and say whether it held: exit code 1 where it did not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a new folder for the city, the logs and looks.csv")
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--ports", type=int, default=48)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--warm-up", type=float, default=20, help="minutes that are not judged")
    parser.add_argument("--favour", action="store_true")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # its processes end with it
    setup = Setup(
        folder=given.folder.resolve(),
        switches=given.switches,
        ports=given.ports,
        minutes=given.minutes,
        favour=given.favour,
    )
    found = verdict(soak(setup), warm_up_s=given.warm_up * 60, interval_s=INTERVAL_S)
    text = json.dumps(asdict(found), indent=2)
    (setup.folder / "verdict.json").write_text(text + "\n")
    print(text)
    sys.exit(0 if found.holds else 1)


if __name__ == "__main__":
    main()
