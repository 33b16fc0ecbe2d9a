"""What incidents do to the city right now: each on top of all the others. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from incidents.incident import Cause, Harm, Outage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from incidents.ground import Ground
    from incidents.incident import Incident
    from inventory.entities import Code

MOST_NAMED = 40
"""Trenches that must not fail now; with more of them the city hangs by a thread, and no list helps."""
HARMLESS = {Cause.SILENT, Cause.COLLECTOR, Cause.DEGRADATION}
"""Causes that take nothing down: what the collector cannot see may well work."""


def down_links(ground: Ground, incident: Incident) -> frozenset[Code]:
    """The links that are down by an incident: those seen, and all of a switch that is off."""
    if incident.cause in HARMLESS or not incident.is_live:
        return frozenset()
    seen = set(incident.links).difference(incident.restored)
    if incident.cause is Cause.POWER:
        seen |= ground.links_of_devices(set(incident.devices) - set(incident.behind))
    return frozenset(seen)


def harm_of(ground: Ground, incident: Incident, others: Iterable[Incident]) -> tuple[Harm, frozenset[Code]]:
    """The harm of an incident beside the others, and the devices that are only out of reach because of it.

    What two incidents take down only together is the harm of both. Cost: an index of the network without these links.
    """
    own = down_links(ground, incident)
    rest = frozenset().union(*(down_links(ground, item) for item in others if item.number != incident.number))
    if not own and not incident.devices:
        return Harm(), frozenset()
    lost = ground.lost(own | rest) - ground.lost(rest)
    off = {ground.node_of[device] for device in incident.devices if device in ground.node_of}
    if incident.cause is not Cause.POWER:
        off = set()
    loss = ground.index.naming.loss(lost | off, [])
    behind = frozenset(ground.devices_at(lost - off))
    last_path, must_hold = _next_to_fall(ground, own | rest, lost | off) if own else ((), ())
    return (
        Harm(
            sites=loss.sites,
            structures=loss.structures,
            sirens=loss.sirens,
            user_groups=loss.user_groups if loss else (),
            services=loss.services,
            last_path=last_path,
            must_hold=must_hold,
            weight=loss.weight,
            criticality=ground.criticality((*loss.sites, *loss.structures)),
        ),
        behind,
    )


def outages(item: Incident, harm: Harm, now_s: float) -> tuple[Outage, ...]:
    """Who is without service since when: what is lost at first is lost since the incident's beginning."""
    lost = {*harm.sites, *harm.structures}
    still = {one.code for one in item.outages if one.to_s is None}
    ended = tuple(
        replace(one, to_s=now_s) if one.to_s is None and one.code not in lost else one for one in item.outages
    )
    from_s = now_s if item.outages else item.bad_s
    return (*ended, *(Outage(code=code, from_s=from_s) for code in sorted(lost - still)))


def _next_to_fall(
    ground: Ground, down: frozenset[Code], gone: frozenset[Code] | set[Code]
) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    """Sites that one single trench now takes down and could not before, and these trenches."""
    takers = {site: trenches for site, trenches in ground.now_exposed(down).items() if site not in gone}
    takes = Counter(trench for held in takers.values() for trench in held)
    trenches = sorted(takes, key=lambda code: (-takes[code], code))
    return tuple(sorted(takers, key=ground.index.naming.rank)), tuple(trenches[:MOST_NAMED])
