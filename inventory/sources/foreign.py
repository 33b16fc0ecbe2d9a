"""A foreign topology as a city: every node a site with a switch, every edge a trench with a cable and a link.

What the file does not say is invented and said so in the provenance: positions where it has none, addresses on
loopback so that the city can be simulated, modules that suit the distance.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypedDict

from inventory.entities import (
    Cable,
    Code,
    Criticality,
    Device,
    Interface,
    Link,
    Provenance,
    Site,
    SiteKind,
    StrandRef,
    TrenchSection,
)
from inventory.geodesy import length_m
from inventory.loss import CONNECTOR_DB, METRES_PER_KM, SPLICE_DB, attenuation_db_per_km
from inventory.optics_classes import CLASSES
from inventory.plant import Plant
from inventory.sources.foreign_graph import ForeignEdge, ForeignGraph, ForeignNode, read_graph
from inventory.sources.placing import positions
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from inventory.entities import LonLat
    from inventory.optics_classes import OpticsClass

INVENTED = "position invented"
"""How a site's provenance ends whose place the file does not say."""
SNMP_PORT = 16100
FIRST_NETWORK = 20
HOSTS = 250
MARGIN_DB = 3.0
STRANDS = 2
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "rainbow-fibre/foreign")
_MODULES = ("10GBASE-LR", "1000BASE-LX10", "10GBASE-ER", "1000BASE-ZX", "10GBASE-ZR", "1000BASE-ZX120")


def read_foreign(file: Path, *, core: str | None = None) -> Plant:
    """The topology of a Topology Zoo GraphML or SNDlib XML file as a plant.

    ``core`` names the hub by id or label; without it the node of highest degree is (the first of equals; loops count
    twice). The same file gives the same ids every time.

    Raises:
        InputError: the file cannot be read, or ``core`` is no node of it.
    """
    graph = read_graph(file)
    hub = _core(graph, core) if core is not None else _busiest(graph)
    return _Builder(graph, source=file.name).plant(hub)


def invented(plant: Plant) -> tuple[Site, ...]:
    """Sites whose position the foreign file does not say."""
    return tuple(site for site in plant.sites if site.provenance.source.endswith(INVENTED))


def _busiest(graph: ForeignGraph) -> str:
    degree = Counter(end for edge in graph.edges for end in (edge.a, edge.b))
    return max(graph.nodes, key=lambda node: degree[node.id]).id


def _core(graph: ForeignGraph, name: str) -> str:
    if any(node.id == name for node in graph.nodes):
        return name
    labelled = [node.id for node in graph.nodes if node.label.casefold() == name.casefold()]
    if len(labelled) == 1:
        return labelled[0]
    if labelled:
        raise InputError(
            _("{count} nodes are called {name}").format(count=len(labelled), name=name),
            cure=_("name one by its id: {ids}").format(ids=", ".join(labelled)),
        )
    near = get_close_matches(name, [text for node in graph.nodes for text in (node.label, node.id)], n=3)
    raise InputError(
        _("{graph} has no node {name}").format(graph=graph.name, name=name),
        cure=_("did you mean {near}?").format(near=", ".join(near)) if near else _("name a node's id or label"),
    )


class _Identity(TypedDict):
    id: str
    code: Code


@dataclass(frozen=True, slots=True)
class _Built:
    """What an edge becomes."""

    section: TrenchSection
    cable: Cable
    ports: tuple[Interface, Interface]
    link: Link


