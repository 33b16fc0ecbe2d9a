"""A panel and its answers as HTML, nearly as Grafana draws them: values, lines, states and tables. Pure."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

INKS = ("#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d", "#fade2a")
"""Grafana's classic palette, for lines that have no colour of their own."""
LIGHT = 150
"""Of 255, how bright a colour is from which on black is read better on it than white."""
MOST_ROWS, MOST_LINES, ROW_PX = 40, 40, 20
NEAR_ZERO, FLAT = 0.8, 4.0
LEFT, RIGHT, TOP, BOTTOM, LABEL_PX = 66, 8, 6, 18, 112
THOUSANDS = {"bps": "b/s", "pps": "p/s", "watt": "W", "short": "", "none": "", "masskg": "kg", "kwatth": "kWh"}
PLAIN = {"dBm": "dBm", "dB": "dB", "celsius": "°C", "percent": "%", "mamp": "mA"}
SPANS = ((86_400 * 7, "week"), (86_400, "day"), (3600, "hour"), (60, "min"))


def shown(value: object, unit: str) -> str:
    """A value as Grafana would write it, nearly."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else escape(str(value))
    if unit == "dateTimeAsIso":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%S}"
    if unit in PLAIN:
        return f"{value:.2f}".rstrip("0").rstrip(".") + f" {PLAIN[unit]}"
    if unit in {"s", "m"}:
        return _time(value * (60 if unit == "m" else 1))
    step, letters = (1024.0, ("B", "KiB", "MiB", "GiB")) if unit == "bytes" else (1000.0, ("", "k", "M", "G"))
    place = 0
    while abs(value) >= step and place < len(letters) - 1:
        value, place = value / step, place + 1
    return f"{_few(value)} {letters[place]}{THOUSANDS.get(unit, '')}".strip()


def _few(value: float) -> str:
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _time(seconds: float) -> str:
    for span_s, name in SPANS:
        if seconds >= span_s:
            return f"{seconds / span_s:.1f} {name}" + ("s" if name != "min" and seconds >= 2 * span_s else "")
    return f"{_few(seconds)} s" if seconds >= 1 or not seconds else f"{seconds * 1000:.0f} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time a board shows, in milliseconds, and what happened in it: moments, and work from when to when."""

    from_ms: int
    to_ms: int
    moments: Sequence[int] = ()
    works: Sequence[tuple[int, int]] = ()

    def x(self, at_ms: float, width: float) -> float:
        """Where a time lies across so many pixels."""
        return (at_ms - self.from_ms) / (self.to_ms - self.from_ms) * width


class Dress:
    """What a panel says of its values: names of states, limits, units, colours and titles of columns."""

    def __init__(self, panel: Json) -> None:
        config = panel["fieldConfig"]
        self.defaults: Json = config["defaults"]
        self._own: dict[tuple[str, str], Json] = {
            (item["matcher"]["id"], item["matcher"]["options"]): {
                one["id"]: one.get("value") for one in item["properties"]
            }
            for item in config.get("overrides", [])
        }

    def of(self, name: str, key: str) -> Any:  # noqa: ANN401 - JSON
        """An option of a column."""
        return self._own.get(("byName", name), {}).get(key, self.defaults.get(key))

    def of_query(self, ref_id: str, key: str) -> Any:  # noqa: ANN401 - JSON
        """An option of the lines of a query."""
        return self._own.get(("byFrameRefID", ref_id), {}).get(key)

    def title(self, name: str) -> str:
        """What a column is called."""
        return escape(str(self.of(name, "displayName") or name))

    def cell(self, name: str, value: object) -> tuple[str, str]:
        """A value's text and its colour, an empty one where it has none."""
        for mapping in self.of(name, "mappings") or ():
            if mapping["type"] == "special" and value is None:
                return escape(mapping["options"]["result"]["text"]), mapping["options"]["result"]["color"]
            known = mapping["options"].get(f"{value:g}" if isinstance(value, int | float) else str(value))
            if mapping["type"] == "value" and known:
                return escape(known["text"]), known.get("color", "")
        colour = ""
        for step in (self.of(name, "thresholds") or {}).get("steps", ()):
            if isinstance(value, int | float) and (step["value"] is None or value >= step["value"]):
                colour = step["color"]
        return shown(value, str(self.of(name, "unit") or "")), "" if colour == "text" else colour


