"""Planned work against what is down: what both together would take, and neither does alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.ground import CUT_KINDS
from incidents.harm import down_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from incidents.engine import Window
    from incidents.ground import Ground
    from incidents.incident import Incident
    from inventory.entities import Code

SOON_S = 86_400.0
"""Work that begins later is no matter for a message at night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Work that has to wait, and the nodes that it would take while the incidents last, the most critical first."""

    window: Window
    takes: tuple[Code, ...]


def conflicts(ground: Ground, live: Iterable[Incident], windows: Iterable[Window]) -> list[Conflict]:
    """The work among ``windows`` that would take what it takes only because of these incidents."""
    down = frozenset().union(*(down_links(ground, item) for item in live))
    found = []
    for window in windows if down else ():
        links = links_of(ground, window.codes)
        takes = ground.lost(down | links) - ground.lost(down) - ground.lost(links)
        if takes:
            found.append(Conflict(window=window, takes=tuple(sorted(takes, key=ground.index.naming.rank))))
    return found


def soon(windows: Sequence[Window], now_s: float) -> list[Window]:
    """Work that goes on or begins within a day."""
    return [window for window in windows if window.ends_s >= now_s and window.begins_s <= now_s + SOON_S]


def links_of(ground: Ground, codes: Iterable[Code]) -> frozenset[Code]:
    """The links that work on these takes down: trenches, cables, ducts, sites, switches, ports or links."""
    found: set[Code] = set()
    for code in codes:
        found.update(*(ground.members((kind, code)) for kind in CUT_KINDS))
        found |= ground.links_of_devices({code} if code in ground.far_ends else ground.devices_at([code]))
        link = ground.link_at.get(code, code)
        found |= {link} if link in ground.ends else set()
    return frozenset(found)
