"""The dashboards with real answers, drawn without a Grafana: one picture a board into ``docs/images``.

``python -m benchmarks.board_pictures [FOLDER]`` writes a simulated day of the demo city into a real ``influxd``, asks
every query of every panel and annotation, and draws what comes back where the boards place it. It is no Grafana: it
shows that panels have data, of which size, unit and colour, and how a board reads.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from benchmarks.board_drawing import Span, drawing, names_of
from benchmarks.dashboards import chosen
from benchmarks.influx_day import DATABASE, END_S, Influx, fill
from dashboards.surroundings import Surroundings
from rainbow.city import open_city
from rainbow.kernel.texts import use

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dashboards"))  # what Grafana does to a query

from grafana_like import ALL, HOUR_MS, Range, asked, boards, least_interval, panels_of, picked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grafana_like import Json
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
HOURS = {"now-6h": 6, "now-24h": 24, "now-7d": 24}
"""What is shown of a board's range: there is a day of data. Six hours of it have the cut that lasts."""
DAY_BOARDS = {
    "rainbow-network",
    "rainbow-site",
    "rainbow-collector",
    "rainbow-redundancy",
    "rainbow-users",
    "rainbow-sirens",
}
"""Boards of which a day says more than six hours."""
COLUMN_PX, ROW_PX, EDGE_PX, HEAD_PX, MOST_PX = 58, 34, 8, 66, 2600
STYLE = """
body{margin:0;font:13px Inter,system-ui,sans-serif;background:#f4f5f5;color:#24292e}
header{margin:8px;display:flex;gap:10px;align-items:baseline}
h1{font-size:18px;margin:0}
nav{margin:0 8px;font-size:12px;color:#5b6470}
nav b{font-weight:500;border:1px solid #c9ccd1;border-radius:2px;padding:1px 6px;margin-right:6px;background:#fff}
.panel{position:absolute;box-sizing:border-box;background:#fff;border:1px solid #e4e6e9;border-radius:2px}
.panel{padding:6px 8px;overflow:hidden}
.panel h2{font-size:13px;font-weight:500;margin:0 0 4px;white-space:nowrap}
.row{position:absolute;font-weight:500;font-size:14px;padding:6px 4px}
.stat{position:absolute;inset:26px 0 0;display:flex;align-items:center;justify-content:center}
.stat{font-size:26px;font-weight:500}
.stat{text-align:center;line-height:1.1}
table{border-collapse:collapse;width:100%;font-size:12.5px}
th{font-weight:500;color:#1f62e0}
th,td{text-align:left;padding:2px 10px 2px 4px;border-bottom:1px solid #eceef0;white-space:nowrap}
td{max-width:420px;overflow:hidden;text-overflow:ellipsis}
td.link{text-decoration:underline;text-decoration-color:#b9bec5;text-underline-offset:2px}
.legend{font-size:11.5px;color:#3d444d}
.legend td,.legend th{border:0;padding:0 10px 1px 0}
.key{display:inline-block;width:14px;height:4px;border-radius:2px;margin:0 5px 2px 8px}
.none{color:#8e8e8e;text-align:center;padding-top:22px}
svg{display:block}
svg text{font-size:10.5px;fill:#5b6470}
svg .grid{stroke:#eceef0}
svg .work{fill:#56B4E9;fill-opacity:0.18}
polyline{stroke-width:1.3;stroke-linejoin:round}
"""
PAINT = """() => {
  for (const it of document.querySelectorAll("[data-ink]")) it.style.color = it.dataset.ink;
  for (const it of document.querySelectorAll("[data-paper]")) it.style.background = it.dataset.paper;
  for (const it of document.querySelectorAll("[data-wide]")) {
    if (it.dataset.wide) it.style.width = it.dataset.wide + "px";
  }
}"""


