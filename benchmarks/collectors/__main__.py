"""``python -m benchmarks.collectors --devices 200 --json``: CPU seconds per 1,000 devices and round, peers beside."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.collectors.columns import COLUMNS
from benchmarks.collectors.contest import Contestant, Farm, Result, differences, served
from benchmarks.collectors.contestants import CONTESTANTS
from benchmarks.collectors.process import farm_running


def compete(contestant: Contestant, farm: Farm, rounds: int) -> tuple[Result, list[str]]:
    """One contestant's result, and its values that are not what the switches served meanwhile."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        before = served(farm)
        result = contestant.run(farm, rounds, Path(folder))
        if result.values is None:
            return result, []
        names = {column.name for column in COLUMNS if contestant.name != "rainbow" or column.field is not None}
        return result, differences(before, result.values, served(farm), names=names)


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="every answer comes so much later")
    parser.add_argument("--dead", type=float, default=0.0, help="share of devices that never answer")
    parser.add_argument("--in-flight", type=int, default=200, help="devices that RAINBOW asks at the same time")
    parser.add_argument("--frozen", action="store_true", help="counters stand still, agents cost next to nothing")
    parser.add_argument("--v3", action="store_true", help="SNMPv3 with SHA-256 and AES-128 instead of 2c")
    parser.add_argument("--port", type=int, default=16190)
    parser.add_argument("--only", nargs="*", default=[], help="names of contestants")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _farm(wanted: argparse.Namespace) -> Farm:
    return Farm(
        devices=wanted.devices,
        port=wanted.port,
        delay_ms=wanted.delay_ms,
        dead=wanted.dead,
        in_flight=wanted.in_flight,
        is_frozen=wanted.frozen,
        is_v3=wanted.v3,
    )


def main() -> int:
    """Command line; exit code 1 where values differ."""
    wanted = _wanted()
    farm = _farm(wanted)
    cost: dict[str, float] = {}
    notes: dict[str, str] = {}
    wrong: list[str] = []
    with farm_running(farm):
        for contestant in CONTESTANTS:
            if wanted.only and contestant.name not in wanted.only:
                continue
            if missing := contestant.missing(farm):
                notes[contestant.name] = f"not measured: {missing}"
                continue
            result, found = compete(contestant, farm, wanted.rounds)
            cost[contestant.name] = round(result.cpu_s, 2)
            compared = "values not kept" if result.values is None else "values equal" if not found else "VALUES DIFFER"
            notes[contestant.name] = ", ".join(
                part for part in (f"round {result.wall_s:.2f} s", compared, result.note) if part
            )
            wrong += [f"{contestant.name}: {text}" for text in found]
            print(f"{contestant.name}: {result.cpu_s:.2f} CPU-s, {notes[contestant.name]}", file=sys.stderr, flush=True)
    for text in wrong[:20]:
        print(text, file=sys.stderr)
    if wanted.json:
        version = "3" if farm.is_v3 else "2c"
        answer = {
            "devices": farm.devices,
            "snmp": version,
            "cpu_s_per_1000_devices": cost,
            "equal": not wrong,
            "notes": notes,
        }
        print(json.dumps(answer, indent=2))
    else:
        for name, value in sorted(cost.items(), key=lambda item: item[1]):
            times = value / cost.get("rainbow", value)
            print(f"{name:16} {value:8.2f} CPU-s per 1,000 devices  {times:6.1f} x  {notes[name]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
