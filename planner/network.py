"""The plant with what the page derives from it once: the cut index, who neighbours whom, the light to expect."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from inventory.colours import colour_plan
from inventory.entities import Status
from inventory.loss import expected_light
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.protocols import Protocols
from topology.report import names_of

if TYPE_CHECKING:
    from inventory.colours import StrandColours
    from inventory.entities import Code, Interface, Link, Site, StrandRef, TrenchSection
    from inventory.loss import ExpectedLight
    from inventory.plant import Plant
    from topology.cut_index import SingleCut
    from topology.report_values import Named


class Network:
    """One plant, asked many times. Everything is made at its first use and kept."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._expected: dict[Code, ExpectedLight] = {}
        self._lengths: dict[Code, float] = {}

    @cached_property
    def index(self) -> CutIndex | None:
        """The cut index, or None for a plant without a hub: then nothing can be said to be lost."""
        try:
            return CutIndex.of(self.plant)
        except TopologyError:
            return None

    def require_index(self) -> CutIndex:
        """The cut index.

        Raises:
            TopologyError: the plant has no hub.
        """
        return self.index or CutIndex.of(self.plant)

    @cached_property
    def protocols(self) -> Protocols | None:
        """What the protocols of the link groups make of links that are down; None without a hub."""
        return Protocols(index=self.index) if self.index is not None else None

    def warm(self) -> None:
        """Make at once what the first click would wait for."""
        if self.single_cuts:
            self.require_index().lost([next(iter(self.single_cuts))])
        for link in self.links:
            self.expected_light(link.code)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links in service between devices in service."""
        plant = self.plant
        live = {device.code for device in plant.devices if device.status is Status.IN_SERVICE}
        return tuple(
            link
            for link in plant.links
            if link.status is Status.IN_SERVICE and {plant.interface[end].device for end in (link.a, link.b)} <= live
        )

    @cached_property
    def links_at(self) -> dict[Code, tuple[Link, ...]]:
        """Links in service by the nodes they end at, each once a node."""
        found: dict[Code, dict[Code, Link]] = {}
        for link in self.links:
            for end in (link.a, link.b):
                found.setdefault(self.plant.node_of(end), {})[link.code] = link
        return {node: tuple(links.values()) for node, links in found.items()}

    @cached_property
    def interfaces_of(self) -> dict[Code, tuple[Interface, ...]]:
        """Interfaces by their device, in the plant's order."""
        found: dict[Code, list[Interface]] = {}
        for interface in self.plant.interfaces:
            found.setdefault(interface.device, []).append(interface)
        return {device: tuple(interfaces) for device, interfaces in found.items()}

    @cached_property
    def colours(self) -> dict[StrandRef, StrandColours]:
        """The colours of every strand that carries one or lies between filters."""
        return {found.strand: found for found in colour_plan(self.plant)}

    @cached_property
    def links_on(self) -> dict[Code, dict[int, tuple[Code, ...]]]:
        """Links by cable and strand number, those that are planned too; in the plant's order."""
        found: dict[Code, dict[int, tuple[Code, ...]]] = {}
        for link in self.plant.links:
            for strand in self.plant.strands_of(link):
                strands = found.setdefault(strand.cable, {})
                strands[strand.number] = (*strands.get(strand.number, ()), link.code)
        return found

    @cached_property
    def group_number(self) -> dict[Code, int]:
        """Each user group's place in the plant."""
        return {group.code: place for place, group in enumerate(self.plant.user_groups)}

    @cached_property
    def cuttable(self) -> frozenset[Code]:
        """Codes of everything that can be cut; nothing without a hub."""
        groups = self.index.net.groups.values() if self.index is not None else ()
        return frozenset(code for group in groups for code in group.codes)

    @cached_property
    def sites(self) -> frozenset[Code]:
        """Codes of all sites."""
        return frozenset(site.code for site in self.plant.sites)

    @cached_property
    def names(self) -> dict[Code, Named]:
        """Name and criticality of everything people speak of."""
        return names_of(self.plant)

    def label(self, code: Code) -> str:
        """What to call a thing: its name, else its code."""
        named = self.names.get(code)
        return (named.name if named is not None else "") or code

    @cached_property
    def single_cuts(self) -> dict[Code, SingleCut]:
        """Trenches whose cut alone takes something down, the worst first; empty without a hub."""
        return {cut.code: cut for cut in self.index.singles(GroupKind.TRENCH)} if self.index is not None else {}

    def nearest_site(self, section: TrenchSection) -> Site | None:
        """The site nearest to the middle of a trench as the crow flies; None in a plant without sites."""
        longitude, latitude = section.line[len(section.line) // 2]
        shrink = cos(radians(latitude))  # degrees of longitude are shorter; for a city that is all there is to it

        def far(site: Site) -> float:
            return hypot((site.point[0] - longitude) * shrink, site.point[1] - latitude)

        return min(self.plant.sites, key=far, default=None)

    def hangs_on(self, node: Code) -> tuple[Code, ...]:
        """Trenches whose cut alone takes this node down, from the node towards the hub. Exact.

        Such a trench lies on every way to a hub, so those of any one way are all there is to ask about.
        """
        index = self.index
        if index is None:
            return ()
        way = dict.fromkeys(trench for link in self._way_to_hub(node) for trench in self.plant.sections_of(link))
        harmful = [trench for trench in way if trench in self.single_cuts]
        found = []
        for trench in harmful:
            loss = index.lost([trench])
            if node in loss.sites or node in loss.structures:
                found.append(trench)
        return tuple(found)

    def _way_to_hub(self, node: Code) -> list[Link]:
        """The links of a shortest way from a node to a hub; none where there is no way."""
        hubs = {site.code for site in self.plant.hubs}
        came: dict[Code, tuple[Code, Link] | None] = {node: None}
        queue = deque([node])
        while queue:
            here = queue.popleft()
            if here in hubs:
                break
            for link in self.links_at.get(here, ()):
                ends = {self.plant.node_of(link.a), self.plant.node_of(link.b)} - {here}
                for there in ends - came.keys():
                    came[there] = (here, link)
                    queue.append(there)
        else:
            return []
        links = []
        while (step := came[here]) is not None:
            here, link = step
            links.append(link)
        return links[::-1]

    def far_end(self, link: Link, near: Code) -> Code:
        """The node at the other end of a link."""
        other = self.plant.node_of(link.b)
        return self.plant.node_of(link.a) if other == near else other

    def length_m(self, link: Link) -> float:
        """How long a link's way through the ground is, as far as it is documented."""
        found = self._lengths.get(link.code)
        if found is None:
            sections = (self.plant.section[code] for code in self.plant.sections_of(link))
            found = self._lengths[link.code] = sum(section.length_m for section in sections)
        return found

    def expected_light(self, link: Code) -> ExpectedLight:
        """The light the plant lets expect at both ends of a link."""
        found = self._expected.get(link)
        if found is None:
            found = self._expected[link] = expected_light(self.plant, self.plant.link[link])
        return found
