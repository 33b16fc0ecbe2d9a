"""The plant as one frozen value with look-ups; loaded once, replaced when anything changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.entities import (
        Cable,
        Channel,
        Code,
        Device,
        Duct,
        Interface,
        Link,
        LinkGroup,
        Node,
        Record,
        RouteNode,
        Service,
        Site,
        StrandRef,
        Structure,
        TrenchSection,
        UserGroup,
    )
    from inventory.glass import (
        Closure,
        Panel,
        Passive,
        Patch,
        RiskGroup,
        Splice,
        StrandState,
        Termination,
        Transceiver,
    )
    from inventory.lightpath.graph import LightGraph
    from inventory.optics_classes import OpticsClass
    from inventory.protection import ProtectionCase

    R = TypeVar("R", bound=Record)


def _by_code(records: Iterable[R]) -> dict[Code, R]:
    return {record.code: record for record in records}


@dataclass(frozen=True, kw_only=True)
class Plant:
    """All records of one city. Collections are tuples in file order; look-ups are cached on first use.

    A Plant that came out of :mod:`inventory.sources` has no error findings: every reference resolves.
    """

    city: str
    sites: tuple[Site, ...] = ()
    structures: tuple[Structure, ...] = ()
    route_nodes: tuple[RouteNode, ...] = ()
    sections: tuple[TrenchSection, ...] = ()
    cables: tuple[Cable, ...] = ()
    user_groups: tuple[UserGroup, ...] = ()
    devices: tuple[Device, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    links: tuple[Link, ...] = ()
    channels: tuple[Channel, ...] = ()
    services: tuple[Service, ...] = ()
    ducts: tuple[Duct, ...] = ()
    closures: tuple[Closure, ...] = ()
    splices: tuple[Splice, ...] = ()
    panels: tuple[Panel, ...] = ()
    terminations: tuple[Termination, ...] = ()
    passives: tuple[Passive, ...] = ()
    patches: tuple[Patch, ...] = ()
    transceivers: tuple[Transceiver, ...] = ()
    strand_states: tuple[StrandState, ...] = ()
    risk_groups: tuple[RiskGroup, ...] = ()
    link_groups: tuple[LinkGroup, ...] = ()
    protections: tuple[ProtectionCase, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def nodes(self) -> dict[Code, Node]:
        """Sites, structures and route nodes by code."""
        return _by_code((*self.sites, *self.structures, *self.route_nodes))

    @cached_property
    def section(self) -> dict[Code, TrenchSection]:
        """Trench sections by code."""
        return _by_code(self.sections)

    @cached_property
    def cable(self) -> dict[Code, Cable]:
        """Cables by code."""
        return _by_code(self.cables)

    @cached_property
    def device(self) -> dict[Code, Device]:
        """Devices by code."""
        return _by_code(self.devices)

    @cached_property
    def interface(self) -> dict[Code, Interface]:
        """Interfaces by code (``DEVICE:if_name``)."""
        return _by_code(self.interfaces)

    @cached_property
    def link(self) -> dict[Code, Link]:
        """Links by code."""
        return _by_code(self.links)

    @cached_property
    def duct(self) -> dict[Code, Duct]:
        """Ducts by code."""
        return _by_code(self.ducts)

    @cached_property
    def closure(self) -> dict[Code, Closure]:
        """Closures by code."""
        return _by_code(self.closures)

    @cached_property
    def panel(self) -> dict[Code, Panel]:
        """Panels by code."""
        return _by_code(self.panels)

    @cached_property
    def passive(self) -> dict[Code, Passive]:
        """Filters and splitters by code."""
        return _by_code(self.passives)

    @cached_property
    def transceiver_at(self) -> dict[Code, Transceiver]:
        """The module in a port, by the interface's code."""
        return {item.interface: item for item in self.transceivers}

    @cached_property
    def state_of(self) -> dict[StrandRef, StrandState]:
        """What is peculiar about a strand; most have no entry."""
        return {item.strand: item for item in self.strand_states}

    @cached_property
    def protection_of(self) -> dict[Code, ProtectionCase]:
        """Why an object has a protection class of its own; most have no entry."""
        return {case.object: case for case in self.protections}

    @cached_property
    def optics_found(self) -> dict[Code, OpticsClass | None]:
        """What :func:`inventory.loss.optics_at` has found so far; it is asked for the same ports again and again."""
        return {}

    @property
    def documents_glass(self) -> bool:
        """Whether splices, panels or filters are documented, and light paths can say more than the links do."""
        return bool(self.splices or self.terminations or self.patches or self.strand_states)

    @cached_property
    def light(self) -> LightGraph:
        """How light runs through the glass; made once, for a plant never changes."""
        from inventory.lightpath.graph import LightGraph  # noqa: PLC0415 - it is made of a plant

        return LightGraph.of(self)

    @cached_property
    def user_group(self) -> dict[Code, UserGroup]:
        """User groups by code."""
        return _by_code(self.user_groups)

    @cached_property
    def link_at(self) -> dict[Code, Link]:
        """The link that ends at an interface, by the interface's code."""
        return {end: link for link in self.links for end in (link.a, link.b)}

    @cached_property
    def devices_at(self) -> dict[Code, tuple[Device, ...]]:
        """Devices by the node they stand at."""
        found: dict[Code, list[Device]] = {}
        for device in self.devices:
            found.setdefault(device.node, []).append(device)
        return {node: tuple(devices) for node, devices in found.items()}

    @cached_property
    def ports_of(self) -> dict[Code, tuple[Interface, ...]]:
        """Documented ports by device; a device without any is absent."""
        found: dict[Code, list[Interface]] = {}
        for port in self.interfaces:
            found.setdefault(port.device, []).append(port)
        return {device: tuple(ports) for device, ports in found.items()}

    @cached_property
    def links_at(self) -> dict[Code, tuple[Link, ...]]:
        """Links by the nodes they end at, each once."""
        found: dict[Code, dict[Code, Link]] = {}
        for link in self.links:
            for end in (link.a, link.b):
                found.setdefault(self.node_of(end), {})[link.code] = link
        return {node: tuple(links.values()) for node, links in found.items()}

    @cached_property
    def channels_on(self) -> dict[Code, tuple[Channel, ...]]:
        """Channels by the link they run on."""
        found: dict[Code, list[Channel]] = {}
        for channel in self.channels:
            found.setdefault(channel.link, []).append(channel)
        return {link: tuple(channels) for link, channels in found.items()}

    @cached_property
    def links_in(self) -> dict[Code, tuple[Code, ...]]:
        """Links that a trench section carries, by section, in file order; sections without light are absent."""
        found: dict[Code, dict[Code, None]] = {}
        for link in self.links:
            for section in self.sections_of(link):
                found.setdefault(section, {})[link.code] = None
        return {section: tuple(links) for section, links in found.items()}

    @cached_property
    def services_at(self) -> dict[Code, tuple[Service, ...]]:
        """Services by the site or structure they reach."""
        found: dict[Code, list[Service]] = {}
        for service in self.services:
            for site in service.sites:
                found.setdefault(site, []).append(service)
        return {site: tuple(services) for site, services in found.items()}

    @cached_property
    def hubs(self) -> tuple[Site, ...]:
        """Sites where the core stands."""
        return tuple(site for site in self.sites if site.is_hub)

    def node_of(self, interface: Code) -> Code:
        """The node an interface's device stands at."""
        return self.device[self.interface[interface].device].node

    def strands_of(self, link: Link) -> tuple[StrandRef, ...]:
        """All strands a link needs, the return way included."""
        return (*link.strands, *link.return_strands)

    def cables_of(self, link: Link) -> tuple[Code, ...]:
        """Cables a link runs through, each once, in order."""
        return tuple(dict.fromkeys(strand.cable for strand in self.strands_of(link)))

    def sections_of(self, link: Link) -> tuple[Code, ...]:
        """Trench sections a link runs through, each once, in order; only those documented."""
        return tuple(dict.fromkeys(section for cable in self.cables_of(link) for section in self.cable[cable].route))

    def require_section(self, code: str) -> TrenchSection:
        """The trench section people call ``code``.

        Raises:
            InputError: there is none; the cure names the nearest codes.
        """
        from difflib import get_close_matches  # noqa: PLC0415 - only when a person mistypes

        for section in self.sections:
            if section.code == code:
                return section
        near = get_close_matches(code, [section.code for section in self.sections], n=3, cutoff=0.5)
        raise InputError(
            _("{city} has no trench {code}").format(city=self.city, code=code),
            cure=_("did you mean {near}?").format(near=", ".join(near))
            if near
            else _("see the list of trenches in the plant files"),
        )
