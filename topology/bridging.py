"""Switches as a spanning tree joins them (IEEE 802.1Q): which links forward, and which bridges hear no root."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code

COST_MBPS = 20_000_000
"""Path cost of a link is this over its speed in Mbit/s (802.1Q: 20,000 at 1 Gbit/s)."""


class Bridged(NamedTuple):
    """A link between two switches by its number, with its speed in Mbit/s."""

    link: int
    near: Code
    far: Code
    mbps: int


def spanning_tree(links: Iterable[Bridged], roots: Iterable[Code], *, root: Code | None, max_hops: int) -> set[int]:
    """The links that forward: a tree for each piece, from the first of ``roots`` in it, by cost, then by number.

    A bridge more than ``max_hops`` from the configured ``root`` hears of it too late and drops out (message age).
    Cost: O(m log m).
    """
    around = neighbours(links)
    found: set[int] = set()
    seen: set[Code] = set()
    for start in roots:
        if start in around and start not in seen:
            reached = _grown(around, start, max_hops if start == root else len(around))
            found |= set(reached.values()) - {-1}
            seen |= joined_to(start, around) if start == root else set(reached)
    return found


def neighbours(links: Iterable[Bridged]) -> dict[Code, list[Bridged]]:
    """The links of each switch, each seen from there."""
    around: dict[Code, list[Bridged]] = {}
    for link, near, far, mbps in links:
        if near != far:
            around.setdefault(near, []).append(Bridged(link, near, far, mbps))
            around.setdefault(far, []).append(Bridged(link, far, near, mbps))
    return around


def joined_to(device: Code, around: dict[Code, list[Bridged]]) -> set[Code]:
    """All switches that hang together with one."""
    found, todo = {device}, [device]
    while todo:
        for step in around.get(todo.pop(), ()):
            if step.far not in found:
                found.add(step.far)
                todo.append(step.far)
    return found


def _grown(around: dict[Code, list[Bridged]], start: Code, max_hops: int) -> dict[Code, int]:
    """The switches a tree reaches, each with the link it is reached by; -1 for its root."""
    found: dict[Code, int] = {}
    todo: list[tuple[int, int, int, Code]] = [(0, -1, 0, start)]
    while todo:
        cost, link, hops, device = heappop(todo)
        if device not in found and hops <= max_hops:
            found[device] = link
            for step in around[device]:
                heappush(todo, (cost + max(1, COST_MBPS // step.mbps), step.link, hops + 1, step.far))
    return found
