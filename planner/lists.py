"""The plant as lists: what the map shows, for the keyboard, the screen reader and the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from inventory.entities import Site
from planner.formats import length, listed
from planner.picture import NodeState, SectionState
from planner.redundancy import grade_line
from planner.search_form import holds, words_of
from planner.site_panel import switch_view
from planner.wording import NODE_STATES, SECTION_STATES, counted, kind_of, kind_title, place_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.entities import Code, Record, TrenchSection
    from planner.network import Network
    from planner.picture import Picture
    from planner.redundancy import GradeLine, Redundancy
    from planner.services import PlannerServices
    from planner.site_panel import SwitchView

T = TypeVar("T")
R = TypeVar("R", bound="Record")

PAGE = 50
"""Rows of one page of a list."""
_SECTION_ORDER = {state: number for number, state in enumerate(SectionState)}
_NODE_ORDER = {state: number for number, state in enumerate(NodeState)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Generic[T]):
    """One page of a list. ``page`` counts from 1; ``total`` is what matches the search."""

    items: tuple[T, ...]
    page: int
    pages: int
    total: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrenchRow:
    """A trench in the list; ``takes`` is who loses service by its cut alone."""

    code: Code
    title: str
    place: str
    state: SectionState
    state_text: str
    takes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A site or lamp in the list."""

    code: Code
    title: str
    kind: str
    shape: str
    state: NodeState
    state_text: str


def trench_rows(
    network: Network, picture: Picture, *, query: str = "", page: int = 1, only: Sequence[Code] = ()
) -> Rows[TrenchRow]:
    """Trenches: red ones first, then those whose cut does most harm; ``only`` these where any are named."""
    harm = {code: cut.weight for code, cut in network.single_cuts.items()}
    plant = network.plant

    def ends(section: TrenchSection) -> str:
        return f"{network.label(section.from_node)} {network.label(section.to_node)}"

    found = sorted(
        _matching([plant.section[code] for code in only] or plant.sections, query, ends),
        key=lambda section: (_SECTION_ORDER[picture.sections[section.code]], -harm.get(section.code, 0), section.code),
    )
    return _paged(
        found,
        lambda section: TrenchRow(
            code=section.code,
            title=section.label,
            place=listed((length(section.length_m), place_of(network, section))),
            state=picture.sections[section.code],
            state_text=_(SECTION_STATES[picture.sections[section.code]]),
            takes=_takes(network, section.code),
        ),
        query=query,
        page=page,
    )


def node_rows(network: Network, picture: Picture, *, query: str = "", page: int = 1) -> Rows[NodeRow]:
    """Sites and structures with a switch: those without service first, then by criticality."""
    plant = network.plant
    nodes = [plant.nodes[code] for code in picture.nodes]
    found = sorted(
        _matching(nodes, query, kind_title),
        key=lambda node: (
            _NODE_ORDER[picture.nodes[node.code]],
            not isinstance(node, Site),
            -int(getattr(node, "criticality", 0)),
            node.code,
        ),
    )
    return _paged(
        found,
        lambda node: NodeRow(
            code=node.code,
            title=node.label,
            kind=kind_title(node),
            shape=kind_of(node),
            state=picture.nodes[node.code],
            state_text=_(NODE_STATES[picture.nodes[node.code]]),
        ),
        query=query,
        page=page,
    )


def grade_rows(network: Network, redundancy: Redundancy, *, query: str = "", page: int = 1) -> Rows[GradeLine]:
    """Sites by how separate their two ways are, the worst first.

    Raises:
        TopologyError: the plant has no hub.
    """
    graded = redundancy.all()
    sites = {site.code: site for site in network.plant.sites}
    found = _matching([sites[code] for code in graded], query, lambda site: site.address)
    return _paged(found, lambda site: grade_line(network, graded[site.code]), query=query, page=page)


def switch_rows(
    services: PlannerServices, network: Network, picture: Picture, *, query: str = "", page: int = 1
) -> Rows[tuple[SwitchView, str, Code]]:
    """Switches with the name and code of where they stand: those that do not answer first, then stale ones."""
    order = {False: 0, None: 1, True: 2}

    def rank(code: Code) -> int:
        reading = picture.readings.devices.get(code)
        return order[reading.answers if reading is not None else None]

    found = sorted(
        _matching(network.plant.devices, query, lambda device: f"{device.address} {network.label(device.node)}"),
        key=lambda device: (rank(device.code), device.code),
    )
    return _paged(
        found,
        lambda device: (
            switch_view(services, network, picture, device, with_ports=False),
            network.label(device.node),
            device.node,
        ),
        query=query,
        page=page,
    )


def _takes(network: Network, code: Code) -> str:
    """Who goes down with a trench; the index is asked for the few of one page only."""
    if code not in network.single_cuts or network.index is None:
        return ""
    loss = network.index.lost([code])
    return counted(network, [*loss.sites, *loss.structures])


def _matching(records: Sequence[R], query: str, more: Callable[[R], str]) -> list[R]:
    """Records whose code, name or further words hold all words of the query."""
    words = words_of(query)
    if not words:
        return list(records)
    return [record for record in records if holds(f"{record.code} {record.name} {more(record)}", words)]


def _paged(found: Sequence[R], row: Callable[[R], T], *, query: str, page: int) -> Rows[T]:
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return Rows(
        items=tuple(row(record) for record in found[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=pages,
        total=len(found),
        query=query,
    )
