"""What the stores of a region's pollers say about who was asked when, and what was read."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.collectors.contestants import keyed
from benchmarks.collectors.rainbow_round import stored
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE
from rainbow.kernel.samples import UnixNs
from store.reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.collectors.columns import Values

STEADY_REQUESTS = 13
"""A poll of 48 ports takes twelve; who asks for more still looks for ports."""
NS = 1_000_000_000


class Seen(NamedTuple):
    """``polls`` that gave a reading and ``failed`` ones; ``missed`` devices gave none. Gaps are in rounds."""

    polls: int
    failed: int
    missed: int
    longest_gap: float


def is_steady(store: Path, name: str, interval_s: float) -> bool:
    """Whether the newest round failed nowhere and looked for nothing."""
    wanted = [COLLECTOR_ROUND.devices, COLLECTOR_ROUND.failed, COLLECTOR_ROUND.requests]
    now_ns = time.time_ns()
    if not store.exists():
        return False
    with StoreReader(store) as reader:
        rounds = list(
            reader.history(
                COLLECTOR_ROUND,
                {"collector": name},
                wanted,
                start_ns=now_ns - int(2 * interval_s * NS),
                end_ns=now_ns,
            )
        )
    if not rounds:
        return False
    devices, failed, requests = (int(rounds[-1].values.get(field, 0)) for field in wanted)
    return devices > 0 and not failed and requests <= STEADY_REQUESTS * devices


def seen(stores: Sequence[Path], devices: int, since_ns: int, until_ns: int, round_ns: float) -> Seen:
    """Of the time from ``since_ns`` to ``until_ns``; a gap may begin a round before it."""
    asked: dict[str, list[int]] = defaultdict(list)
    failed = 0
    for path in stores:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as store:
            rows = store.execute(
                f"SELECT s.tags, d.time_ns, d.up FROM raw_{DEVICE.name} d JOIN series s ON s.id = d.series"  # noqa: S608 - of the catalogue
                " WHERE d.time_ns > ? AND d.time_ns <= ?",
                (since_ns - round_ns, until_ns),
            )
            for tags, time_ns, is_up in rows:
                if is_up:
                    asked[json.loads(tags)["device"]].append(time_ns)
                failed += not is_up and time_ns > since_ns
    gaps = [0, *(later - one for times in asked.values() for one, later in pairwise([*sorted(times), until_ns]))]
    polls = sum(time_ns > since_ns for times in asked.values() for time_ns in times)
    return Seen(polls, failed, devices - len(asked), max(gaps) / round_ns)


def waiting(stores: Sequence[Path]) -> int:
    """Points and facts that were not delivered yet."""
    found = 0
    for path in stores:
        with StoreReader(path) as reader:
            found += sum(state.points for state in reader.outbox(UnixNs(time.time_ns())))
    return found


def delivered(stores: Sequence[Path]) -> int:
    """Points that InfluxDB took so far."""
    found = 0
    for path in stores:
        with StoreReader(path) as reader:
            found += sum(state.sent for state in reader.outbox(UnixNs(time.time_ns())) if state.sink == "influxdb")
    return found


def read(stores: Sequence[Path], samples: list[int]) -> dict[int, Values]:
    """The newest readings of some devices, from whoever asked them."""
    found: dict[int, Values] = {number: {} for number in samples}
    for path in stores:
        for number, values in stored(path, samples).items():
            found[int(number)].update(keyed(values))
    return found
