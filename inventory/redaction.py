"""What leaves the house, by audience: a plan of a city's glass is a plan of what to dig up. Pure.

Three audiences, each sees less than the one before:

- ``internal``: everything.
- ``partner`` (contractors, planners, authorities): the ground and the glass, without what the switches are reached by,
  what modules are fitted, who uses what, and how critical a place is.
- ``public``: trenches, ducts and places only, at 10 m; no glass, no equipment, no sirens, and nothing of places that
  are vital. Trenches, ducts and structures have no names either, which may tell where something leads, and nothing has
  a source.

What is left is a whole plant: every reference resolves.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from inventory.checks.references import resolved
from inventory.entities import Criticality, Provenance, Record, RouteKnown, Structure
from inventory.geodesy import length_m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Cable, LonLat, Site, TrenchSection
    from inventory.plant import Plant

R = TypeVar("R", bound=Record)

COARSE_DECIMALS = 4
"""Of degrees: 7 to 11 m."""


class Audience(StrEnum):
    """Whom an export is for."""

    INTERNAL = "internal"
    PARTNER = "partner"
    PUBLIC = "public"


def redacted(plant: Plant, audience: Audience) -> Plant:
    """The plant as an audience may see it."""
    if audience is Audience.INTERNAL:
        return plant
    partner = _for_partners(plant)
    return partner if audience is Audience.PARTNER else _for_everyone(plant, partner)


def _for_partners(plant: Plant) -> Plant:
    return resolved(
        replace(
            plant,
            sites=tuple(replace(item, criticality=Criticality.NORMAL, is_hub=False) for item in plant.sites),
            structures=tuple(replace(item, criticality=Criticality.LOW, has_siren=False) for item in plant.structures),
            user_groups=(),
            devices=(),
            interfaces=(),
            links=(),
            channels=(),
            services=(),
            transceivers=(),
            risk_groups=(),
            link_groups=(),
            strand_states=tuple(replace(item, user_group=None) for item in plant.strand_states),
        )
    )


def _for_everyone(plant: Plant, partner: Plant) -> Plant:
    vital = {
        node.code
        for node in standing(plant)
        if node.criticality is Criticality.VITAL or (isinstance(node, Structure) and node.has_siren)
    }
    return resolved(
        replace(
            partner,
            sites=tuple(
                replace(_bare(item, name=item.name), point=_coarse(item.point), address="")
                for item in partner.sites
                if item.code not in vital
            ),
            structures=tuple(
                replace(_bare(item), point=_coarse(item.point)) for item in partner.structures if item.code not in vital
            ),
            route_nodes=tuple(replace(_bare(item), point=_coarse(item.point)) for item in partner.route_nodes),
            ducts=tuple(_bare(item) for item in partner.ducts),
            sections=tuple(_coarse_section(item) for item in partner.sections),
            cables=(),
            closures=(),
            splices=(),
            panels=(),
            terminations=(),
            passives=(),
            patches=(),
            strand_states=(),
        )
    )


def standing(plant: Plant) -> Iterator[Site | Structure]:
    """Sites and structures: all that stands somewhere and is not only a point."""
    yield from plant.sites
    yield from plant.structures


def _coarse(point: LonLat) -> LonLat:
    return round(point[0], COARSE_DECIMALS), round(point[1], COARSE_DECIMALS)


def _bare(record: R, *, name: str = "") -> R:
    return replace(record, name=name, provenance=Provenance(accuracy_m=record.provenance.accuracy_m))


def _coarse_section(section: TrenchSection) -> TrenchSection:
    section = _bare(section)
    line = tuple(_coarse(point) for point in section.line)
    return replace(section, line=line, length_m=length_m(line), depth_m=None, owner="", cut_rate=None)


def route_is_known(cable: Cable) -> bool:
    """Whether a cable can be drawn from end to end."""
    return cable.route_known is RouteKnown.FULL and bool(cable.route)
