"""What leaves the house, by audience: a plan of a city's glass is a plan of what to dig up. Pure.

Three audiences, each sees less than the one before:

- ``internal``: everything.
- ``partner`` (contractors, planners, authorities): the ground and the glass, without what the switches are reached by,
  what modules are fitted, who uses what, and how critical a place is.
- ``public``: trenches, ducts and places only, on a grid of 10 m; no glass, no equipment, no sirens, and nothing of
  places that are vital. Trenches, ducts and structures have no names either, which may tell where
  something leads, and nothing has a source.

Objects with a protection class above that of the audience are left out for all but ``internal``
(:mod:`inventory.protection`). What is left is a whole plant: every reference resolves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from inventory.checks.references import KINDS, resolved
from inventory.entities import Criticality, Provenance, Record, RouteKnown
from inventory.geodesy import length_m
from inventory.protection import Protection
from inventory.visibility import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Cable, Code, LonLat, Site, Structure, TrenchSection
    from inventory.plant import Plant

R = TypeVar("R", bound=Record)

GRID_M = 10.0
"""How coarse the public sees places, by default."""
METRES_A_DEGREE = 111_320.0
"""Of latitude, near enough for a grid."""
DECIMALS = 7


class Audience(StrEnum):
    """Whom an export is for."""

    INTERNAL = "internal"
    PARTNER = "partner"
    PUBLIC = "public"


MOST = {Audience.PARTNER: Protection.INTERNAL, Audience.PUBLIC: Protection.PUBLIC}
"""The highest protection class an audience may know."""


def redacted(plant: Plant, audience: Audience, *, grid_m: float = GRID_M, besides: Collection[Code] = ()) -> Plant:
    """The plant as an audience may see it; ``grid_m`` is how coarse for the public, ``besides`` is seen in any case."""
    if audience is Audience.INTERNAL:
        return plant
    partner = _for_partners(shown(plant, MOST[audience], besides=besides))
    return partner if audience is Audience.PARTNER else _for_everyone(partner, Grid.of(plant, grid_m))


def marked(plant: Plant, mark: str) -> Plant:
    """The plant with a mark as the source of every record: what leaves the house tells who took it out, and when."""
    kinds = {
        kind: tuple(replace(item, provenance=replace(item.provenance, source=mark)) for item in getattr(plant, kind))
        for kind in KINDS
    }
    return replace(plant, **kinds)  # type: ignore[arg-type] # the kinds say which records


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of squares; the same for all of a city, so that what met before meets still."""

    lon: float
    lat: float

    @classmethod
    def of(cls, plant: Plant, metres: float) -> Grid:
        """Squares of so many metres at the latitude of the city, a whole degree of it, in degrees."""
        latitude = round(next((node.point[1] for node in plant.nodes.values()), 0.0))
        return cls(metres / (METRES_A_DEGREE * max(math.cos(math.radians(latitude)), 0.01)), metres / METRES_A_DEGREE)

    def point(self, point: LonLat) -> LonLat:
        """The nearest corner."""
        lon, lat = round(point[0] / self.lon) * self.lon, round(point[1] / self.lat) * self.lat
        return round(lon, DECIMALS), round(lat, DECIMALS)


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
            protections=(),
            strand_states=tuple(replace(item, user_group=None) for item in plant.strand_states),
        )
    )


def _for_everyone(partner: Plant, grid: Grid) -> Plant:
    return resolved(
        replace(
            partner,
            sites=tuple(
                replace(_bare(item, name=item.name), point=grid.point(item.point), address="") for item in partner.sites
            ),
            structures=tuple(replace(_bare(item), point=grid.point(item.point)) for item in partner.structures),
            route_nodes=tuple(replace(_bare(item), point=grid.point(item.point)) for item in partner.route_nodes),
            ducts=tuple(_bare(item) for item in partner.ducts),
            sections=tuple(_coarse_section(item, grid) for item in partner.sections),
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


def _bare(record: R, *, name: str = "") -> R:
    return replace(record, name=name, provenance=Provenance(accuracy_m=record.provenance.accuracy_m))


def _coarse_section(section: TrenchSection, grid: Grid) -> TrenchSection:
    section = _bare(section)
    line = tuple(grid.point(point) for point in section.line)
    return replace(section, line=line, length_m=length_m(line), depth_m=None, owner="", cut_rate=None)


def route_is_known(cable: Cable) -> bool:
    """Whether a cable can be drawn from end to end."""
    return cable.route_known is RouteKnown.FULL and bool(cable.route)
