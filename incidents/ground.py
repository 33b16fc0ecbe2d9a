"""What the engine knows of the city before anything happens: who shares what, who stands where, how often it fails.

Yearly rates other than a trench's cuts are engineering judgement or read at weak sources; they decide only where the
readings fit several causes alike.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.entities import RouteKnown
from topology.graph import GroupKind, criticality_of
from topology.rates import rates_of
from topology.settings import TopologySettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from inventory.entities import Code
    from topology.cut_index import CutIndex

CUT_KINDS = (GroupKind.TRENCH, GroupKind.CABLE, GroupKind.DUCT, GroupKind.ENTRY, GroupKind.CORRIDOR, GroupKind.NODE)
"""What digging can take, the likeliest first."""
PATCH_PER_YEAR = 0.03
MODULE_PER_YEAR = 0.018
"""Both modules of a link, sender or receiver (1 to 2 million hours between failures, halved by handling)."""
POWER_PER_YEAR = 0.14
"""A site without power beyond its battery (0.27 interruptions a year, half of them outlast half an hour)."""
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
        self._members: dict[tuple[GroupKind, Code], frozenset[Code]] = {}
        self._priors: dict[tuple[GroupKind, Code], float] = {}
        self._lost: dict[frozenset[Code], frozenset[Code]] = {}
        self._exposed: tuple[frozenset[Code], Mapping[Code, tuple[Code, ...]]] = frozenset(), {}

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

    def groups_of(self, link: Code) -> list[tuple[GroupKind, Code]]:
        """Everything under the ground whose cut takes this link; switching sites are no such thing."""
        groups = self.index.groups_of_link[link]
        return [
            (kind, code)
            for kind in CUT_KINDS
            for code in groups[kind]
            if kind is not GroupKind.NODE or code not in self.plant.devices_at
        ]

    def members(self, group: tuple[GroupKind, Code]) -> frozenset[Code]:
        """The links a group takes."""
        if group not in self._members:
            self._members[group] = frozenset(self.index.members(*group))
        return self._members[group]

    def per_year(self, group: tuple[GroupKind, Code]) -> float:
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

    def now_exposed(self, down_links: frozenset[Code]) -> Mapping[Code, tuple[Code, ...]]:
        """Sites that one single trench takes while these links are down, and none took before, with these trenches.

        Cost: an index of the network without these links; the last answer is kept, for all incidents of a step ask.
        """
        if self._exposed[0] != down_links:
            before, damaged = self.index.exposed(GroupKind.TRENCH), self.index.without(down_links)
            fresh = (code for code in damaged.exposed(GroupKind.TRENCH) if not before.get(code))
            sites = {site.code for site in self.plant.sites}.intersection(fresh)
            self._exposed = down_links, damaged.takers(GroupKind.TRENCH, sites)
        return self._exposed[1]

    def links_of_devices(self, devices: Iterable[Code]) -> set[Code]:
        """The links that end at these devices."""
        return {link for device in devices for link, _far in self.far_ends.get(device, ())}

    def criticality(self, nodes: Iterable[Code]) -> int:
        """That of the most critical of these nodes, 0 for none."""
        return max((int(criticality_of(self.plant.nodes[node])) for node in nodes), default=0)