@dataclass(frozen=True, slots=True)
class _Builder:
    """Turns one graph into records."""

    graph: ForeignGraph
    source: str

    def plant(self, hub: str) -> Plant:
        points = positions(self.graph)
        codes = _codes([node.id for node in self.graph.nodes])
        sites = tuple(self._site(node, codes, points, is_hub=node.id == hub) for node in self.graph.nodes)
        devices = tuple(
            Device(
                **self._named(f"SW-{codes[node.id]}"),
                name=node.label,
                node=Code(f"S-{codes[node.id]}"),
                address=_address(index),
                port=SNMP_PORT,
                role="core" if node.id == hub else "access",
            )
            for index, node in enumerate(self.graph.nodes)
        )
        ports: Counter[str] = Counter()
        width = len(str(len(self.graph.edges)))
        built = [
            self._edge(f"{index:0{width}d}", edge, codes, points, ports)
            for index, edge in enumerate(self.graph.edges, start=1)
        ]
        return Plant(
            city=self.graph.name,
            sites=sites,
            sections=tuple(item.section for item in built),
            cables=tuple(item.cable for item in built),
            devices=devices,
            interfaces=tuple(port for item in built for port in item.ports),
            links=tuple(item.link for item in built),
        )

    def _named(self, code: str) -> _Identity:
        return {"id": str(uuid.uuid5(_IDS, f"{self.graph.name}/{code}")), "code": Code(code)}

    def _site(self, node: ForeignNode, codes: Mapping[str, str], points: Mapping[str, LonLat], *, is_hub: bool) -> Site:
        said = self.source if node.point is not None else f"{self.source}: {INVENTED}"
        return Site(
            **self._named(f"S-{codes[node.id]}"),
            name=node.label or node.id,
            kind=SiteKind.POP,
            point=points[node.id],
            is_hub=is_hub,
            criticality=Criticality.HIGH if is_hub else Criticality.NORMAL,
            provenance=Provenance(source=said),
        )

    def _edge(
        self,
        number: str,
        edge: ForeignEdge,
        codes: Mapping[str, str],
        points: Mapping[str, LonLat],
        ports: Counter[str],
    ) -> _Built:
        a, b = Code(f"S-{codes[edge.a]}"), Code(f"S-{codes[edge.b]}")
        line = (points[edge.a], points[edge.b])
        section = TrenchSection(
            **self._named(f"TR-{number}"),
            name=edge.label,
            from_node=a,
            to_node=b,
            line=line,
            length_m=length_m(line),
            provenance=Provenance(source=self.source),
        )
        cable = Cable(
            **self._named(f"CA-{number}"), from_node=a, to_node=b, strand_count=STRANDS, route=(section.code,)
        )
        first = self._port(codes[edge.a], ports, section.length_m)
        second = self._port(codes[edge.b], ports, section.length_m)
        link = Link(
            **self._named(f"LK-{number}"),
            a=first.code,
            b=second.code,
            strands=(StrandRef(cable.code, 1),),
            return_strands=(StrandRef(cable.code, 2),),
        )
        return _Built(section, cable, (first, second), link)

    def _port(self, node: str, ports: Counter[str], line_m: float) -> Interface:
        ports[node] += 1
        if_name = f"1/{ports[node]}"
        module = _module(line_m)
        return Interface(
            **self._named(f"SW-{node}:{if_name}"),
            device=Code(f"SW-{node}"),
            if_name=if_name,
            speed_mbps=module.speed_mbps if module else 10_000,
            optics=module.name if module else "",
        )


def _codes(ids: Sequence[str]) -> dict[str, str]:
    """Ids as parts of codes: letters, digits and ``._-``; made different again where that made two equal."""
    taken: dict[str, str] = {}
    for identity in ids:
        plain = re.sub(r"[^\w.-]+", "_", identity)
        code, more = plain, 2
        while code in taken:
            code, more = f"{plain}-{more}", more + 1
        taken[code] = identity
    return {identity: code for code, identity in taken.items()}


def _address(index: int) -> str:
    """A loopback address of its own for each of some two million switches."""
    rest, host = divmod(index, HOSTS)
    network, subnet = divmod(rest, HOSTS)
    return f"127.{FIRST_NETWORK + network}.{subnet}.{host + 1}"


def _module(line_m: float) -> OpticsClass | None:
    """The first module that bridges a line with margin and is not blinded by it; None for amplified lines."""
    for optics in (CLASSES[name] for name in _MODULES):
        per_km = attenuation_db_per_km(optics.nominal_nm or 0)
        loss_db = line_m / METRES_PER_KM * per_km + 2 * SPLICE_DB + 2 * CONNECTOR_DB
        if optics.budget_db - loss_db >= MARGIN_DB and optics.tx_max_dbm - loss_db <= optics.overload_dbm:
            return optics
    return None
