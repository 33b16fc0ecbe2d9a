"""Everything an answer is made from, in one hand: the services, the network, the watch, the kept documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from planner.aftermath import Aftermaths
from planner.digging import Digging
from planner.documents import Documents
from planner.incidents import Incidents
from planner.network import Network
from planner.planned import with_planned
from planner.plant_layers import PlantLayers
from planner.redundancy import Redundancy
from planner.scenarios import Scenarios
from planner.watch import Watch
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Device, Interface
    from planner.picture import Picture
    from planner.services import PlannerServices
    from planner.whatif import Question

REFRESH_S = (1, 10)
"""The page asks so often at most and at least; in between, five times a round of the collector."""


class Looks(Protocol):
    """What shows the city as it stands."""

    def picture(self) -> Picture:
        """The newest picture."""

    def forget(self) -> None:
        """Look anew next time."""

    def settle(self) -> None:
        """Wait until nothing is being drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One city being served. ``built`` is the network as it will be when all that is planned stands."""

    services: PlannerServices
    network: Network
    watch: Looks
    aftermaths: Aftermaths
    built: Network
    built_aftermaths: Aftermaths
    scenarios: Scenarios
    incidents: Incidents
    layers: PlantLayers
    digging: Digging
    redundancy: Redundancy
    documents: Documents = field(default_factory=Documents)

    @classmethod
    def of(cls, services: PlannerServices, *, can_see: Callable[[Question], bool] | None = None) -> Desk:
        """A desk that has looked at nothing yet; ``can_see`` says which saved what-ifs are there for it."""
        network = Network(services.plant)
        planned = with_planned(services.plant)
        built = network if planned is services.plant else Network(planned)
        return cls(
            services=services,
            network=network,
            watch=Watch(services, network),
            aftermaths=Aftermaths(network, later=built if built is not network else None),
            built=built,
            built_aftermaths=Aftermaths(built),
            scenarios=Scenarios(services.scenarios, can_see=can_see),
            incidents=Incidents(services, network),
            layers=PlantLayers(network),
            digging=Digging(network, services.topology),
            redundancy=Redundancy(network, services.topology),
        )

    def warm(self) -> None:
        """Make what takes long in a large city before anybody waits for it."""
        if self.network.index is not None:
            self.network.warm()

    def standpoint(self, *, planned: bool) -> tuple[Network, Aftermaths]:
        """The network a question is about, as it is or as it will be."""
        return (self.built, self.built_aftermaths) if planned else (self.network, self.aftermaths)

    def picture(self) -> Picture:
        """The city as it stands."""
        return self.watch.picture()

    @property
    def refresh_s(self) -> int:
        """How often an open page asks what is new: well within one round of the collector."""
        least, most = REFRESH_S
        return int(min(most, max(least, self.services.interval_s / 5)))

    def device(self, code: str) -> Device:
        """The device of this code.

        Raises:
            InputError: there is none.
        """
        for device in self.services.plant.devices:
            if device.code == code:
                return device
        raise InputError(
            _("{city} has no switch {code}").format(city=self.services.plant.city, code=code),
            cure=_("see the list of switches"),
        )

    def port(self, device: str, if_name: str) -> Interface:
        """The port of this name at a device.

        Raises:
            InputError: there is none.
        """
        for interface in self.network.interfaces_of.get(self.device(device).code, ()):
            if interface.if_name == if_name:
                return interface
        raise InputError(
            _("switch {device} has no port {if_name}").format(device=device, if_name=if_name),
            cure=_("see the ports of the switch"),
        )
