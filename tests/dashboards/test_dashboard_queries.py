"""Every question the dashboards and alert rules ask, asked of a real InfluxDB."""

from __future__ import annotations

import sys
import time
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
import yaml
from filled_influx import send
from grafana_like import Json, Range, asked, boards, least_interval, panels_of, yaml_files
from small_city import CHOSEN, LINKS, PORTS, SITES, all_series

from rainbow.kernel.metrics import LINK
from rainbow.kernel.samples import Sample, UnixNs
from store.line_protocol import lines

if TYPE_CHECKING:
    from filled_influx import Filled

pytestmark = pytest.mark.real

SLOWEST_S = 0.5
"""What a reader bears; measured answers take milliseconds. Asked again if slower: a busy machine proves nothing."""
TRIES = 3

BOARDS = {board["uid"]: board for board in boards()}
PANELS = [(uid, panel["title"], panel) for uid, board in BOARDS.items() for panel in panels_of(board)]


def has_value(series: list[Json]) -> bool:
    return any(value is not None for item in series for row in item["values"] for value in row[1:])


def timed(filled: Filled, query: str) -> tuple[list[Json], float]:
    """The answer and its time; the best of some tries where it is slow."""
    series: list[Json] = []
    took_s = float("inf")
    for _try in range(TRIES):
        began = time.perf_counter()
        series = filled.influx.query(query)
        took_s = min(took_s, time.perf_counter() - began)
        if took_s < SLOWEST_S:
            break
    return series, took_s


@pytest.mark.parametrize("uid", BOARDS)
def test_every_panel_gets_an_answer(filled: Filled, uid: str) -> None:
    slowest = (0.0, "")
    for panel in panels_of(BOARDS[uid]):
        own = panel.get("timeFrom")
        within = filled.within.last(own) if own else filled.within
        for target in panel["targets"]:
            query = asked(target["query"], within, dict(CHOSEN), *least_interval(panel))
            series, took_s = timed(filled, query)
            slowest = max(slowest, (took_s, query))
            assert has_value(series), f"{panel['title']} {target['refId']}: nothing back for {query}"
    sys.stdout.write(f"{uid}: slowest answer {slowest[0] * 1000:.0f} ms: {slowest[1]}\n")
    assert slowest[0] < SLOWEST_S, slowest


def test_every_column_a_table_dresses_is_there(filled: Filled) -> None:
    for uid, title, panel in PANELS:
        if panel["type"] != "table":
            continue
        query = asked(panel["targets"][0]["query"], filled.within, dict(CHOSEN))
        series = filled.influx.query(query)
        there = {"Time", *series[0].get("tags", {}), *series[0]["columns"][1:]}
        dressed = [item["matcher"]["options"] for item in panel["fieldConfig"]["overrides"]]
        assert set(dressed) <= there, f"{uid} {title}: {set(dressed) - there} not in {there}"
        assert there - {"Time"} <= set(dressed), f"{uid} {title}: column {there - set(dressed)} has no heading"


def test_every_name_a_line_shows_is_a_tag_of_it(filled: Filled) -> None:
    for uid, title, panel in PANELS:
        for target in panel["targets"]:
            tags = [word.removeprefix("$tag_") for word in target.get("alias", "").split() if word.startswith("$tag_")]
            tags += _labels_in_links(panel)
            if panel["type"] in {"timeseries", "state-timeline"} and tags:
                series = filled.influx.query(asked(target["query"], filled.within, dict(CHOSEN), "60s"))
                missing = set(tags) - set(series[0].get("tags", {}))
                assert not missing, f"{uid} {title}: {missing}"


def _labels_in_links(panel: Json) -> list[str]:
    urls = [
        link["url"]
        for override in panel["fieldConfig"]["overrides"]
        for item in override["properties"]
        if item["id"] == "links"
        for link in item["value"]
    ]
    return [piece.split(":")[0] for url in urls for piece in url.split("${__field.labels.")[1:]]


@pytest.mark.parametrize("uid", BOARDS)
def test_every_variable_offers_what_there_is_and_narrows_the_next(filled: Filled, uid: str) -> None:
    wanted = {
        "site": set(SITES),
        "device": {CHOSEN["device"]},
        "if_name": set(PORTS),
        "link": {"L-01"} if uid == "rainbow-port" else {code for code, _a, _b in LINKS},
        "user_group": {"schools"},
        "collector": {"collector"},
        "sink": {"influx"},
    }
    for variable in BOARDS[uid]["templating"]["list"]:
        rows = filled.influx.rows(asked(variable["query"], filled.within, dict(CHOSEN)))
        assert {row[1] for row in rows} == wanted[variable["name"]], variable["name"]


