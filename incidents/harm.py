"""What incidents do to the city right now: each on top of all the others. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incidents.incident import Cause, Harm, Outage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """All that is down by the live incidents: the links of each, by number, and what is lost by all together."""

    links: Mapping[int, frozenset[Code]]
    times: Mapping[Code, int]
    lost: frozenset[Code]

    def by_alone(self, ground: Ground, number: int) -> frozenset[Code]:
        """The nodes that would be back if this incident were over and the others were not."""
        alone = {link for link in self.links[number] if self.times[link] == 1}
        return ground.back(self.lost, alone, self.times.keys() - alone)


def damage_of(ground: Ground, live: Iterable[Incident]) -> Damage:
    """The damage as it stands."""
    links = {item.number: down_links(ground, item) for item in live}
    times = Counter(link for held in links.values() for link in held)
    return Damage(links=links, times=times, lost=ground.lost(times.keys()))


def harm_of(ground: Ground, incident: Incident, damage: Damage) -> tuple[Harm, frozenset[Code]]:
    """The harm of an incident beside the others, and the devices that are only out of reach because of it.

    What two incidents take down only together is the harm of both.
    """
    own = damage.links[incident.number]
    if not own and not incident.devices:
        return Harm(), frozenset()
    lost = damage.by_alone(ground, incident.number)
    off = {ground.node_of[device] for device in incident.devices if device in ground.node_of}
    if incident.cause is not Cause.POWER:
        off = set()
    loss = ground.index.naming.loss(lost | off, [])
    behind = frozenset(ground.devices_at(lost - off))
    last_path, must_hold = ground.next_to_fall(frozenset(damage.times)) if own else ((), ())
    return (
        Harm(
            sites=loss.sites,
            structures=loss.structures,
            sirens=loss.sirens,
            user_groups=loss.user_groups if loss else (),
            services=loss.services,
            last_path=last_path,
            must_hold=must_hold[:MOST_NAMED],
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
