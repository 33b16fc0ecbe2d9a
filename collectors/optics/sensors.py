"""Finding a device's transceiver sensors, and turning their raw numbers into samples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text
from collectors.optics.sources import STANDARD, VENDORS, PortTable, SensorTable
from collectors.optics.units import Quantity, Unit, level_dbm
from collectors.tables import ENTERPRISES
from rainbow.kernel.metrics import OPTICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpClient, SnmpValue
    from collectors.optics.sources import Source
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENT_DESCR, ENT_CONTAINED_IN, ENT_NAME = f"{_ENTITY}.2", f"{_ENTITY}.4", f"{_ENTITY}.7"
ENT_ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
"""entAliasMappingIdentifier: a physical entity's row in another table, here ifIndex (RFC 6933)."""
IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
TYPE, SCALE, PRECISION, VALUE, STATUS = 1, 2, 3, 4, 5
"""Columns of entPhySensorTable; Cisco's copy has them in the same order."""
STATUS_OK = 1
_UNITS = {5: Unit.AMPERE, 6: Unit.WATT, 8: Unit.CELSIUS, 14: Unit.DBM}
"""EntitySensorDataType; 14 is Cisco's and other vendors' addition."""
_NO_PREFIX = 9
_DEEPEST = 16
"""Levels of a sensor's containers; a device that contains itself ends here."""
_LEAST_PRECISION, _MOST_PRECISION = -8, 9
_RX = re.compile(r"(?<![a-z])(?:rx|receiv|input)", re.IGNORECASE)
_TX = re.compile(r"(?<![a-z])(?:tx|transmit|output)", re.IGNORECASE)
_LANE = re.compile(r"\b(?:lane|channel)[ _-]?(\d{1,3})\b", re.IGNORECASE)


class Sensor(NamedTuple):
    """One reading to take at each poll. ``status_oid`` is empty where the table has none."""

    if_name: str
    lane: str
    quantity: Quantity
    unit: Unit
    factor: float
    value_oid: str
    status_oid: str


class Ports(NamedTuple):
    """How a device names its ports: by ifIndex, and by every name they have (ifName, ifDescr)."""

    by_index: Mapping[int, str]
    by_name: Mapping[str, str]


def sources_for(object_id: str) -> tuple[Source, ...]:
    """Where to look, by sysObjectID."""
    rest = object_id.lstrip(".").removeprefix(ENTERPRISES)
    number = rest.partition(".")[0]
    return VENDORS.get(int(number), (STANDARD,)) if number.isdecimal() else (STANDARD,)


async def find_sensors(client: SnmpClient, object_id: str, ports: Ports) -> list[Sensor]:
    """The transceiver sensors of a device's ports, from the first source that has any.

    Raises:
        DeviceError: a table could not be read to its end.
    """
    for source in sources_for(object_id):
        if isinstance(source, SensorTable):
            found = await _in_sensor_table(client, source, ports)
        else:
            found = await _in_port_table(client, source, ports)
        if found:
            return found
    return []


async def _in_port_table(client: SnmpClient, table: PortTable, ports: Ports) -> list[Sensor]:
    names = await client.walk(table.names) if table.names else {}
    found = []
    for column in table.columns:
        for index in await client.walk(column.oid):
            name = ports.by_name.get(text(names.get(index, "")), "")
            if_name = name or (ports.by_index.get(int(index), "") if index.isdecimal() and not table.names else "")
            if if_name:
                oid = f"{column.oid}.{index}"
                found.append(Sensor(if_name, "", column.quantity, column.unit, column.factor, oid, ""))
    return found


async def _in_sensor_table(client: SnmpClient, table: SensorTable, ports: Ports) -> list[Sensor]:
    kinds = await client.walk(f"{table.root}.{TYPE}")
    if not any(kind in {6, 14} for kind in kinds.values() if isinstance(kind, int)):
        return []  # no light is measured here: spare the device five more walks
    scales = await client.walk(f"{table.root}.{SCALE}")
    precisions = await client.walk(f"{table.root}.{PRECISION}")
    entities = Entities(
        names=await client.walk(ENT_NAME),
        descriptions=await client.walk(ENT_DESCR),
        containers=await client.walk(ENT_CONTAINED_IN),
        aliases=await client.walk(ENT_ALIAS),
        ports=ports,
    )
    found = []
    for index, kind in kinds.items():
        unit = _UNITS.get(kind) if isinstance(kind, int) else None
        factor = scale_factor(scales.get(index), precisions.get(index))
        if unit is None or factor is None:
            continue
        quantity = _quantity(unit, entities.words(index))
        if_name = entities.port(index) if quantity is not None else ""
        if quantity is not None and if_name:
            oids = (f"{table.root}.{VALUE}.{index}", f"{table.root}.{STATUS}.{index}")
            found.append(Sensor(if_name, entities.lane(index), quantity, unit, factor, *oids))
    return found