def drawing(panel: Json, answers: Sequence[Json], span: Span, width: int, height: int) -> str:
    """What stands in a panel. ``answers`` are series with ``called``, their name, and ``ref``, their query's."""
    if panel["type"] == "stat":
        return _number(panel, answers)
    if panel["type"] == "table":
        return _table(panel, answers)
    if not any(row[1] is not None for item in answers for row in item["values"]):
        return '<div class="none">No data</div>'
    return (
        _lines(panel, answers, span, width, height)
        if panel["type"] == "timeseries"
        else _states(panel, answers, span, width)
    )


def _number(panel: Json, answers: Sequence[Json]) -> str:
    """The newest value in large."""
    name = panel["options"]["reduceOptions"]["fields"].strip("/^$")
    values = [row[item["columns"].index(name)] for item in answers for row in item["values"] if name in item["columns"]]
    text, colour = Dress(panel).cell(name, values[-1] if values else None)
    return f'<div class="stat"><span data-ink="{colour}">{text}</span></div>'


def _rows(panel: Json, answers: Sequence[Json]) -> tuple[list[str], list[Json]]:
    """A table's columns and rows after its own transformations: order, filter, sort, limit."""
    rows = [
        {**item.get("tags", {}), **dict(zip(["Time", *item["columns"][1:]], row, strict=True))}
        for item in answers
        for row in item["values"]
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    for step in panel.get("transformations", ()):
        options = step["options"]
        if step["id"] == "organize":
            names = [name for name in names if not options["excludeByName"].get(name)]
            names.sort(key=lambda name: options["indexByName"].get(name, 99))
        elif step["id"] == "filterByValue":
            rows = [row for row in rows if all(row.get(item["fieldName"]) is not None for item in options["filters"])]
        elif step["id"] == "sortBy":
            (wanted,) = options["sort"]
            rows.sort(key=lambda row: _sortable(row.get(wanted["field"])), reverse=wanted["desc"])
        elif step["id"] == "limit":
            rows = rows[: int(options["limitField"])]
    return names, rows[:MOST_ROWS]


def _sortable(value: object) -> tuple[bool, float, str]:
    number = isinstance(value, int | float)
    return value is not None, float(value) if number else 0.0, "" if number else str(value)  # type: ignore[arg-type] # a number


def _table(panel: Json, answers: Sequence[Json]) -> str:
    dress = Dress(panel)
    names, rows = _rows(panel, answers)
    if not rows:
        return '<div class="none">No data</div>'
    widths = "".join(f'<col data-wide="{dress.of(name, "custom.width") or ""}">' for name in names)
    head = "".join(f"<th>{dress.title(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(_cell(dress, name, row.get(name)) for name in names) + "</tr>" for row in rows)
    return f"<table><colgroup>{widths}</colgroup><tr>{head}</tr>{body}</table>"


def _cell(dress: Dress, name: str, value: object) -> str:
    if name == "Time" and isinstance(value, int):
        return f"<td>{datetime.fromtimestamp(value / 1000, UTC):%m-%d %H:%M}</td>"
    text, colour = dress.cell(name, value)
    if (dress.of(name, "custom.cellOptions") or {}).get("type") == "color-background":
        return f'<td data-paper="{colour}" data-ink="{_on(colour)}">{text}</td>'
    link = ' class="link"' if dress.of(name, "links") else ""
    return f'<td{link} data-ink="{colour}">{text}</td>'


def _on(colour: str) -> str:
    """Ink that can be read on a colour."""
    if not colour.startswith("#"):
        return "#1b1e23"
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#1b1e23" if red * 0.3 + green * 0.59 + blue * 0.11 > LIGHT else "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """A line as it is drawn: its points, downwards where the panel says so, its ink, its dashes."""

    called: str
    points: list[tuple[int, float]]
    ink: str
    dash: str


def _curves(panel: Json, answers: Sequence[Json]) -> Iterator[_Curve]:
    dress = Dress(panel)
    for place, item in enumerate(answers[:MOST_LINES]):
        ref = item["ref"]
        sign = -1 if dress.of_query(ref, "custom.transform") == "negative-Y" else 1
        style = dress.of_query(ref, "custom.lineStyle") or {}
        colour = (dress.of_query(ref, "color") or {}).get("fixedColor")
        yield _Curve(
            called=item["called"],
            points=[(row[0], sign * row[1]) for row in item["values"] if row[1] is not None],
            ink=colour or INKS[place % len(INKS)],
            dash=" ".join(str(step) for step in style.get("dash", ())),
        )


def _lines(panel: Json, answers: Sequence[Json], span: Span, width: int, height: int) -> str:
    """Lines over the time range with a scale, hours, and what happened."""
    curves = [curve for curve in _curves(panel, answers) if curve.points]
    unit, gap_ms = panel["fieldConfig"]["defaults"]["unit"], panel["fieldConfig"]["defaults"]["custom"]["spanNulls"]
    legend = panel["options"]["legend"]["displayMode"] == "table"
    height -= min(height // 2, 18 * (1 + len(curves))) if legend else 22
    inner_w, inner_h = width - LEFT - RIGHT, height - TOP - BOTTOM
    low, high, step = _scale([value for curve in curves for _at, value in curve.points])
    marks = _happened(span, inner_w, inner_h)
    down = inner_h / (high - low)
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        y = TOP + (high - value) * down
        marks += f'<line x1="{LEFT}" y1="{y:.1f}" x2="{width - RIGHT}" y2="{y:.1f}" class="grid"/>'
        marks += f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{shown(round(value, 9), unit)}</text>'
    for curve in curves:
        for piece in _pieces(curve.points, max(gap_ms, _usual_ms(curve.points) * 1.5)):
            at = " ".join(f"{LEFT + span.x(ms, inner_w):.1f},{TOP + (high - value) * down:.1f}" for ms, value in piece)
            marks += f'<polyline points="{at}" fill="none" stroke="{curve.ink}" stroke-dasharray="{curve.dash}"/>'
    svg = f'<svg width="{width}" height="{height}">{marks}{_hours(span, inner_w, height)}</svg>'
    return svg + (_legend_table(curves, unit) if legend else _legend_list(curves))


def _usual_ms(points: Sequence[tuple[int, float]]) -> int:
    steps = sorted(after[0] - before[0] for before, after in itertools.pairwise(points))
    return steps[len(steps) // 2] if steps else 0


def _pieces(points: Sequence[tuple[int, float]], gap_ms: float) -> Iterator[list[tuple[int, float]]]:
    """A line is broken where nothing was read for longer than the panel bridges."""
    piece = [points[0]]
    for point in points[1:]:
        if point[0] - piece[-1][0] > gap_ms:
            yield piece
            piece = []
        piece.append(point)
    yield piece if len(piece) > 1 else [*piece, *piece]


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Round bounds and steps; zero is on the scale where it is near."""
    low, high = min(values), max(values)
    if 0 <= low < high * NEAR_ZERO:
        low = 0.0
    rough = ((high - low) or abs(high) or FLAT) / 4
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return bottom, top if top > bottom else bottom + step, step


def _hours(span: Span, width: float, height: int) -> str:
    lasts_h = (span.to_ms - span.from_ms) / 3_600_000
    step_h = next((hours for hours in (1, 2, 4, 6, 24, 24 * 7, 24 * 14) if lasts_h / hours <= 9), 24 * 30)
    step_ms = step_h * 3_600_000
    first = (span.from_ms // step_ms + 1) * step_ms
    form = "%H:%M" if step_h < 24 else "%m-%d"
    return "".join(
        f'<text x="{LEFT + span.x(at, width):.1f}" y="{height - 4}" text-anchor="middle">'
        f"{datetime.fromtimestamp(at / 1000, UTC):{form}}</text>"
        for at in range(first, span.to_ms, step_ms)
    )


def _happened(span: Span, width: float, height: float) -> str:
    """Annotations: work as a band, events as dashed lines, those of one moment once."""
    bands = ""
    for begins, ends in span.works:
        x, wide = LEFT + span.x(begins, width), span.x(min(ends, span.to_ms) - begins + span.from_ms, width)
        bands += f'<rect x="{x:.1f}" y="{TOP}" width="{wide:.1f}" height="{height:.0f}" class="work"/>'
    lines = "".join(
        f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{TOP + height:.0f}" stroke="#CC79A7" stroke-dasharray="3 3"/>'
        for x in sorted({round(LEFT + span.x(at, width)) for at in span.moments})
    )
    return bands + lines


def _legend_list(curves: Sequence[_Curve]) -> str:
    keys = "".join(f'<span class="key" data-paper="{curve.ink}"></span>{escape(curve.called)}' for curve in curves)
    return f'<div class="legend">{keys}</div>'


def _legend_table(curves: Sequence[_Curve], unit: str) -> str:
    rows = ""
    for curve in curves:
        last, most = curve.points[-1][1], max(value for _at, value in curve.points)
        rows += f'<tr><td><span class="key" data-paper="{curve.ink}"></span>{escape(curve.called)}</td>'
        rows += f"<td>{shown(last, unit)}</td><td>{shown(most, unit)}</td></tr>"
    return f'<div class="legend"><table><tr><th>Name</th><th>Last *</th><th>Max</th></tr>{rows}</table></div>'


def _states(panel: Json, answers: Sequence[Json], span: Span, width: int) -> str:
    """A bar a thing, in the colours of its states, with their names where there is room."""
    dress, marks = Dress(panel), ""
    inner = width - LABEL_PX - RIGHT
    kept = answers[:MOST_LINES]
    for place, item in enumerate(kept):
        y = place * ROW_PX
        marks += f'<text x="{LABEL_PX - 6}" y="{y + 14}" text-anchor="end">{escape(item["called"])}</text>'
        for begins, ends, value in _stretches(item["values"]):
            text, ink = dress.cell(item["columns"][1], value)
            x, wide = LABEL_PX + span.x(begins, inner), span.x(ends, inner) - span.x(begins, inner)
            marks += f'<rect x="{x:.1f}" y="{y + 2}" width="{max(wide, 1):.1f}" height="{ROW_PX - 4}" fill="{ink}"/>'
            if wide > 8 * len(text):
                marks += f'<text x="{x + 4:.1f}" y="{y + 14}" style="fill:{_on(ink)}">{text}</text>'
    hours = _hours(span, inner, len(kept) * ROW_PX + BOTTOM).replace(
        "<text", f'<text transform="translate({LABEL_PX - LEFT})"'
    )
    return f'<svg width="{width}" height="{len(kept) * ROW_PX + BOTTOM}">{marks}{hours}</svg>'


def _stretches(values: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int, object]]:
    """From when to when a state held; the last as long as the one before took."""
    step = values[1][0] - values[0][0] if len(values) > 1 else 0
    began, held = None, None
    for at, value, *_more in values:
        if value != held:
            if held is not None:
                yield began, at, held
            began, held = at, value
    if held is not None:
        yield began, values[-1][0] + step, held


def names_of(alias: str, series: Mapping[str, Any]) -> str:
    """A series by its alias, its tags filled in."""
    for tag, value in series.get("tags", {}).items():
        alias = alias.replace(f"$tag_{tag}", value)
    return alias or " ".join(series.get("tags", {}).values()) or series["columns"][1]
