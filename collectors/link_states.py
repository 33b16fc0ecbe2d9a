"""The join of ground and switches: a link as its two ends see it, beside the light the plant lets expect. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.tables import UP
from collectors.totals import LINK_DOWN, LINK_UNKNOWN, LINK_UP
from inventory.entities import Criticality
from inventory.loss import optics_at
from rainbow.kernel.metrics import LINK
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.reading import DeviceReading, Light
    from inventory.entities import Code, Link
    from inventory.loss import ExpectedLight
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Series, UnixNs, Value

OPER_UNKNOWN = 4
"""ifOperStatus unknown(4): the device itself cannot tell."""


def link_state(oper_a: int | None, oper_b: int | None) -> int:
    """State of a link by ifOperStatus of its ends, None for an end that could not be asked.

    One end that is not up is enough for down. One end that is up while the other cannot be asked counts as up: a port
    comes up only with a partner.
    """
    known = [oper for oper in (oper_a, oper_b) if oper is not None]
    if not known:
        return LINK_UNKNOWN
    return LINK_UP if all(oper == UP for oper in known) else LINK_DOWN


class Ends:
    """The newest readings, asked by interface code."""

    def __init__(self, plant: Plant, readings: Mapping[Code, DeviceReading | None]) -> None:
        self._plant = plant
        self._readings = readings

    def oper(self, interface: Code) -> int | None:
        """State of a port (ifOperStatus), or None where it is not known."""
        port = self._plant.interface[interface]
        reading = self._readings.get(port.device)
        state = reading.ports.get(port.if_name) if reading is not None else None
        return state.oper if state is not None and state.oper != OPER_UNKNOWN else None

    def light(self, interface: Code) -> Light | None:
        """Light at a port, or None where the port has no reading of light at all."""
        port = self._plant.interface[interface]
        reading = self._readings.get(port.device)
        return reading.light.get(port.if_name) if reading is not None else None


def link_states(plant: Plant, ends: Ends) -> dict[Code, int]:
    """State of every link of the plant."""
    return {link.code: link_state(ends.oper(link.a), ends.oper(link.b)) for link in plant.links}


def link_series(plant: Plant, link: Link) -> Series:
    """The link's series; made once per link."""
    return LINK.series(
        link=link.code,
        site_a=plant.node_of(link.a),
        site_b=plant.node_of(link.b),
        user_group=link.user_group or "",
    )


def link_samples(
    plant: Plant,
    states: Mapping[Code, int],
    ends: Ends,
    expected: Mapping[Code, ExpectedLight],
    series: Mapping[Code, Series],
    *,
    time_ns: UnixNs,
) -> list[Sample]:
    """One LINK sample for each link of ``states``; ``expected`` lacks links whose way through the ground is unknown."""
    return [
        Sample(series[code], time_ns, _fields(plant, plant.link[code], state, ends, expected.get(code)))
        for code, state in states.items()
    ]


def _fields(plant: Plant, link: Link, state: int, ends: Ends, expected: ExpectedLight | None) -> dict[Field, Value]:
    values: dict[Field, Value] = {LINK.state: state, LINK.criticality: int(_criticality(plant, link))}
    rx_a_dbm = _level(ends.light(link.a))
    rx_b_dbm = _level(ends.light(link.b))
    optional = {LINK.rx_a_dbm: rx_a_dbm, LINK.rx_b_dbm: rx_b_dbm, LINK.margin_db: None}
    least = [optics.sensitivity_dbm if (optics := optics_at(plant, end)) else None for end in (link.a, link.b)]
    optional[LINK.least_rx_a_dbm], optional[LINK.least_rx_b_dbm] = least
    margins = [
        rx_dbm - least_dbm
        for rx_dbm, least_dbm in zip((rx_a_dbm, rx_b_dbm), least, strict=True)
        if rx_dbm is not None and least_dbm is not None
    ]
    optional[LINK.margin_db] = min(margins, default=None)
    if expected is not None:
        optional[LINK.expected_rx_a_dbm] = expected.rx_a_dbm
        optional[LINK.expected_rx_b_dbm] = expected.rx_b_dbm
        optional[LINK.expected_loss_db] = max(expected.loss_a_to_b_db, expected.loss_b_to_a_db)
        pairs = ((expected.rx_a_dbm, rx_a_dbm), (expected.rx_b_dbm, rx_b_dbm))
        missing = [wanted - read for wanted, read in pairs if wanted is not None and read is not None]
        optional[LINK.missing_db] = max(missing, default=None)
    values.update({field: value for field, value in optional.items() if value is not None})
    return values


def _criticality(plant: Plant, link: Link) -> Criticality:
    """That of the user group; without one the lesser of its ends: to a lamp at the fire station it is a lamp's."""
    if link.user_group in plant.user_group:
        return plant.user_group[link.user_group].criticality
    ends = [plant.nodes[plant.node_of(end)] for end in (link.a, link.b)]
    return min(getattr(node, "criticality", Criticality.LOW) for node in ends)


def _level(light: Light | None) -> float | None:
    return light.rx_dbm if light is not None else None
