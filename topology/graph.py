"""From the plant to a NetworkX multigraph whose edges know what they share with others.

Definitions used in the whole room:

* A *vertex* is a node (site, lamp, ...) where a device in service stands. Glass spliced through at a handhole does not
  forward, so a handhole is no vertex; it is something a link passes.
* An *edge* is a link in service, keyed by its code, between the nodes of its two devices. Two switches in one room give
  a self loop; two links between the same buildings are parallel edges. Both are kept.
* A *risk group* (shared-risk link group, RFC 4202 section 2.3) is one thing in the world that takes all its links with
  it: a trench section, a cable, a node that links stand at or pass, a duct, a building's entry, a power supply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.entities import Criticality, RouteKnown, Status
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _
from topology.risk_groups import KIND_TITLES, GroupKind, GroupsOfLink, risk_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from inventory.entities import Code, Link, Node
    from inventory.plant import Plant

__all__ = [
    "KIND_TITLES",
    "GroupKind",
    "GroupsOfLink",
    "core_of",
    "criticality_of",
    "has_siren",
    "is_proven",
    "plant_graph",
]


def criticality_of(node: Node) -> Criticality:
    """How much a node matters; a bare route node matters least."""
    found = getattr(node, "criticality", Criticality.LOW)
    return found if isinstance(found, Criticality) else Criticality.LOW


def has_siren(node: Node) -> bool:
    """Whether a warning siren stands at the node."""
    return bool(getattr(node, "has_siren", False))


def is_proven(plant: Plant, link: Link) -> bool:
    """Whether the whole way of a link through the ground is documented; inside one node there is no way to know."""
    if plant.node_of(link.a) == plant.node_of(link.b):
        return True
    cables = plant.cables_of(link)
    return bool(cables) and all(plant.cable[cable].route_known is RouteKnown.FULL for cable in cables)


def core_of(plant: Plant, core: Sequence[Code] | None) -> tuple[Code, ...]:
    """The nodes where the network's core stands: those given, else the plant's hub sites.

    Raises:
        TopologyError: there is none, or one is not in the plant.
    """
    chosen = tuple(dict.fromkeys(core)) if core is not None else tuple(site.code for site in plant.hubs)
    if not chosen:
        raise TopologyError(
            _("{city} has no hub: nothing can be said to be cut off").format(city=plant.city),
            cure=_("set is_hub of the site where the core stands, or name a core"),
        )
    for code in chosen:
        if code not in plant.nodes:
            raise TopologyError(
                _("{city} has no node {code} that could be the core").format(city=plant.city, code=code),
                cure=_("name a site or structure of the plant"),
            )
    return chosen


def plant_graph(plant: Plant, *, core: Sequence[Code] | None = None) -> nx.MultiGraph[Code]:
    """The graph the whole analysis stands on, the plant's boundary to NetworkX.

    Vertices carry ``node`` (the plant's record). Edges are keyed by the link's code and carry ``groups`` (codes by
    :class:`GroupKind`) and ``proven`` (the route is documented in full). The graph itself carries ``plant``, ``core``
    (codes, first), ``groups`` (all codes by kind, also those that carry no light) and ``risk_groups`` (what each is).
    The order is the plant's, so equal plants give equal graphs.

    Only devices and links in service count. Cost: linear in links times the sections each runs through.

    Raises:
        TopologyError: no hub, or an unknown core.
    """
    import networkx as nx  # noqa: PLC0415 - half a second, and most who import this module make no graph

    chosen = core_of(plant, core)
    known = risk_groups(plant)
    graph: nx.MultiGraph[Code] = nx.MultiGraph()
    live = {device.code for device in plant.devices if device.status is Status.IN_SERVICE}
    standing = (device.node for device in plant.devices if device.code in live)
    for code in dict.fromkeys((*chosen, *standing)):
        graph.add_node(code, node=plant.nodes[code])
    for link in plant.links:
        ends = {plant.interface[link.a].device, plant.interface[link.b].device}
        if link.status is Status.IN_SERVICE and ends <= live:
            graph.add_edge(
                plant.node_of(link.a),
                plant.node_of(link.b),
                key=link.code,
                groups=known.of_link(plant, link),
                proven=is_proven(plant, link),
            )
    graph.graph.update(
        plant=plant,
        core=chosen,
        groups=known.codes,
        risk_groups=known,
    )
    return graph
