"""What the engine knows of the city before anything happens: who shares what, who stands where, how often it fails.

Yearly rates other than a trench's cuts are engineering judgement or read at weak sources; they decide only where the
readings fit several causes alike.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown
from inventory.glass import RiskKind
from topology.graph import GroupKind, criticality_of
from topology.rates import rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.entities import Code
    from topology.cut_index import CutIndex

Group = tuple[GroupKind, "Code"]
"""Something in the ground that is cut as a whole."""

CUT_KINDS = (GroupKind.TRENCH, GroupKind.CABLE, GroupKind.DUCT, GroupKind.ENTRY, GroupKind.CORRIDOR, GroupKind.NODE)
"""What digging can take, the likeliest first."""
PATCH_PER_YEAR = 0.03
MODULE_PER_YEAR = 0.018
"""Both modules of a link, sender or receiver (1 to 2 million hours between failures, halved by handling)."""
POWER_PER_YEAR = 0.14
"""A site without power beyond its battery (0.27 interruptions a year, half of them outlast half an hour)."""
AREA_POWER_PER_YEAR = 0.14
"""A supply of several sites that fails as a whole, beyond their batteries: those of one city last about as long."""
HUB_POWER_PER_YEAR = 0.005
"""A hub has batteries for hours, most have a generator."""
DEVICE_PER_YEAR = 0.08
AGENT_PER_YEAR = 2.0
"""Devices that stop answering and work on; and restarts of anything on the collector's side."""
COLLECTOR_PER_YEAR = 2.0
PARTIAL_SHARE = 0.2
"""Cuts that leave some strands alive."""
_CABLE_SHARE, _DUCT_SHARE, _ENTRY_PER_YEAR, _CORRIDOR_SHARE, _NODE_PER_YEAR = 0.05, 0.05, 0.0005, 0.1, 0.0001
_UNKNOWN_CABLE_PER_YEAR = 0.004
_WINDOW_YEARS = 60.0 / (8_760.0 * 3_600.0)
_LEAST_PER_YEAR = 1e-6
_MOST_KEPT = 2_000
"""Answers of :meth:`Ground.lost` that are kept."""


def log_prior(per_year: float) -> float:
    """The logarithm of the chance that such a thing begins within a given minute."""
    return math.log(max(per_year, _LEAST_PER_YEAR) * _WINDOW_YEARS)


