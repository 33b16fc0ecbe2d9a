"""The dashboards with real answers, drawn without a Grafana: one picture a board into ``docs/images``.

``python -m benchmarks.board_pictures [FOLDER]`` runs the demo city into a real ``influxd`` for some minutes, cuts its
worst trench and repairs it, asks every query of every panel and draws numbers, lines, states and tables where the board
places them. It is no Grafana: it shows that panels have data, of which size and unit, and how a board reads. What the
demo does not have (power, traps, a backup, months of light) stays empty; tables are not sorted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks.influx_day import DATABASE, Influx
from benchmarks.pictures import asked as api
from benchmarks.pictures import demo, worst
from dashboards.surroundings import Surroundings

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dashboards"))  # what Grafana does to a query

from grafana_like import Range, asked, boards, least_interval, panels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grafana_like import Json

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
INTERVAL_S = 5.0
"""Of the demo's rounds."""
BEFORE_S, CUT_S, AFTER_S = 40, 35, 30
"""How long all is well, is cut and is well again."""
COLUMN_PX, ROW_PX, EDGE_PX = 58, 34, 8
MOST_ROWS, MOST_LINES = 40, 12
INKS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#8E8E8E", "#F0E442")
THOUSANDS = {"bps": "bit/s", "watt": "W", "watth": "Wh", "bytes": "B", "short": "", "none": ""}
PLAIN = {"dBm": "dBm", "dB": "dB", "celsius": "°C", "percent": "%", "s": "s", "m": "min"}
PLAIN |= {"kwatth": "kWh", "masskg": "kg"}
STYLE = """
body{margin:0;font:13px system-ui,sans-serif;background:#f4f5f5;color:#24292e}
h1{font-size:18px;margin:10px 8px}
.panel{position:absolute;box-sizing:border-box;background:#fff;border:1px solid #d8dade;border-radius:3px}
.panel{padding:6px 8px;overflow:hidden}
.panel h2{font-size:12.5px;font-weight:600;margin:0 0 4px}
.row{position:absolute;font-weight:600;font-size:14px;padding:6px 8px}
.stat{font-size:26px;font-weight:600;text-align:center;padding-top:14px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:2px 8px 2px 0;border-bottom:1px solid #eceef0;white-space:nowrap}
.key{display:inline-block;width:12px;height:3px;margin:0 4px 3px 8px}
.none{color:#8e8e8e;text-align:center;padding-top:14px}
svg text{font-size:10.5px;fill:#5b6470}
"""


def shown(value: object, unit: str) -> str:
    """A value as Grafana would write it, nearly."""
    if not isinstance(value, int | float):
        return escape(str(value)) if value is not None else ""
    if unit in PLAIN:
        return f"{value:,.2f}".rstrip("0").rstrip(".") + f" {PLAIN[unit]}"
    size, name = abs(value), THOUSANDS.get(unit, "")
    for step, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= step:
            return f"{value / step:.2f} {letter}{name}".strip()
    return f"{value:.2f}".rstrip("0").rstrip(".") + (f" {name}" if name else "")


class Dress:
    """What a panel says of its values: names of states, limits, units and titles of columns."""

    def __init__(self, panel: Json) -> None:
        config = panel["fieldConfig"]
        self._defaults = config["defaults"]
        self._by_name = {
            item["matcher"]["options"]: {one["id"]: one.get("value") for one in item["properties"]}
            for item in config.get("overrides", [])
            if item["matcher"]["id"] == "byName"
        }

    def _of(self, name: str, key: str) -> object:
        return self._by_name.get(name, {}).get(key, self._defaults.get(key))

    def title(self, name: str) -> str:
        """What a column is called."""
        return escape(str(self._by_name.get(name, {}).get("displayName", name)))

    def cell(self, name: str, value: object) -> tuple[str, str]:
        """A value's text and its colour, an empty one where it has none."""
        for mapping in self._of(name, "mappings") or ():  # type: ignore[attr-defined] # JSON
            known = mapping.get("options", {}).get(str(int(value)) if isinstance(value, int | float) else str(value))
            if mapping["type"] == "value" and known:
                return escape(known["text"]), known.get("color", "")
        text = shown(value, str(self._of(name, "unit") or ""))
        colour = ""
        for step in (self._of(name, "thresholds") or {}).get("steps", ()):  # type: ignore[attr-defined] # JSON
            if isinstance(value, int | float) and (step["value"] is None or value >= step["value"]):
                colour = step["color"]
        return text, "" if colour == "text" else colour


