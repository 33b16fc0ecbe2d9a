"""Readings of a maker nobody has a row for yet: what its own tree says of itself.

The maker's whole tree is walked once. Taken is only what cannot be something else: tables with the columns of
ENTITY-SENSOR-MIB, software that others sell as well, and text that names its own unit, such as "-5.12 dBm".
Whole numbers without a unit are left alone: a level off by powers of ten is worse than none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.optics.maker_tree import read_tree
from collectors.probe.entity_sensors import SensorSource, read_entity_sensors
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.probe.vendor_sensors import read_tables
from collectors.vendors.numbers import measure
from collectors.vendors.oem import FIXED
from collectors.vendors.row import Column, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.optics.entities import Entities, Ports
    from collectors.optics.maker_tree import MakerTree
    from collectors.probe.walks import Walks

_VALUE = re.compile(
    r"^\s*[-+]?\d+(?:\.\d+)?\s*(dBm|mW|uW|V|mV|mA|uA|°C|℃|C|degrees C|rpm|%)\s*(?:[:(/\[].*|normal|ok)?\s*$",
    re.IGNORECASE,
)
_KINDS: Mapping[str, Kind] = {
    "dbm": Kind.DBM,
    "mw": Kind.DBM,
    "uw": Kind.DBM,
    "v": Kind.VOLTAGE,
    "mv": Kind.VOLTAGE,
    "ma": Kind.CURRENT,
    "ua": Kind.CURRENT,
    "°c": Kind.TEMPERATURE,
    "℃": Kind.TEMPERATURE,
    "c": Kind.TEMPERATURE,
    "degrees c": Kind.TEMPERATURE,
    "rpm": Kind.FANSPEED,
    "%": Kind.PERCENT,
}
SOURCE = "the unit stands in the value"


async def read_unknown(
    walks: Walks, object_id: str, entities: Entities, ports: Ports
) -> list[ProbedSensor | NoReading]:
    """All such readings below the maker's number, and of software that stands elsewhere whoever sells it.

    Raises:
        DeviceError: the device stopped answering.
    """
    tree = await read_tree(walks.column, object_id)
    if tree is None:
        return []
    found: list[ProbedSensor | NoReading] = []
    for root in tree.sensor_roots():
        found += await read_entity_sensors(
            walks, entities, SensorSource(root, f"{root} (the columns of ENTITY-SENSOR-MIB)")
        )
    found += await read_tables(walks, (*tree.tables(), *FIXED), entities, ports)
    return found + list(_self_described(tree, ports))


def _self_described(tree: MakerTree, ports: Ports) -> Iterator[ProbedSensor | NoReading]:
    for index, raw in tree.rows.items():
        if not isinstance(raw, bytes) or not (match := _VALUE.match(text(raw))):
            continue
        oid = f"{tree.root}.{index}"
        kind = _KINDS[match.group(1).casefold()]
        column = Column(sub="", name="", kind=kind, label="")
        measured = measure(column, raw)
        descr = _("value of {oid}").format(oid=oid)
        if measured.value is None:
            yield NoReading(oid=oid, descr=descr, reason=measured.reason)
            continue
        yield ProbedSensor(
            kind=kind.value,
            descr=descr,
            value=measured.value,
            unit=column.shown_unit,
            oid=oid,
            source=SOURCE,
            if_name=_port(index, ports) if kind is Kind.DBM else "",
        )


def _port(index: str, ports: Ports) -> str:
    """A light level's port where the last number of its index is an ifIndex: light is measured at ports alone."""
    return ports.by_index.get(int(index.rpartition(".")[2]), "")
