"""An invented street grid: crossings, streets, and ways along them. The routes of a simulated city follow it."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.geodesy import length_m

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Container, Iterable, Sequence

    from inventory.entities import LonLat

Spot = int
"""A crossing, or a building's or lamp's place on a street."""

METRES_PER_DEGREE = 111_320.0
BLOCK_M = 130.0
_JITTER_M = 28.0
_MISSING = 0.06
"""Share of streets that a real city would not have either."""
_TRIES = 1000
_DETOUR, _DETOUR_M = 3.0, 12 * BLOCK_M
"""How much longer than the air line, times and metres, a way may be."""
_WAYS_ON = 2
"""Free streets that must remain at a crossing when a building takes one of them."""


class NoWay(Exception):  # noqa: N818 - the maker's signal to try elsewhere; it never reaches a person
    """The invented streets do not lead there."""


@dataclass(slots=True)
class Streets:
    """The grid. ``taken`` spots are ends of ways only: nothing is led through a building."""

    side: int
    centre: LonLat
    points: list[LonLat] = field(default_factory=list)
    ways: list[dict[Spot, float]] = field(default_factory=list)
    taken: set[Spot] = field(default_factory=set)

    def add(self, point: LonLat) -> Spot:
        """A new spot."""
        self.points.append(point)
        self.ways.append({})
        return len(self.points) - 1

    def join(self, a: Spot, b: Spot) -> None:
        """A street between two spots, as long as the ground says."""
        metres = length_m((self.points[a], self.points[b]))
        self.ways[a][b] = metres
        self.ways[b][a] = metres

    def place(self, a: Spot, b: Spot, share: float) -> Spot:
        """Put a spot on the street from a to b, ``share`` of the way along; the street is split there."""
        del self.ways[a][b], self.ways[b][a]
        (ax, ay), (bx, by) = self.points[a], self.points[b]
        spot = self.add((round(ax + (bx - ax) * share, 7), round(ay + (by - ay) * share, 7)))
        self.join(a, spot)
        self.join(spot, b)
        self.taken.add(spot)
        return spot

    def free_street(
        self, rng: random.Random, near: LonLat, within_m: float, *, besides: Container[tuple[Spot, Spot]] = ()
    ) -> tuple[Spot, Spot]:
        """A street between two crossings nearby that both ends can do without, none of ``besides``.

        Raises:
            NoWay: all are taken.
        """
        east, north = metres_from(self.centre, near)
        for _turn in range(_TRIES):
            far_m, angle = within_m * math.sqrt(rng.random()), rng.uniform(0, math.tau)
            column = round(self.side / 2 + (east + far_m * math.cos(angle)) / BLOCK_M)
            row = round(self.side / 2 + (north + far_m * math.sin(angle)) / BLOCK_M)
            if not (0 <= row < self.side and 0 <= column < self.side):
                continue
            here = row * self.side + column
            ends = [
                there
                for there in self._free(here)
                if len(self._free(there)) > _WAYS_ON and street(here, there) not in besides
            ]
            if len(self._free(here)) > _WAYS_ON and ends:
                return here, rng.choice(ends)
        raise NoWay

    def _free(self, here: Spot) -> list[Spot]:
        """Where one can go from a crossing without running into a building."""
        return [there for there in self.ways[here] if there not in self.taken]

    def route(
        self,
        start: Spot,
        end: Spot,
        *,
        without: Collection[Spot] = (),
        shun: Collection[tuple[Spot, Spot]] = (),
        wander: random.Random | None = None,
    ) -> list[Spot]:
        """The shortest way that passes none of ``without``, no building, and none of the streets ``shun``.

        With ``wander`` it may be up to twice as long: another way each time.

        Raises:
            NoWay: there is none, or only one that nobody would dig.
        """
        longest = _DETOUR * length_m((self.points[start], self.points[end])) + _DETOUR_M
        reach: dict[Spot, float] = {start: 0.0}
        came: dict[Spot, Spot] = {}
        queue = [(0.0, start)]
        while queue:
            far, here = heapq.heappop(queue)
            if here == end:
                return _trace(came, start, end)
            if far > reach[here]:
                continue
            for there, metres in self.ways[here].items():
                blocked = there != end and (there in without or there in self.taken)
                if blocked or street(here, there) in shun:
                    continue
                reached = far + (metres * (1 + wander.random()) if wander else metres)
                if reached < reach.get(there, longest):
                    reach[there] = reached
                    came[there] = here
                    heapq.heappush(queue, (reached, there))
        raise NoWay

    def disjoint(
        self, ends: Iterable[tuple[Spot, Spot]], *, without: Collection[Spot] = (), wander: random.Random | None = None
    ) -> list[list[Spot]]:
        """Ways between pairs of spots that share neither street nor crossing with each other.

        Raises:
            NoWay: not found; another order, or another ``wander``, may have them.
        """
        used = set(without)
        ways: list[list[Spot]] = []
        pairs = list(ends)
        doors = Counter(door for spot in {spot for pair in pairs for spot in pair} for door in self.ways[spot])
        for a, b in pairs:
            own = Counter([*self.ways[a], *self.ways[b]])
            others = {door for door, count in doors.items() if count > own[door]}  # a way past it would lock it
            way = self.route(a, b, without=used | others - {a, b}, shun=streets_of(ways), wander=wander)
            used.update(way[1:-1])
            ways.append(way)
        return ways

    def middle(self, spots: Sequence[Spot]) -> LonLat:
        """The point amid some spots."""
        lons, lats = zip(*(self.points[spot] for spot in spots), strict=True)
        return sum(lons) / len(lons), sum(lats) / len(lats)

    def round_trip(self, first: Spot, others: Sequence[Spot]) -> list[Spot]:
        """The others in the order in which a ring from ``first`` and back meets them without crossing itself."""
        middle = self.middle([first, *others])

        def bearing(spot: Spot) -> float:
            east, north = metres_from(middle, self.points[spot])
            return math.atan2(north, east)

        return sorted(others, key=lambda spot: (bearing(spot) - bearing(first)) % math.tau)


def _trace(came: dict[Spot, Spot], start: Spot, end: Spot) -> list[Spot]:
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def streets_of(ways: Iterable[Sequence[Spot]]) -> set[tuple[Spot, Spot]]:
    """All streets of some ways."""
    return {street(*pair) for way in ways for pair in pairwise(way)}


def street(a: Spot, b: Spot) -> tuple[Spot, Spot]:
    """The name of a street, whichever way it is walked."""
    return (a, b) if a < b else (b, a)


def metres_from(middle: LonLat, point: LonLat) -> tuple[float, float]:
    """Metres east and north of a point, on a plane that is good enough for placing things."""
    east = METRES_PER_DEGREE * math.cos(math.radians(middle[1]))
    return (point[0] - middle[0]) * east, (point[1] - middle[1]) * METRES_PER_DEGREE


def degrees_from(middle: LonLat, east_m: float, north_m: float) -> LonLat:
    """The point so many metres east and north of another."""
    east = METRES_PER_DEGREE * math.cos(math.radians(middle[1]))
    return (round(middle[0] + east_m / east, 7), round(middle[1] + north_m / METRES_PER_DEGREE, 7))


def grid(rng: random.Random, centre: LonLat, side: int) -> Streets:
    """``side`` x ``side`` crossings around a centre, none where it would be on squared paper."""
    streets = Streets(side, centre)
    for row in range(side):
        for column in range(side):
            x_m = (column - side / 2) * BLOCK_M + rng.uniform(-_JITTER_M, _JITTER_M)
            y_m = (row - side / 2) * BLOCK_M + rng.uniform(-_JITTER_M, _JITTER_M) + 14 * math.sin(column / 3)
            streets.add(degrees_from(centre, x_m, y_m))
    for row in range(side):
        for column in range(side):
            here = row * side + column
            if column + 1 < side and rng.random() > _MISSING:
                streets.join(here, here + 1)
            if row + 1 < side and rng.random() > _MISSING:
                streets.join(here, here + side)
    return streets
