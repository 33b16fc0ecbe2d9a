"""The cut index: made once from a plant, then every question about cuts is a look-up or a short calculation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import networkx as nx
import numpy as np

from topology.certificate import Certificate, model_sha256
from topology.codes import Codes
from topology.doubles import prove_doubles
from topology.graph import GroupKind, plant_graph
from topology.labels import BITS, even_labels
from topology.loss import Loss, Naming
from topology.net import SIRENS, SITES, STRUCTURES, WEIGHT, Net, net_of
from topology.pairs import Doubles
from topology.pieces import lost_ranges, positions
from topology.singles import ProvedSingles, SingleCut, holds_all_ways_out, prove_singles
from topology.taken import Taken
from topology.tree import SpanningTree, sound_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.graph import GroupsOfLink
    from topology.net import Bools, Ints, Labels
    from topology.risk_groups import RiskGroups

__all__ = ["CutIndex", "SingleCut"]

FIRST_SEED = 4202
"""Any number does; a fixed one makes two runs on the same plant byte for byte the same."""
MOST_DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Proof:
    """All single cuts of all kinds, and the seed whose labels told the truth."""

    seed: int
    refused: tuple[int, ...]
    singles: Mapping[GroupKind, ProvedSingles]


@dataclass(frozen=True, kw_only=True, eq=False)
class CutIndex:
    """Answers about cuts on one plant.

    *Lost* means: no path of live links leads to a hub. A node that reaches no hub with nothing cut is *dark*: it is
    never part of a cut's harm. ``seed`` and ``bits`` choose the labels; neither can change an answer, only how often
    labels have to be drawn.
    """

    plant: Plant
    graph: nx.MultiGraph[Code]
    net: Net
    tree: SpanningTree
    seed: int = FIRST_SEED
    bits: int = BITS

    @classmethod
    def of(cls, plant: Plant, *, core: Sequence[Code] | None = None) -> CutIndex:
        """The index of a plant; ``core`` overrules the plant's hubs.

        Raises:
            TopologyError: no hub, or an unknown core.
        """
        return cls.of_graph(plant_graph(plant, core=core))

    @classmethod
    def of_graph(cls, graph: nx.MultiGraph[Code]) -> CutIndex:
        """The index of a graph made by :func:`topology.graph.plant_graph`, perhaps with links taken out of it.

        Raises:
            TopologyError: the tree of the graph is unsound; that is a fault of this software.
        """
        net = net_of(graph)
        return cls(plant=graph.graph["plant"], graph=graph, net=net, tree=sound_tree(net, graph.graph["plant"].city))

    def without(self, links: Collection[Code]) -> CutIndex:
        """The index of the same plant with these links gone, as if they had never been. Cost: that of a new tree."""
        gone = [self.link_number[code] for code in links if code in self.link_number]
        net = self.net.without(self._mark(np.asarray(gone, dtype=np.int64)))
        ends = zip(self.net.near[gone].tolist(), self.net.far[gone].tolist(), gone, strict=True)
        hidden = [(self.net.codes[near], self.net.codes[far], self.net.links[link]) for near, far, link in ends]
        return CutIndex(
            plant=self.plant,
            graph=cast("nx.MultiGraph[Code]", nx.restricted_view(self.graph, [], hidden)),
            net=net,
            tree=sound_tree(net, self.plant.city),
            seed=self.seed,
            bits=self.bits,
        )

    @cached_property
    def dark(self) -> tuple[Code, ...]:
        """Nodes with a device that reach no hub although nothing is cut, the most critical first."""
        unreached = np.flatnonzero(self.tree.enter < 0).tolist()
        return tuple(sorted((self.net.code_of(vertex) for vertex in unreached), key=self.naming.rank))

    def singles(self, kind: GroupKind) -> list[SingleCut]:
        """All single points of failure of one kind, the heaviest first, then by code. Exact and proved.

        Cost: the first call proves all kinds, O(n log n + M log T) for T suspected groups of M links; then a look-up.
        """
        if kind not in self._singles:
            self._singles[kind] = self._list_singles(kind)
        return list(self._singles[kind])

    @cached_property
    def _singles(self) -> dict[GroupKind, list[SingleCut]]:
        return {}

    def _list_singles(self, kind: GroupKind) -> list[SingleCut]:
        groups = self.net.groups[kind]
        harmful = np.flatnonzero(self.harm(kind)[:, WEIGHT])
        measures, hub_made = self.harm(kind)[harmful].tolist(), self.hub_made(kind)[harmful].tolist()
        found = [
            SingleCut(
                kind=kind,
                code=groups.codes[group],
                weight=row[WEIGHT],
                sites=row[SITES],
                structures=row[STRUCTURES],
                sirens=row[SIRENS],
                hub_made=made,
            )
            for group, row, made in zip(harmful.tolist(), measures, hub_made, strict=True)
        ]
        return sorted(found, key=lambda cut: (-cut.weight, cut.code))

    def doubles(self, kind: GroupKind) -> Doubles:
        """All pairs of this kind that do harm together which neither does alone. Exact and proved.

        Cost: the first call, see :func:`topology.doubles.prove_doubles`; then a look-up.
        """
        if kind not in self._doubles:
            self._doubles[kind] = Doubles(
                kind=kind, proved=prove_doubles(self.net, kind, seed=self.seed, bits=self.bits)
            )
        return self._doubles[kind]

    @cached_property
    def _doubles(self) -> dict[GroupKind, Doubles]:
        return {}

    def harm(self, kind: GroupKind) -> Ints:
        """A row a group of this kind, harmless ones included: weight, sites, structures, sirens it takes down."""
        measures = self._proved(self.seed, kind).measures
        if kind is not GroupKind.NODE:
            return measures
        return measures - self.net.measures[self._falling_vertex]

    def hub_made(self, kind: GroupKind) -> Bools:
        """Groups of this kind that are a hub, or that every way out of a hub runs through.

        What is derived or known, a power supply far away, must touch the hub's building itself.
        """
        groups = self.net.groups[kind]
        entries = self._at_a_hub(kind)
        found = holds_all_ways_out(self.net, groups, entries)
        if kind not in {GroupKind.TRENCH, GroupKind.CABLE, GroupKind.NODE}:
            found &= entries
        if kind is GroupKind.NODE:
            found &= self._vertex_of_node < 0
            found |= self._vertex_of_node == 0
        return found

    def lost(self, groups: Iterable[Code], *, down_links: Collection[Code] = ()) -> Loss:
        """What is lost when these groups are cut together while these links are down already.

        The groups are codes of trenches, cables and nodes (of equal codes the first of these kinds is meant). A cut
        node is lost itself, a hub too. Nodes that are dark with nothing cut are not part of the loss. Exact.
        Cost: O(c log k) for c links outside the spanning tree and k broken tree links.

        Raises:
            TopologyError: an unknown code; the cure names the nearest ones.
        """
        broken, nodes = self._broken(tuple(groups), down_links)
        return self._loss(self._lost_vertices(broken), nodes, np.flatnonzero(broken))

    def cut_off(self, down_links: Collection[Code]) -> frozenset[Code]:
        """The nodes that are lost while these links are down: what :meth:`lost` finds, for those who ask often.

        Nothing is named that hangs on them. Links the index does not hold are passed over.
        """
        known = self.link_number
        down = np.fromiter((known[code] for code in down_links if code in known), np.int64)
        return frozenset(map(self.net.code_of, self._lost_vertices(self._mark(down)).tolist()))

    def loss_of(self, cut: SingleCut) -> Loss:
        """What :meth:`lost` says of this cut alone, out of what the proof of its kind has found. Exact.

        Cost: linear in what is lost, where ``lost`` asks the whole tree.
        """
        number = self._codes.numbers[cut.kind][cut.code]
        nodes = (cut.code,) if cut.kind is GroupKind.NODE else ()
        return self._loss(self.taken(cut.kind).vertices(number), nodes, self.net.groups[cut.kind].row(number))

    def _loss(self, vertices: Ints, nodes: Iterable[Code], links: Ints) -> Loss:
        """Names for vertices that are cut off, nodes that fell themselves and links that broke."""
        lost = {self.net.code_of(vertex) for vertex in vertices.tolist()}
        lost |= {code for code in nodes if self.tree.enter[self.vertex_of.get(code, 0)] >= 0 and code in self.vertex_of}
        return self.naming.loss(lost, [self.net.links[link] for link in links.tolist()])

    def kind_of(self, code: Code) -> GroupKind:
        """What kind of risk group people mean by this code.

        Raises:
            TopologyError: an unknown code.
        """
        return self._codes.find(code)[0]

    def links_of(self, groups: Iterable[Code]) -> tuple[Code, ...]:
        """The links these groups take with them.

        Raises:
            TopologyError: an unknown code.
        """
        broken, _nodes = self._broken(tuple(groups), ())
        return tuple(self.net.links[link] for link in np.flatnonzero(broken).tolist())

    def exposed(self, kind: GroupKind) -> dict[Code, int]:
        """Nodes that one single cut of this kind takes down, with the number of such cuts; a node's own fall aside.

        Cost: the links of all harmful groups and the chords below them, in numpy; then a look-up.
        """
        if kind not in self._exposed:
            self._exposed[kind] = self._count_exposed(kind)
        return dict(self._exposed[kind])

    @cached_property
    def _exposed(self) -> dict[GroupKind, dict[Code, int]]:
        return {}

    def _count_exposed(self, kind: GroupKind) -> dict[Code, int]:
        times = self.taken(kind).times()
        if kind is GroupKind.NODE:
            own = self._falling_vertex[np.flatnonzero(self.harm(kind)[:, WEIGHT])]
            times[own[own > 0]] -= 1
        return {self.net.code_of(vertex): int(times[vertex]) for vertex in np.flatnonzero(times).tolist() if vertex}

    def taken(self, kind: GroupKind) -> Taken:
        """What each harmful group of a kind takes down. Cost: see :meth:`Taken.by`; then a look-up."""
        if kind not in self._taken:
            harmful = np.flatnonzero(self.harm(kind)[:, WEIGHT])
            self._taken[kind] = Taken.by(self.tree, self.net.groups[kind], harmful)
        return self._taken[kind]

    @cached_property
    def _taken(self) -> dict[GroupKind, Taken]:
        return {}

    def takers(self, kind: GroupKind, nodes: Collection[Code]) -> dict[Code, tuple[Code, ...]]:
        """For each of these nodes the groups of this kind that alone take it down, heaviest first; its own fall aside.

        Nodes that no single cut takes down are absent. Cost: as many steps as there are answers.
        """
        asked = {vertex: code for code in nodes if (vertex := self.vertex_of.get(code, 0)) > 0}
        codes, weight = self.net.groups[kind].codes, self.harm(kind)[:, WEIGHT]
        found = {}
        for vertex, groups in self.taken(kind).takers([one for one in asked if self.tree.enter[one] >= 0]).items():
            others = [group for group in groups if codes[group] != asked[vertex]]
            others.sort(key=lambda group: (-weight[group], codes[group]))
            if others:
                found[asked[vertex]] = tuple(codes[group] for group in others)
        return found

    def certify(self) -> Certificate:
        """What the single cuts rest on, proved if they are not yet, and the pairs of the kinds asked for so far."""
        kept = [groups.keep(self.tree.live).sizes for groups in self.net.groups.values()]
        alone = sum(int((sizes == 1).sum()) for sizes in kept)
        total = sum(len(sizes) for sizes in kept)
        swept = sum(proved.swept for proved in self._proof.singles.values())
        return Certificate(
            seed=self._proof.seed,
            seeds_refused=self._proof.refused,
            scenarios=total,
            harmless_by_labels=total - alone - swept,
            bridges_checked=alone,
            swept=swept,
            vertices=self.net.vertices,
            links=len(self.net.links),
            model_sha256=model_sha256(self.net),
            pairs=tuple(doubles.proof for doubles in self._doubles.values()),
        )

    @cached_property
    def naming(self) -> Naming:
        """How lost nodes become a :class:`Loss`."""
        return Naming(plant=self.plant)

    @cached_property
    def _codes(self) -> Codes:
        return Codes(city=self.plant.city, groups=self.net.groups)

    @cached_property
    def link_number(self) -> dict[Code, int]:
        """The number of each link in service."""
        return {code: number for number, code in enumerate(self.net.links)}

    @property
    def risk_groups(self) -> RiskGroups:
        """What each risk group is made of."""
        found: RiskGroups = self.graph.graph["risk_groups"]
        return found

    @cached_property
    def vertex_of(self) -> dict[Code, int]:
        """The vertex of each node with a device; 0 for every hub."""
        return {code: max(number - self.net.hubs + 1, 0) for number, code in enumerate(self.net.codes)}

    @cached_property
    def groups_of_link(self) -> dict[Code, GroupsOfLink]:
        """The groups of each link in service: everything whose cut takes it."""
        edges: Iterable[tuple[Code, Code, Code, GroupsOfLink]] = self.graph.edges(keys=True, data="groups")
        return {key: groups for _near, _far, key, groups in edges}

    def members(self, kind: GroupKind, code: Code) -> tuple[Code, ...]:
        """The links of one group; a code of no group has none."""
        number = self._codes.numbers[kind].get(code)
        row = () if number is None else self.net.groups[kind].row(number).tolist()
        return tuple(self.net.links[link] for link in row)

    @cached_property
    def _proof(self) -> _Proof:
        """Labels that told the truth, or after ``MOST_DRAWS`` the last ones: the answer is the sweep's either way."""
        refused: list[int] = []
        for seed in range(self.seed, self.seed + MOST_DRAWS):
            singles = {kind: self._proved(seed, kind) for kind in self.net.groups}
            if not any(proved.deceived for proved in singles.values()):
                break
            refused.append(seed)
        return _Proof(seed=seed, refused=tuple(refused), singles=singles)

    def _proved(self, seed: int, kind: GroupKind) -> ProvedSingles:
        """The single cuts of one kind. Unlucky labels cost time, the answer is the sweep's either way."""
        if seed not in self._labels:
            self._labels[seed] = even_labels(self.tree, seed, bits=self.bits)
        if (seed, kind) not in self._singles_by:
            found = prove_singles(self.net, self.tree, self._labels[seed], self.net.groups[kind])
            self._singles_by[seed, kind] = found
        return self._singles_by[seed, kind]

    @cached_property
    def _labels(self) -> dict[int, Labels]:
        return {}

    @cached_property
    def _singles_by(self) -> dict[tuple[int, GroupKind], ProvedSingles]:
        return {}

    @cached_property
    def _vertex_of_node(self) -> Ints:
        """The vertex of each node group: 0 for a hub, -1 where no device stands."""
        return np.asarray([self.vertex_of.get(code, -1) for code in self.net.groups[GroupKind.NODE].codes], np.int64)

    @cached_property
    def _falling_vertex(self) -> Ints:
        """The vertex that each node group loses by its own fall; 0, which counts nothing, where there is none."""
        vertex = np.maximum(self._vertex_of_node, 0)
        return np.where(self.tree.enter[vertex] >= 0, vertex, 0)

    def _at_a_hub(self, kind: GroupKind) -> Bools:
        """Groups that touch a hub's building."""
        hubs = set(self.net.codes[: self.net.hubs])
        codes = self.net.groups[kind].codes
        touching = (not hubs.isdisjoint(self.risk_groups.ends_of(self.plant, kind, code)) for code in codes)
        return np.fromiter(touching, np.bool_, len(codes))

    def _mark(self, links: Ints) -> Bools:
        marked = np.zeros(len(self.net.links), dtype=np.bool_)
        marked[links] = True
        return marked

    def _lost_vertices(self, broken: Bools) -> Ints:
        return self.tree.order[positions(*lost_ranges(self.tree, broken))]

    def _broken(self, codes: tuple[Code, ...], down_links: Collection[Code]) -> tuple[Bools, tuple[Code, ...]]:
        """The links that are down, and those of the codes that are nodes."""
        down = [self.link_number[code] for code in down_links if code in self.link_number]
        broken = self._mark(np.asarray(down, dtype=np.int64))
        nodes: list[Code] = []
        for code in codes:
            kind, number = self._codes.find(code)
            broken[self.net.groups[kind].row(number)] = True
            if kind is GroupKind.NODE:
                nodes.append(code)
        return broken, tuple(nodes)
