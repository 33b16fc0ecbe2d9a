"""What belongs to which incident: findings to those told before, incidents to others that hold all they hold. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from incidents.diagnosis import Finding
    from incidents.ground import Ground
    from incidents.incident import Incident
    from inventory.entities import Code

_HALF = 0.5


def holders_of(items: Iterable[tuple[Incident, Iterable[Code]]]) -> dict[Code, list[Incident]]:
    """The incidents that hold each link and device, or what else stands beside them."""
    found: dict[Code, list[Incident]] = {}
    for item, more in items:
        for code in {*item.links, *item.devices, *more}:
            found.setdefault(code, []).append(item)
    return found


def owner(finding: Finding, holders: Mapping[Code, Sequence[Incident]], taken: Collection[int]) -> int | None:
    """The number of the incident a finding is about, but for those ``taken``; None where it is news.

    The oldest of those it holds most of: what only shares some links, as trenches that cross do, may be another event.
    Of what it holds but little of each, the oldest.
    """
    candidates = [item for code in finding.links | finding.devices for item in holders.get(code, ())]
    held = Counter(item.number for item in candidates if item.number not in taken)
    sizes = {item.number: len(item.links) + len(item.devices) for item in candidates}
    mostly = [number for number, count in held.items() if count > _HALF * sizes[number]]
    return min(mostly or held, default=None)


def part_of(item: Incident, others: Iterable[Incident], ground: Ground) -> int | None:
    """The number of an incident that holds all links and devices of this one; of equal ones the first.

    A switch all of whose links another one holds is held by it: that it has no power besides, nothing tells.
    """
    links, devices = set(item.links), set(item.devices)
    for other in others:
        held = set(other.links)
        dark = {device for device in devices if (own := ground.links_of_devices([device])) and own <= held}
        holds = links <= held and devices - dark <= {*other.devices, *other.behind}
        is_more = len(other.links) + len(other.devices) > len(links) + len(devices)
        if holds and (is_more or other.number < item.number):
            return other.number
    return None
