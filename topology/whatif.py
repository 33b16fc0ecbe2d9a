"""May we cut this, with what is down now? What is lost, what hangs on fewer ways, what room and length is left.

Two answers stand side by side: what light could still reach, and what the protocols of the link groups make of it
(:mod:`topology.protocols`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from inventory.entities import Code, Site
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.impact import Impact, impact
from topology.light import Lights, WayLight, latency_us, link_m
from topology.protocols import Carrying, Protocols, Steered
from topology.shortest import Shortest, shortest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from inventory.entities import LonLat
    from inventory.plant import Plant
    from topology.cut_index import CutIndex

MOST_REROUTED = 100
"""Sites whose new way is told; a trunk holds hundreds."""
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """How a site that is still reached gets to a hub afterwards. Speeds in Mbit/s, lengths of glass in metres.

    ``most_mbps``: the most the links that are up can carry to the hubs at once (maximum flow), before and after;
    ``delivered_mbps``: the most that the protocols let through. ``links`` is the way taken, the shortest that carries;
    where ``is_delivered`` is false no protocol takes it, and it is the shortest that light could take. ``before_m`` is
    None for a site that was not reached before. A switch elsewhere on the way lights each link anew.
    """

    site: Code
    before_mbps: int
    most_mbps: int
    delivered_before_mbps: int
    delivered_mbps: int
    links: tuple[Code, ...]
    route_m: float
    before_m: float | None
    light: WayLight
    is_delivered: bool

    @property
    def hops(self) -> int:
        """Links on the way."""
        return len(self.links)

    @property
    def latency_us(self) -> float:
        """One way through the glass; equipment comes on top."""
        return latency_us(self.route_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer. ``colours`` are channels whose light goes out: (link, wavelength in nm, user group).

    ``steered`` says what each link group does; ``isolated`` are nodes that light still reaches and the protocols do
    not. ``rerouted`` tells ``MOST_REROUTED`` sites at most, the most critical first.

    ``is_documented``: the plant says which protocol governs which links; else nothing is known about it, and the
    links count as carrying whatever reaches them. What was without service before is no part of the answer.
    """

    impact: Impact
    down_links: tuple[Code, ...]
    colours: tuple[tuple[Code, int, Code], ...]
    rerouted: tuple[Rerouted, ...]
    rerouted_in_all: int
    only_together: tuple[Code, ...]
    is_documented: bool
    steered: tuple[Steered, ...]
    isolated: tuple[Code, ...]

    @property
    def is_possible(self) -> bool:
        """Whether light still leads from everything to a hub."""
        return not self.impact.loss

    @property
    def allowed(self) -> bool:
        """Whether nothing loses its way to the hub, neither by light nor by protocol."""
        return self.is_possible and not self.isolated

    @property
    def without_service(self) -> tuple[Code, ...]:
        """All that loses service: by light first, then by protocol."""
        return (*self.impact.loss.sites, *self.impact.loss.structures, *self.isolated)


def what_if(index: CutIndex, cuts: Sequence[Code], *, down_links: Collection[Code] = ()) -> WhatIf:
    """The answer to these cuts on top of links that are down already.

    ``only_together`` are lost nodes that would stay if nothing were down yet: wait for the repair and the answer is
    another. Cost: an index of what is left, shortest ways, and a flow for each site whose way changes.

    Raises:
        TopologyError: an unknown code, or no cut at all.
    """
    if not cuts:
        raise TopologyError(_("nothing to cut was named"), cure=_("name trenches, cables or nodes, or a circle"))
    down = [link for link in dict.fromkeys(down_links) if link in index.link_number]
    found = impact(index, cuts, down_links=down)
    after = After(index=index, down=frozenset(down), gone=frozenset(found.loss.links))
    lost = (*found.loss.sites, *found.loss.structures)
    isolated = tuple(code for code in after.isolated if code not in {*lost, *cuts})
    alone = without_service(index, cuts) if down else {*lost, *isolated}
    moved = after.moved(
        {*found.weakened.on_fewer_ways, *found.weakened.with_a_link_down, *after.turned} - {*lost, *cuts}
    )
    return WhatIf(
        impact=found,
        down_links=tuple(down),
        colours=tuple(
            (link, channel.wavelength_nm, channel.user_group)
            for link in sorted(after.gone)
            for channel in index.plant.channels_on.get(link, ())
        ),
        rerouted=tuple(after.rerouted(moved[:MOST_REROUTED])),
        rerouted_in_all=len(moved),
        only_together=tuple(code for code in (*lost, *isolated) if code not in alone),
        is_documented=bool(after.protocols.groups),
        steered=after.protocols.steered(after.gone, before=after.down),
        isolated=isolated,
    )


def links_down(index: CutIndex, codes: Collection[Code]) -> tuple[Code, ...]:
    """The links that are down with these: links, and trenches, cables and nodes with all that runs through them.

    Raises:
        TopologyError: an unknown code.
    """
    found: dict[Code, None] = {}
    for code in codes:
        found |= dict.fromkeys((code,) if code in index.plant.link else index.links_of((code,)))
    return tuple(found)


def without_service(index: CutIndex, cuts: Sequence[Code], *, down_links: Collection[Code] = ()) -> set[Code]:
    """What these cuts take service from, by light or by protocol, and nothing took it from before. Cost: linear."""
    loss = index.lost(cuts, down_links=down_links)
    before = index.lost((), down_links=down_links)
    after = After(index=index, down=frozenset(before.links), gone=frozenset(loss.links))
    return {*loss.sites, *loss.structures, *after.isolated} - {*before.sites, *before.structures}