def scale_factor(scale: SnmpValue | None, precision: SnmpValue | None) -> float | None:
    """What one count is worth in the plain unit: EntitySensorDataScale and -Precision (RFC 3433, 3).

    None where either is missing or outside the standard: a level off by powers of ten is worse than none.
    """
    if not isinstance(scale, int) or not isinstance(precision, int):
        return None
    if not 1 <= scale <= 2 * _NO_PREFIX - 1 or not _LEAST_PRECISION <= precision <= _MOST_PRECISION:
        return None
    return float(10.0 ** (3 * (scale - _NO_PREFIX) - precision))


def _quantity(unit: Unit, words: str) -> Quantity | None:
    if unit is Unit.AMPERE:
        return Quantity.BIAS
    if unit is Unit.CELSIUS:
        return Quantity.TEMPERATURE
    receives, sends = _RX.search(words), _TX.search(words)
    if bool(receives) == bool(sends):
        return None
    return Quantity.RX if receives else Quantity.TX


class Entities:
    """The physical entities of a device (ENTITY-MIB): which port a sensor belongs to."""

    def __init__(
        self,
        *,
        names: Mapping[str, SnmpValue],
        descriptions: Mapping[str, SnmpValue],
        containers: Mapping[str, SnmpValue],
        aliases: Mapping[str, SnmpValue],
        ports: Ports,
    ) -> None:
        self._names = names
        self._descriptions = descriptions
        self._containers = containers
        self._ports = ports
        self._aliases: dict[str, str] = {}
        for index, target in aliases.items():
            words = str(target).lstrip(".")
            number = words.removeprefix(IF_INDEX)
            if words.startswith(IF_INDEX) and number.isdecimal():
                name = ports.by_index.get(int(number), "")
                self._aliases.setdefault(index.partition(".")[0], name)

    def words(self, index: str) -> str:
        """A sensor's name and description."""
        return f"{text(self._names.get(index, ''))} {text(self._descriptions.get(index, ''))}".strip()

    def port(self, index: str) -> str:
        """The port of a sensor: by the alias of it or of what holds it, else by a port's name in its own name."""
        for holder in self._holders(index):
            if name := self._aliases.get(holder):
                return name
        for holder in self._holders(index)[:3]:
            for words in (text(self._names.get(holder, "")), text(self._descriptions.get(holder, ""))):
                if name := named_port(words, self._ports.by_name):
                    return name
        return ""

    def lane(self, index: str) -> str:
        """The lane's number of a module with several, else empty."""
        for holder in self._holders(index)[:2]:
            if match := _LANE.search(self.words(holder)):
                return match.group(1)
        return ""

    def _holders(self, index: str) -> list[str]:
        """The entity and its containers, the innermost first."""
        chain = [index]
        while len(chain) < _DEEPEST:
            above = self._containers.get(chain[-1])
            if not isinstance(above, int) or above <= 0 or str(above) in chain:
                break
            chain.append(str(above))
        return chain


def named_port(words: str, by_name: Mapping[str, str]) -> str:
    """The port whose name stands in a text as a word or words of its own, the longest if several do."""
    parts = words.split()
    for length in range(len(parts), 0, -1):
        for first in range(len(parts) - length + 1):
            phrase = " ".join(parts[first : first + length]).strip(",;:()")
            if name := by_name.get(phrase):
                return name
    return ""


def light_values(sensors: list[Sensor], values: Mapping[str, SnmpValue]) -> dict[tuple[str, str], dict[Field, Value]]:
    """Fields of OPTICS by port and lane.

    Where a receiver reads no light, ``rx_dbm`` is absent and ``light`` is "no reading"; the same where the sensor
    says it does not work.
    """
    found: dict[tuple[str, str], dict[Field, Value]] = {}
    for sensor in sensors:
        raw = values.get(sensor.value_oid)
        if not isinstance(raw, int):
            continue
        fields = found.setdefault((sensor.if_name, sensor.lane), {})
        works = not sensor.status_oid or values.get(sensor.status_oid) == STATUS_OK
        _add(fields, sensor, raw if works else None)
    return {place: fields for place, fields in found.items() if fields}


def _add(fields: dict[Field, Value], sensor: Sensor, raw: int | None) -> None:
    if sensor.quantity in {Quantity.RX, Quantity.TX}:
        level = level_dbm(raw, sensor.factor, sensor.unit) if raw is not None else None
        if level is not None:
            fields[OPTICS.rx_dbm if sensor.quantity is Quantity.RX else OPTICS.tx_dbm] = level
        if sensor.quantity is Quantity.RX:
            fields[OPTICS.light] = int(level is not None)
    elif raw is not None:
        milli = 1000.0 if sensor.quantity is Quantity.BIAS else 1.0
        field = OPTICS.bias_ma if sensor.quantity is Quantity.BIAS else OPTICS.temperature_c
        fields[field] = raw * sensor.factor * milli
