"""The shape of a vendor's table: which columns are readings, in what unit, of which port, and under what name.

A row is data from the vendor's public MIB, which it names. Everything that can be said by a rule is said by one:
units that stand in the value itself ("-5.12 dBm"), numbers that mean "none", limits that contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

from collectors.optics.units import Quantity

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


class Kind(StrEnum):
    """What a reading is."""

    DBM = "dbm"
    TEMPERATURE = "temperature"
    VOLTAGE = "voltage"
    CURRENT = "current"
    POWER = "power"
    FANSPEED = "fanspeed"
    HUMIDITY = "humidity"
    CHARGE = "charge"
    LOAD = "load"
    PERCENT = "percent"
    RUNTIME = "runtime"
    DELAY = "delay"
    FREQUENCY = "frequency"
    STATE = "state"
    COUNT = "count"
    SNR = "snr"
    BER = "ber"
    LOSS = "loss"
    AIRFLOW = "airflow"
    ENERGY = "energy"
    CHROMATIC_DISPERSION = "chromatic_dispersion"
    QUALITY_FACTOR = "quality_factor"
    SIGNAL = "signal"
    WAVELENGTH = "wavelength"


UNITS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.DBM: "dBm",
        Kind.TEMPERATURE: "°C",
        Kind.VOLTAGE: "V",
        Kind.CURRENT: "A",
        Kind.POWER: "W",
        Kind.FANSPEED: "rpm",
        Kind.HUMIDITY: "%",
        Kind.CHARGE: "%",
        Kind.LOAD: "%",
        Kind.PERCENT: "%",
        Kind.RUNTIME: "min",
        Kind.DELAY: "s",
        Kind.FREQUENCY: "Hz",
        Kind.STATE: "",
        Kind.COUNT: "",
        Kind.SNR: "dB",
        Kind.BER: "",
        Kind.LOSS: "dB",
        Kind.AIRFLOW: "ft3/min",
        Kind.ENERGY: "kWh",
        Kind.CHROMATIC_DISPERSION: "ps/nm",
        Kind.QUALITY_FACTOR: "dB",
        Kind.SIGNAL: "dBm",
        Kind.WAVELENGTH: "nm",
    }
)
"""The unit a kind is given in."""


class Convert(Enum):
    """What is done to a raw number after its factor."""

    NOTHING = ""
    WATT_TO_DBM = "W to dBm"
    FAHRENHEIT = "°F to °C"


class Scale(NamedTuple):
    """What one count of a light level is worth."""

    factor: float
    convert: Convert = Convert.NOTHING


DBM, TENTH_DBM, CENTI_DBM, MILLI_DBM, TENTH_MILLI_DBM = (Scale(factor) for factor in (1.0, 0.1, 0.01, 0.001, 1e-4))
MILLIWATT, TENTH_MILLIWATT, MICROWATT, TENTH_MICROWATT, NANOWATT = (
    Scale(factor, Convert.WATT_TO_DBM) for factor in (1e-3, 1e-4, 1e-6, 1e-7, 1e-9)
)
TENTH, CENTI, MILLI, MICRO = 0.1, 0.01, 0.001, 1e-6

NO_STATES: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table that holds readings; ``sub`` is its place below the table's root.

    - ``where`` keeps instances whose index has these numbers at these places; ``when`` those where another column has
      one of these values.
    - ``named`` keeps those whose name, in that column, matches the pattern: for makers who tell the kind by the name.
    - ``limits`` are columns with the same index: high alarm, high warning, low warning, low alarm; ``limit_scale`` is
      theirs where it is another than the value's.
    - ``signed_scale`` holds for the whole table instead where one of its light levels is below -1: no power is.
    - ``unit_in_text`` takes only values that name their unit themselves, where the MIB does not tell it.
    - ``lane`` is the lane's number where each lane has a column of its own.
    - ``offset`` is added after the factor: numbers that count from somewhere else than 0.
    - ``digits`` is a column that says by how many decimal places the device moved each value.
    - ``several`` marks text with one number for each lane; ``none`` are raw values that mean "no reading".
    """

    sub: str
    name: str
    kind: Kind
    label: str
    factor: float = 1.0
    convert: Convert = Convert.NOTHING
    where: tuple[tuple[int, int], ...] = ()
    when: tuple[str, frozenset[int | str]] | None = None
    named: tuple[str, re.Pattern[str]] | None = None
    limits: tuple[str, str, str, str] = ("", "", "", "")
    limit_scale: Scale | None = None
    signed_scale: Scale | None = None
    states: Mapping[int, str] = field(default_factory=dict)
    several: bool = False
    unit_in_text: bool = False
    lane: str = ""
    offset: float = 0.0
    digits: str = ""
    none: frozenset[int] = frozenset()
    unit: str = ""
    quantity: Quantity | None = None

    @property
    def shown_unit(self) -> str:
        """The unit of the reading."""
        return self.unit or UNITS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns that share an index, and how the index leads to a port, a lane and a name.

    The port: ``if_index_at`` is the place in the index that is the ifIndex; ``if_index_in`` a column that holds it;
    ``entity_at`` the place that is the entPhysicalIndex; ``port_name`` a column with the port's name; with
    ``port_is_index`` the index itself is the name (``1.3`` or ``1/3``). ``names`` are columns whose text names the
    row, ``words`` what stands before it.
    """

    mib: str
    root: str
    columns: tuple[Column, ...]
    if_index_at: int | None = None
    if_index_in: str = ""
    entity_at: int | None = None
    port_name: str = ""
    port_is_index: bool = False
    names: tuple[str, ...] = ()
    words: str = ""
    lane_at: int | None = None

    def oid(self, sub: str) -> str:
        """A column's identifier."""
        return f"{self.root}.{sub}"


