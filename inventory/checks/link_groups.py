"""Link groups: each link in one, rings that are rings, aggregations between two devices."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import Protocol
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Code, LinkGroup
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on link groups."""
    yield from _members(plant)
    for group in plant.link_groups:
        match group.protocol if group.links else None:
            case Protocol.ERPS:
                yield from _ring(plant, group)
            case Protocol.LAG:
                yield from _aggregation(plant, group)
            case Protocol.STP:
                yield from _tree(plant, group)


def _members(plant: Plant) -> Iterator[Finding]:
    taken: dict[Code, LinkGroup] = {}
    for group in plant.link_groups:
        if not group.links:
            yield fault(plant, group, "RB-5036", message=_("it names no link"), cure=_("name its links, or remove it"))
        for link in dict.fromkeys(group.links):
            first = taken.setdefault(link, group)
            if first is not group:
                yield fault(
                    plant,
                    group,
                    "RB-5030",
                    message=_("its link {link} is in {other} too").format(link=link, other=first.code),
                    cure=_("leave it in the group whose protocol blocks and opens it"),
                )


def _ring(plant: Plant, group: LinkGroup) -> Iterator[Finding]:
    """A closed ring, or an open chain (a sub-ring that hangs on another ring at both ends)."""
    if group.blocked not in group.links:
        yield fault(
            plant,
            group,
            "RB-5032",
            message=_("its blocked link is {link}").format(link=group.blocked or _("not named")),
            cure=_("name the ring protection link of G.8032, one of its links"),
        )
    pairs = [tuple(plant.node_of(end) for end in (plant.link[code].a, plant.link[code].b)) for code in group.links]
    # A patch between two switches of one room closes a ring and is no part of its way.
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    meeting = Counter(node for pair in pairs for node in pair)
    forks = [node for node, count in meeting.items() if count > 2]  # noqa: PLR2004 - a ring comes and goes
    if forks:
        message, cure = (
            _("{count} of its links meet at {node}").format(count=meeting[forks[0]], node=forks[0]),
            _("a ring passes a place once: write one group a ring"),
        )
    elif not _hang_together(pairs):
        message, cure = _("its links do not hang together"), _("name all links of the ring, and of this ring only")
    else:
        return
    yield fault(plant, group, "RB-5031", message=message, cure=cure)


def _hang_together(pairs: Sequence[tuple[Code, ...]]) -> bool:
    reached = set(pairs[0]) if pairs else set()
    left = [set(pair) for pair in pairs]
    while more := [pair for pair in left if pair & reached]:
        reached = reached.union(*more)
        left = [pair for pair in left if pair not in more]
    return not left


def _aggregation(plant: Plant, group: LinkGroup) -> Iterator[Finding]:
    pairs = {
        frozenset(plant.interface[end].device for end in (plant.link[code].a, plant.link[code].b))
        for code in group.links
    }
    if len(pairs) > 1:
        yield fault(
            plant,
            group,
            "RB-5033",
            message=_("they join {count} pairs of devices").format(count=len(pairs)),
            cure=_("write one group for each pair of devices"),
        )
    if group.min_links > len(group.links):
        yield fault(
            plant,
            group,
            "RB-5034",
            message=_("it has {count} links and wants {wanted}").format(count=len(group.links), wanted=group.min_links),
            cure=_("lower min_links, or name the missing links"),
        )


def _tree(plant: Plant, group: LinkGroup) -> Iterator[Finding]:
    devices = {plant.interface[end].device for code in group.links for end in (plant.link[code].a, plant.link[code].b)}
    if group.root is not None and group.root not in devices:
        yield fault(
            plant,
            group,
            "RB-5035",
            message=_("{device} has none of its links").format(device=group.root),
            cure=_("name the root bridge, or leave it empty where nobody set a priority"),
        )