def numbers(panel: Json, answers: Sequence[Json]) -> str:
    """The newest value in large."""
    name = panel["options"]["reduceOptions"]["fields"].strip("/^$")
    values = [row[item["columns"].index(name)] for item in answers for row in item["values"] if name in item["columns"]]
    if not values or values[-1] is None:
        return '<div class="none">no reading</div>'
    text, colour = Dress(panel).cell(name, values[-1])
    return f'<div class="stat"><span data-ink="{colour}">{text}</span></div>'


def table(panel: Json, answers: Sequence[Json]) -> str:
    """Tags and fields as columns, as many rows as fit."""
    dress = Dress(panel)
    rows = [
        {**item.get("tags", {}), **dict(zip(item["columns"][1:], row[1:], strict=True))}
        for item in answers
        for row in item["values"][:MOST_ROWS]
    ][:MOST_ROWS]
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{dress.title(name)}</th>" for name in names)
    body = ""
    for row in rows:
        cells = (dress.cell(name, row.get(name)) for name in names)
        body += "<tr>" + "".join(f'<td data-ink="{colour}">{text}</td>' for text, colour in cells) + "</tr>"
    return f"<table><tr>{head}</tr>{body}</table>" if rows else '<div class="none">nothing, which is well</div>'


def lines(panel: Json, answers: Sequence[Json], within: Range, width: int, height: int) -> str:
    """Lines over the time range, with the least and the largest value beside them."""
    unit = panel["fieldConfig"]["defaults"].get("unit", "")
    kept = [item for item in answers if any(row[1] is not None for row in item["values"])][:MOST_LINES]
    values = [row[1] for item in kept for row in item["values"] if row[1] is not None]
    if not values:
        return '<div class="none">no data</div>'
    low, high = min(0.0, *values) if min(values) >= 0 else min(values), max(values)
    span, lasts_ms = (high - low) or 1.0, within.to_ms - within.from_ms
    paths, keys = "", ""
    for item, ink in zip(kept, INKS * 2, strict=False):
        across, down = (width - 64) / lasts_ms, (height - 12) / span
        points = " ".join(
            f"{60 + (at - within.from_ms) * across:.1f},{height - 4 - (value - low) * down:.1f}"
            for at, value, *_more in item["values"]
            if value is not None
        )
        paths += f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.4"/>'
        label = item["called"]
        keys += f'<span class="key" data-paper="{ink}"></span>{escape(label)}'
    scale = f'<text x="2" y="12">{shown(high, unit)}</text><text x="2" y="{height - 4}">{shown(low, unit)}</text>'
    return f'<svg width="{width}" height="{height}">{paths}{scale}</svg><div>{keys}</div>'


def states(panel: Json, answers: Sequence[Json], within: Range, width: int) -> str:
    """A bar a thing, in the colours of its states."""
    dress, bars = Dress(panel), ""
    lasts_ms = within.to_ms - within.from_ms
    for place, item in enumerate(answers[:MOST_LINES]):
        bars += f'<text x="2" y="{place * 20 + 14}">{escape(item["called"])}</text>'
        moments = [row[0] for row in item["values"]]
        step = (moments[1] - moments[0] if len(moments) > 1 else lasts_ms) / lasts_ms * (width - 104)
        for row in item["values"]:
            if row[1] is not None:
                ink = dress.cell(item["columns"][1], row[1])[1] or "#ccc"
                x = 100 + (row[0] - within.from_ms) / lasts_ms * (width - 104)
                bars += f'<rect x="{x:.1f}" y="{place * 20 + 3}" width="{step + 0.6:.1f}" height="15" fill="{ink}"/>'
    return f'<svg width="{width}" height="{min(len(answers), MOST_LINES) * 20 + 4}">{bars}</svg>'


def drawing(panel: Json, answers: Sequence[Json], within: Range, width: int, height: int) -> str:
    """What stands in a panel."""
    kinds: dict[str, Callable[[], str]] = {
        "stat": lambda: numbers(panel, answers),
        "table": lambda: table(panel, answers),
        "timeseries": lambda: lines(panel, answers, within, width - 20, max(40, height - 62)),
    }
    return kinds.get(panel["type"], lambda: states(panel, answers, within, width - 20))()