@dataclass(frozen=True, kw_only=True, eq=False)
class After:
    """The network with links ``gone``, seen from when only those that are ``down`` were."""

    index: CutIndex
    down: frozenset[Code]
    gone: frozenset[Code]

    @cached_property
    def protocols(self) -> Protocols:
        """What governs the links."""
        return Protocols(index=self.index)

    @cached_property
    def isolated(self) -> tuple[Code, ...]:
        """What light reaches afterwards and the protocols do not, and did before."""
        if not self.protocols.groups:
            return ()
        before = set(self.protocols.isolated(self.down))
        found = [code for code in self.protocols.isolated(self.gone) if code not in before]
        return tuple(sorted(found, key=lambda code: not isinstance(self.index.plant.nodes[code], Site)))

    @cached_property
    def turned(self) -> tuple[Code, ...]:
        """Sites whose way so far ran over a link that is gone."""
        before, gone = self._before, {self.index.link_number[link] for link in self.gone}
        touched = np.zeros(len(before.far), dtype=np.bool_)
        for vertex in np.argsort(before.far, kind="stable").tolist():  # what one came from is nearer
            if before.link[vertex] >= 0:
                touched[vertex] = touched[before.came[vertex]] or int(before.link[vertex]) in gone
        sites = (site.code for site in self.index.plant.sites)
        return tuple(code for code in sites if touched[self.index.vertex_of.get(code, 0)])

    def moved(self, touched: Collection[Code]) -> list[Code]:
        """Those that are sites and that light still reaches, by criticality; hubs have no way to change."""
        nodes, vertex_of = self.index.plant.nodes, self.index.vertex_of
        sites = (code for code in touched if isinstance(nodes[code], Site) and vertex_of.get(code))
        reached = (code for code in sites if np.isfinite(self._possible.far[vertex_of[code]]))
        return sorted(reached, key=self.index.naming.rank)

    def rerouted(self, sites: Sequence[Code]) -> Iterator[Rerouted]:
        """The ways afterwards of sites that have one. Cost: four flows each."""
        index = self.index
        rooms = [
            self._room(carrying)
            for carrying in (
                self._lit(self.down),
                self._lit(self.gone),
                self.protocols.carrying(self.down),
                self.protocols.carrying(self.gone),
            )
        ]
        for site in sites:
            vertex = index.vertex_of[site]
            is_delivered = bool(np.isfinite(self._after.far[vertex]))
            way = (self._after if is_delivered else self._possible).way(vertex)
            links = tuple(index.net.links[link] for link in way)
            before = self._before.way(vertex)
            lit_before, lit, delivered_before, delivered = (
                int(maximum_flow(room, vertex, 0).flow_value) for room in rooms
            )
            yield Rerouted(
                site=site,
                before_mbps=lit_before,
                most_mbps=lit,
                delivered_before_mbps=delivered_before,
                delivered_mbps=delivered,
                links=links,
                route_m=float(self._metres[way].sum()),
                before_m=float(self._metres[before].sum()) if before else None,
                light=self._lights.way(links),
                is_delivered=is_delivered,
            )

    @cached_property
    def _lights(self) -> Lights:
        return Lights(self.index.plant)

    @cached_property
    def _metres(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray([link_m(self.index.plant, link) for link in self.index.net.links], dtype=np.float64)

    @cached_property
    def _before(self) -> Shortest:
        return self._shortest(self.protocols.carrying(self.down))

    @cached_property
    def _after(self) -> Shortest:
        return self._shortest(self.protocols.carrying(self.gone))

    @cached_property
    def _possible(self) -> Shortest:
        return self._shortest(self._lit(self.gone))

    def _shortest(self, carrying: Carrying) -> Shortest:
        return shortest(self.index.net.vertices, carrying.arcs(self.index), self._metres + 1.0)

    def _lit(self, gone: Collection[Code]) -> Carrying:
        """All links that are up, whatever the protocols."""
        known = self.index.link_number
        up = np.ones(len(self.index.net.links), dtype=np.bool_)
        up[[known[code] for code in gone if code in known]] = False
        return Carrying(links=up, slope=np.zeros(len(up), dtype=np.int64))

    def _room(self, carrying: Carrying) -> csr_array:
        """What the links carry towards the hubs, in Mbit/s: a maximum flow through it is the most of a site."""
        link, start, end = carrying.arcs(self.index)
        speeds = np.asarray(self.protocols.speeds, dtype=np.int32)[link]
        vertices = self.index.net.vertices
        return coo_array((speeds, (start, end)), shape=(vertices, vertices)).tocsr()


def in_circle(plant: Plant, centre: LonLat, radius_m: float) -> tuple[Code, ...]:
    """Trench sections that come into a circle on the map; flat geometry, exact to the metre for a city.

    Raises:
        TopologyError: the radius is not positive.
    """
    if not (math.isfinite(radius_m) and radius_m > 0):
        raise TopologyError(_("radius {radius} m is not positive").format(radius=radius_m))
    scale = np.array([math.cos(math.radians(centre[1])), 1.0]) * _METRES_PER_DEGREE
    found = []
    for section in plant.sections:
        points = (np.asarray(section.line, dtype=np.float64) - np.asarray(centre)) * scale
        starts, ways = points[:-1], np.diff(points, axis=0)
        length = np.maximum((ways * ways).sum(axis=1), 1e-12)
        along = np.clip(-(starts * ways).sum(axis=1) / length, 0.0, 1.0)
        nearest = np.hypot(*(starts + along[:, None] * ways).T)
        if nearest.min(initial=math.inf) <= radius_m:
            found.append(section.code)
    return tuple(found)
