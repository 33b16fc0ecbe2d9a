"""What is lost: names, in the order a person in charge wants to hear them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.entities import Criticality, Site
from topology.graph import criticality_of, has_siren
from topology.net import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from inventory.entities import Code, Record
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What no longer reaches a hub. All tuples go by criticality, the most critical first, then by code.

    ``structures`` are lost nodes that are no sites (lamps, cabinets), ``sirens`` those of them with a siren.
    ``user_groups`` and ``services`` have something at a lost node; ``links`` are the links that are down, be they
    needed or not. ``weight`` adds up ``WEIGHTS`` of the lost nodes.
    """

    sites: tuple[Code, ...] = ()
    structures: tuple[Code, ...] = ()
    sirens: tuple[Code, ...] = ()
    user_groups: tuple[Code, ...] = ()
    services: tuple[Code, ...] = ()
    links: tuple[Code, ...] = ()
    weight: int = 0

    def __bool__(self) -> bool:
        """Whether any node is lost; links alone are no harm."""
        return bool(self.sites or self.structures)


@dataclass(frozen=True, kw_only=True, eq=False)
class Naming:
    """Turns lost nodes into a :class:`Loss`, with the plant's look-ups made once."""

    plant: Plant

    def rank(self, node: Code) -> tuple[int, Code]:
        """The place of a node in a list: the most critical first."""
        return -criticality_of(self.plant.nodes[node]), node

    def loss(self, nodes: Iterable[Code], links: Collection[Code]) -> Loss:
        """The loss of these nodes while these links are down. Cost: linear in what is lost."""
        lost = sorted(nodes, key=self.rank)
        sites = tuple(code for code in lost if isinstance(self.plant.nodes[code], Site))
        structures = tuple(code for code in lost if not isinstance(self.plant.nodes[code], Site))
        groups = {group for code in lost for group in self._groups_at.get(code, ())}
        services = {service.code for code in lost for service in self.plant.services_at.get(code, ())}
        return Loss(
            sites=sites,
            structures=structures,
            sirens=tuple(code for code in structures if has_siren(self.plant.nodes[code])),
            user_groups=_by_criticality(groups, self.plant.user_group),
            services=_by_criticality(services, self._service),
            links=tuple(sorted(links)),
            weight=sum(WEIGHTS[criticality_of(self.plant.nodes[code])] for code in lost),
        )

    @cached_property
    def _service(self) -> dict[Code, Record]:
        return {service.code: service for service in self.plant.services}

    @cached_property
    def _groups_at(self) -> dict[Code, set[Code]]:
        """User groups with a service at a node, or with light of their own that ends there."""
        found: dict[Code, set[Code]] = {}
        for service in self.plant.services:
            for site in service.sites:
                found.setdefault(site, set()).add(service.user_group)
        for link in self.plant.links:
            groups = {channel.user_group for channel in self.plant.channels_on.get(link.code, ())}
            if link.user_group is not None:
                groups.add(link.user_group)
            for end in (link.a, link.b):
                found.setdefault(self.plant.node_of(end), set()).update(groups)
        return found


def _by_criticality(codes: Iterable[Code], records: Mapping[Code, Record]) -> tuple[Code, ...]:
    def rank(code: Code) -> tuple[int, Code]:
        found = getattr(records.get(code), "criticality", Criticality.LOW)
        return -int(found), code

    return tuple(sorted(codes, key=rank))
