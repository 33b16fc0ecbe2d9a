"""May we cut this, with what is down now? What is lost, what hangs on fewer ways, what room and length is left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from inventory.entities import Code, Site
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.impact import Impact, impact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from inventory.entities import LonLat
    from inventory.plant import Plant
    from topology.cut_index import CutIndex

_METRES_PER_DEGREE = 111_320.0
US_PER_KM = 4.9
"""Light in glass takes 4.9 microseconds a kilometre (index of refraction 1.468)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """How a site that is still reached gets to a hub afterwards. Speeds in Mbit/s, ``route_m`` of trench and cable.

    ``most_mbps``: the most the links that are up can carry to the hubs at once (maximum flow), before and after.
    """

    site: Code
    before_mbps: int
    most_mbps: int
    hops: int
    route_m: float

    @property
    def latency_us(self) -> float:
        """One way through the glass; equipment comes on top."""
        return self.route_m / 1_000.0 * US_PER_KM


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer. ``colours`` are channels whose light goes out: (link, wavelength in nm, user group)."""

    impact: Impact
    down_links: tuple[Code, ...]
    colours: tuple[tuple[Code, int, Code], ...]
    rerouted: tuple[Rerouted, ...]
    only_together: tuple[Code, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing loses its way to the hub."""
        return not self.impact.loss


def what_if(index: CutIndex, cuts: Sequence[Code], *, down_links: Collection[Code] = ()) -> WhatIf:
    """The answer to these cuts on top of links that are down already.

    ``only_together`` are lost nodes that would stay if nothing were down yet: wait for the repair and the answer is
    another. Cost: an index of what is left, and a flow and a way for each node that lost redundancy.

    Raises:
        TopologyError: an unknown code, or no cut at all.
    """
    if not cuts:
        raise TopologyError(_("nothing to cut was named"), cure=_("name trenches, cables or nodes, or a circle"))
    known = [link for link in down_links if link in index.link_number]
    found = impact(index, cuts, down_links=known)
    gone = set(found.loss.links)
    touched = (*found.weakened.on_fewer_ways, *found.weakened.with_a_link_down)
    alone = index.lost(cuts) if known else found.loss
    standing = {*alone.sites, *alone.structures}
    return WhatIf(
        impact=found,
        down_links=tuple(known),
        colours=tuple(
            (link, channel.wavelength_nm, channel.user_group)
            for link in sorted(gone)
            for channel in index.plant.channels_on.get(link, ())
        ),
        rerouted=tuple(_rerouted(index, [code for code in touched if _is_site(index.plant, code)], set(known), gone)),
        only_together=tuple(code for code in (*found.loss.sites, *found.loss.structures) if code not in standing),
    )


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


def _is_site(plant: Plant, code: Code) -> bool:
    return isinstance(plant.nodes[code], Site)


def _rerouted(index: CutIndex, sites: Sequence[Code], down: set[Code], gone: set[Code]) -> Iterator[Rerouted]:
    left: nx.MultiGraph[Code] = nx.MultiGraph(index.graph)
    left.remove_edges_from([edge for edge in index.graph.edges(keys=True) if edge[2] in gone])
    ways: nx.Graph[Code] = nx.Graph()
    for near, far, key in left.edges(keys=True):
        length = route_m(index.plant, key)
        if near != far and length < ways.get_edge_data(near, far, {"metres": math.inf})["metres"]:
            ways.add_edge(near, far, metres=length)
    hubs = [code for code in index.net.codes[: index.net.hubs] if code in ways]
    if not hubs:
        return
    paths: dict[Code, list[Code]] = nx.multi_source_dijkstra_path(ways, set(hubs), weight="metres")
    for site in sites:
        if site in paths:
            yield Rerouted(
                site=site,
                before_mbps=_most_mbps(index, site, down),
                most_mbps=_most_mbps(index, site, gone),
                hops=len(paths[site]) - 1,
                route_m=sum(float(ways.edges[step]["metres"]) for step in pairwise(paths[site])),
            )


def route_m(plant: Plant, link: Code) -> float:
    """How long a link is: its cables' lengths as built, else along their trenches, else unknown and 0."""
    total = 0.0
    for code in dict.fromkeys(strand.cable for strand in plant.link[link].strands):
        cable = plant.cable[code]
        total += cable.sheath_m or sum(plant.section[section].length_m for section in cable.route)
    return total


def speed_mbps(plant: Plant, link: Code) -> int:
    """What a link carries: the slower of its two ports."""
    record = plant.link[link]
    return min(plant.interface[record.a].speed_mbps, plant.interface[record.b].speed_mbps)


def _most_mbps(index: CutIndex, site: Code, gone: Collection[Code]) -> int:
    """The maximum flow from a site to the hubs over links that are up."""
    net = index.net
    up = [number for number, code in enumerate(net.links) if code not in gone]
    speeds = np.asarray([speed_mbps(index.plant, net.links[number]) for number in up], dtype=np.int32)
    ends = np.concatenate((net.tail[up], net.head[up])), np.concatenate((net.head[up], net.tail[up]))
    graph = coo_array((np.concatenate((speeds, speeds)), ends), shape=(net.vertices, net.vertices)).tocsr()
    return int(maximum_flow(graph, index.vertex_of[site], 0).flow_value)
