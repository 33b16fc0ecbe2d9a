"""What the switches make of it: which links carry traffic while others are down, by the protocol of each link group.

Light may lead round a break where the configured protocol does not go. Links in no group carry whatever reaches them.

* A *G.8032 ring* keeps one link blocked while it is whole and opens it when any other breaks. It knows only of its own
  breaks: a second one isolates what lies between, and a ring that hangs on another at both ends stays blocked when
  the other falls apart (ITU-T G.8032, sub-rings).
* A *spanning tree* finds every way its links still have, but only one at a time, and a bridge farther than the max age
  from the root drops out (IEEE 802.1Q: a message of that age is discarded).
* An *aggregation* is down altogether below its least number of links (IEEE 802.1AX).
* *OSPF* takes the ways of least cost to a hub, several where they are equal (RFC 2328).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from inventory.entities import Protocol, Status
from rainbow.kernel.texts import N_
from topology.bridging import Bridged, joined_to, neighbours, spanning_tree
from topology.light import speed_mbps
from topology.shortest import shortest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.entities import Code, LinkGroup
    from topology.cut_index import CutIndex
    from topology.net import Bools, Ints

PROTOCOL_TITLES = {
    Protocol.ERPS: N_("G.8032 ring"),
    Protocol.STP: N_("spanning tree"),
    Protocol.LAG: N_("link aggregation"),
    Protocol.OSPF: N_("OSPF"),
}
USUAL_S = {Protocol.ERPS: 0.05, Protocol.LAG: 0.1, Protocol.STP: 2.0, Protocol.OSPF: 5.0}
"""How long traffic usually stands still where light goes out: the aim of G.8032 for up to 16 nodes; the others are
engineering judgement for usual timers. Where light stays and frames do not pass, OSPF waits 40 s (RFC 2328)."""
OSPF_REFERENCE_MBPS = 100_000
"""Cost of OSPF is this over the speed, 1 at least: the reference bandwidth to set where links are faster than 100 M."""

_HOPS = 1 << 20
"""No way has so many."""


class GroupState(StrEnum):
    """How a link group stands."""

    WHOLE = "whole"
    PROTECTING = "protecting"
    BROKEN = "broken"


STATE_TITLES = {
    GroupState.WHOLE: N_("whole"),
    GroupState.PROTECTING: N_("protects"),
    GroupState.BROKEN: N_("cannot protect"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """What one group does about links that are down. ``opened``: links that carry now and did not before.

    Broken: it joins no longer all that it joined when it was whole.
    """

    group: Code
    protocol: Protocol
    state: GroupState
    down: tuple[Code, ...]
    opened: tuple[Code, ...]

    @property
    def usual_s(self) -> float:
        """How long traffic usually stands still meanwhile."""
        return USUAL_S[self.protocol]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carrying:
    """``links`` that carry traffic. ``slope`` of a link is 1 where it leads away from the hubs, -1 towards them.

    0: it carries both ways. A slope is that of least cost: traffic to a hub goes down it only.
    """

    links: Bools
    slope: Ints

    def arcs(self, index: CutIndex) -> tuple[Ints, Ints, Ints]:
        """The links as arcs that lead towards the hubs: (link, from vertex, to vertex)."""
        up = np.flatnonzero(self.links)
        forth, back = up[self.slope[up] <= 0], up[self.slope[up] >= 0]
        net = index.net
        return (
            np.concatenate((forth, back)),
            np.concatenate((net.tail[forth], net.head[back])),
            np.concatenate((net.head[forth], net.tail[back])),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Protocols:
    """The protocols of a plant, over the links of an index."""

    index: CutIndex

    @cached_property
    def groups(self) -> tuple[LinkGroup, ...]:
        """Groups in service that have a link in service."""
        known = self.index.link_number
        groups = self.index.plant.link_groups
        return tuple(
            group
            for group in groups
            if group.status is Status.IN_SERVICE and any(code in known for code in group.links)
        )

    def carrying(self, gone: Collection[Code]) -> Carrying:
        """What carries traffic while these links are down. Cost: linear; a tree for each spanning tree they touch."""
        up = self._up(gone)
        carries = self._all_up & up
        for number in self._touched(gone):
            members = self._members[number]
            carries[members] = self._rule(self.groups[number], members, up)
        return Carrying(links=carries, slope=self._slopes(carries))

    def steered(self, gone: Collection[Code], *, before: Collection[Code] = ()) -> tuple[Steered, ...]:
        """The groups that links going down now touch, on top of those that are down ``before``."""
        then, now = self.carrying(before), self.carrying({*gone, *before})
        opened = now.links & ~then.links
        down = {*gone, *before}
        codes = self.index.net.links
        return tuple(
            Steered(
                group=self.groups[number].code,
                protocol=self.groups[number].protocol,
                state=self._state(number, down, now.links),
                down=tuple(code for code in self.groups[number].links if code in down),
                opened=tuple(codes[link] for link in self._members[number].tolist() if opened[link]),
            )
            for number in self._touched(set(gone) - set(before))
        )

    def reached(self, carries: Bools) -> Bools:
        """The vertices that these links join to a hub."""
        net = self.index.net
        ends = net.tail[carries], net.head[carries]
        graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(net.vertices, net.vertices))
        _count, piece = connected_components(graph, directed=False)
        return np.asarray(piece == piece[0])

    def isolated(self, gone: Collection[Code]) -> tuple[Code, ...]:
        """Nodes that light still leads to while these links are down, and the protocols do not; by criticality."""
        carried = self.reached(self.carrying(gone).links)
        if carried[self._lit].all():
            return ()
        left = self.reached(self._up(gone)) & ~carried
        found = (self.index.net.code_of(vertex) for vertex in np.flatnonzero(left).tolist())
        return tuple(sorted(found, key=self.index.naming.rank))

    @cached_property
    def _lit(self) -> Bools:
        """The vertices that light leads to with nothing down."""
        return self.reached(self._up(()))

    def _up(self, gone: Collection[Code]) -> Bools:
        up = np.ones(len(self.index.net.links), dtype=np.bool_)
        up[[self.index.link_number[code] for code in gone if code in self.index.link_number]] = False
        return up

    @cached_property
    def _members(self) -> tuple[Ints, ...]:
        known = self.index.link_number
        return tuple(
            np.asarray([known[code] for code in dict.fromkeys(group.links) if code in known], dtype=np.int64)
            for group in self.groups
        )

    @cached_property
    def _group_of(self) -> dict[Code, int]:
        return {code: number for number, group in enumerate(self.groups) for code in group.links}

    def _touched(self, gone: Iterable[Code]) -> list[int]:
        return sorted({self._group_of[code] for code in gone if code in self._group_of})

    @cached_property
    def _all_up(self) -> Bools:
        """What carries while nothing in service is down. A ring with a link out of service is not whole."""
        up = self._up(())
        carries = up.copy()
        for group, members in zip(self.groups, self._members, strict=True):
            carries[members] = self._rule(group, members, up)
        return carries

    def _rule(self, group: LinkGroup, members: Ints, up: Bools) -> Bools:
        """Which of a group's links carry, by its protocol; OSPF's slopes come later, for they depend on all others."""
        found: Bools = up[members].copy()
        match group.protocol:
            case Protocol.ERPS if found.all() and len(members) == len(set(group.links)) and group.blocked is not None:
                found[members == self.index.link_number[group.blocked]] = False
            case Protocol.LAG if found.sum() < group.min_links:
                found[:] = False
            case Protocol.STP:
                found = np.isin(members, sorted(self._tree(group, members[found].tolist())))
            case _:
                pass
        return found

    def _tree(self, group: LinkGroup, links: Iterable[int]) -> set[int]:
        """The links of a group's spanning trees. Where nobody set a root, a switch at a hub is taken for it."""
        bridged = [self._bridged(link) for link in links]
        ends = {device for link in bridged for device in (link.near, link.far)}
        roots = sorted(ends, key=lambda device: (device != group.root, not self._at_hub(device), device))
        return spanning_tree(bridged, roots, root=roots[0] if roots else None, max_hops=group.max_hops)

    def _bridged(self, link: int) -> Bridged:
        plant = self.index.plant
        record = plant.link[self.index.net.links[link]]
        near, far = (plant.interface[end].device for end in (record.a, record.b))
        return Bridged(link, near, far, self.speeds[link])

    def _at_hub(self, device: Code) -> bool:
        return self.index.vertex_of.get(self.index.plant.device[device].node) == 0

    @cached_property
    def speeds(self) -> list[int]:
        """What each link carries, in Mbit/s."""
        return [speed_mbps(self.index.plant, code) for code in self.index.net.links]

    @cached_property
    def _routed(self) -> Ints:
        """The links of OSPF."""
        found = [
            members
            for group, members in zip(self.groups, self._members, strict=True)
            if group.protocol is Protocol.OSPF
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _slopes(self, carries: Bools) -> Ints:
        """Which way routed links lead; one that is on no way of least cost is taken out of ``carries``."""
        slope = np.zeros(len(carries), dtype=np.int64)
        routed = self._routed[carries[self._routed]]
        if not len(routed):
            return slope
        far = self._distances(carries)
        cost = np.asarray([self._route_cost(link) for link in routed.tolist()], dtype=np.int64)
        up = far[self.index.net.head[routed]] - far[self.index.net.tail[routed]]
        slope[routed[up == cost]], slope[routed[up == -cost]] = 1, -1
        carries[routed[(abs(up) != cost) & (far[self.index.net.head[routed]] >= 0)]] = False
        return slope

    def _route_cost(self, link: int) -> int:
        return max(1, OSPF_REFERENCE_MBPS // self.speeds[link])

    def _distances(self, carries: Bools) -> Ints:
        """The cost from each vertex to a hub, -1 where there is no way; links that are not routed cost nothing."""
        net = self.index.net
        cost = np.ones(len(net.links), dtype=np.float64)  # a hop, small beside any cost
        cost[self._routed] += [self._route_cost(link) * _HOPS for link in self._routed.tolist()]
        both = Carrying(links=carries, slope=np.zeros(len(carries), dtype=np.int64)).arcs(self.index)
        far = shortest(net.vertices, both, cost).far
        return np.where(np.isfinite(far), far, -1.0).astype(np.int64) // _HOPS

    def _state(self, number: int, down: set[Code], carries: Bools) -> GroupState:
        group = self.groups[number]
        broken = sum(code in down or code not in self.index.link_number for code in set(group.links))
        if not broken:
            return GroupState.WHOLE
        match group.protocol:
            case Protocol.ERPS:
                lasts = broken == 1
            case Protocol.LAG:
                lasts = len(set(group.links)) - broken >= group.min_links
            case _:
                lasts = self._joins_all(group, self._members[number], carries, down)
        return GroupState.PROTECTING if lasts else GroupState.BROKEN

    def _joins_all(self, group: LinkGroup, members: Ints, carries: Bools, down: set[Code]) -> bool:
        """Whether a tree or routed area is still in one piece."""
        codes = self.index.net.links
        bridged = {link: self._bridged(link) for link in members.tolist()}
        devices = {device for link in bridged.values() for device in (link.near, link.far)}
        left = (link for number, link in bridged.items() if codes[number] not in down)
        if group.protocol is Protocol.STP:
            left = (link for link in left if carries[link.link])
        return not devices or joined_to(min(devices), neighbours(left)) >= devices