class Asker:
    """Asks a board's queries with one choice of variables."""

    def __init__(self, influx: Influx, values: dict[str, str]) -> None:
        self._influx = influx
        self.values = values

    def span(self, board: Json) -> Span:
        """The board's time range, with its annotations."""
        hours = 24 if board["uid"] in DAY_BOARDS else HOURS[board["time"]["from"]]
        within = Range(END_S * 1000 - hours * HOUR_MS, END_S * 1000)
        events, planned = (
            self._ask(asked(item["target"]["query"], within, {})) for item in board["annotations"]["list"]
        )
        works = [(row[0], row[item["columns"].index("until_ms")]) for item in planned for row in item["values"]]
        moments = [row[0] for item in events for row in item["values"]]
        return Span(from_ms=within.from_ms, to_ms=within.to_ms, moments=moments, works=works)

    def answers(self, panel: Json, span: Span, values: dict[str, str]) -> tuple[list[Json], Span]:
        """All series of all queries of a panel, called as the panel calls them, and the time they are of."""
        within = Range(span.from_ms, span.to_ms)
        if "timeFrom" in panel:
            within = within.last(panel["timeFrom"])
        found: list[Json] = []
        for target in panel["targets"]:
            query = asked(target["query"], within, values, *least_interval(panel))
            found += [
                {**series, "called": names_of(target.get("alias", ""), series), "ref": target["refId"]}
                for series in self._ask(query)
            ]
        own = Span(from_ms=within.from_ms, to_ms=within.to_ms, moments=span.moments, works=span.works)
        return found, own if "timeFrom" in panel else span

    def _ask(self, query: str) -> list[Json]:
        reply = json.loads(self._influx.ask(f"/query?db={DATABASE}&epoch=ms", urlencode({"q": query})))
        return [series for result in reply["results"] for series in result.get("series", [])]


def page(asker: Asker, board: Json) -> str:
    """A whole board, with what is picked at its top."""
    span, values = asker.span(board), picked(board, asker.values)
    choices = "".join(
        f"<b>{escape(item['label'])}</b>{escape(values[item['name']]).replace(ALL, 'All')} &nbsp; "
        for item in board["templating"]["list"]
    )
    links = "".join(f"<b>{escape(link['title'])}</b>" for link in board["links"])
    head = f"<header><h1>{escape(board['title'])}</h1></header><nav>{choices} {links}</nav>"
    return "".join(["<style>", STYLE, "</style>", head, *_placed(asker, board, span, values)])


def _placed(asker: Asker, board: Json, span: Span, values: dict[str, str]) -> Iterator[str]:
    for panel in board["panels"]:
        at = panel["gridPos"]
        place = f"left:{at['x'] * COLUMN_PX + EDGE_PX}px;top:{at['y'] * ROW_PX + HEAD_PX}px"
        title = escape(panel["title"].replace("$link", values["link"]))
        if panel["type"] == "row":
            yield f'<div class="row" style="{place}">⌄ {title}</div>'
            continue
        width, height = at["w"] * COLUMN_PX - EDGE_PX, at["h"] * ROW_PX - EDGE_PX
        found, within = asker.answers(panel, span, values)
        inside = drawing(panel, found, within, width - 20, height - 36)
        yield f'<div class="panel" style="{place};width:{width}px;height:{height}px"><h2>{title}</h2>{inside}</div>'


def take(browser: Browser, asker: Asker, board: Json, path: Path) -> None:
    """One picture of a board."""
    height = max((one["gridPos"]["y"] + one["gridPos"]["h"]) * ROW_PX for one in panels_of(board)) + HEAD_PX + EDGE_PX
    view = browser.new_page(viewport={"width": 24 * COLUMN_PX + 2 * EDGE_PX, "height": min(height, MOST_PX)})
    view.set_content(page(asker, board))
    view.evaluate(PAINT)
    view.screenshot(path=path)
    view.close()


def main() -> None:
    """Draw all of them, and the first in German as well."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with filled("en") as asker:
            for board in boards(around=Surroundings()):
                take(browser, asker, board, folder / f"board-{board['uid'].removeprefix('rainbow-')}.png")
        with filled("de") as asker:
            take(browser, asker, boards("de")[0], folder / "board-german.png")
        browser.close()


@contextmanager
def filled(language: str) -> Iterator[Asker]:
    """A server with the demo city's day in it, told in a language."""
    plant = open_city(ROOT / "cities" / "lautern").plant
    with tempfile.TemporaryDirectory() as made, use(language):
        influx = Influx(Path(made))
        try:
            fill([influx], plant, Path(made), language)
            yield Asker(influx, chosen(plant))
        finally:
            influx.stop()


if __name__ == "__main__":
    main()
