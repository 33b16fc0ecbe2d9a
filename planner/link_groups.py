"""Rings, spanning trees, aggregations and routed areas as they stand now: what governs which links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Protocol
from planner.formats import listed
from planner.wording import link_ends
from rainbow.kernel.texts import _
from topology.protocols import PROTOCOL_TITLES, STATE_TITLES, GroupState

if TYPE_CHECKING:
    from inventory.entities import Code, LinkGroup
    from planner.network import Network
    from planner.picture import Picture
    from topology.protocols import Steered

MOST_NAMED = 8
DOTS = {GroupState.WHOLE: "up", GroupState.PROTECTING: "weak", GroupState.BROKEN: "down"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """A group as it stands. ``blocked``: links of it that are up and carry nothing now, as far as the plant says."""

    group: LinkGroup
    state: GroupState
    down: tuple[Code, ...]
    blocked: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group in words. ``way`` are the places it joins, ``settings`` what the switches are set to."""

    code: Code
    label: str
    protocol: str
    dot: str
    state: str
    way: str
    settings: str
    links: tuple[Code, ...]


def governed(network: Network, picture: Picture) -> tuple[Governed, ...]:
    """All groups in service; none without a hub, or where the plant documents none. Cost: linear."""
    protocols = network.protocols
    if protocols is None or not protocols.groups:
        return ()
    touched = {found.group: found for found in protocols.steered(picture.down)}
    carries = protocols.carrying(picture.down).links
    number = protocols.index.link_number
    down = set(picture.down)

    def standing(group: LinkGroup, found: Steered | None) -> Governed:
        known = [link for link in group.links if link in number and link not in down]
        return Governed(
            group=group,
            state=found.state if found is not None else GroupState.WHOLE,
            down=found.down if found is not None else (),
            blocked=tuple(link for link in known if not carries[number[link]]),
        )

    return tuple(standing(group, touched.get(group.code)) for group in protocols.groups)


def group_lines(network: Network, picture: Picture) -> tuple[GroupLine, ...]:
    """All groups in words: those that cannot protect first, then those that do, then the whole ones."""
    order = [GroupState.BROKEN, GroupState.PROTECTING, GroupState.WHOLE]
    found = sorted(governed(network, picture), key=lambda one: (order.index(one.state), one.group.code))
    return tuple(_line(network, one) for one in found)


def groups_at(network: Network, picture: Picture, node: Code) -> tuple[str, ...]:
    """The groups that end at a node, in words; those of one protocol and state together."""
    here = {link.code for link in network.links_at.get(node, ())}
    alike: dict[tuple[Protocol, GroupState], list[str]] = {}
    for one in governed(network, picture):
        if not here.isdisjoint(one.group.links):
            alike.setdefault((one.group.protocol, one.state), []).append(one.group.label)
    return tuple(
        _("{protocol} {groups}: {what}").format(
            protocol=_(PROTOCOL_TITLES[protocol]),
            groups=listed(labels, most=MOST_NAMED),
            what=_(STATE_TITLES[state]),
        )
        for (protocol, state), labels in alike.items()
    )


def _line(network: Network, one: Governed) -> GroupLine:
    group = one.group
    nodes = dict.fromkeys(
        network.label(network.plant.node_of(end))
        for code in group.links
        for end in (network.plant.link[code].a, network.plant.link[code].b)
    )
    down = listed((link_ends(network, code) for code in one.down), most=MOST_NAMED)
    state = _(STATE_TITLES[one.state])
    return GroupLine(
        code=group.code,
        label=group.label,
        protocol=_(PROTOCOL_TITLES[group.protocol]),
        dot=DOTS[one.state],
        state=_("{state}: {links} down").format(state=state, links=down) if down else state,
        way=listed(nodes, most=MOST_NAMED),
        settings=_settings(network, one),
        links=group.links,
    )


def _settings(network: Network, one: Governed) -> str:
    group = one.group
    match group.protocol:
        case Protocol.ERPS if group.blocked is not None:
            ends = link_ends(network, group.blocked)
            if group.blocked in one.blocked:
                return _("blocked: {link}").format(link=ends)
            return _("open, blocked when whole: {link}").format(link=ends)
        case Protocol.STP if group.root is not None:
            return _("root: {switch}").format(switch=network.label(group.root))
        case Protocol.LAG:
            return _("at least {count} of {all} links").format(count=group.min_links, all=len(group.links))
        case _:
            return ""
