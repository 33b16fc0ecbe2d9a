"""Beat on what strangers' bytes come through: ``python tests/fuzz/fuzz.py --inputs 10000000``.

Without ``--guided`` damaged seeds at full speed, as many as asked for, split over the places by what they cost. With it
coverage leads the damage (atheris, libFuzzer) in one place for so many seconds. Each finding is written to
``tests/fuzz/corpus`` and is a test from then on. Ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "collectors"), str(Path(__file__).parent)]
OURS = ["collectors", "inventory", "incidents", "rainbow", "simulator", "store"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", help="places; all without")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", type=int, default=0, metavar="SECONDS", help="led by coverage, in one place")
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    return parser.parse_args()


def guided(place: str, seconds: int) -> None:
    """Never returns: libFuzzer ends the process. What is found lies in the working folder."""
    import atheris  # noqa: PLC0415 - not among what tests install

    with atheris.instrument_imports(include=OURS):
        from fuzz_targets import TARGETS  # noqa: PLC0415 - has to come under the instruments
    found = Path(f"fuzz-{place}")
    found.mkdir(exist_ok=True)
    for number, data in enumerate(TARGETS[place].seeds()):
        (found / f"seed-{number}").write_bytes(data)
    with TARGETS[place].open() as one:
        atheris.Setup(
            [
                sys.argv[0],
                str(found),
                f"-max_total_time={seconds}",
                "-timeout=5",
                "-rss_limit_mb=2048",
                "-max_len=4000",
                "-print_final_stats=1",
                "-verbosity=0",
            ],
            one,
        )
        atheris.Fuzz()


def quiet_panics() -> None:
    """The library writes a line to stderr for each panic, thousands of them; ours go to what stderr was."""
    kept = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stderr = os.fdopen(kept, "w", buffering=1)


def main() -> int:
    asked = arguments()
    if asked.guided:
        guided(*asked.places, asked.guided)
    quiet_panics()
    from fuzz_targets import CORPUS, SLOW_S, TARGETS, beaten  # noqa: PLC0415 - atheris comes first

    names = asked.places or list(TARGETS)
    whole, table, bad = sum(TARGETS[name].share for name in names), {}, 0
    for name in names:
        outcome = beaten(TARGETS[name], inputs=int(asked.inputs * TARGETS[name].share / whole), seed=asked.seed)
        for finding in outcome.findings:
            place = CORPUS / name / hashlib.sha256(finding.data).hexdigest()[:16]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(finding.data)
            sys.stderr.write(f"{place}: {finding.error[-1500:]}\n")
        bad += len(outcome.findings) + (outcome.slowest_s > SLOW_S)
        table[name] = {
            "inputs": outcome.inputs,
            "per_s": round(outcome.inputs / max(outcome.seconds, 1e-9)),
            "slowest_ms": round(outcome.slowest_s * 1000, 1),
            "grown_kb": outcome.grown_kb,
            "findings": len(outcome.findings),
        }
        if not asked.json:
            sys.stdout.write(f"{name:10} {table[name]}\n")
            sys.stdout.flush()
    if asked.json:
        sys.stdout.write(json.dumps(table, indent=1) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
