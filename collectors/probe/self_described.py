"""Readings whose values say what they are: text such as "-5.12 dBm" or "3.31 V", whoever made the device.

For vendors nobody has written a table for yet: the vendor's whole tree is walked and only what names its own unit is
taken. The label is the place in the tree, for there is no MIB to ask; nor is it known which number of the
index would be a port's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.vendors.family import ENTERPRISES
from collectors.vendors.numbers import measure
from collectors.vendors.row import Column, Convert, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.probe.walks import Walks

_VALUE = re.compile(
    r"^\s*[-+]?\d+(?:\.\d+)?\s*(dBm|mW|uW|V|mV|mA|uA|°C|℃|C|degrees C|rpm|%)\s*(?:[:(\[].*|normal|ok)?\s*$",
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


async def read_self_described(walks: Walks, object_id: str) -> list[ProbedSensor | NoReading]:
    """All such readings below the vendor's number.

    Raises:
        DeviceError: the device stopped answering.
    """
    number = object_id.removeprefix(ENTERPRISES).partition(".")[0]
    if not object_id.startswith(ENTERPRISES) or not number.isdecimal():
        return []
    root = f"{ENTERPRISES}{number}"
    return list(_readings(root, await walks.column(root)))


def _readings(root: str, rows: Mapping[str, SnmpValue]) -> Iterator[ProbedSensor | NoReading]:
    for index, raw in rows.items():
        if not isinstance(raw, bytes) or not (match := _VALUE.match(text(raw))):
            continue
        oid = f"{root}.{index}"
        kind = _KINDS[match.group(1).casefold()]
        column = Column(sub="", name="", kind=kind, label="", convert=Convert.NOTHING)
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
        )
