"""What takes the readings of all devices: states of links, totals, neighbours, and what became different. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.changes import Changes
from collectors.colour_totals import colour_samples
from collectors.link_states import Ends, link_samples, link_series, link_state, link_states
from collectors.neighbours import Directory, neighbour_samples
from collectors.rings import ring_samples
from collectors.totals import total_samples
from inventory.loss import expected_light
from rainbow.kernel.samples import UnixNs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.reading import DeviceReading, Identity
    from inventory.entities import Code, Link
    from inventory.plant import Plant
    from rainbow.kernel.samples import Sample, Series

SAME_MOMENT_NS = 1_000_000
"""What is said within a millisecond of what was said before stands behind it, not over it: a clock may be coarse."""


class Together:
    """The newest reading of every device asked so far, None for one that did not answer its last poll."""

    def __init__(self, plant: Plant, *, flap_window_s: float) -> None:
        self._plant = plant
        self._readings: dict[Code, DeviceReading | None] = {}
        self._ends = Ends(plant, self._readings)
        self._written: dict[Code, int] = {}
        self._links_of: dict[Code, list[Link]] = {device.code: [] for device in plant.devices}
        for link in plant.links:
            for device in {plant.interface[link.a].device, plant.interface[link.b].device}:
                self._links_of[device].append(link)
        self._expected = {link.code: expected_light(plant, link) for link in plant.links}
        self._series = {link.code: link_series(plant, link) for link in plant.links}
        self._changes = Changes(plant, flap_window_s=flap_window_s)
        self._identities: dict[Code, Identity] = {}
        self._unjudged: dict[Code, Mapping[str, Series]] = {}
        self._said_ns = 0

    @property
    def links_held(self) -> int:
        """Links that flap and are not told of until they are calm."""
        return self._changes.held

    def take(self, device: Code, reading: DeviceReading | None, neighbour_series: Mapping[str, Series]) -> bool:
        """Keep what a poll gave; whether it shows a link of the device otherwise than it was last written.

        ``neighbour_series`` is needed where the reading heard neighbours. Until all was written once nothing differs.
        """
        self._readings[device] = reading
        if reading is not None:
            self._identities[device] = reading.identity
            if reading.heard is not None:
                self._unjudged[device] = neighbour_series
        return any(self._differs(link) for link in self._links_of[device])

    def forget(self, device: Code) -> None:
        """Nobody asks the device any more: what it said last is not what is."""
        self._readings.pop(device, None)
        self._unjudged.pop(device, None)

    def changed(self, *, time_ns: UnixNs) -> list[Sample]:
        """The links that are not as last written, with totals and events; nothing where there are none."""
        states = {link.code: self._state(link) for link in self._plant.links if self._differs(link)}
        if not states:
            return []
        time_ns = self._moment(time_ns)
        return [*self._links(states, time_ns), *self._sums(time_ns)]

    def all(self, *, time_ns: UnixNs) -> list[Sample]:
        """Every link, totals, events, and neighbours heard since the last call."""
        states = link_states(self._plant, self._ends)
        time_ns = self._moment(time_ns)
        return [*self._links(states, time_ns), *self._sums(time_ns), *self._neighbours()]

    def far_devices(self, device: Code, if_name: str | None) -> set[Code]:
        """Who is at the other end of the link at a port; of all links of the device where none is named or known."""
        links = self._links_of[device]
        ends = {interface: link for link in links for interface in (link.a, link.b)}
        at_port = [link for interface, link in ends.items() if if_name and interface == f"{device}:{if_name}"]
        chosen = at_port or links
        return {self._plant.interface[end].device for link in chosen for end in (link.a, link.b)} - {device}

    def _moment(self, time_ns: UnixNs) -> UnixNs:
        """The time to write: never one that was written already."""
        if 0 <= self._said_ns - time_ns < SAME_MOMENT_NS:
            time_ns = UnixNs(self._said_ns + 1)
        self._said_ns = time_ns
        return time_ns

    def _state(self, link: Link) -> int:
        return link_state(self._ends.oper(link.a), self._ends.oper(link.b))

    def _differs(self, link: Link) -> bool:
        return link.code in self._written and self._written[link.code] != self._state(link)

    def _links(self, states: Mapping[Code, int], time_ns: UnixNs) -> list[Sample]:
        self._written.update(states)
        return link_samples(self._plant, states, self._ends, self._expected, self._series, time_ns=time_ns)

    def _sums(self, time_ns: UnixNs) -> list[Sample]:
        return [
            *total_samples(self._plant, self._readings, self._written, time_ns=time_ns),
            *colour_samples(self._plant, self._readings, self._written, time_ns=time_ns),
            *ring_samples(self._plant, self._written, time_ns=time_ns),
            *self._changes.events(self._written, self._readings, time_ns=time_ns),
        ]

    def _neighbours(self) -> list[Sample]:
        """Neighbours are judged by how all devices call themselves, so after all of them were asked."""
        if not self._unjudged:
            return []
        directory = Directory(self._plant, self._identities)
        samples = []
        for device, series in sorted(self._unjudged.items()):
            if (reading := self._readings[device]) is not None:
                samples += neighbour_samples(self._plant, reading, directory, series)
        self._unjudged.clear()
        return samples
