"""Totals per site and for the network, counted once by the collector so that no panel adds up series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.tables import DOWN, UP
from inventory.entities import Structure
from rainbow.kernel.metrics import (
    NETWORK_TOTAL,
    SITE_TOTAL,
    STRUCTURE,
    USER_GROUP_TOTAL,
    NetworkTotalMetric,
    SiteTotalMetric,
)
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from collectors.reading import DeviceReading
    from inventory.entities import Code, Link
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import UnixNs, Value

LINK_UNKNOWN, LINK_DOWN, LINK_UP = -1, 0, 1
"""The numbers of ``LINK.state``."""


@dataclass(slots=True)
class _Tally:
    """Sums of one site. Traffic stays None until a rate is known: no reading is not zero traffic."""

    in_bps: float | None = None
    out_bps: float | None = None
    ports_up: int = 0
    ports_down: int = 0
    devices_up: int = 0
    devices_down: int = 0
    links_up: int = 0
    links_down: int = 0

    def fields(self, metric: SiteTotalMetric | NetworkTotalMetric) -> dict[Field, Value]:
        """The sums as fields of a metric."""
        values: dict[Field, Value] = {
            metric.ports_up: self.ports_up,
            metric.ports_down: self.ports_down,
            metric.devices_up: self.devices_up,
            metric.devices_down: self.devices_down,
            metric.links_up: self.links_up,
            metric.links_down: self.links_down,
        }
        if self.in_bps is not None:
            values[metric.in_bps] = self.in_bps
        if self.out_bps is not None:
            values[metric.out_bps] = self.out_bps
        return values


def total_samples(
    plant: Plant,
    readings: Mapping[Code, DeviceReading | None],
    link_states: Mapping[Code, int],
    *,
    time_ns: UnixNs,
) -> list[Sample]:
    """SITE_TOTAL of every node with a device, STRUCTURE of lamps and masts, USER_GROUP_TOTAL, and NETWORK_TOTAL.

    ``readings`` holds the devices asked so far, None for one that did not answer its last poll. A port that should be
    up is one the plant joins to a link and nobody switched off. Cost: one pass over ports and links.
    """
    sites: dict[Code, _Tally] = {device.node: _Tally() for device in plant.devices}
    network = _Tally()
    for code, reading in readings.items():
        for tally in (sites[plant.device[code].node], network):
            _add_device(plant, code, reading, tally)
    unknown = _add_links(plant, link_states, sites, network)
    answering = {plant.device[code].node for code, reading in readings.items() if reading is not None}
    asked = {plant.device[code].node for code in readings}
    samples = [
        Sample(SITE_TOTAL.series(site=node), time_ns, tally.fields(SITE_TOTAL) | _named(SITE_TOTAL.label, plant, node))
        for node, tally in sites.items()
    ]
    values = network.fields(NETWORK_TOTAL)
    values |= _sirens(plant, answering, asked)
    samples += _structures(plant, answering, asked, time_ns)
    samples += _user_groups(plant, readings, link_states, time_ns)
    values[NETWORK_TOTAL.links_unknown] = unknown
    values[NETWORK_TOTAL.sites_dark] = len(asked - answering)
    samples.append(Sample(NETWORK_TOTAL.series(city=plant.city), time_ns, values))
    return samples


def _add_device(plant: Plant, code: Code, reading: DeviceReading | None, tally: _Tally) -> None:
    if reading is None:
        tally.devices_down += 1
        return
    tally.devices_up += 1
    for if_name, port in reading.ports.items():
        if port.in_bps is not None:
            tally.in_bps = (tally.in_bps or 0.0) + port.in_bps
        if port.out_bps is not None:
            tally.out_bps = (tally.out_bps or 0.0) + port.out_bps
        if port.oper == UP:
            tally.ports_up += 1
        elif port.admin != DOWN and f"{code}:{if_name}" in plant.link_at:
            tally.ports_down += 1


def _add_links(plant: Plant, link_states: Mapping[Code, int], sites: Mapping[Code, _Tally], network: _Tally) -> int:
    """Count links at both their sites and once for the network; the number of unknown ones."""
    unknown = 0
    for link in plant.links:
        state = link_states.get(link.code, LINK_UNKNOWN)
        unknown += state == LINK_UNKNOWN
        tallies = [network, *(sites[node] for node in {plant.node_of(link.a), plant.node_of(link.b)})]
        for tally in tallies:
            tally.links_up += state == LINK_UP
            tally.links_down += state == LINK_DOWN
    return unknown


def _named(field: Field, plant: Plant, node: Code) -> dict[Field, Value]:
    """What people call a node, where it has a name beside its code."""
    name = getattr(plant.nodes[node], "name", "")
    return {field: name} if name else {}


def _structures(plant: Plant, answering: AbstractSet[Code], asked: AbstractSet[Code], time_ns: UnixNs) -> list[Sample]:
    """A structure is reached where one of its devices answers."""
    return [
        Sample(
            STRUCTURE.series(structure=code),
            time_ns,
            {STRUCTURE.reached: int(code in answering), STRUCTURE.siren: int(node.has_siren)}
            | _named(STRUCTURE.label, plant, code),
        )
        for code in sorted(asked)
        if isinstance(node := plant.nodes[code], Structure)
    ]


def _sirens(plant: Plant, answering: AbstractSet[Code], asked: AbstractSet[Code]) -> dict[Field, Value]:
    """Sirens that could be asked; a siren without a device tells nothing."""
    sirens = {code for code in asked if getattr(plant.nodes[code], "has_siren", False)}
    return {
        NETWORK_TOTAL.sirens_up: len(sirens & answering),
        NETWORK_TOTAL.sirens_down: len(sirens - answering),
    }


def _user_groups(
    plant: Plant,
    readings: Mapping[Code, DeviceReading | None],
    link_states: Mapping[Code, int],
    time_ns: UnixNs,
) -> list[Sample]:
    """Links a user group owns or has a colour on; a shared link counts for each of its groups, with all its traffic."""
    links: dict[Code, list[Link]] = {group.code: [] for group in plant.user_groups}
    for link in plant.links:
        channels = plant.channels_on.get(link.code, ())
        for group in {link.user_group, *(channel.user_group for channel in channels)} - {None}:
            if group in links:
                links[group].append(link)
    return [
        Sample(
            USER_GROUP_TOTAL.series(user_group=group),
            time_ns,
            _group_values(plant, readings, link_states, owned) | _group_name(plant, group),
        )
        for group, owned in links.items()
        if owned
    ]


def _group_name(plant: Plant, group: Code) -> dict[Field, Value]:
    name = plant.user_group[group].name
    return {USER_GROUP_TOTAL.label: name} if name else {}


def _group_values(
    plant: Plant,
    readings: Mapping[Code, DeviceReading | None],
    link_states: Mapping[Code, int],
    owned: Sequence[Link],
) -> dict[Field, Value]:
    states = [link_states.get(link.code, LINK_UNKNOWN) for link in owned]
    values: dict[Field, Value] = {
        USER_GROUP_TOTAL.links_up: states.count(LINK_UP),
        USER_GROUP_TOTAL.links_down: states.count(LINK_DOWN),
        USER_GROUP_TOTAL.links_unknown: states.count(LINK_UNKNOWN),
    }
    traffic = [rate for link in owned if (rate := _traffic(plant, readings, link)) is not None]
    if traffic:
        values[USER_GROUP_TOTAL.traffic_bps] = sum(traffic)
    return values


def _traffic(plant: Plant, readings: Mapping[Code, DeviceReading | None], link: Link) -> float | None:
    """Both directions of a link, read at one end: what end A sends, end B receives."""
    for end in (link.a, link.b):
        port = plant.interface[end]
        reading = readings.get(port.device)
        state = reading.ports.get(port.if_name) if reading is not None else None
        if state is not None and state.in_bps is not None and state.out_bps is not None:
            return state.in_bps + state.out_bps
    return None
