"""Hubs, sites, devices, services: what a plant lacks as a whole. Only a plant that was read whole is judged so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import Status
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.plant import Plant


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on what is absent."""
    if not plant.hubs:
        yield Finding(
            code="RB-6001",
            severity=Severity.WARNING,
            where="plant/sites.geojson",
            record=plant.city,
            message=_("no site is the hub"),
            cure=_("set is_hub to true at the site where the core stands"),
        )
    yield from _idle_places(plant)
    yield from _idle_devices(plant)


def _idle_places(plant: Plant) -> Iterator[Finding]:
    for site in plant.sites:
        if site.status is Status.IN_SERVICE and site.code not in plant.devices_at:
            yield fault(
                plant,
                site,
                "RB-6002",
                message=_("no device stands here"),
                cure=_("add its switch to devices.csv, or make it a structure"),
            )
    for service in plant.services:
        for place in service.sites:
            if place not in plant.devices_at:
                yield fault(
                    plant,
                    service,
                    "RB-6004",
                    message=_("{place} has no device that could give it").format(place=place),
                    cure=_("name a place with a switch, or add the switch"),
                )


def _idle_devices(plant: Plant) -> Iterator[Finding]:
    linked = {plant.interface[end].device for link in plant.links for end in (link.a, link.b)}
    for device in plant.devices:
        if device.status is Status.IN_SERVICE and device.code not in linked:
            yield fault(
                plant,
                device,
                "RB-6003",
                message=_("no link ends at it"),
                cure=_("add its uplink to links.csv"),
            )
