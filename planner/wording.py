"""States and losses in the words of a person on call."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inventory.entities import Site, SiteKind, Structure, StructureKind
from planner.formats import listed
from planner.picture import LinkCondition, NodeState, SectionState
from rainbow.kernel.texts import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inventory.entities import Code, Node, TrenchSection
    from planner.network import Network

SECTION_STATES = {
    SectionState.CUT: N_("cut"),
    SectionState.SUSPECT: N_("cut here or nearby"),
    SectionState.WEAK: N_("a link in it is faulty or has little light"),
    SectionState.UNKNOWN: N_("not known"),
    SectionState.FINE: N_("fine"),
    SectionState.EMPTY: N_("carries no light"),
}
NODE_STATES = {
    NodeState.LOST: N_("without service"),
    NodeState.SILENT: N_("does not answer"),
    NodeState.WEAK: N_("a link or switch is faulty"),
    NodeState.UNKNOWN: N_("not known"),
    NodeState.FINE: N_("fine"),
}
LINK_CONDITIONS = {
    LinkCondition.DOWN: N_("down"),
    LinkCondition.WEAK: N_("little light"),
    LinkCondition.UNKNOWN: N_("not known"),
    LinkCondition.UP: N_("up"),
}
SITE_KINDS = {
    SiteKind.TOWN_HALL: N_("Town hall"),
    SiteKind.POP: N_("Point of presence"),
    SiteKind.SCHOOL: N_("School"),
    SiteKind.FIRE_STATION: N_("Fire station"),
    SiteKind.OFFICE: N_("Office"),
    SiteKind.OTHER: N_("Building"),
}
STRUCTURE_KINDS = {
    StructureKind.HANDHOLE: N_("Handhole"),
    StructureKind.CABINET: N_("Cabinet"),
    StructureKind.LAMP: N_("Lamp"),
    StructureKind.MAST: N_("Mast"),
    StructureKind.CLOSURE_PIT: N_("Closure pit"),
}
LAMP_WITH_SIREN = "lamp_with_siren"
_COUNTED: dict[str, Callable[[int], str]] = {
    SiteKind.TOWN_HALL: lambda count: ngettext("{count} town hall", "{count} town halls", count),
    SiteKind.POP: lambda count: ngettext("{count} point of presence", "{count} points of presence", count),
    SiteKind.SCHOOL: lambda count: ngettext("{count} school", "{count} schools", count),
    SiteKind.FIRE_STATION: lambda count: ngettext("{count} fire station", "{count} fire stations", count),
    SiteKind.OFFICE: lambda count: ngettext("{count} office", "{count} offices", count),
    SiteKind.OTHER: lambda count: ngettext("{count} building", "{count} buildings", count),
    LAMP_WITH_SIREN: lambda count: ngettext("{count} lamp with siren", "{count} lamps with sirens", count),
    StructureKind.LAMP: lambda count: ngettext("{count} lamp", "{count} lamps", count),
    StructureKind.CABINET: lambda count: ngettext("{count} cabinet", "{count} cabinets", count),
    StructureKind.MAST: lambda count: ngettext("{count} mast", "{count} masts", count),
    StructureKind.HANDHOLE: lambda count: ngettext("{count} handhole", "{count} handholes", count),
    StructureKind.CLOSURE_PIT: lambda count: ngettext("{count} closure pit", "{count} closure pits", count),
}


def kind_of(node: Node) -> str:
    """The kind of a node as the map draws it; a bare route node has none."""
    if isinstance(node, Structure) and node.kind is StructureKind.LAMP and node.has_siren:
        return LAMP_WITH_SIREN
    return str(node.kind) if isinstance(node, Site | Structure) else ""


def kind_title(node: Node) -> str:
    """What a node is, in a word or two."""
    if isinstance(node, Site):
        return _(SITE_KINDS[node.kind])
    if isinstance(node, Structure):
        title = _(STRUCTURE_KINDS[node.kind])
        return _("{kind} with siren").format(kind=title) if node.has_siren else title
    return _("Route node")


def counted(network: Network, nodes: Iterable[Code]) -> str:
    """Nodes by kind, in their order: "2 schools, 5 lamps with sirens"."""
    kinds = Counter(kind_of(network.plant.nodes[code]) for code in nodes)
    said = (_COUNTED[kind](count).format(count=count) for kind, count in kinds.items() if kind)
    return listed(part.replace(" ", "\N{NO-BREAK SPACE}", 1) for part in said)


def named(network: Network, nodes: Iterable[Code], *, most: int) -> str:
    """Sites by name, at most so many, and the rest counted: "Fire Station 2, Park School, 14 lamps with sirens"."""
    codes = list(nodes)
    sites = [code for code in codes if isinstance(network.plant.nodes[code], Site)]
    rest = [code for code in codes if code not in set(sites)]
    return listed(
        [*(network.label(code) for code in sites[:most]), *filter(None, (counted(network, [*sites[most:], *rest]),))]
    )


def place_of(network: Network, section: TrenchSection) -> str:
    """Where a trench is: its ends, and the nearest site where neither end has a name a person knows."""
    near, far = (network.label(node) for node in (section.from_node, section.to_node))
    if any(network.plant.nodes[node].name for node in (section.from_node, section.to_node)):
        return _("{near} to {far}").format(near=near, far=far)
    site = network.nearest_site(section)
    if site is None:
        return _("{near} to {far}").format(near=near, far=far)
    return _("{near} to {far}, near {site}").format(near=near, far=far, site=site.label)


def ends_of(network: Network, sections: tuple[Code, ...]) -> tuple[str, str]:
    """The two ends of trenches in a row: nodes that only one of them touches; else those of the first and the last."""
    plant = network.plant
    touched = [end for code in sections for end in (plant.section[code].from_node, plant.section[code].to_node)]
    single = [node for node in touched if touched.count(node) == 1]
    near, far = (single[0], single[-1]) if single else (touched[0], touched[-1])
    return network.label(near), network.label(far)


def link_ends(network: Network, code: Code) -> str:
    """Between which places a link runs."""
    link = network.plant.link[code]
    near, far = (network.label(network.plant.node_of(end)) for end in (link.a, link.b))
    return _("{near} to {far}").format(near=near, far=far)
