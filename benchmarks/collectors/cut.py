"""How long until a cut shows: real cuts in a simulated city, until the store says that all links in them are down.

``python -m benchmarks.collectors.cut CITY --cuts 20`` works on a copy of the city and prints seconds from the command
to the committed row, beside the poll interval. Cuts fall anywhere in the interval, as in life.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rainbow.city import open_city
from rainbow.demo_secrets import make_missing_communities
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.metrics import COLLECTOR_ROUND, LINK
from rainbow.wiring import store_reader
from simulator.control import Command, SocketControl, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rainbow.city import City

LOOK_S = 0.02
PATIENCE_S = 120.0


@contextlib.contextmanager
def running(city: Path) -> Iterator[None]:
    """Simulated switches and a collector, each in a process of its own."""
    with contextlib.ExitStack() as ends:
        for words in (["simulate", "run"], ["collect", "run"]):
            process = subprocess.Popen(
                [sys.executable, "-m", "rainbow", *words, str(city)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "RAINBOW_LANG": "en"},
            )
            ends.callback(process.wait)
            ends.callback(process.terminate)
        yield


def until(what: Callable[[], bool]) -> float:
    """Seconds until it is so."""
    began_s = time.monotonic()
    while not what():
        if time.monotonic() - began_s > PATIENCE_S:
            raise SystemExit("it did not come true in two minutes")
        time.sleep(LOOK_S)
    return time.monotonic() - began_s


def states(city: City) -> dict[str, int]:
    """State of every link by the store; none before there is one."""
    with contextlib.suppress(RainbowError), store_reader(city) as reader:
        return {row.series.tag("link"): int(row.values[LINK.state]) for row in reader.latest(LINK)}
    return {}


def rounds(city: City) -> int:
    """Start of the newest round's summary, to see that one more ended."""
    with contextlib.suppress(RainbowError), store_reader(city) as reader:
        return max((row.time_ns for row in reader.latest(COLLECTOR_ROUND)), default=0)
    return 0


def copied(source: Path, folder: Path) -> City:
    """The city on a port of its own."""
    city = folder / source.name
    shutil.copytree(source, city, ignore=shutil.ignore_patterns("state"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    devices = city / "plant/devices.csv"
    devices.write_text(devices.read_text(encoding="utf-8").replace(",16100,", f",{port},"), encoding="utf-8")
    opened = open_city(city)
    make_missing_communities(opened)
    return opened


def measure(city: City, cuts: int, seed: int) -> list[float]:
    """Cut, wait until all links the simulator says are down by it are down in the store, repair, wait again."""
    control = SocketControl(city.simulator_socket)
    until(control.available)
    until(lambda: bool(states(city)) and set(states(city).values()) == {1})
    rng = random.Random(seed)
    trenches = [section.code for section in city.plant.sections]
    found: list[float] = []
    while len(found) < cuts:
        time.sleep(rng.uniform(0, city.settings.collect.interval_s))
        down = control.tell(Command(verb=Verb.CUT, names=(rng.choice(trenches),)))
        cut_off = set(down.cut_off)
        seen = {code for code in down.links_down if not ends(city, code) <= cut_off}
        if seen:
            took_s = until(lambda: all(states(city)[link] == 0 for link in seen))  # noqa: B023 - called here and now
            found.append(took_s)
            print(f"{took_s:5.2f} s, {len(seen)} links, {len(cut_off)} switches cut off", file=sys.stderr, flush=True)
        control.repair([])
        until(lambda: set(states(city).values()) == {1})
        last = rounds(city)
        until(lambda: rounds(city) > last)  # noqa: B023 - same
    return found


def ends(city: City, link: str) -> set[str]:
    """The devices of a link."""
    found = next(item for item in city.plant.links if item.code == link)
    return {str(city.plant.interface[end].device) for end in (found.a, found.b)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", type=Path, nargs="?", default=Path("cities/lautern"))
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        city = copied(wanted.city, Path(folder))
        with running(city.folder):
            found = measure(city, wanted.cuts, wanted.seed)
    print(
        f"{len(found)} cuts at an interval of {city.settings.collect.interval_s:g} s: "
        f"mean {statistics.mean(found):.2f} s, worst {max(found):.2f} s"
    )


if __name__ == "__main__":
    main()
