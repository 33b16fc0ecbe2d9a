"""Totals per site and for the network, counted once by the collector so that no panel adds up series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.tables import DOWN, UP
from rainbow.kernel.metrics import NETWORK_TOTAL, SITE_TOTAL, NetworkTotalMetric, SiteTotalMetric
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.reading import DeviceReading
    from inventory.entities import Code
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
    """SITE_TOTAL of every node with a device, and NETWORK_TOTAL.

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
    samples = [Sample(SITE_TOTAL.series(site=node), time_ns, tally.fields(SITE_TOTAL)) for node, tally in sites.items()]
    values = network.fields(NETWORK_TOTAL)
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
