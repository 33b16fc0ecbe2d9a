"""What a light path loses, and what light a link's ends should therefore see. Pure.

The defaults are for planning, not measured: fibre by wavelength, one fusion splice where two cables meet and one for
the pigtail at either end, one mated connector pair in the patch panel at either end, one CWDM filter at either end of
a coloured link. A module's own reading is only good to 3 dB (SFF-8472): compare with that in mind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.dwdm import nearest_nm
from inventory.entities import Direction, RouteKnown
from inventory.geodesy import distance_m
from inventory.optics_classes import CLASSES, canonical_nm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Cable, Code, Link, StrandRef
    from inventory.optics_classes import OpticsClass
    from inventory.plant import Plant

ATTENUATION_DB_PER_KM = ((1270, 0.40), (1310, 0.35), (1383, 0.35), (1490, 0.25), (1550, 0.21), (1625, 0.24))
"""G.652.D in cable, typical, by nm; 1270 by Rayleigh's fourth power from 1310. Linear in between."""
SPLICE_DB = 0.08
"""Fusion splice, mean (ITU-T L.400: 0.05 to 0.1, 0.2 at most)."""
CONNECTOR_DB = 0.25
"""Mated pair, grade C mean (IEC 61753-1; 97 % below 0.5)."""
FILTER_DB = 2.5
"""CWDM multiplexer or demultiplexer, one end, 8 channels, connectors included."""
DETOUR = 1.3
"""Length of an undocumented route over the distance of its ends: an assumption for street grids."""
UNKNOWN_NM = 1310
"""Wavelength of a link nobody described: the usual one, and the one that loses more."""
METRES_PER_KM = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossBudget:
    """Loss of one way, part by part."""

    fibre_db: float
    splices_db: float
    connectors_db: float
    filters_db: float

    @property
    def total_db(self) -> float:
        """Sum of the parts."""
        return self.fibre_db + self.splices_db + self.connectors_db + self.filters_db


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLight:
    """What the ends of a link should see with healthy modules of typical power.

    Levels are None where the sender's class is unknown, margins also where the receiver's is. A margin is the level
    above the receiver's sensitivity.
    """

    link: Code
    loss_a_to_b_db: float
    loss_b_to_a_db: float
    rx_a_dbm: float | None
    rx_b_dbm: float | None
    margin_a_db: float | None
    margin_b_db: float | None


def attenuation_db_per_km(wavelength_nm: int) -> float:
    """Typical attenuation of cabled G.652.D; outside 1270 to 1625 nm that of the nearer end."""
    if wavelength_nm <= ATTENUATION_DB_PER_KM[0][0]:
        return ATTENUATION_DB_PER_KM[0][1]
    for (low_nm, low), (high_nm, high) in pairwise(ATTENUATION_DB_PER_KM):
        if wavelength_nm <= high_nm:
            return low + (high - low) * (wavelength_nm - low_nm) / (high_nm - low_nm)
    return ATTENUATION_DB_PER_KM[-1][1]


def route_m(plant: Plant, cable: Cable) -> float:
    """Geodesic length of the documented part of a cable's route."""
    return sum(plant.section[section].length_m for section in cable.route)


def cable_m(plant: Plant, cable: Cable) -> float:
    """Length the light travels in a cable: by OTDR, else as built, else by the route.

    Where the route is not fully known, its ends' distance with a detour is the least it is taken for.
    """
    measured = cable.optical_m if cable.optical_m is not None else cable.sheath_m
    if measured is not None:
        return measured
    documented = route_m(plant, cable)
    if cable.route_known is RouteKnown.FULL:
        return documented
    ends = distance_m(plant.nodes[cable.from_node].point, plant.nodes[cable.to_node].point)
    return max(documented, ends * DETOUR)


def loss_budget(plant: Plant, strands: Sequence[StrandRef], wavelength_nm: int, *, filters: int = 0) -> LossBudget:
    """Loss of a way over strands, one after the other; no strands is a patch cord, which loses nothing."""
    length_m = sum(cable_m(plant, plant.cable[strand.cable]) for strand in strands)
    return LossBudget(
        fibre_db=length_m / METRES_PER_KM * attenuation_db_per_km(wavelength_nm),
        splices_db=(len(strands) + 1) * SPLICE_DB if strands else 0.0,
        connectors_db=2 * CONNECTOR_DB if strands else 0.0,
        filters_db=filters * FILTER_DB,
    )


