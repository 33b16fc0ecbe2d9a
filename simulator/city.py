"""A simulated city: a star from the town hall with rings that hold, rings that only look it, spurs and lamps.

The single points of failure are planted, and :class:`simulator.planting.Planted` says which. All routes are invented.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from inventory.entities import Criticality, Diversity, SiteKind
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator.builder import OFFICES, PORT, SAFETY, SCHOOLS, SMART, TRAFFIC, Builder
from simulator.glass import with_glass
from simulator.planting import Ledger
from simulator.streets import BLOCK_M, NoWay, degrees_from, grid, street

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.entities import Code, LonLat
    from inventory.plant import Plant
    from simulator.builder import Group
    from simulator.planting import Planted
    from simulator.streets import Spot

    T = TypeVar("T")

CENTRE = (7.7689, 49.4447)
"""Kaiserslautern's middle; nothing else of the city is real here."""
SWITCHES_MAX = 2000
_ATTEMPTS = 20
_TRIES, _STRAIGHT_TRIES = 60, 6
"""Places and ways to try for one ring before spurs must do; the first tries do not wander."""
_LAMP_SHARE = 0.62
_LAMPS_FROM = 7
_LAMP_M = 3.5 * BLOCK_M
_DISTRICT = 14
_DISTRICT_M = 6 * BLOCK_M
"""A district's radius: room for its buildings and lamps with streets left over."""
_RING, _RING_PLUS = 4, 8
"""Buildings a district needs for a ring, and for the traps as well."""
_BACKBONE = (SCHOOLS, SAFETY, OFFICES, SMART)
_ACCESS_PORTS = {"core": 8, "access": 6, "lamp": 1}
_CRITICAL = {
    SiteKind.FIRE_STATION: Criticality.VITAL,
    SiteKind.TOWN_HALL: Criticality.VITAL,
    SiteKind.POP: Criticality.HIGH,
}
_PROMISED = {SiteKind.FIRE_STATION: SAFETY, SiteKind.POP: SMART, SiteKind.OFFICE: OFFICES}
_PLACES = (
    "Nord",
    "Süd",
    "West",
    "Ost",
    "am Park",
    "am Bach",
    "am Markt",
    "am Wald",
    "an der Mühle",
    "am Hang",
    "am Anger",
    "an der Brücke",
    "im Grund",
    "am Ring",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedCity:
    """A plant and what was planted in it."""

    plant: Plant
    planted: Planted


def generate(seed: int, switches: int, *, port: int = PORT, least_ports: int = 0) -> GeneratedCity:
    """A city of so many switches; the same seed gives the same city.

    ``port`` is where its switches will answer. ``least_ports`` is how many ports each has at least.

    Raises:
        SimulatorError: ``switches`` is not 1 to 2,000.
    """
    if not 1 <= switches <= SWITCHES_MAX:
        raise SimulatorError(
            _("a simulated city has 1 to {most} switches, not {count}").format(most=SWITCHES_MAX, count=switches),
            cure=_("name another number"),
        )
    for attempt in range(_ATTEMPTS):
        try:
            return _Maker(random.Random(f"{seed}/{attempt}"), seed, switches, port).make(least_ports)
        except NoWay:
            continue  # a building stands where no second way leads: lay the streets out anew
    raise SimulatorError(
        _("seed {seed} gives no streets that {switches} switches fit into").format(seed=seed, switches=switches),
        cure=_("take another seed"),
    )


@dataclass(slots=True)
class _Stand:
    """A building on its spot with the switches that ring and star links take in turn."""

    spot: Spot
    code: Code
    kind: SiteKind
    switches: list[Code]


@dataclass(slots=True)
class _Names:
    """Names of buildings, counted by kind."""

    counts: dict[SiteKind, int]

    def next(self, kind: SiteKind) -> str:
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        place = _PLACES[(number - 1) % len(_PLACES)]
        again = f" {(number - 1) // len(_PLACES) + 1}" if number > len(_PLACES) else ""
        match kind:
            case SiteKind.SCHOOL:
                return f"{'Grundschule' if number % 3 else 'Gesamtschule'} {place}{again}"
            case SiteKind.FIRE_STATION:
                return f"Feuerwache {number + 1}"
            case SiteKind.POP:
                return f"Netzknoten {number + 1}"
            case _:
                return f"Bürgerbüro {place}{again}"


class _Maker:
    """One attempt at a city."""

    def __init__(self, rng: random.Random, seed: int, switches: int, port: int) -> None:
        self._rng = rng
        self._cores = 2 if switches > 2 else 1  # noqa: PLR2004 - two of three switches at the hub are enough
        self._lamps = round((switches - self._cores) * _LAMP_SHARE) if switches >= _LAMPS_FROM else 0
        self._buildings = switches - self._cores - self._lamps
        self._side = max(12, math.ceil(math.sqrt(switches * 8)))
        self._streets = grid(rng, CENTRE, self._side)
        self._b = Builder(seed, "KL", "Lautern", self._streets, port)
        self._ledger = Ledger()
        self._names = _Names({})

    def make(self, least_ports: int = 0) -> GeneratedCity:
        hub = self._stand("Rathaus", SiteKind.TOWN_HALL, near=CENTRE, within_m=2 * BLOCK_M)
        sizes = [min(_DISTRICT, self._buildings - first) for first in range(0, self._buildings, _DISTRICT)]
        districts = [self._district_stands(number, size, len(sizes)) for number, size in enumerate(sizes)]
        for number, stands in enumerate(districts):
            self._wire_district(hub, stands, first=number == 0)
        stands = [stand for stands in districts for stand in stands]
        for number in range(self._lamps if stands else 0):
            self._lamp(stands[number % len(stands)])
        for other in hub.switches[1:]:
            self._b.patch(hub.switches[0], other)
        for device in self._b.devices.values():
            missing = least_ports - self._b.ports_of(device.code)
            for _turn in range(max(missing, _ACCESS_PORTS[device.role])):
                self._b.port(device.code)
        plant = with_glass(self._b.plant(), self._b.seed)
        at = {node.point: code for code, node in plant.nodes.items()}
        nodes = {spot: at[point] for spot, point in enumerate(self._streets.points) if point in at}
        return GeneratedCity(plant=plant, planted=self._ledger.close(self._b.streets_used, nodes))

    def _district_stands(self, number: int, size: int, districts: int) -> list[_Stand]:
        """The buildings of one district around its own middle: in the first a fire station and a second PoP."""
        middle = self._middle(number, districts)
        within_m = BLOCK_M * (self._side / 2 - 1) if districts == 1 else _DISTRICT_M
        stands = []
        for index in range(size):
            kind = {0: SiteKind.POP, 1: SiteKind.SCHOOL if number else SiteKind.FIRE_STATION, 5: SiteKind.OFFICE}.get(
                index, SiteKind.SCHOOL
            )
            stands.append(self._stand(self._names.next(kind), kind, near=middle, within_m=within_m))
        return stands

    def _middle(self, number: int, districts: int) -> LonLat:
        """Districts lie on a spiral around the hub, far enough apart to have streets of their own."""
        if districts == 1:
            return CENTRE
        reach_m = min(BLOCK_M * self._side / 2 - _DISTRICT_M, 1.05 * _DISTRICT_M * math.sqrt(number + 0.4))
        angle = number * math.pi * (3 - math.sqrt(5))
        return degrees_from(CENTRE, reach_m * math.cos(angle), reach_m * math.sin(angle))

    def _stand(self, name: str, kind: SiteKind, *, near: LonLat, within_m: float) -> _Stand:
        pair = self._streets.free_street(self._rng, near, within_m)
        spot = self._streets.place(*pair, self._rng.uniform(0.3, 0.7))
        is_hub = kind is SiteKind.TOWN_HALL
        criticality = _CRITICAL.get(kind, Criticality.NORMAL)
        site = self._b.site(spot, name, kind, criticality=criticality, is_hub=is_hub)
        count, role = (self._cores, "core") if is_hub else (1, "access")
        return _Stand(spot, site.code, kind, [self._b.device(site.code, role=role).code for _turn in range(count)])

    def _wire_district(self, hub: _Stand, stands: list[_Stand], *, first: bool) -> None:
        """Ring, ring that only looks it, handhole that two ways share, and spurs, as many as there is room for."""
        if len(stands) < _RING:
            for stand in stands:
                self._spur(hub, stand)
            return
        pop, rest = stands[0], stands[1:]
        root = hub if first else pop
        if not first:
            self._or_spurs(hub, [pop], self._ring)
            for stand in rest:
                self._ledger.hangs(stand.code, pop.code)
        ring = self._or_spurs(root, [*rest[:3], pop] if first else rest[:3], self._ring)
        second = pop if ring else root
        rest = rest[3:]
        if len(stands) >= _RING_PLUS:
            self._or_spurs(root, rest[:3], lambda root, members: self._false_ring(root, second, members))
            self._or_spurs(root, rest[3:4], lambda root, members: self._shared_handhole(root, second, members[0]))
            rest = rest[4:]
        for stand in rest:
            self._spur(root, stand)

    def _or_spurs(
        self, root: _Stand, members: Sequence[_Stand], build: Callable[[_Stand, Sequence[_Stand]], None]
    ) -> bool:
        """Whether it could be built; where the streets are too narrow for it, spurs must do."""
        try:
            build(root, members)
        except NoWay:
            for member in members:
                self._spur(root, member)
            return False
        return True

    def _ring(self, root: _Stand, members: Sequence[_Stand]) -> None:
        """Links from one to the next over ways that share neither street nor crossing: no single cut parts them."""
        at = {member.spot: member for member in members}
        stops = [root, *(at[spot] for spot in self._streets.round_trip(root.spot, list(at))), root]
        ends = [(a.spot, b.spot) for a, b in pairwise(stops)]
        ways = self._tried(lambda wander: self._streets.disjoint(ends, wander=wander))
        self._protected(pairwise(stops), ways, _BACKBONE)
        self._promise(members, Diversity.TRENCH)

    def _false_ring(self, root: _Stand, second: _Stand, members: Sequence[_Stand]) -> None:
        """A ring whose two ends run through one street: claimed diverse, and all lost by one cut there."""
        streets = self._streets
        at = {member.spot: member for member in members}
        towards = streets.middle([root.spot, *at, *at])

        def plan(wander: random.Random | None) -> tuple[tuple[Spot, Spot], list[Spot], list[list[Spot]]]:
            u, v = streets.free_street(self._rng, towards, 5 * BLOCK_M)
            order = streets.round_trip(v, list(at))
            loop = streets.disjoint(pairwise([v, *order, v]), without={u}, wander=wander)
            used = {v, *(spot for way in loop for spot in way)}
            heads = streets.disjoint([(root.spot, u), (second.spot, u)], without=used, wander=wander)
            return (u, v), order, [[*heads[0], *loop[0]], *loop[1:-1], [*heads[1], *loop[-1][::-1]]]

        pair, order, ways = self._tried(plan)
        ring = [at[spot] for spot in order]
        ends = [(root, ring[0]), *pairwise(ring), (second, ring[-1])]
        self._protected(ends, ways, (SCHOOLS, TRAFFIC))
        lost = [member.code for member in members]
        self._ledger.street(street(*pair), lost)
        for spot in pair:
            self._ledger.spot(spot, lost)
        self._ledger.claimed += lost
        self._promise(members, Diversity.TRENCH)

    def _shared_handhole(self, root: _Stand, second: _Stand, stand: _Stand) -> None:
        """Two ways over different streets that meet in one handhole: no trench parts them, the handhole does."""
        streets = self._streets
        middle = streets.points[stand.spot]

        def plan(wander: random.Random | None) -> tuple[Spot, list[list[Spot]]]:
            crossing = streets.free_street(self._rng, middle, 4 * BLOCK_M)[0]
            ends = [(end.spot, crossing) for end in (stand, stand, root, second)]
            one, other, head, tail = streets.disjoint(ends, wander=wander)
            return crossing, [[*head, *one[-2::-1]], [*tail, *other[-2::-1]]]

        crossing, ways = self._tried(plan)
        self._protected([(root, stand), (second, stand)], ways, (SCHOOLS, OFFICES))
        self._ledger.spot(crossing, [stand.code])
        self._promise([stand], Diversity.TRENCH)

    def _spur(self, root: _Stand, stand: _Stand) -> None:
        """One way only: every street, crossing and cable of it takes the site down."""
        way = self._streets.route(root.spot, stand.spot)
        cables = self._join(root, stand, way, (SCHOOLS, OFFICES), turn=len(self._b.links))
        self._ledger.way(way, cables, stand.code)
        self._promise([stand], Diversity.NONE)

    def _lamp(self, stand: _Stand) -> None:
        """A lamp near the building that feeds it, in a street where no trench lies yet."""
        near = self._streets.points[stand.spot]
        pair = self._tried(
            lambda wander: self._streets.free_street(
                self._rng, near, _LAMP_M if wander is None else 2 * _LAMP_M, besides=self._b.streets_used
            )
        )
        spot = self._streets.place(*pair, self._rng.uniform(0.3, 0.7))
        lamp = self._b.lamp(spot)
        switch = self._b.device(lamp.code, role="lamp")
        way = self._streets.route(stand.spot, spot)
        cables = self._b.grey_link(stand.switches[0], switch.code, way, SAFETY)
        self._ledger.way(way, cables, lamp.code)
        self._ledger.hangs(lamp.code, stand.code)
        self._b.service(SAFETY, [lamp.code], Diversity.NONE)

    def _protected(
        self,
        ends: Iterable[tuple[_Stand, _Stand]],
        ways: Sequence[Sequence[Spot]],
        groups: Sequence[Group],
    ) -> None:
        """Links from place to place as a ring (G.8032), closed or hung on the ring before, for each user group."""
        first = len(self._b.links)
        for turn, ((a, b), way) in enumerate(zip(ends, ways, strict=True)):
            self._join(a, b, way, groups, turn=turn)
        self._b.rings([link.code for link in self._b.links[first:]], len(groups))

    def _join(
        self, a: _Stand, b: _Stand, way: Sequence[Spot], groups: Sequence[Group], *, turn: int
    ) -> tuple[Code, ...]:
        ends = a.switches[turn % len(a.switches)], b.switches[(turn + 1) % len(b.switches)]
        return self._b.coloured_links(*ends, way, groups)

    def _promise(self, stands: Sequence[_Stand], diversity: Diversity) -> None:
        for stand in stands:
            self._b.service(_PROMISED.get(stand.kind, SCHOOLS), [stand.code], diversity)

    def _tried(self, plan: Callable[[random.Random | None], T]) -> T:
        """The first plan that can be walked: on shortest ways first, then wandering about.

        Raises:
            NoWay: none can.
        """
        for number in range(_TRIES):
            try:
                return plan(self._rng if number >= _STRAIGHT_TRIES else None)
            except NoWay:
                continue
        raise NoWay
