"""The one place where it is decided what of the city somebody sees. Pure.

Who sees less is given a smaller city: a plant without what is hidden and without what refers to it. Every list, search,
map, export and analysis is then worked out from that plant, so none of them can tell of what is not in it, be it by a
count, a way round, an error or the time it takes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from inventory.checks.references import resolved
from inventory.entities import Cable, Code, Record, RouteKnown
from inventory.protection import Protection
from inventory.visibility import shown
from trust.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.entities import LonLat
    from inventory.plant import Plant
    from trust.access_settings import ScopeSettings
    from trust.identity import Identity

R = TypeVar("R", bound=Record)

KNOWS: dict[Role, Protection] = {
    Role.VIEWER: Protection.INTERNAL,
    Role.PLANNER: Protection.SENSITIVE,
    Role.OPERATOR: Protection.SENSITIVE,
    Role.ENGINEER: Protection.SECRET,
    Role.AUDITOR: Protection.INTERNAL,
    Role.ADMIN: Protection.SECRET,
}
"""The highest protection class each role may know. A token has no role: it knows what is internal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How much somebody sees: objects up to a class, within scopes; None for everywhere."""

    most: Protection
    scopes: frozenset[str] | None = None


def sight_of(who: Identity) -> Sight:
    """How much of the city somebody sees."""
    return Sight(most=max((KNOWS[role] for role in who.roles), default=Protection.INTERNAL), scopes=who.scopes)


def seen(plant: Plant, sight: Sight, scopes: Mapping[str, ScopeSettings]) -> Plant:
    """The city as it is for this sight; the plant itself where nothing is hidden."""
    left = shown(plant, sight.most)
    if sight.scopes is not None:
        left = _within(left, [scopes[name] for name in sorted(sight.scopes) if name in scopes])
    return left if left is plant else _without_ports_to_elsewhere(left, plant)


def _without_ports_to_elsewhere(left: Plant, whole: Plant) -> Plant:
    """Ports whose link is hidden are hidden too: their light and traffic would tell of what it leads to."""
    ends = {end for link in whole.links if link.code not in left.link for end in (link.a, link.b)}
    ports = tuple(item for item in left.interfaces if item.code not in ends)
    return resolved(replace(left, interfaces=ports)) if len(ports) < len(left.interfaces) else left


@dataclass(slots=True)
class _Admitted:
    """Codes that scopes admit, kind by kind."""

    nodes: set[Code] = field(default_factory=set)
    sections: set[Code] = field(default_factory=set)
    devices: set[Code] = field(default_factory=set)
    links: set[Code] = field(default_factory=set)
    groups: set[Code] = field(default_factory=set)


def _within(plant: Plant, scopes: Iterable[ScopeSettings]) -> Plant:
    """What any of the scopes admits, with the ends of trenches; the rest goes, and what refers to it."""
    found = _Admitted()
    for scope in scopes:
        if scope.box:
            _admit_box(plant, scope.box, found)
        if scope.user_groups:
            _admit_groups(plant, set(map(Code, scope.user_groups)), found)
        found.sections |= {item.code for item in plant.sections if item.owner and item.owner in scope.owners}
    trenches = [item for item in plant.sections if item.code in found.sections]
    found.nodes |= {end for item in trenches for end in (item.from_node, item.to_node)}
    return resolved(
        replace(
            plant,
            sites=_those(plant.sites, found.nodes),
            structures=_those(plant.structures, found.nodes),
            route_nodes=_those(plant.route_nodes, found.nodes),
            sections=tuple(trenches),
            cables=tuple(part for item in plant.cables if (part := _part(plant, item, found.sections)) is not None),
            devices=_those(plant.devices, found.devices),
            links=_those(plant.links, found.links),
            user_groups=_those(plant.user_groups, found.groups),
        )
    )


def _admit_box(plant: Plant, box: tuple[float, ...], found: _Admitted) -> None:
    inside = {code for code, node in plant.nodes.items() if _is_in(node.point, box)}
    found.nodes |= inside
    found.sections |= {item.code for item in plant.sections if {item.from_node, item.to_node} <= inside}
    found.devices |= {item.code for item in plant.devices if item.node in inside}
    found.links |= {item.code for item in plant.links if {plant.node_of(item.a), plant.node_of(item.b)} <= inside}
    found.groups |= {item.code for item in plant.user_groups}


def _admit_groups(plant: Plant, groups: set[Code], found: _Admitted) -> None:
    """Links that carry one of these user groups, by themselves or in a colour, and what their light runs through."""
    coloured = {item.link for item in plant.channels if item.user_group in groups}
    links = [item for item in plant.links if item.user_group in groups or item.code in coloured]
    ends = {end for item in links for end in (item.a, item.b)}
    found.groups |= groups
    found.links |= {item.code for item in links}
    found.sections |= {code for item in links for code in plant.sections_of(item)}
    found.devices |= {plant.interface[end].device for end in ends}
    found.nodes |= {plant.node_of(end) for end in ends}


def _those(records: tuple[R, ...], codes: set[Code]) -> tuple[R, ...]:
    return tuple(item for item in records if item.code in codes)


def _part(plant: Plant, cable: Cable, sections: set[Code]) -> Cable | None:
    """The longest unbroken part of a cable that lies in these trenches, without its other end; None where none does.

    A digger has to know that something lies there, wherever it leads.
    """
    if cable.route and set(cable.route) <= sections:
        return cable
    best = max(_runs(cable, sections), key=lambda run: run[1] - run[0], default=(0, 0))
    if best[0] == best[1]:
        return None
    route = cable.route[slice(*best)]
    ends = _ends(plant, route)
    return replace(
        cable,
        name="",
        route=route,
        from_node=ends[0],
        to_node=ends[1],
        route_known=RouteKnown.PARTIAL,
        containers=cable.containers[slice(*best)] if len(cable.containers) == len(cable.route) else (),
        slack=(),
        sheath_m=None,
        optical_m=None,
    )


def _runs(cable: Cable, sections: set[Code]) -> list[tuple[int, int]]:
    """Where a cable enters and leaves these trenches, as places in its route."""
    runs, start = [], None
    for place, code in enumerate((*cable.route, None)):
        if code in sections and start is None:
            start = place
        elif code not in sections and start is not None:
            runs.append((start, place))
            start = None
    return runs


def _ends(plant: Plant, route: tuple[Code, ...]) -> tuple[Code, Code]:
    """The two ends of trenches in a row."""
    pairs = [(plant.section[code].from_node, plant.section[code].to_node) for code in route]
    if len(pairs) == 1:
        return pairs[0]
    first = next((end for end in pairs[0] if end not in pairs[1]), pairs[0][0])
    last = next((end for end in pairs[-1] if end not in pairs[-2]), pairs[-1][1])
    return first, last


def _is_in(point: LonLat, box: tuple[float, ...]) -> bool:
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north
