"""The network without its ground: who hangs on whom, what lies in a ring and what on a single link."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Site
from planner.formats import listed
from planner.link_groups import governed
from planner.wording import LINK_CONDITIONS, kind_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from inventory.entities import Code, Link
    from planner.network import Network
    from planner.picture import LinkCondition, Picture

HUB = ""
"""Stands for all hubs: no node has an empty code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalLink:
    """All links between the same two nodes. ``is_spur``: nothing else leads there, so it lies in no ring."""

    near: Code
    far: Code
    ends: str
    codes: tuple[Code, ...]
    groups: str
    condition: LinkCondition
    condition_text: str
    is_spur: bool


def logical_links(network: Network, picture: Picture) -> tuple[LogicalLink, ...]:
    """Links between nodes, parallel ones as one; in the plant's order. Links inside one node are left out."""
    bundles: dict[tuple[Code, Code], list[Link]] = {}
    for link in network.links:
        near, far = sorted((network.plant.node_of(link.a), network.plant.node_of(link.b)))
        if near != far:
            bundles.setdefault((near, far), []).append(link)
    spurs = bridges(bundles.keys(), {site.code for site in network.plant.hubs})
    return tuple(_bundle(network, picture, pair, links, pair in spurs) for pair, links in bundles.items())


def bridges(pairs: Collection[tuple[Code, Code]], hubs: Collection[Code]) -> frozenset[tuple[Code, Code]]:
    """Pairs of neighbours that no other way joins (Tarjan's low numbers, without recursion); all hubs count as one.

    Cost: linear.
    """
    beside: dict[str, list[tuple[str, tuple[Code, Code]]]] = {}
    for pair in pairs:
        near, far = (HUB if code in hubs else code for code in pair)
        if near != far:
            beside.setdefault(near, []).append((far, pair))
            beside.setdefault(far, []).append((near, pair))
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    found: set[tuple[Code, Code]] = set()
    for root in beside:
        if root not in number:
            _descend(root, beside, number, low, found)
    return frozenset(found)


def _descend(
    root: str,
    beside: Mapping[str, list[tuple[str, tuple[Code, Code]]]],
    number: dict[str, int],
    low: dict[str, int],
    found: set[tuple[Code, Code]],
) -> None:
    number[root] = low[root] = len(number)
    stack: list[tuple[str, tuple[Code, Code] | None, Iterator[tuple[str, tuple[Code, Code]]]]]
    stack = [(root, None, iter(beside[root]))]
    while stack:
        here, came, ahead = stack[-1]
        for there, pair in ahead:
            if pair == came:
                continue
            if there not in number:
                number[there] = low[there] = len(number)
                stack.append((there, pair, iter(beside[there])))
                break
            low[here] = min(low[here], number[there])
        else:
            stack.pop()
            if stack and came is not None:
                above = stack[-1][0]
                low[above] = min(low[above], low[here])
                if low[here] > number[above]:
                    found.add(came)


def logical_document(network: Network, picture: Picture) -> bytes:
    """Nodes with the number of links to the nearest hub, links, and what governs them, for a drawing."""
    steps = steps_to_hub(network)
    plant = network.plant
    nodes = [
        {
            "code": code,
            "name": plant.nodes[code].label,
            "kind": kind_of(plant.nodes[code]),
            "site": isinstance(plant.nodes[code], Site),
            "hub": bool(getattr(plant.nodes[code], "is_hub", False)),
            "steps": steps.get(code),
            "at": list(plant.nodes[code].point),
            "state": str(picture.nodes[code]),
        }
        for code in plant.devices_at
    ]
    links = [
        {
            "near": link.near,
            "far": link.far,
            "links": list(link.codes),
            "spur": link.is_spur,
            "condition": str(link.condition),
        }
        for link in logical_links(network, picture)
    ]
    groups = [
        {
            "code": one.group.code,
            "name": one.group.name,
            "protocol": str(one.group.protocol),
            "state": str(one.state),
            "links": list(one.group.links),
            "down": list(one.down),
            "blocked": list(one.blocked),
        }
        for one in governed(network, picture)
    ]
    document = {"nodes": nodes, "links": links, "groups": groups}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def steps_to_hub(network: Network) -> dict[Code, int]:
    """How many links each node is away from the nearest hub; nodes without a way are absent."""
    steps: dict[Code, int] = {site.code: 0 for site in network.plant.hubs}
    queue = deque(steps)
    while queue:
        here = queue.popleft()
        for link in network.links_at.get(here, ()):
            there = network.far_end(link, here)
            if there not in steps:
                steps[there] = steps[here] + 1
                queue.append(there)
    return steps


def _bundle(
    network: Network,
    picture: Picture,
    pair: tuple[Code, Code],
    links: list[Link],
    is_spur: bool,  # noqa: FBT001 - the finding itself
) -> LogicalLink:
    near, far = pair
    conditions = [picture.links[link.code] for link in links]
    worst = min(conditions, key=list(LINK_CONDITIONS).index)
    groups = dict.fromkeys(link.user_group for link in links if link.user_group is not None)
    return LogicalLink(
        near=near,
        far=far,
        ends=_("{near} to {far}").format(near=network.label(near), far=network.label(far)),
        codes=tuple(link.code for link in links),
        groups=listed(network.label(group) for group in groups),
        condition=worst,
        condition_text=_(LINK_CONDITIONS[worst]),
        is_spur=is_spur,
    )