class Ground:
    """One city's look-ups, made once from its cut index."""

    def __init__(self, index: CutIndex, rates: TopologySettings | None = None) -> None:
        self.index = index
        self.plant = index.plant
        self._rates = rates_of(rates or TopologySettings())
        self._members: dict[Group, frozenset[Code]] = {}
        self._priors: dict[Group, float] = {}
        self._groups: dict[Code, tuple[Group, ...]] = {}
        self._lost: dict[frozenset[Code], frozenset[Code]] = {}
        self._thin: tuple[frozenset[Code], tuple[tuple[Code, ...], tuple[Code, ...]]] = frozenset(), ((), ())

    @cached_property
    def ends(self) -> dict[Code, tuple[Code, Code]]:
        """The two interfaces of each link in service."""
        return {code: (self.plant.link[code].a, self.plant.link[code].b) for code in self.index.link_number}

    @cached_property
    def link_at(self) -> dict[Code, Code]:
        """The link at an interface."""
        return {end: link for link, ends in self.ends.items() for end in ends}

    @cached_property
    def device_of(self) -> dict[Code, Code]:
        """The device of an interface."""
        return {item.code: item.device for item in self.plant.interfaces}

    @cached_property
    def node_of(self) -> dict[Code, Code]:
        """The node a device stands at."""
        return {item.code: item.node for item in self.plant.devices}

    @cached_property
    def far_ends(self) -> dict[Code, tuple[tuple[Code, Code], ...]]:
        """For each device its links, each with the interface at the other end; links within the device are left out."""
        found: dict[Code, list[tuple[Code, Code]]] = {device.code: [] for device in self.plant.devices}
        for link, (a, b) in self.ends.items():
            for near, far in ((a, b), (b, a)):
                if self.device_of[near] != self.device_of[far]:
                    found[self.device_of[near]].append((link, far))
        return {device: tuple(links) for device, links in found.items()}

    def is_hub(self, node: Code) -> bool:
        """Whether the network's core stands there."""
        return node in self.index.net.codes[: self.index.net.hubs]

    def devices_at(self, nodes: Iterable[Code]) -> set[Code]:
        """The devices that stand at these nodes."""
        return {device.code for node in nodes for device in self.plant.devices_at.get(node, ())}

    def groups_of(self, link: Code) -> tuple[Group, ...]:
        """Everything under the ground whose cut takes this link; switching sites are no such thing."""
        if link not in self._groups:
            groups = self.index.groups_of_link[link]
            self._groups[link] = tuple(
                (kind, code)
                for kind in CUT_KINDS
                for code in groups[kind]
                if kind is not GroupKind.NODE or code not in self.plant.devices_at
            )
        return self._groups[link]

    @cached_property
    def areas(self) -> dict[Code, tuple[Code, ...]]:
        """The power supplies that people know of, each with the sites it feeds, those with several."""
        found: dict[Code, tuple[Code, ...]] = {}
        for group in self.plant.risk_groups:
            nodes = {self.node_of.get(code, code) for code in group.members} & self.plant.devices_at.keys()
            if group.kind is RiskKind.POWER and len(nodes) > 1:
                found[group.code] = tuple(sorted(nodes))
        return found

    @cached_property
    def areas_of(self) -> dict[Code, tuple[Code, ...]]:
        """The supplies that feed each site."""
        found: dict[Code, tuple[Code, ...]] = {}
        for area, nodes in self.areas.items():
            for node in nodes:
                found[node] = (*found.get(node, ()), area)
        return found

    def members(self, group: Group) -> frozenset[Code]:
        """The links a group takes."""
        if group not in self._members:
            self._members[group] = frozenset(self.index.members(*group))
        return self._members[group]

    def per_year(self, group: Group) -> float:
        """How often a group is cut."""
        if group not in self._priors:
            self._priors[group] = self._per_year(*group)
        return self._priors[group]

    def _per_year(self, kind: GroupKind, code: Code) -> float:
        plant = self.plant
        match kind:
            case GroupKind.TRENCH:
                return self._cuts_in([code])
            case GroupKind.CABLE:
                cable = plant.cable[code]
                known = cable.route_known is RouteKnown.FULL
                return _CABLE_SHARE * self._cuts_in(cable.route) if known else _UNKNOWN_CABLE_PER_YEAR
            case GroupKind.DUCT:
                return _DUCT_SHARE * self._cuts_in(plant.duct[code].route)
            case GroupKind.CORRIDOR:
                return _CORRIDOR_SHARE * self._cuts_in(self.index.risk_groups.things_of(kind, code))
            case _:
                return _ENTRY_PER_YEAR if kind is GroupKind.ENTRY else _NODE_PER_YEAR

    def _cuts_in(self, sections: Iterable[Code]) -> float:
        known = self.plant.section
        return sum(self._rates.per_year(known[item]) for item in sections if item in known)

    def lost(self, down_links: Collection[Code]) -> frozenset[Code]:
        """The nodes no way of links leads to while these are down. Many hypotheses of one storm ask for the same."""
        asked = frozenset(down_links)
        if asked not in self._lost:
            if len(self._lost) >= _MOST_KEPT:
                self._lost.clear()
            self._lost[asked] = self.index.cut_off(asked) if asked else frozenset()
        return self._lost[asked]

    def back(self, lost: Collection[Code], links: Collection[Code], down: Collection[Code]) -> frozenset[Code]:
        """Those of the ``lost`` nodes that these links would bring back, the others staying ``down``. Cost: linear."""
        at = self._links_at
        ends = {self.node_of[self.device_of[end]] for link in links if link in self.ends for end in self.ends[link]}
        found = {
            node
            for node in ends.intersection(lost)
            if any(link in links and other not in lost for link, other in at.get(node, ()))
        }
        queue = list(found)
        while queue:
            for link, other in at.get(queue.pop(), ()):
                if other in lost and other not in found and link not in down:
                    found.add(other)
                    queue.append(other)
        return frozenset(found)

    @cached_property
    def _links_at(self) -> dict[Code, list[tuple[Code, Code]]]:
        """For each node its links, each with the node at the other end."""
        found: dict[Code, list[tuple[Code, Code]]] = {}
        for link, (a, b) in self.ends.items():
            near, far = self.node_of[self.device_of[a]], self.node_of[self.device_of[b]]
            found.setdefault(near, []).append((link, far))
            found.setdefault(far, []).append((link, near))
        return found

    def next_to_fall(self, down_links: frozenset[Code]) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
        """Sites that one single trench takes while these links are down, and none took before; and these trenches.

        The most critical site first, and the trench that takes most. Cost: an index of the network without these
        links; the last answer is kept, for all incidents of a step ask.
        """
        if self._thin[0] != down_links:
            self._thin = down_links, self._next_to_fall(down_links)
        return self._thin[1]

    def _next_to_fall(self, down_links: frozenset[Code]) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
        before, damaged = self.index.exposed(GroupKind.TRENCH), self.index.without(down_links)
        fresh = (code for code in damaged.exposed(GroupKind.TRENCH) if not before.get(code))
        takers = damaged.takers(GroupKind.TRENCH, {site.code for site in self.plant.sites}.intersection(fresh))
        takes = Counter(trench for held in takers.values() for trench in held)
        trenches = sorted(takes, key=lambda code: (-takes[code], code))
        return tuple(sorted(takers, key=self.index.naming.rank)), tuple(trenches)

    def prepare(self) -> None:
        """Work out now what the first cut would wait for. Cost: a second for 2,000 switches."""
        self.index.exposed(GroupKind.TRENCH)
        self.back((), (), ())
        for link in self.ends:
            for group in self.groups_of(link):
                self.members(group)
                self.per_year(group)

    def links_of_devices(self, devices: Iterable[Code]) -> set[Code]:
        """The links that end at these devices."""
        return {link for device in devices for link, _far in self.far_ends.get(device, ())}

    def criticality(self, nodes: Iterable[Code]) -> int:
        """That of the most critical of these nodes, 0 for none."""
        return max((int(criticality_of(self.plant.nodes[node])) for node in nodes), default=0)