class Asker:
    """Asks a board's queries over one time range, with one choice of variables."""

    def __init__(self, influx: Influx, within: Range) -> None:
        self._influx = influx
        self.within = within
        port = next(port for port in api("devices/KL-SW-01/ports") if port["light"])
        self._chosen = {
            "site": api("devices/KL-SW-01")["node"],
            "device": port["device"],
            "if_name": port["if_name"],
            "link": port["link"],
            **dict.fromkeys(("user_group", "collector", "sink"), ".*"),
        }

    def answers(self, panel: Json) -> list[Json]:
        """All series of all queries of a panel, called as the panel calls them."""
        within = self.within.last(panel["timeFrom"]) if "timeFrom" in panel else self.within
        found: list[Json] = []
        for target in panel["targets"]:
            query = asked(target["query"], within, self._chosen, *least_interval(panel))
            reply = json.loads(self._influx.ask(f"/query?db={DATABASE}&epoch=ms", urlencode({"q": query})))
            found += [
                {**series, "called": called(target.get("alias", ""), series)}
                for result in reply["results"]
                for series in result.get("series", [])
            ]
        return found


def called(alias: str, series: Json) -> str:
    """A series by its alias, its tags filled in."""
    for tag, value in series.get("tags", {}).items():
        alias = alias.replace(f"$tag_{tag}", value)
    return alias or " ".join(series.get("tags", {}).values()) or series["columns"][1]


def page(asker: Asker, board: Json) -> str:
    """A whole board."""
    return "".join(["<style>", STYLE, "</style><h1>", escape(board["title"]), "</h1>", *_placed(asker, board)])


def _placed(asker: Asker, board: Json) -> Iterator[str]:
    for panel in board["panels"]:
        at = panel["gridPos"]
        place = f"left:{at['x'] * COLUMN_PX + EDGE_PX}px;top:{at['y'] * ROW_PX + 44}px"
        if panel["type"] == "row":
            yield f'<div class="row" style="{place}">{escape(panel["title"])}</div>'
            continue
        width, height = at["w"] * COLUMN_PX - EDGE_PX, at["h"] * ROW_PX - EDGE_PX
        inside = drawing(panel, asker.answers(panel), asker.within, width, height)
        yield f'<div class="panel" style="{place};width:{width}px;height:{height}px">'
        yield f"<h2>{escape(panel['title'])}</h2>{inside}</div>"


PAINT = """() => {
  for (const it of document.querySelectorAll("[data-ink]")) it.style.color = it.dataset.ink;
  for (const it of document.querySelectorAll("[data-paper]")) it.style.background = it.dataset.paper;
}"""


def lived() -> Range:
    """Some minutes of the demo with a cut in the middle; the range of it."""
    began_ms = int(time.time() * 1000)
    time.sleep(BEFORE_S)
    trench = worst()[0]
    api("control", {"action": "cut", "codes": [trench]})
    time.sleep(CUT_S)
    api("control", {"action": "repair", "codes": [trench]})
    time.sleep(AFTER_S)
    return Range(began_ms, int(time.time() * 1000))


def main() -> None:
    """Draw all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        influx = Influx(Path(made))
        influx.ask("/query", f"q=CREATE DATABASE {DATABASE}")
        into = f'\n[influx]\nurl = "http://127.0.0.1:{influx.port}"\nversion = 1\ndatabase = "{DATABASE}"\n'
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with demo(into):
            asker = Asker(influx, lived())
            for board in boards(around=Surroundings(interval_s=INTERVAL_S)):
                height = max((one["gridPos"]["y"] + one["gridPos"]["h"]) * ROW_PX for one in panels_of(board)) + 60
                view = browser.new_page(viewport={"width": 24 * COLUMN_PX + 2 * EDGE_PX, "height": min(height, 2200)})
                view.set_content(page(asker, board))
                view.evaluate(PAINT)
                view.screenshot(path=folder / f"board-{board['uid'].removeprefix('rainbow-')}.png")
                view.close()
        browser.close()
        influx.stop()


if __name__ == "__main__":
    main()
