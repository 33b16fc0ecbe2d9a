"""Rings of the switches' configuration: whole, open or broken, by the state of their links. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from collectors.totals import LINK_DOWN, LINK_UNKNOWN
from inventory.entities import Protocol
from rainbow.kernel.metrics import RING
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.entities import Code, LinkGroup
    from inventory.plant import Plant
    from rainbow.kernel.samples import UnixNs

MOST_NAMED = 5
"""Places a ring is named by, where nobody gave it a name."""
BROKEN, OPEN, WHOLE = 0, 1, 2
"""The numbers of ``RING.state``; unknown is that of links."""


def is_ring(plant: Plant, group: LinkGroup) -> bool:
    """Whether the links of a group go round: G.8032 says so itself, of the others each switch has two of them.

    An aggregation is no ring, and neither are links side by side between two switches.
    """
    if group.protocol is Protocol.ERPS:
        return True
    if group.protocol is Protocol.LAG:
        return False
    pairs = [
        frozenset(plant.interface[end].device for end in (link.a, link.b))
        for link in plant.links
        if link.code in group.links
    ]
    ends = Counter(device for pair in pairs for device in pair)
    return len(ends) > 2 and set(ends.values()) == {2} and _hang_together(pairs)  # noqa: PLR2004 - see above


def _hang_together(pairs: Sequence[frozenset[Code]]) -> bool:
    """Whether one way leads along all of them: two rings in one group could be open without harm to each other."""
    reached = set(pairs[0])
    for _pair in pairs:
        reached |= {device for pair in pairs if pair & reached for device in pair}
    return all(pair <= reached for pair in pairs)


def _round_over(plant: Plant, group: LinkGroup) -> str:
    """The places a ring without a name goes over, in the order of its links."""
    ends = [end for code in group.links if code in plant.link for end in (plant.link[code].a, plant.link[code].b)]
    places = list(dict.fromkeys(plant.nodes[plant.node_of(end)].label for end in ends))
    return " - ".join([*places[:MOST_NAMED], *(["..."] if len(places) > MOST_NAMED else [])])


def ring_state(states: Sequence[int]) -> int:
    """State of a ring by its links' states: one down and traffic still goes the other way, two and somebody is cut off.

    A link nobody could be asked of counts as up where another was heard; of which none was heard nothing is known.
    """
    if all(state == LINK_UNKNOWN for state in states):
        return LINK_UNKNOWN
    return (WHOLE, OPEN, BROKEN)[min(states.count(LINK_DOWN), 2)]


def ring_samples(plant: Plant, link_states: Mapping[Code, int], *, time_ns: UnixNs) -> list[Sample]:
    """One RING sample for each ring of the plant's link groups. Cost: linear in their links."""
    made = []
    for group in plant.link_groups:
        if not is_ring(plant, group):
            continue
        states = [link_states.get(code, LINK_UNKNOWN) for code in group.links]
        values = {RING.state: ring_state(states), RING.links_down: states.count(LINK_DOWN), RING.links: len(states)}
        named = {RING.label: group.name or _round_over(plant, group)}
        series = RING.series(ring=group.code, protocol=str(group.protocol))
        made.append(Sample(series, time_ns, {**values, **named}))
    return made
