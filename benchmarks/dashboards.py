"""How long InfluxDB takes for each panel, variable, annotation and alert rule, on a day of 1,000 switches.

``python -m benchmarks.dashboards`` fills a real ``influxd`` (minutes), asks everything a reader of the dashboards asks
over 24 hours, and prints the slowest; ``--json`` prints all. A panel's time is that of all its queries together, one
after the other. Exit code 1 where one takes more than half a second or gets nothing.
``--keep FOLDER`` keeps the filled database for the next run. Beside the time on the wall stands the server's CPU time,
which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import yaml

from benchmarks.influx_day import DATABASE, END_S, Influx, fill

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dashboards"))  # what Grafana does to a query

from grafana_like import HOUR_MS, Range, asked, boards, least_interval, panels_of, yaml_files

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S = 0.5
REPEATS = 5
DAY = Range(END_S * 1000 - 24 * HOUR_MS, END_S * 1000)
CHOSEN = {
    "site": "S-0",
    "device": "SW-0",
    "if_name": "ge-0/0/0",
    "link": "L-0",
    "user_group": ".*",
    "collector": ".*",
    "sink": ".*",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reader's browser asks at once: all queries of a panel, or the one of a variable or rule."""

    board: str
    name: str
    queries: tuple[str, ...]


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
    queries: tuple[str, ...]


def questions() -> Iterator[Question]:
    """Everything the dashboards and rules ask."""
    for board in boards():
        uid = board["uid"]
        for item in board["templating"]["list"]:
            yield Question(board=uid, name=f"${item['name']}", queries=(asked(item["query"], DAY, CHOSEN),))
        for item in board["annotations"]["list"]:
            yield Question(board=uid, name=item["name"], queries=(asked(item["target"]["query"], DAY, CHOSEN),))
        for panel in panels_of(board):
            within = DAY.last(panel["timeFrom"]) if "timeFrom" in panel else DAY
            step = least_interval(panel)
            queries = tuple(asked(target["query"], within, CHOSEN, *step) for target in panel["targets"])
            yield Question(board=uid, name=panel["title"], queries=queries)
    file = yaml.safe_load(yaml_files()["provisioning/alerting/rainbow.yaml"])
    for rule in (rule for group in file["groups"] for rule in group["rules"]):
        for step in rule["data"]:
            if "query" in step["model"]:
                within = Range(DAY.to_ms - step["relativeTimeRange"]["from"] * 1000, DAY.to_ms)
                name = f"{rule['uid']} {step['refId']}"
                yield Question(board="alerts", name=name, queries=(asked(step["model"]["query"], within, {}),))


def answer(influx: Influx, question: Question, repeats: int) -> Answer:
    """Ask a question some times."""
    took: list[float] = []
    cpu_before = influx.cpu_s()
    replies: list[bytes] = []
    for _try in range(repeats):
        began = time.perf_counter()
        replies = [influx.ask(f"/query?db={DATABASE}&epoch=ms", urlencode({"q": query})) for query in question.queries]
        took.append(time.perf_counter() - began)
    results = [result for reply in replies for result in json.loads(reply)["results"]]
    if errors := [result["error"] for result in results if "error" in result]:
        raise SystemExit(f"{question.board} {question.name}: {errors[0]}\n{question.queries}")
    found = [series for result in results for series in result.get("series", [])]
    return Answer(
        board=question.board,
        name=question.name,
        series=len(found),
        rows=sum(len(series["values"]) for series in found),
        median_s=statistics.median(took),
        worst_s=max(took),
        first_s=took[0],
        cpu_s=(influx.cpu_s() - cpu_before) / repeats,
        queries=question.queries,
    )


def main() -> int:
    """Fill, ask, print; 0 where all is within the limit."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        influx = Influx(options.keep or Path(scratch))
        try:
            _filled(influx, options.switches)
            answers = [answer(influx, item, options.repeats) for item in questions()]
        finally:
            influx.stop()
    answers.sort(key=lambda item: -item.median_s)
    if options.json:
        print(json.dumps([asdict(item) for item in answers], indent=1))
    else:
        _print(answers, options.show)
    bad = [item for item in answers if item.median_s > LIMIT_S or not item.rows]
    for item in bad:
        print(f"{item.board}: {item.name}: {item.median_s:.2f} s, {item.rows} rows", file=sys.stderr)
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--keep", type=Path, help="folder of the database: filled where it is empty, and kept")
    parser.add_argument("--show", type=int, default=25, help="how many of the slowest to print")
    parser.add_argument("--json", action="store_true", help="print every question with its queries")
    return parser.parse_args()


def _filled(influx: Influx, switches: int) -> None:
    done = influx.folder / f"filled-{switches}"
    if done.exists():
        return
    began = time.perf_counter()
    points = fill(influx, switches)
    done.touch()
    print(f"{points:,} points in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _print(answers: list[Answer], most: int) -> None:
    print(f"{'median':>8} {'worst':>8} {'first':>8} {'cpu':>8} {'series':>7} {'rows':>7}")
    for item in answers[:most]:
        times = " ".join(f"{value * 1000:5.0f} ms" for value in (item.median_s, item.worst_s, item.first_s, item.cpu_s))
        print(f"{times} {item.series:7} {item.rows:7}  {item.board}: {item.name}")
    middle = statistics.median(item.median_s for item in answers)
    print(f"{len(answers)} questions; the median one takes {middle * 1000:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
