"""A small map as a drawing that needs no script: the trenches, what is cut, who is lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import LonLat
    from planner.network import Network
    from planner.whatif import Answer

WIDTH = 480
MARGIN = 14
MOST_SECTIONS = 4000
"""A drawing of more trenches than this is a grey cloud and a heavy page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """Paths and points in pixels. ``ground`` is all trenches, ``cut`` those of the answer."""

    width: int
    height: int
    ground: str
    cut: str
    lost: tuple[tuple[float, float, str], ...]
    sites: tuple[tuple[float, float], ...]


def sketch(network: Network, found: Answer) -> Sketch | None:
    """The drawing of an answer; None for a city too large for one, or without a trench."""
    plant = network.plant
    points = [point for section in plant.sections for point in section.line]
    if not points or len(plant.sections) > MOST_SECTIONS:
        return None
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    shrink = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, (north - south) * 0.75, 1e-9)

    def at(point: LonLat) -> tuple[float, float]:
        return round(MARGIN + (point[0] - west) * shrink * scale, 1), round(MARGIN + (north - point[1]) * scale, 1)

    def path(lines: Iterable[tuple[LonLat, ...]]) -> str:
        return "".join("M" + "L".join(f"{x} {y}" for x, y in map(at, line)) for line in lines)

    return Sketch(
        width=WIDTH,
        height=round(2 * MARGIN + (north - south) * scale),
        ground=path(section.line for section in plant.sections),
        cut=path(plant.section[code].line for code in found.sections),
        lost=tuple((*at(plant.nodes[code].point), plant.nodes[code].label) for code in found.lost),
        sites=tuple(at(site.point) for site in plant.sites),
    )
