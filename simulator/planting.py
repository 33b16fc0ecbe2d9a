"""What is planted in a simulated city: every trench, cable and node that alone takes something down.

It is written down while the city is made, from what each piece is for, and not found by looking at the result: so an
analysis can be held against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.streets import street

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.entities import Code
    from simulator.streets import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What alone takes which sites and lamps down, by code; ``nodes`` are handholes, route nodes and buildings.

    The hub itself is not in it: that it takes everything is the nature of a star. A building's own fall is not
    counted, only what hangs on it.
    """

    trenches: Mapping[Code, tuple[Code, ...]]
    cables: Mapping[Code, tuple[Code, ...]]
    nodes: Mapping[Code, tuple[Code, ...]]
    only_claimed_diverse: tuple[Code, ...] = ()


@dataclass(slots=True)
class Ledger:
    """The book that is kept while the city is made. ``hangs`` names what each place cannot do without."""

    claimed: list[Code] = field(default_factory=list)
    _hangs: dict[Code, Code] = field(default_factory=dict)
    _streets: dict[tuple[Spot, Spot], set[Code]] = field(default_factory=dict)
    _spots: dict[Spot, set[Code]] = field(default_factory=dict)
    _cables: dict[Code, set[Code]] = field(default_factory=dict)

    def hangs(self, place: Code, on: Code) -> None:
        """A place is reached through another only."""
        self._hangs[place] = on

    def way(self, way: Sequence[Spot], cables: Iterable[Code], place: Code) -> None:
        """A place is reached by one way only: all of it takes the place down."""
        for pair in pairwise(way):
            self.street(pair, [place])
        for spot in way[1:-1]:
            self.spot(spot, [place])
        for cable in cables:
            self._cables.setdefault(cable, set()).add(place)

    def street(self, pair: tuple[Spot, Spot], places: Iterable[Code]) -> None:
        """A street takes places down."""
        self._streets.setdefault(street(*pair), set()).update(places)

    def spot(self, spot: Spot, places: Iterable[Code]) -> None:
        """A crossing takes places down."""
        self._spots.setdefault(spot, set()).update(places)

    def close(self, trenches: Mapping[tuple[Spot, Spot], Code], nodes: Mapping[Spot, Code]) -> Planted:
        """All of it by code, with everything that hangs on what is lost."""
        found = {nodes[spot]: self._whole(places) for spot, places in self._spots.items()}
        for place in dict.fromkeys(self._hangs.values()):
            found[place] = tuple(code for code in self._whole([place]) if code != place)
        return Planted(
            trenches={trenches[pair]: self._whole(places) for pair, places in self._streets.items()},
            cables={cable: self._whole(places) for cable, places in self._cables.items()},
            nodes=found,
            only_claimed_diverse=tuple(sorted(self.claimed)),
        )

    def _whole(self, places: Iterable[Code]) -> tuple[Code, ...]:
        lost = set(places)
        grown = True
        while grown:
            more = {place for place, on in self._hangs.items() if on in lost} - lost
            lost |= more
            grown = bool(more)
        return tuple(sorted(lost))
