"""The graph as arrays: what numpy and scipy work on. Vertex 0 is the root: all hubs contracted into one.

Harm does not depend on which hub a site still reaches, so the hubs are one vertex here; the ends of a link before the
contraction stay known (``near``, ``far``), because a way out of *one* hub matters to what is hub-made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from inventory.entities import Criticality, Site
from topology.graph import GroupKind, criticality_of, has_siren

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from inventory.entities import Code, Node
    from topology.graph import GroupsOfLink

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Labels = NDArray[np.uint64]

WEIGHTS = {Criticality.LOW: 1, Criticality.NORMAL: 3, Criticality.HIGH: 10, Criticality.VITAL: 30}
"""What losing a node of each criticality counts. At least 1 for each: equal weights then prove equal lost sets."""

WEIGHT, SITES, STRUCTURES, SIRENS = range(4)
"""Columns of ``Net.measures``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Sets of links in compressed rows: row ``i`` holds ``members[offsets[i]:offsets[i + 1]]``."""

    offsets: Ints
    members: Ints

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.offsets) - 1

    @property
    def sizes(self) -> Ints:
        """Links in each row."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> Ints:
        """The row of each member."""
        return np.repeat(np.arange(self.count, dtype=np.int64), self.sizes)

    def row(self, number: int) -> Ints:
        """The links of one row."""
        return self.members[self.offsets[number] : self.offsets[number + 1]]

    def keep(self, links: Bools) -> Rows:
        """The same rows, less the links that are not marked."""
        kept = links[self.members]
        counts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(kept, dtype=np.int64)))
        return Rows(offsets=counts[self.offsets], members=self.members[kept])

    def take(self, chosen: Ints) -> Rows:
        """Only the chosen rows, in that order."""
        sizes = self.sizes[chosen]
        offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))
        places = np.repeat(self.offsets[chosen] - offsets[:-1], sizes)
        places += np.arange(offsets[-1], dtype=np.int64)
        return Rows(offsets=offsets, members=self.members[places])


def rows_of(owners: Ints, members: Ints, count: int) -> Rows:
    """``count`` rows from (owner, member) pairs: members ascend within a row, each once."""
    order = np.lexsort((members, owners))
    owners, members = owners[order], members[order]
    first = np.ones(len(members), dtype=np.bool_)
    first[1:] = (owners[1:] != owners[:-1]) | (members[1:] != members[:-1])
    sizes = np.bincount(owners[first], minlength=count)
    return Rows(offsets=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))), members=members[first])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups(Rows):
    """Risk groups of one kind: a row of links for each code."""

    codes: tuple[Code, ...]

    def renumbered(self, kept: Bools, number: Ints) -> Groups:
        """The same groups, less the links that are not ``kept``; ``number`` is the new number of each link."""
        rows = self.keep(kept)
        return Groups(codes=self.codes, offsets=rows.offsets, members=number[rows.members])

    @classmethod
    def of(cls, codes: Sequence[Code], rows: Iterable[Sequence[int]]) -> Groups:
        """Pack one row of link numbers for each code."""
        packed = [np.asarray(row, dtype=np.int64) for row in rows]
        sizes = np.fromiter((len(row) for row in packed), dtype=np.int64, count=len(packed))
        return cls(
            codes=tuple(codes),
            offsets=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))),
            members=np.concatenate([*packed, np.zeros(0, dtype=np.int64)]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Net:
    """Vertices, links and groups by number. ``tail``/``head`` are contracted vertices, ``near``/``far`` raw nodes.

    Raw node ``i`` is ``codes[i]``; the first ``hubs`` of them are the hubs, and node ``i`` is vertex
    ``max(i - hubs + 1, 0)``. ``measures`` has a row a vertex: weight, sites, structures, sirens; the root has none.
    """

    codes: tuple[Code, ...]
    hubs: int
    links: tuple[Code, ...]
    near: Ints
    far: Ints
    tail: Ints
    head: Ints
    measures: Ints
    groups: Mapping[GroupKind, Groups]

    def without(self, gone: Bools) -> Net:
        """The same without the marked links; those that are left keep their order and get new numbers."""
        kept = ~gone
        number = np.cumsum(kept) - 1
        names = zip(self.links, kept.tolist(), strict=True)
        return replace(
            self,
            links=tuple(code for code, keeps in names if keeps),
            near=self.near[kept],
            far=self.far[kept],
            tail=self.tail[kept],
            head=self.head[kept],
            groups={kind: groups.renumbered(kept, number) for kind, groups in self.groups.items()},
        )

    @property
    def vertices(self) -> int:
        """Vertices, the root included."""
        return len(self.codes) - self.hubs + 1

    def vertex(self, raw: Ints) -> Ints:
        """The vertices of raw nodes."""
        return np.maximum(raw - (self.hubs - 1), 0)

    def code_of(self, vertex: int) -> Code:
        """The code of a vertex that is not the root."""
        return self.codes[vertex + self.hubs - 1]


def measures_of(node: Node) -> tuple[int, int, int, int]:
    """What losing a node counts: weight, sites, structures, sirens."""
    site = isinstance(node, Site)
    return WEIGHTS[criticality_of(node)], int(site), int(not site), int(has_siren(node))


def net_of(graph: nx.MultiGraph[Code]) -> Net:
    """The arrays of a graph made by :func:`topology.graph.plant_graph`. Cost: linear."""
    core: tuple[Code, ...] = graph.graph["core"]
    codes = tuple(dict.fromkeys((*core, *graph)))
    number = {code: index for index, code in enumerate(codes)}
    known: Mapping[GroupKind, tuple[Code, ...]] = graph.graph["groups"]
    rows: dict[GroupKind, dict[Code, list[int]]] = {kind: {code: [] for code in known[kind]} for kind in GroupKind}
    links: list[Code] = []
    ends: list[tuple[int, int]] = []
    edges: Iterable[tuple[Code, Code, Code, GroupsOfLink]] = graph.edges(keys=True, data="groups")
    for near, far, key, groups in edges:
        for kind, members in groups.items():
            for code in members:
                rows[kind][code].append(len(links))
        links.append(key)
        ends.append((number[near], number[far]))
    raw = np.asarray(ends, dtype=np.int64).reshape(-1, 2)
    contracted = np.maximum(raw - (len(core) - 1), 0)
    nodes: dict[Code, Node] = {code: data["node"] for code, data in graph.nodes(data=True)}
    table = [(0, 0, 0, 0), *(measures_of(nodes[code]) for code in codes[len(core) :])]
    return Net(
        codes=codes,
        hubs=len(core),
        links=tuple(links),
        near=raw[:, 0].copy(),
        far=raw[:, 1].copy(),
        tail=contracted[:, 0].copy(),
        head=contracted[:, 1].copy(),
        measures=np.asarray(table, dtype=np.int64),
        groups={kind: Groups.of(tuple(found), found.values()) for kind, found in rows.items()},
    )
