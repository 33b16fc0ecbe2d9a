"""A small map as a drawing that needs no script: the trenches, what is cut, who is lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import LonLat, TrenchSection
    from planner.network import Network
    from planner.whatif import Answer

WIDTH = 480
MARGIN = 14
FLAT = 0.75
"""The drawing is so high for its width, or flatter."""
MOST_SECTIONS = 4000
"""A drawing of more trenches than this is a grey cloud and a heavy page: then only the surroundings are drawn."""
AROUND = 0.25
"""So much of their extent is drawn round the cuts and the lost."""
LEAST_DEGREES = 0.002

PAPER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<path d="{ground}" fill="none" stroke="#8a979e" stroke-width="1.2"/>{sites}
<path d="{cut}" fill="none" stroke="#6a2ca0" stroke-width="4.5" stroke-dasharray="4 2.5"/>{lost}</svg>"""
SITE = '<rect x="{x}" y="{y}" width="5" height="5" fill="#33474f"/>'
LOST = '<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="#6a2ca0" stroke-width="2"/>'
NAME = '<text x="{x}" y="{y}" font-size="8" font-family="sans-serif">{name}</text>'
MOST_NAMES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """Paths and points in pixels. ``ground`` is all trenches, ``cut`` those of the answer, ``lost`` nodes with a name.

    ``is_part``: the surroundings only.
    """

    width: int
    height: int
    ground: str
    cut: str
    lost: tuple[tuple[float, float, str], ...]
    sites: tuple[tuple[float, float], ...]
    is_part: bool

    @property
    def svg(self) -> str:
        """The drawing by itself, for paper."""
        names = "".join(
            NAME.format(x=round(x + 8, 1), y=round(y + 3, 1), name=escape(name))
            for x, y, name in self.lost[:MOST_NAMES]
        )
        return PAPER.format(
            width=self.width,
            height=self.height,
            ground=self.ground,
            cut=self.cut,
            sites="".join(SITE.format(x=round(x - 2.5, 1), y=round(y - 2.5, 1)) for x, y in self.sites),
            lost="".join(LOST.format(x=x, y=y) for x, y, _name in self.lost) + names,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """A box in degrees and where its points are drawn."""

    west: float
    south: float
    east: float
    north: float

    @property
    def shrink(self) -> float:
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        wide, high = (self.east - self.west) * self.shrink, self.north - self.south
        return (WIDTH - 2 * MARGIN) / max(wide, high * FLAT, 1e-9)

    @property
    def height(self) -> int:
        return round(2 * MARGIN + (self.north - self.south) * self.scale)

    def at(self, point: LonLat) -> tuple[float, float]:
        x = MARGIN + (point[0] - self.west) * self.shrink * self.scale
        return round(x, 1), round(MARGIN + (self.north - point[1]) * self.scale, 1)

    def holds(self, points: Iterable[LonLat]) -> bool:
        return any(self.west <= x <= self.east and self.south <= y <= self.north for x, y in points)


def sketch(network: Network, found: Answer) -> Sketch | None:
    """The drawing of an answer; None where there is nothing to draw, or too much of it."""
    plant = network.plant
    is_part = len(plant.sections) > MOST_SECTIONS
    frame = _around(network, found) if is_part else _frame(point for one in plant.sections for point in one.line)
    if frame is None:
        return None
    sections = [one for one in plant.sections if not is_part or frame.holds(one.line)]
    if len(sections) > MOST_SECTIONS:
        return None
    lost = (plant.nodes[code] for code in found.lost)
    return Sketch(
        width=WIDTH,
        height=frame.height,
        ground=_path(frame, sections),
        cut=_path(frame, (plant.section[code] for code in found.sections)),
        lost=tuple((*frame.at(node.point), node.label) for node in lost),
        sites=tuple(frame.at(site.point) for site in plant.sites if frame.holds((site.point,))),
        is_part=is_part,
    )


def _around(network: Network, found: Answer) -> _Frame | None:
    """The box round what is cut and lost, with some room."""
    plant = network.plant
    cut = [point for code in found.sections for point in plant.section[code].line]
    box = _frame([*cut, *(plant.nodes[code].point for code in (*found.lost, *found.asked) if code in plant.nodes)])
    if box is None:
        return None
    room = max(LEAST_DEGREES, AROUND * max(box.east - box.west, box.north - box.south))
    return _Frame(west=box.west - room, south=box.south - room, east=box.east + room, north=box.north + room)


def _frame(points: Iterable[LonLat]) -> _Frame | None:
    found = list(points)
    if not found:
        return None
    across, up = [point[0] for point in found], [point[1] for point in found]
    return _Frame(west=min(across), south=min(up), east=max(across), north=max(up))


def _path(frame: _Frame, sections: Iterable[TrenchSection]) -> str:
    return "".join("M" + "L".join(f"{x} {y}" for x, y in map(frame.at, section.line)) for section in sections)
