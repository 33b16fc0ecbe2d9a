"""The map of a report as SVG: trenches by what their cut takes down, drawn wide and named, never by colour alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from inventory.entities import Site
from rainbow.kernel.texts import _
from topology.graph import GroupKind
from topology.report_words import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant
    from topology.report_values import Report

WIDTH = 1_000.0
MARGIN = 28.0
TALLEST = 1_150.0
LINE = 13.0
LABELS = 40
"""Places named on the map: the hubs, then those longest without a way."""

CALM, HUB_MADE, LAMPS, SITES = "#b9c2c9", "#3b6ea5", "#d99000", "#b3261e"
_STROKES = {CALM: (1.2, ""), HUB_MADE: (5.0, "2 3"), LAMPS: (3.0, "7 3"), SITES: (5.0, "")}
"""Width and dashes of each colour: the colour-blind and the photocopy tell them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """From degrees to the drawing."""

    west: float
    north: float
    east_scale: float
    scale: float
    height: float

    def at(self, point: LonLat) -> tuple[float, float]:
        x = MARGIN + (point[0] - self.west) * self.east_scale * self.scale
        return x, MARGIN + (self.north - point[1]) * self.scale


def _frame(points: Iterable[LonLat]) -> _Frame:
    found = list(points)
    west, east = min(lon for lon, _lat in found), max(lon for lon, _lat in found)
    south, north = min(lat for _lon, lat in found), max(lat for _lon, lat in found)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    return _Frame(west=west, north=north, east_scale=squeeze, scale=scale, height=high * scale + 2 * MARGIN)


def map_svg(plant: Plant, report: Report) -> str:
    """The drawing, self-contained; empty where the plant has no places."""
    points = [point for section in plant.sections for point in section.line]
    points += [site.point for site in plant.sites]
    if not points:
        return ""
    frame = _frame(points)
    name = quoteattr(_("Map of the trenches"))
    head = f'viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label={name} font-family="sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head}>',
        *_lines(plant, report, frame),
        *_nodes(plant, report, frame),
        "</svg>",
    ]
    return "\n".join(parts)


def _colours(report: Report) -> dict[Code, str]:
    found = {}
    for point in report.single_points:
        if point.kind is GroupKind.TRENCH:
            found[point.code] = HUB_MADE if point.hub_made else SITES if point.sites else LAMPS
    return found


def _lines(plant: Plant, report: Report, frame: _Frame) -> Iterator[str]:
    colours = _colours(report)
    calm_first = sorted(plant.sections, key=lambda section: list(_STROKES).index(colours.get(section.code, CALM)))
    for section in calm_first:
        colour = colours.get(section.code, CALM)
        width, dashes = _STROKES[colour]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.at, section.line))
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield (
            f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
            f"{dashed}><title>{escape(label(report.names, section.code))}</title></polyline>"
        )


def _nodes(plant: Plant, report: Report, frame: _Frame) -> Iterator[str]:
    exposed = _exposed(report)
    for structure in plant.structures:
        if structure.code in plant.devices_at:
            x, y = frame.at(structure.point)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6" fill="#6b7680"/>'
    for site in plant.sites:
        x, y = frame.at(site.point)
        title = f"<title>{escape(label(report.names, site.code))}</title>"
        if site.is_hub:
            yield f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" fill="#1b1f23">{title}</rect>'
        else:
            fill = SITES if site.code in exposed else "#ffffff"
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="#1b1f23" stroke-width="1.4">'
                f"{title}</circle>"
            )
    yield from _labels(plant, report, frame)


def _exposed(report: Report) -> set[Code]:
    """Sites that one avoidable cut of a trench takes down."""
    return {
        code
        for point in report.single_points
        if point.kind is GroupKind.TRENCH and not point.hub_made and point.loss is not None
        for code in point.loss.sites
    }


def _labels(plant: Plant, report: Report, frame: _Frame) -> Iterator[str]:
    """Names beside the places, the important first; one that would cover another is left out."""
    nodes: Mapping[Code, object] = plant.nodes
    wanted = [*report.core, *(facts.site for facts in report.sites)]
    taken: list[tuple[float, float, float]] = []
    for code in wanted:
        site = nodes[code]
        if not isinstance(site, Site) or len(taken) == LABELS:
            continue
        x, y = frame.at(site.point)
        text = site.label
        wide = 6.2 * len(text)
        left = x + 10 if x + 10 + wide < WIDTH else x - 10 - wide
        if any(abs(y - other) < LINE and left < end and begin < left + wide for begin, end, other in taken):
            continue
        taken.append((left, left + wide, y))
        yield (
            f'<text x="{left:.1f}" y="{y + 4:.1f}" font-size="11.5" fill="#1b1f23" stroke="#ffffff" stroke-width="3" '
            f'paint-order="stroke">{escape(text)}</text>'
        )


def legend() -> list[tuple[str, float, str, str]]:
    """Colour, width, dashes and meaning of each kind of line."""
    meanings = {
        SITES: _("its cut takes a site down"),
        LAMPS: _("its cut takes lamps or cabinets down"),
        HUB_MADE: _("entry of the hub"),
        CALM: _("its cut alone takes nothing down"),
    }
    return [(colour, *_STROKES[colour], text) for colour, text in meanings.items()]
