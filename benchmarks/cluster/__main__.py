"""``python -m benchmarks.cluster --json``: pollers at a real etcd and a real Redis through all that may befall them.

Four pollers share 10,000 fake devices (a poll is a committed row); a round of ten seconds and a lease of three stand
for sixty and eighteen. ``--full`` takes the real times and most of an hour for each coordinator. Partitions need root.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from benchmarks.cluster.company import Company, Size
from benchmarks.cluster.network import Network, can_be_made
from benchmarks.cluster.trials import TRIALS, Verdict, held

FULL = {"round_s": 60.0, "ttl_s": 18, "hold_s": 120.0}
SIXTH = {"round_s": 10.0, "ttl_s": 3, "hold_s": 20.0}


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pollers", type=int, default=4)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--only", nargs="*", default=["etcd", "redis"], choices=["etcd", "redis"])
    parser.add_argument("--trials", default="", help="only those whose name holds this")
    parser.add_argument("--full", action="store_true", help="a round of 60 s, a lease of 18 s")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def trials(kind: str, size: Size, only: str, folder: Path) -> list[Verdict]:
    """All of them at one coordinator."""
    network = Network(size.pollers) if can_be_made() else None
    with network or nullcontext(), Company(folder, kind, size, network) as company:
        wanted = [trial for trial in TRIALS if only in trial.name and (network is not None or not trial.needs_network)]
        return [_told(kind, held(company, trial)) for trial in wanted]


def _told(kind: str, verdict: Verdict) -> Verdict:
    seen = verdict.seen
    print(
        f"{kind:6} {verdict.trial:32} all again {seen.all_again:5.2f} R, longest gap {seen.longest_gap:5.2f} R,"
        f" missed {seen.missed:4}, twice {seen.twice:5} (until {seen.twice_until_s:5.1f} s)"
        f"  {'FAILED: ' + ', '.join(verdict.failed) if verdict.failed else 'ok'}",
        file=sys.stderr,
        flush=True,
    )
    return verdict


def main() -> int:
    """Command line; exit code 1 where a target was not met."""
    wanted = _wanted()
    size = Size(pollers=wanted.pollers, devices=wanted.devices, **(FULL if wanted.full else SIXTH))  # type: ignore[arg-type] # numbers by name
    found: dict[str, list[Verdict]] = {}
    for kind in wanted.only:
        with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
            found[kind] = trials(kind, size, wanted.trials, Path(folder))
    if wanted.json:
        rows = {kind: [asdict(verdict) for verdict in verdicts] for kind, verdicts in found.items()}
        print(json.dumps({"size": asdict(size), "load": os.getloadavg(), "trials": rows}, indent=2))
    return int(any(verdict.failed for verdicts in found.values() for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