def test_events_and_planned_work_are_annotations_with_their_text(filled: Filled) -> None:
    for board in BOARDS.values():
        events, planned = (item["target"] for item in board["annotations"]["list"])
        for target, kind in ((events, "cut"), (planned, "maintenance")):
            (series,) = filled.influx.query(asked(target["query"], filled.within, {}))
            columns = {target["textColumn"], *target["tagsColumn"].split(","), target.get("timeEndColumn", "text")}
            assert columns <= set(series["columns"])
            assert {row[series["columns"].index("kind")] for row in series["values"]} == {kind}
            assert "quoted" in series["values"][0][series["columns"].index("text")]


def rules() -> list[Json]:
    file = yaml.safe_load(yaml_files()["provisioning/alerting/rainbow.yaml"])
    return [rule for group in file["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", rules(), ids=itemgetter("uid"))
def test_every_alert_query_gets_a_series_with_the_labels_its_words_name(filled: Filled, rule: Json) -> None:
    step = rule["data"][0]
    end = filled.within.to_ms
    within = Range(end - step["relativeTimeRange"]["from"] * 1000, end)
    series, took_s = timed(filled, asked(step["model"]["query"], within, {}))
    assert took_s < SLOWEST_S
    assert has_value(series)
    words = " ".join(rule["annotations"].values())
    named = {piece.split(" ")[0] for piece in words.split("$labels.")[1:]}
    assert named <= set(series[0]["tags"]), named
    assert len(series) == len({tuple(sorted(item["tags"].items())) for item in series})


def fires(rule: Json, series: Json) -> bool:
    """The rule's last two steps: the last value that is a number, held against the limit."""
    last = [row[1] for row in series["values"] if row[1] is not None][-1]
    evaluator = rule["data"][2]["model"]["conditions"][0]["evaluator"]
    low, *high = evaluator["params"]
    return {
        "gt": lambda: last > low,
        "lt": lambda: last < low,
        "within_range": lambda: low < last < high[0],
    }[evaluator["type"]]()


def test_a_silent_collector_fires_and_a_working_one_does_not(filled: Filled) -> None:
    (rule,) = [rule for rule in rules() if rule["uid"] == "rainbow-collector-silent"]
    step = rule["data"][0]
    for minutes, expected in ((0, False), (2, False), (4, False), (11, True), (60, True), (600, True)):
        end = filled.within.to_ms + minutes * 60_000
        within = Range(end - step["relativeTimeRange"]["from"] * 1000, end)
        (series,) = filled.influx.query(asked(step["model"]["query"], within, {}))
        assert fires(rule, series) is expected, f"{minutes} min after the last round"


def test_nothing_old_stands_beside_a_link_that_went_down(filled: Filled) -> None:
    """A dark link's newest point has no light; the one before it does, and is not shown."""
    link = next(series for series in all_series() if series.metric is LINK and series.tag("link") == "L-02")
    dark_ms = filled.within.to_ms + 30_000
    send(filled.influx, lines([Sample(link, UnixNs(dark_ms * 1_000_000), {LINK.state: 0})]))
    within = Range(dark_ms - 600_000, dark_ms + 1000)
    chosen = CHOSEN | {"link": "L-02", "site": SITES[0]}
    seen = 0
    for _uid, title, panel in PANELS:
        query = panel["targets"][0]["query"]
        if panel["type"] in {"table", "stat"} and f'FROM "{LINK.name}"' in query:
            for series in filled.influx.query(asked(query, within, chosen)):
                row = dict(zip(series["columns"], series["values"][0], strict=True))
                if series.get("tags", {}).get("link", "L-02") == "L-02":
                    seen += 1
                    assert row[LINK.state.name] == 0, title
                    assert {row.get(field.name) for field in LINK.fields if field is not LINK.state} == {None}, title
    assert seen >= 5


def test_a_name_made_of_special_characters_finds_its_own_port_only(filled: Filled) -> None:
    panel = next(panel for uid, _title, panel in PANELS if uid == "rainbow-port" and panel["type"] == "state-timeline")
    for port in PORTS:
        query = asked(panel["targets"][0]["query"], filled.within, CHOSEN | {"if_name": port}, "60s")
        found = [series["tags"]["if_name"] for series in filled.influx.query(query)]
        assert found == [port]
