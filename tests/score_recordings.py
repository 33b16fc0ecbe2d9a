"""Score ``rainbow collect probe`` on recordings with an oracle: ``python -m tests.score_recordings FOLDER``.

A folder holds NAME.snmprec and NAME.expected.json. The recordings are replayed by ``rainbow simulate`` in a process of
its own, each is probed, and what the probe says is held against the oracle. Exit code 1 below the targets.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.client import V2c
from collectors.probe.as_json import to_json
from rainbow.cli.probe import read_one
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, object]

TARGETS = {"interfaces": 100.0, "dbm": 99.0, "others": 97.0, "neighbours": 99.0}
DBM_TOLERANCE = 0.02
DEADLINE_S = 120.0
ORACLE_UNITS = {"Cel": "°C", "1": "", "enum": ""}
MEASURED = Path(__file__).resolve().parent.parent / "docs" / "devices_measured.json"
NUMBER_ONLY = {("A", "mA")}
"""The oracle gives some laser currents in mA and calls them A: the number counts, and the unit is reported apart."""


@dataclass
class Score:
    """Found and expected by part, and what went wrong in words."""

    name: str
    vendor: str
    good: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    shown_suspects: int = 0
    contradicted: Counter[str] = field(default_factory=Counter)
    other_unit: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, part: str, *, is_good: bool, miss: str) -> None:
        self.expected[part] += 1
        self.good[part] += is_good
        if not is_good:
            self.misses.append(f"{part}: {miss}")


@contextmanager
def replay(folder: Path) -> Iterator[int]:
    """Serve the recordings; gives the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
    command = [sys.executable, "-m", "rainbow", "simulate", "--replay", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            ready = server.stdout.readline()
            if not ready.startswith("ready"):
                raise SystemExit(f"rainbow simulate did not start: {ready!r}")
            yield port
        finally:
            server.terminate()


def probed(port: int, community: str) -> Json:
    """What the probe says of one recording, as the command prints it."""
    found = asyncio.run(read_one("127.0.0.1", port, V2c(community=Secret(community)), DEADLINE_S))
    said: Json = json.loads(to_json(found))
    return said


def plain(words: object) -> str:
    """Text as both sides would write it: spaces, quotes and case aside."""
    return re.sub(r"\s+", " ", str(words or "").replace("\x00", "")).strip().strip("\"'\\").strip()


def read_raw(path: Path) -> dict[str, str]:
    """The raw values of a recording by OID."""
    rows = (line.rstrip("\r\n").split("|", 2) for line in path.read_text("utf-8", "replace").splitlines())
    return {row[0]: row[2] for row in rows if len(row) == 3}


def score(name: str, vendor: str, oracle: Json, said: Json, raw: dict[str, str]) -> Score:
    """Hold one probe against its oracle."""
    result = Score(name, vendor)
    _score_interfaces(result, oracle, said)
    _score_sensors(result, oracle, said, raw)
    _score_neighbours(result, oracle, said)
    return result


def _score_interfaces(result: Score, oracle: Json, said: Json) -> None:
    ours = {port["ifIndex"]: port for port in said["interfaces"]}
    for port in oracle["interfaces"] or []:
        mine = ours.get(port["ifIndex"])
        wrong = "not found" if mine is None else _interface_differs(port, mine)
        result.count("interfaces", is_good=not wrong, miss=f"{port['ifIndex']} {port['ifName']}: {wrong}")


def _interface_differs(port: Json, mine: Json) -> str:
    for key in ("ifName", "ifAdminStatus", "ifOperStatus"):
        if port[key] is not None and plain(port[key]) != plain(mine[key]):
            return f"{key} {mine[key]!r}, not {port[key]!r}"
    if port["ifSpeed_bps"] is not None and mine["ifHighSpeed_mbps"] is not None:
        if abs(port["ifSpeed_bps"] - mine["ifHighSpeed_mbps"] * 1_000_000) > 0.5:
            return f"speed {mine['ifHighSpeed_mbps']} Mbit/s, not {port['ifSpeed_bps']} bit/s"
    elif port["ifSpeed_bps"] and mine["ifHighSpeed_mbps"] is None:
        return f"no speed, not {port['ifSpeed_bps']} bit/s"
    return ""


def _close(kind: str, expected: float, value: float) -> bool:
    if kind == "dbm":
        return abs(expected - value) <= DBM_TOLERANCE
    return abs(expected - value) <= max(1e-3 * abs(expected), 1e-12 if abs(expected) < 0.01 else 0.006)


def _contradicted(sensor: Json, oracle: Json, candidates: list[Json], raw: dict[str, str]) -> str:
    """How the recording itself says that the oracle is wrong, or nothing. Judged by the oracle and the raw values."""
    kind, words = sensor["class"], raw.get(sensor["source"]["oid"].lstrip("."), "")
    for mine in candidates:
        number = re.escape(f"{mine['value']:.2f}".rstrip("0").rstrip("."))
        unit = {"dbm": "dBm", "temperature": "C"}.get(kind)
        if unit and re.search(rf"(?<![\d.]){number}\.?0*\s?{unit}\b", words):
            return f"the device writes {words!r}"
    levels = [raw.get(other["source"]["oid"].lstrip("."), "") for other in oracle["sensors"] if other["class"] == "dbm"]
    if kind == "dbm" and len(levels) > 3 and set(levels) == {"-1"}:
        return "all levels of the device are the raw number -1: no module measures that"
    twins = [
        other["value"]
        for other in oracle["sensors"]
        if other["class"] == kind == "dbm"
        and other["descr"] == sensor["descr"]
        and abs(other["value"] - sensor["value"]) > 0.5
    ]
    if any(_close(kind, twin, mine["value"]) for twin in twins for mine in candidates):
        return f"the oracle itself has {twins} for the same port and direction"
    return ""


def _score_sensors(result: Score, oracle: Json, said: Json, raw: dict[str, str]) -> None:
    by_oid = defaultdict(list)
    for sensor in said["sensors"]:
        by_oid[sensor["oid"], sensor["class"]].append(sensor)
    for sensor in oracle["sensors"] or []:
        kind, oid = sensor["class"], sensor["source"]["oid"].lstrip(".")
        candidates = by_oid[oid, kind]
        if why := sensor.get("suspect"):
            is_level = kind == "dbm" and ("raw 0" in why or "floor" in why or "sentinel" in why)
            shown = is_level and any(_close(kind, sensor["value"], mine["value"]) for mine in candidates)
            if shown:
                result.shown_suspects += 1
                result.misses.append(f"suspect shown: {oid} {sensor['descr']} {sensor['value']} ({why})")
            continue
        match = next((mine for mine in candidates if _close(kind, sensor["value"], mine["value"])), None)
        if match is None:
            match = _by_words(said, sensor)
        if match is not None and match in candidates:
            candidates.remove(match)
            unit = ORACLE_UNITS.get(sensor["unit"], sensor["unit"])
            result.other_unit += (unit, match["unit"]) in NUMBER_ONLY
        nearest = ", ".join(f"{mine['value']} {mine['unit']}" for mine in candidates) or _silence(said, oid)
        part = "dbm" if kind == "dbm" else "others"
        if match is None and (evidence := _contradicted(sensor, oracle, candidates, raw)):
            result.contradicted[part] += 1
            result.misses.append(f"not counted: {oid} {sensor['descr']!r} {sensor['value']}; we: {nearest}; {evidence}")
            continue
        what = f"{kind} {oid} {sensor['descr']!r} {sensor['value']} {sensor['unit']}; we: {nearest}"
        result.count(part, is_good=match is not None, miss=what)


def _by_words(said: Json, sensor: Json) -> Json | None:
    """A reading of the same class, value and words under another OID."""
    for mine in said["sensors"]:
        same_words = plain(mine["descr"]).casefold() == plain(sensor["descr"]).casefold()
        if mine["class"] == sensor["class"] and same_words and _close(sensor["class"], sensor["value"], mine["value"]):
            return mine
    return None


def _silence(said: Json, oid: str) -> str:
    other = [f"class {mine['class']} {mine['value']}" for mine in said["sensors"] if mine["oid"] == oid]
    reasons = [f"no reading: {missing['reason']}" for missing in said["no_reading"] if missing["oid"] == oid]
    return "; ".join(other + reasons) or "not read"


def _compact(words: object) -> str:
    return re.sub(r"[^0-9a-z]", "", plain(words).casefold())


def _score_neighbours(result: Score, oracle: Json, said: Json) -> None:
    for heard in oracle["neighbours"] or []:
        local, remote = heard["local"], heard["remote"]
        good = any(
            plain(mine["local"]["ifName"]) == plain(local["ifName"])
            and _compact(mine["remote"]["sysName"]).startswith(_compact(remote["sysName"]))
            and (
                _compact(remote["port"]) in {_compact(mine["remote"]["port"]), _compact(mine["remote"]["portDescr"])}
                or (remote["mac"] and _compact(remote["mac"]) == _compact(mine["remote"]["mac"]))
            )
            for mine in said["neighbours"]
        )
        what = f"{heard['protocol']} {local['ifName']} -> {remote['sysName']} {remote['port']} {remote['mac']}"
        result.count("neighbours", is_good=good, miss=what)


def percent(good: int, expected: int) -> str:
    return f"{100.0 * good / expected:6.1f}" if expected else "     -"


def line(name: str, scores: list[Score]) -> str:
    cells = []
    for part in TARGETS:
        good = sum(result.good[part] for result in scores)
        expected = sum(result.expected[part] for result in scores)
        cells.append(f"{good:5d}/{expected:<5d}{percent(good, expected)} %" if expected else f"{'-':>19}")
    suspects = sum(result.shown_suspects for result in scores)
    units = sum(result.other_unit for result in scores)
    against = sum(sum(result.contradicted.values()) for result in scores)
    return f"{name[:34]:34} " + " ".join(cells) + f" {suspects:4d} {units:4d} {against:4d}"


def run(folder: Path, only: str = "") -> list[Score]:
    """Score all recordings of a folder."""
    vendors = {}
    if (folder / "index.json").is_file():
        vendors = {row["name"]: row["vendor"] for row in json.loads((folder / "index.json").read_text())}
    scores = []
    with replay(folder) as port:
        for path in sorted(folder.glob("*.expected.json")):
            name = path.name.removesuffix(".expected.json")
            if only and not re.search(only, name):
                continue
            oracle = json.loads(path.read_text())
            scores.append(
                score(name, vendors.get(name, "?"), oracle, probed(port, name), read_raw(folder / f"{name}.snmprec"))
            )
    return scores


def measured(by_vendor: dict[str, list[Score]]) -> str:
    """The counts by vendor as JSON."""
    counts = {
        vendor: {
            "good": {part: sum(result.good[part] for result in group) for part in TARGETS},
            "expected": {part: sum(result.expected[part] for result in group) for part in TARGETS},
            "not_counted": sum(sum(result.contradicted.values()) for result in group),
        }
        for vendor, group in sorted(by_vendor.items())
    }
    return json.dumps(counts, indent=1)


def below_target(scores: list[Score]) -> list[str]:
    """The parts that miss their target in total."""
    low = []
    for part, target in TARGETS.items():
        good = sum(result.good[part] for result in scores)
        expected = sum(result.expected[part] for result in scores)
        if expected and 100.0 * good / expected < target:
            low.append(f"{part} {percent(good, expected).strip()} % is below {target} %")
    if shown := sum(result.shown_suspects for result in scores):
        low.append(f"{shown} suspect levels are shown as readings")
    return low


def main() -> int:
    """Print the tables; 1 below the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="regular expression of recordings' names")
    parser.add_argument("--write", action="store_true", help="keep the counts by vendor for docs/devices.md")
    parser.add_argument("--misses", action="store_true", help="print each reading that is missing or differs")
    arguments = parser.parse_args()
    scores = run(arguments.folder, arguments.only)
    head = f"{'recording':34} " + " ".join(f"{part:>19}" for part in TARGETS) + " susp unit  not"
    click.echo(head)
    for result in scores:
        click.echo(line(result.name, [result]))
        if arguments.misses:
            click.echo("\n".join(f"    {miss}" for miss in result.misses))
    click.echo("\n" + head.replace("recording", "vendor   "))
    by_vendor = defaultdict(list)
    for result in scores:
        by_vendor[result.vendor].append(result)
    for vendor, group in sorted(by_vendor.items()):
        click.echo(line(vendor, group))
    click.echo("\n" + line("all", scores))
    click.echo(
        "targets: " + ", ".join(f"{part} {target} %" for part, target in TARGETS.items()) + ", no suspect level shown"
    )
    strict = sum(result.good["dbm"] for result in scores)
    against = sum(result.contradicted["dbm"] for result in scores)
    click.echo(
        "susp: suspect levels shown as readings; unit: equal in number, given in mA where the oracle says A; not: not "
        "counted, because the recording itself contradicts the oracle (--misses tells how)"
    )
    expected = sum(result.expected["dbm"] for result in scores) + against
    click.echo(f"dbm counting those too: {percent(strict, expected).strip()} %")
    if arguments.write:
        MEASURED.write_text(measured(by_vendor) + "\n")
    low = below_target(scores)
    click.echo("\n".join(low) if low else "all targets met")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
