"""What a link is as a piece of glass: how long, how fast, how much light is left at its ends. By the plant's loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Direction
from inventory.lightpath.budget import light_over
from inventory.loss import cable_m, optics_at, way_loss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code
    from inventory.plant import Plant

US_PER_KM = 4.9
"""Light in glass takes 4.9 microseconds a kilometre (index of refraction 1.468)."""
WEAK_DB = 2.0
"""A margin below that is worth a warning: repairs and ageing will eat it."""


def latency_us(metres: float) -> float:
    """How long light takes one way through so much glass; equipment comes on top."""
    return metres / 1_000.0 * US_PER_KM


def link_m(plant: Plant, link: Code) -> float:
    """How far light travels on a link: by OTDR, else as built, else along the trenches, else an estimate."""
    cables = dict.fromkeys(strand.cable for strand in plant.link[link].strands)
    return sum(cable_m(plant, plant.cable[code]) for code in cables)


def speed_mbps(plant: Plant, link: Code) -> int:
    """What a link carries: the slower of its two ports."""
    record = plant.link[link]
    return min(plant.interface[record.a].speed_mbps, plant.interface[record.b].speed_mbps)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLight:
    """The light on a way over several links, each lit anew by its switches: that of the worst of them.

    ``margin_db``: above the receiver's sensitivity, from a typical sender. ``overload_db``: what the strongest sender
    has too much for the receiver, 0 or less where it bears it. ``weakest`` and ``strongest`` are the links they are of.
    ``unknown``: links whose transceivers nobody described; None where no link of the way says anything.
    """

    margin_db: float | None
    overload_db: float | None
    weakest: Code | None
    strongest: Code | None
    unknown: tuple[Code, ...]


class Lights:
    """The light of a plant's links, each worked out once."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._known: dict[Code, tuple[float, float] | None] = {}

    def way(self, links: Iterable[Code]) -> WayLight:
        """The light on a way; patches inside a room lose nothing and are left out."""
        found: dict[Code, tuple[float, float]] = {}
        unknown = []
        for link in links:
            light = self._link(link)
            if light is not None:
                found[link] = light
            elif self._plant.link[link].strands:
                unknown.append(link)
        weakest = min(found, key=lambda link: found[link][0], default=None)
        strongest = max(found, key=lambda link: found[link][1], default=None)
        return WayLight(
            margin_db=None if weakest is None else found[weakest][0],
            overload_db=None if strongest is None else found[strongest][1],
            weakest=weakest,
            strongest=strongest,
            unknown=tuple(unknown),
        )

    def _link(self, code: Code) -> tuple[float, float] | None:
        """Margin and overload of the worse direction; None for a patch, and where a transceiver is not described."""
        if code not in self._known:
            self._known[code] = _link_light(self._plant, code)
        return self._known[code]


def _link_light(plant: Plant, code: Code) -> tuple[float, float] | None:
    link = plant.link[code]
    at_a, at_b = optics_at(plant, link.a), optics_at(plant, link.b)
    if at_a is None or at_b is None or not link.strands:
        return None
    there = light_over(way_loss(plant, link, Direction.A_TO_B).total_db, at_a, at_b)
    back = light_over(way_loss(plant, link, Direction.B_TO_A).total_db, at_b, at_a)
    return min(there.margin_db, back.margin_db), max(there.overload_db, back.overload_db)
