"""Where panels stand: sections from top to bottom, panels from left to right in Grafana's grid of 24 columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.sdk import dashboard
from rainbow.kernel.errors import DashboardError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = 24
"""Width of the grid; one row of it is 30 px and 8 px of gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A panel and its size in grid units. ``key`` names it for alert rules."""

    key: str
    panel: dashboard.Panel
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Tiles under a heading; without one where ``title`` is empty."""

    title: str
    tiles: tuple[Tile, ...]


def place(sections: Sequence[Section]) -> tuple[list[dashboard.Panel | dashboard.RowPanel], dict[str, int]]:
    """All panels with position and number, and the number of each key. A row of tiles is as high as its highest.

    Raises:
        DashboardError: a key stands twice.
    """
    placed: list[dashboard.Panel | dashboard.RowPanel] = []
    numbers: dict[str, int] = {}
    y = 0
    for section in sections:
        if section.title:
            position = dashboard.GridPos(h=1, w=COLUMNS, x=0, y=y)
            placed.append(dashboard.RowPanel(title=section.title, grid_pos=position, id_val=len(placed) + 1))
            y += 1
        x = height = 0
        for tile in section.tiles:
            if x + tile.width > COLUMNS:
                x, y, height = 0, y + height, 0
            if tile.key in numbers:
                raise DashboardError(_("panel key {key} stands twice").format(key=tile.key))
            numbers[tile.key] = tile.panel.id_val = len(placed) + 1
            tile.panel.grid_pos = dashboard.GridPos(h=tile.height, w=tile.width, x=x, y=y)
            placed.append(tile.panel)
            x, height = x + tile.width, max(height, tile.height)
        y += height
    return placed, numbers
