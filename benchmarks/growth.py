"""What each part of RAINBOW costs as a city grows: processor seconds against size, and how steeply they rise.

``python -m benchmarks.growth --json`` (``--sizes 1000 10000``). Sizes are trenches, of rings hung into rings
(:mod:`benchmarks.large_plants`); the store takes one round of as many ports. Figures are processor seconds of this
process and not time on the wall, so that a busy machine changes them less. The slope is that of the logarithms between
the first size and the last: 1 is in proportion, 2 is the square.

With ``--switches 250 500 1000 2000`` polling instead: a collector in a process of its own asks so many simulated
switches of 48 ports over SNMP, keeps what they say and delivers it; user and system seconds of one round.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cluster.region import at_once
from benchmarks.large_plants import large_plant
from planner.network import Network
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import Heading, Sheet, UnixNs
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore
from studies.availability import CHUNK, Availability
from studies.model import Model
from studies.question import Ground
from studies.settings import StudySettings
from topology.cut_index import CutIndex
from topology.diagnosis import Diagnostician
from topology.dig import costs_of
from topology.graph import GroupKind
from topology.rates import rates_of
from topology.report import report, to_json
from topology.settings import TopologySettings
from topology.states import LinkState
from topology.whatif import what_if

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.plant import Plant

SIZES = (1_000, 3_000, 10_000)
SEED = 1
PORT, ROUNDS = 16_490, 3
NOW = UnixNs(1_795_000_000 * 1_000_000_000)
SETTINGS = TopologySettings()


def cost_s(what: str, work: Callable[[], object]) -> float:
    """Processor seconds of one call; said at once on the side, for large sizes take their time."""
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    print(f"{what}: {seconds:.3f} s", file=sys.stderr, flush=True)
    return seconds


def store_round(ports: int) -> Callable[[], object]:
    """One round of so many ports into a store with an outbox; the second, as all but the first are."""
    series = tuple(INTERFACE.series(site="S", device=f"SW{n // 48}", if_name=str(n % 48)) for n in range(ports))
    heading = Heading(fields=(INTERFACE.in_bps, INTERFACE.out_bps), series=series)
    rows = [(1000.0 + n, 2000.0 + n) for n in range(ports)]
    folder = tempfile.mkdtemp(prefix="rainbow-growth-")
    store = SqliteStore(Path(folder) / "rainbow.sqlite", StoreSettings(), sinks=["influxdb"])
    store.__enter__()
    store.write([Sheet(heading, NOW, rows)])
    return lambda: store.write([Sheet(heading, UnixNs(NOW + 60_000_000_000), rows)])


def localised(index: CutIndex) -> Callable[[], object]:
    """Where a cut lies, from the states of all links."""
    code = index.singles(GroupKind.TRENCH)[0].code
    down = set(index.members(GroupKind.TRENCH, code))
    states = {link: LinkState.DOWN if link in down else LinkState.UP for link in index.net.links}
    made = Diagnostician(index=index, rates=rates_of(SETTINGS), wrong=0.01)
    made.diagnose(states, light={})
    return lambda: made.diagnose(states, light={})


def study_chunk(index: CutIndex) -> Callable[[], object]:
    """One chunk of the Monte Carlo of availability."""
    ground = Ground(index=index, rates=rates_of(SETTINGS), settings=StudySettings(), eur_per_m=costs_of(SETTINGS))
    question = Availability(moments=CHUNK)
    model = Model(arrays=question.arrays(ground))
    question.work(model, 0, np.random.default_rng([1, 0]))
    return lambda: question.work(model, 0, np.random.default_rng([1, 0]))


def measured(plant: Plant, size: int) -> dict[str, float]:
    """Processor seconds of every part at one size."""
    index = CutIndex.of(plant)
    cut = index.singles(GroupKind.TRENCH)[0].code
    what_if(index, [cut])
    parts: dict[str, Callable[[], object]] = {
        "store: a round of as many ports": store_round(size),
        "page: made ready": Network(plant).warm,
        "page: a what-if": lambda: what_if(index, [cut]),
        "localisation: one snapshot": localised(index),
        f"study: {CHUNK:,} moments": study_chunk(index),
        "report": lambda: to_json(report(CutIndex.of(plant), now=NOW, rates=rates_of(SETTINGS))),
    }
    return {part: cost_s(f"{size:,} trenches, {part}", work) for part, work in parts.items()}


def slope(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """How steeply the costs rise with the sizes."""
    return math.log(max(costs[-1], 1e-9) / max(costs[0], 1e-9)) / math.log(sizes[-1] / sizes[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--switches", type=int, nargs="+")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.switches:
        what, sizes = "switches", chosen.switches
        columns = [{"poll: a round": at_once(size, PORT, ROUNDS)} for size in sizes]
    else:
        what, sizes = "trenches", chosen.sizes
        columns = [measured(large_plant("rings", size, SEED), size) for size in sizes]
    costs = {part: [round(column[part], 4) for column in columns] for part in columns[0]}
    slopes = {part: round(slope(sizes, found), 2) if len(sizes) > 1 else None for part, found in costs.items()}
    if chosen.json:
        parts = {part: {"cpu_s": found, "slope": slopes[part]} for part, found in costs.items()}
        print(json.dumps({what: list(sizes), "parts": parts, "load": os.getloadavg()}, indent=2))
        return
    print(f"{f'processor seconds at {what}':<36}" + "".join(f"{size:>10,}" for size in sizes) + f"{'slope':>8}")
    for part, found in costs.items():
        print(f"{part:<36}" + "".join(f"{value:>10.3f}" for value in found) + f"{slopes[part] or 0:>8.2f}")


if __name__ == "__main__":
    main()