def optics_at(plant: Plant, interface: Code) -> OpticsClass | None:
    """The transceiver class of a port, or None where it is unknown; a documented module's own values overrule it."""
    found = plant.optics_found
    if interface not in found:
        found[interface] = _optics(plant, interface)
    return found[interface]


def _optics(plant: Plant, interface: Code) -> OpticsClass | None:
    module = plant.transceiver_at.get(interface)
    if module is None:
        return CLASSES.get(plant.interface[interface].optics)
    found = CLASSES.get(module.optics or plant.interface[interface].optics)
    if found is None:
        return None
    own = {
        "nominal_nm": module.wavelength_nm,
        "expects_nm": module.expects_nm,
        "tx_min_dbm": module.tx_min_dbm,
        "tx_max_dbm": module.tx_max_dbm,
        "sensitivity_dbm": module.sensitivity_dbm,
        "overload_dbm": module.overload_dbm,
    }
    return replace(found, **{name: value for name, value in own.items() if value is not None})  # type: ignore[arg-type] # the fields' own types


def filters_on(plant: Plant, link: Link) -> int:
    """CWDM filters on one way of a link: two where a colour is not simply what the ports' own modules send."""
    grey = (item for item in _classes(plant, link) if item is not None and not item.coloured)
    own = {canonical_nm(item.nominal_nm) for item in grey if item.nominal_nm}
    colours = {canonical_nm(channel.colour) for channel in plant.channels_on.get(link.code, ())}
    return 2 if colours - own else 0


def colours_on(plant: Plant, link: Link, direction: Direction) -> tuple[int, ...]:
    """Colours on one way of a link (nm or GHz): its channels', else what the sender's class sends, else 1310 nm."""
    colours = tuple(
        channel.colour
        for channel in plant.channels_on.get(link.code, ())
        if channel.direction in {direction, Direction.BOTH}
    )
    if colours:
        return colours
    sender = optics_at(plant, link.a if direction is Direction.A_TO_B else link.b)
    return (sender.nominal_nm,) if sender is not None and sender.nominal_nm is not None else (UNKNOWN_NM,)


def way_loss(plant: Plant, link: Link, direction: Direction) -> LossBudget:
    """Loss of one way of a link, at the colour that loses most: over the documented light path where there is one."""
    worst_nm = max(map(nearest_nm, colours_on(plant, link, direction)), key=attenuation_db_per_km)
    if plant.documents_glass:
        from inventory.lightpath import budget, links  # noqa: PLC0415 - they take their planning values from here

        if (path := links.way_of(plant.light, link, direction)) is not None:
            return budget.budget(budget.hops(plant.light, path, worst_nm))
    back = direction is Direction.B_TO_A and link.return_strands
    strands = link.return_strands if back else link.strands
    return loss_budget(plant, strands, worst_nm, filters=filters_on(plant, link))


def expected_light(plant: Plant, link: Link) -> ExpectedLight:
    """Loss both ways, and the light and margin at both ends."""
    at_a, at_b = _classes(plant, link)
    loss_a_to_b_db = way_loss(plant, link, Direction.A_TO_B).total_db
    loss_b_to_a_db = way_loss(plant, link, Direction.B_TO_A).total_db
    rx_a_dbm = at_b.tx_typical_dbm - loss_b_to_a_db if at_b else None
    rx_b_dbm = at_a.tx_typical_dbm - loss_a_to_b_db if at_a else None
    return ExpectedLight(
        link=link.code,
        loss_a_to_b_db=loss_a_to_b_db,
        loss_b_to_a_db=loss_b_to_a_db,
        rx_a_dbm=rx_a_dbm,
        rx_b_dbm=rx_b_dbm,
        margin_a_db=_margin_db(rx_a_dbm, at_a),
        margin_b_db=_margin_db(rx_b_dbm, at_b),
    )


def _margin_db(rx_dbm: float | None, receiver: OpticsClass | None) -> float | None:
    return rx_dbm - receiver.sensitivity_dbm if rx_dbm is not None and receiver is not None else None


def _classes(plant: Plant, link: Link) -> tuple[OpticsClass | None, OpticsClass | None]:
    return optics_at(plant, link.a), optics_at(plant, link.b)
