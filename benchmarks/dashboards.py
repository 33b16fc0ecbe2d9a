"""What InfluxDB says to each panel, variable, annotation and alert rule on a day of 1,000 switches, and how soon.

``python -m benchmarks.dashboards`` fills a real ``influxd`` of version 1, and of version 2 where there is one, with a
simulated day (many minutes), asks everything a reader of the dashboards asks over 24 hours, and prints the slowest;
``--json`` prints all. A panel's time is that of all its queries together, one after the other. Exit code 1 where one
takes more than half a second, gets nothing, gets a value that cannot be, or shows it under another unit than the
catalogue's. ``--keep FOLDER`` keeps the filled databases for the next run. Beside the time on the wall stands the
server's CPU time, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import yaml

from benchmarks.board_truth import untrue_units, untrue_values
from benchmarks.influx_day import DATABASE, END_S, Influx, Influx2, fill, shown_of
from dashboards.surroundings import Surroundings
from simulator.city import generate

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dashboards"))  # what Grafana does to a query

from grafana_like import HOUR_MS, Json, Range, asked, boards, least_interval, panels_of, picked, yaml_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.plant import Plant

LIMIT_S = 0.5
REPEATS = 5
DAY = Range(END_S * 1000 - 24 * HOUR_MS, END_S * 1000)
SEED, PORTS = 7, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reader's browser asks at once: all queries of a panel, or the one of a variable or rule."""

    board: str
    name: str
    queries: tuple[str, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Seconds of a question: the median and the worst of some tries, the first (cold) one, CPU of one try."""

    board: str
    name: str
    series: int
    rows: int
    median_s: float
    worst_s: float
    first_s: float
    cpu_s: float
    faults: tuple[str, ...]
    queries: tuple[str, ...]


def chosen(plant: Plant) -> dict[str, str]:
    """What a reader has picked: one link, and the port and switch at its end A."""
    link = shown_of(plant)
    port = plant.interface[link.a]
    return {
        "site": plant.node_of(link.a),
        "device": port.device,
        "if_name": port.if_name,
        "link": link.code,
    }


def questions(values: dict[str, str]) -> Iterator[Question]:
    """Everything the dashboards and rules ask."""
    for board in boards():
        uid, own = board["uid"], picked(board, values)
        for item in board["templating"]["list"]:
            yield Question(board=uid, name=f"${item['name']}", queries=(asked(item["query"], DAY, own),))
        for item in board["annotations"]["list"]:
            yield Question(board=uid, name=item["name"], queries=(asked(item["target"]["query"], DAY, own),))
        for panel in panels_of(board):
            within = DAY.last(panel["timeFrom"]) if "timeFrom" in panel else DAY
            step = least_interval(panel)
            queries = tuple(asked(target["query"], within, own, *step) for target in panel["targets"])
            yield Question(board=uid, name=panel["title"], queries=queries, faults=tuple(untrue_units(panel)))
    for around, rule in _rules():
        for step in rule["data"]:
            if "query" in step["model"]:
                back = step["relativeTimeRange"]
                within = Range(DAY.to_ms - back["from"] * 1000, DAY.to_ms - back["to"] * 1000)
                queries = (asked(step["model"]["query"], within, {}),)
                yield Question(board=f"alerts{around}", name=f"{rule['uid']} {step['refId']}", queries=queries)


def _rules() -> Iterator[tuple[str, Json]]:
    """Those of a city that looks for causes, and what is otherwise in their place."""
    told: set[str] = set()
    for name, around in (("", Surroundings()), (" without incidents", Surroundings(incidents=False))):
        file = yaml.safe_load(yaml_files(around)["provisioning/alerting/rainbow.yaml"])
        for rule in (rule for group in file["groups"] for rule in group["rules"]):
            asks = json.dumps(rule["data"])
            if asks not in told:
                told.add(asks)
                yield name, rule


def answer(influx: Influx, question: Question, repeats: int) -> Answer:
    """Ask a question some times."""
    took: list[float] = []
    cpu_before = influx.cpu_s()
    replies: list[bytes] = []
    for _try in range(repeats):
        began = time.perf_counter()
        replies = [influx.ask(f"/query?db={DATABASE}&epoch=ms", urlencode({"q": query})) for query in question.queries]
        took.append(time.perf_counter() - began)
    cpu_s = (influx.cpu_s() - cpu_before) / repeats
    faults, series, rows = list(question.faults), 0, 0
    for query, reply in zip(question.queries, replies, strict=True):
        for result in json.loads(reply)["results"]:
            found = result.get("series", [])
            faults += [result["error"]] if "error" in result else []
            faults += list(untrue_values(query, found))[:3]
            series += len(found)
            rows += sum(any(value is not None for value in row[1:]) for item in found for row in item["values"])
    return Answer(
        board=question.board,
        name=question.name,
        series=series,
        rows=rows,
        median_s=statistics.median(took),
        worst_s=max(took),
        first_s=took[0],
        cpu_s=cpu_s,
        faults=(*faults, *(() if rows else ("nothing came back",))),
        queries=question.queries,
    )


def main() -> int:
    """Fill, ask, print; 0 where all is within the limit and true."""
    options = _options()
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        plant = generate(SEED, options.switches, least_ports=PORTS).plant
        servers = _started(folder)
        try:
            _filled(servers, folder, plant)
            for influx in servers:
                answers = [answer(influx, item, options.repeats) for item in questions(chosen(plant))]
                bad += _told(influx.name, answers, options)
        finally:
            for influx in servers:
                influx.stop()
    return 1 if bad else 0


def _started(folder: Path) -> list[Influx]:
    servers: list[Influx] = []
    for kind in (Influx, Influx2) if Influx2.program() else (Influx,):
        own = folder / kind.name.replace(" ", "-").lower()
        own.mkdir(parents=True, exist_ok=True)
        servers.append(kind(own))
    return servers


def _filled(servers: list[Influx], folder: Path, plant: Plant) -> None:
    done = folder / f"filled-{len(plant.devices)}"
    if not done.exists():
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as journal:
            points = fill(servers, plant, Path(journal))
        done.touch()
        print(f"{points:,} points in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    for influx in servers:
        influx.settle()


def _told(name: str, answers: list[Answer], options: argparse.Namespace) -> int:
    """Print what a server said; how many answers are late, empty or untrue."""
    answers.sort(key=lambda item: -item.median_s)
    if options.json:
        print(json.dumps({"server": name, "answers": [asdict(item) for item in answers]}, indent=1))
    else:
        _print(name, answers, options.show)
    bad = [item for item in answers if item.median_s > LIMIT_S or item.faults]
    for item in bad:
        print(f"{name}: {item.board}: {item.name}: {item.median_s:.2f} s; {'; '.join(item.faults)}", file=sys.stderr)
    return len(bad)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--keep", type=Path, help="folder of the databases: filled where it is empty, and kept")
    parser.add_argument("--show", type=int, default=25, help="how many of the slowest to print")
    parser.add_argument("--json", action="store_true", help="print every question with its queries")
    return parser.parse_args()


def _print(name: str, answers: list[Answer], most: int) -> None:
    print(f"{name}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'median':>8} {'worst':>8} {'first':>8} {'cpu':>8} {'series':>7} {'rows':>7}")
    for item in answers[:most]:
        times = " ".join(f"{value * 1000:5.0f} ms" for value in (item.median_s, item.worst_s, item.first_s, item.cpu_s))
        print(f"{times} {item.series:7} {item.rows:7}  {item.board}: {item.name}")
    middle = statistics.median(item.median_s for item in answers)
    print(f"{len(answers)} questions; the median one takes {middle * 1000:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