class _More(TypedDict, total=False):
    where: tuple[tuple[int, int], ...]
    when: tuple[str, frozenset[int | str]]
    named: tuple[str, re.Pattern[str]]
    limits: tuple[str, str, str, str]
    limit_scale: Scale
    signed_scale: Scale
    several: bool
    unit_in_text: bool
    lane: str
    offset: float
    digits: str
    none: frozenset[int]
    unit: str


def light(sub: str, name: str, scale: Scale, label: str, **more: Unpack[_More]) -> Column:
    """A light level that is neither a receiver's nor a sender's."""
    return Column(sub=sub, name=name, kind=Kind.DBM, label=label, factor=scale.factor, convert=scale.convert, **more)


def rx(sub: str, name: str, scale: Scale, label: str = "Rx power", **more: Unpack[_More]) -> Column:
    """Light received."""
    return replace(light(sub, name, scale, label, **more), quantity=Quantity.RX)


def tx(sub: str, name: str, scale: Scale, label: str = "Tx power", **more: Unpack[_More]) -> Column:
    """Light sent."""
    return replace(light(sub, name, scale, label, **more), quantity=Quantity.TX)


def bias(sub: str, name: str, factor: float, label: str = "bias current", **more: Unpack[_More]) -> Column:
    """A laser's current; ``factor`` gives amperes, or what ``unit`` says."""
    return Column(sub=sub, name=name, kind=Kind.CURRENT, label=label, factor=factor, quantity=Quantity.BIAS, **more)


def module_temp(
    sub: str, name: str, factor: float = 1.0, label: str = "module temperature", **more: Unpack[_More]
) -> Column:
    """A transceiver's temperature."""
    return Column(
        sub=sub, name=name, kind=Kind.TEMPERATURE, label=label, factor=factor, quantity=Quantity.TEMPERATURE, **more
    )


def temp(sub: str, name: str, factor: float = 1.0, label: str = "temperature", **more: Unpack[_More]) -> Column:
    """A temperature."""
    return Column(sub=sub, name=name, kind=Kind.TEMPERATURE, label=label, factor=factor, **more)


def volt(sub: str, name: str, factor: float = 1.0, label: str = "voltage", **more: Unpack[_More]) -> Column:
    """A voltage."""
    return Column(sub=sub, name=name, kind=Kind.VOLTAGE, label=label, factor=factor, **more)


def amp(sub: str, name: str, factor: float = 1.0, label: str = "current", **more: Unpack[_More]) -> Column:
    """A current."""
    return Column(sub=sub, name=name, kind=Kind.CURRENT, label=label, factor=factor, **more)


def watt(sub: str, name: str, factor: float = 1.0, label: str = "power", **more: Unpack[_More]) -> Column:
    """Electrical power."""
    return Column(sub=sub, name=name, kind=Kind.POWER, label=label, factor=factor, **more)


def rpm(sub: str, name: str, factor: float = 1.0, label: str = "fan speed", **more: Unpack[_More]) -> Column:
    """A fan's speed."""
    return Column(sub=sub, name=name, kind=Kind.FANSPEED, label=label, factor=factor, **more)


def of(kind: Kind, sub: str, name: str, factor: float = 1.0, label: str = "", **more: Unpack[_More]) -> Column:
    """A reading of any kind."""
    return Column(sub=sub, name=name, kind=kind, label=label or kind.value, factor=factor, **more)


def state(sub: str, name: str, label: str, states: Mapping[int, str] = NO_STATES, **more: Unpack[_More]) -> Column:
    """An enumeration, with the MIB's names of its numbers."""
    return Column(sub=sub, name=name, kind=Kind.STATE, label=label, states=states, **more)
