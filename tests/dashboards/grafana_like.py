"""What Grafana does to a query before InfluxDB sees it, and the questions a dashboard asks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.build import drawn, files
from dashboards.surroundings import Surroundings

DEFAULTS = Surroundings()
HOUR_MS = 3_600_000
ALL = ".*"
_VARIABLE = re.compile(r"\$\{(\w+):regex\}")
_SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}/]")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": HOUR_MS, "d": 24 * HOUR_MS}

Values = dict[str, str]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """A time range in milliseconds."""

    from_ms: int
    to_ms: int

    @property
    def filter(self) -> str:
        return f"time >= {self.from_ms}ms and time <= {self.to_ms}ms"

    def last(self, text: str) -> Range:
        """The panel's own range (``timeFrom``): ``10m`` to the same end."""
        return Range(self.to_ms - span_ms(text), self.to_ms)


def span_ms(text: str) -> int:
    return int(text[:-1]) * _UNITS_MS[text[-1]]


def interval(within: Range, least: str = "1s", points: int = 1000) -> str:
    """Grafana's ``$__interval``: the range over the panel's width, never below the panel's least interval."""
    return f"{max(span_ms(least), (within.to_ms - within.from_ms) // points)}ms"


def as_regex(value: str) -> str:
    """The format ``regex``. A variable's own "all" value is taken as it is."""
    return value if value == ALL else _SPECIAL.sub(lambda found: "\\" + found[0], value)


def asked(query: str, within: Range, values: Values, least: str = "1s", points: int = 1000) -> str:
    """The query as InfluxDB gets it."""
    query = _VARIABLE.sub(lambda found: as_regex(values[found[1]]), query)
    query = query.replace("$timeFilter", within.filter).replace("$__interval", interval(within, least, points))
    assert not re.search(r"(?<!\\)\$(?!/)", query), query
    return query


def least_interval(panel: Json) -> tuple[str, int]:
    """A panel's own bounds of ``$__interval``: never narrower than the first, never more buckets than the second."""
    return panel.get("interval", "1s"), panel.get("maxDataPoints", 1000)


def boards(language: str = "en", around: Surroundings = DEFAULTS) -> list[Json]:
    """Fresh copies of all dashboards."""
    return [json.loads(board.text) for board in drawn(around, language)]


def yaml_files(around: Surroundings = DEFAULTS, language: str = "en") -> dict[str, str]:
    return {path: text for path, text in files(around, language).items() if path.endswith(".yaml")}


def panels_of(board: Json) -> list[Json]:
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def picked(board: Json, values: Values) -> Values:
    """What a board opens with: a variable of several values has all of them, until a reader or a link says less."""
    several = {item["name"]: ALL for item in board["templating"]["list"] if item["multi"]}
    return {**values, **several}


def committed() -> Path:
    return Path(__file__).resolve().parents[2] / "deploy" / "grafana"
