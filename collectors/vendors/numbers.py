"""Raw values to readings: units that stand in the value, numbers that mean "none", what is possible at all."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text
from collectors.optics.units import MILLIWATTS_PER_W
from collectors.vendors.row import Convert, Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.vendors.row import Column

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_UNIT = re.compile(
    r"\s*\(?[.°]?\s*(?:degrees\s*)?(dBm|dB|mW|uW|µW|nW|W|mV|uV|V|mA|uA|µA|A|C\b|F\b|Cel\w*|Fahr\w*|RPM|%)",
    re.IGNORECASE,
)
_NONE_WORDS = re.compile(
    r"^\W*(?:n/?a|none|unknown|not?\b.*|-+inf\w*|inf\w*|nan|null|-+|invalid.*|unsupported.*)?\W*$", re.IGNORECASE
)
SENTINELS = frozenset({-32768, -2147483648, 2147483647, 4294967295, -2147483647})
"""Ends of number ranges: no sensor measures exactly these."""
ALL_ONES = frozenset({65535, 32767})
"""The same of two octets, which modules keep their readings in (SFF-8472)."""
_IN_TWO_OCTETS = frozenset({Kind.TEMPERATURE, Kind.VOLTAGE, Kind.CURRENT, Kind.HUMIDITY})
FLOOR_DBM = -40.0
"""The least a module can say by SFF-8472 (0.1 microwatt): darkness as measured."""
DARKEST_DBM = -60.0
"""Amplifiers and channel monitors measure down to here; whole numbers below the floor (-50, -60, -99) are darkness."""
ROUNDING_DB = 0.005
POSSIBLE: Mapping[Kind, tuple[float, float]] = {
    Kind.DBM: (DARKEST_DBM, 35.0),
    Kind.TEMPERATURE: (-99.0, 200.0),
    Kind.VOLTAGE: (-10_000.0, 100_000.0),
    Kind.CURRENT: (-10_000.0, 10_000.0),
    Kind.POWER: (-1_000_000.0, 10_000_000.0),
    Kind.FANSPEED: (0.0, 200_000.0),
    Kind.HUMIDITY: (0.0, 100.0),
    Kind.CHARGE: (0.0, 150.0),
    Kind.LOAD: (-100.0, 1_000.0),
    Kind.PERCENT: (-100.0, 1_000.0),
}
"""What a reading of a kind can be at all; past that it is a number for "none" or in another unit. dBm up to 35: optical
amplifiers."""
_TEXT_FACTORS: Mapping[tuple[Kind, str], tuple[float, Convert]] = {
    (Kind.DBM, "dbm"): (1.0, Convert.NOTHING),
    (Kind.DBM, "mw"): (1e-3, Convert.WATT_TO_DBM),
    (Kind.DBM, "uw"): (1e-6, Convert.WATT_TO_DBM),
    (Kind.DBM, "nw"): (1e-9, Convert.WATT_TO_DBM),
    (Kind.DBM, "w"): (1.0, Convert.WATT_TO_DBM),
    (Kind.VOLTAGE, "v"): (1.0, Convert.NOTHING),
    (Kind.VOLTAGE, "mv"): (1e-3, Convert.NOTHING),
    (Kind.VOLTAGE, "uv"): (1e-6, Convert.NOTHING),
    (Kind.CURRENT, "a"): (1.0, Convert.NOTHING),
    (Kind.CURRENT, "ma"): (1e-3, Convert.NOTHING),
    (Kind.CURRENT, "ua"): (1e-6, Convert.NOTHING),
    (Kind.POWER, "w"): (1.0, Convert.NOTHING),
    (Kind.POWER, "mw"): (1e-3, Convert.NOTHING),
    (Kind.TEMPERATURE, "c"): (1.0, Convert.NOTHING),
    (Kind.TEMPERATURE, "f"): (1.0, Convert.FAHRENHEIT),
    (Kind.FANSPEED, "rpm"): (1.0, Convert.NOTHING),
}
"""A unit written in the value counts more than the one the MIB names."""


class Said(NamedTuple):
    """A number as the device sent it, with the unit where it wrote one."""

    number: float
    unit: str


class Measured(NamedTuple):
    """A reading, or why there is none: exactly one of the two is set."""

    value: float | None
    reason: str = ""


def numbers_in(raw: SnmpValue) -> list[Said]:
    """All numbers of a value in their order: one of an integer, those a text holds with the units behind them."""
    if isinstance(raw, int):
        return [Said(raw, "")]
    words = text(raw)
    found = []
    for match in _NUMBER.finditer(words):
        unit = _UNIT.match(words, match.end())
        found.append(Said(float(match.group()), _plain(unit.group(1)) if unit else ""))
    return found


def _plain(unit: str) -> str:
    short = unit.lower().replace("°", "").replace("µ", "u").strip()
    return {"cel": "c", "fah": "f"}.get(short[:3], short)


def first_number(raw: SnmpValue) -> Said | None:
    """The number of a value; None where it holds none, or says in words that there is none."""
    if isinstance(raw, int):
        return Said(raw, "")
    words = text(raw)
    if _NONE_WORDS.match(words):
        return None
    return next(iter(numbers_in(raw)), None)


def measure(column: Column, raw: SnmpValue) -> Measured:
    """The reading of a raw value."""
    said = first_number(raw)
    if column.kind is Kind.DBM and not isinstance(raw, int):
        said = next((one for one in numbers_in(raw) if one.unit == "dbm"), said)
    if said is not None and column.unit_in_text and not said.unit:
        return Measured(None, _("the device sends {raw!r} and does not say in what unit").format(raw=text(raw)[:40]))
    if said is None:
        return Measured(None, _("the device sends {raw!r}, no number").format(raw=text(raw)[:40]))
    return measure_said(column, said)


def measure_said(column: Column, said: Said) -> Measured:
    """The reading of a number; see :func:`measure`."""
    if column.kind is Kind.STATE:
        return Measured(said.number)
    is_full = said.number in ALL_ONES and column.kind in _IN_TWO_OCTETS and not said.unit
    if is_full or said.number in SENTINELS or said.number in column.none:
        return Measured(None, _("{raw:g} stands for no reading").format(raw=said.number))
    factor, convert = _TEXT_FACTORS.get((column.kind, said.unit), (column.factor, column.convert))
    if column.unit and said.unit:
        factor = column.factor
    if column.kind is Kind.DBM:
        return light_level(said.number, factor, convert)
    value = said.number * factor + column.offset
    if convert is Convert.FAHRENHEIT:
        value = (value - 32.0) / 1.8
    return possible(column.kind, value)


def light_level(number: float, factor: float, convert: Convert) -> Measured:
    """A light level in dBm.

    0 is no light in every unit: in watts it is none at all, and in dBm devices send it for "no module" far more often
    than a level is exactly 0.00 dBm.
    """
    if number == 0:
        return Measured(None, _("0 is sent where there is no module or no light; it is not 0 dBm"))
    if number in ALL_ONES:
        return Measured(None, _("{raw:g} stands for no reading").format(raw=number))
    if convert is Convert.WATT_TO_DBM:
        if number < 0:
            return Measured(None, _("a light power of {raw:g} below zero does not exist").format(raw=number))
        dbm = 10.0 * math.log10(number * factor * MILLIWATTS_PER_W)
    else:
        dbm = number * factor
    if abs(dbm - FLOOR_DBM) < ROUNDING_DB:
        return Measured(FLOOR_DBM)
    if dbm < FLOOR_DBM and (dbm < DARKEST_DBM or abs(dbm - round(dbm)) < ROUNDING_DB):
        return Measured(None, _("{value:g} dBm is a floor devices send where there is no light").format(value=dbm))
    return possible(Kind.DBM, dbm)


def possible(kind: Kind, value: float) -> Measured:
    """The value, unless it cannot be."""
    least, most = POSSIBLE.get(kind, (-math.inf, math.inf))
    if least <= value <= most:
        return Measured(value)
    return Measured(None, _("{value:g} is no possible {kind}").format(value=value, kind=kind.value))


def believable(limits: Mapping[str, float]) -> dict[str, float]:
    """Limits that make sense together, else none at all: modules often send zeros, or the high below the low."""
    order = [limits[name] for name in ("low_alarm", "low_warn", "high_warn", "high_alarm") if name in limits]
    if not order or all(value == 0 for value in order) or order != sorted(order):
        return {}
    lows = [limits[name] for name in ("low_alarm", "low_warn") if name in limits]
    highs = [limits[name] for name in ("high_warn", "high_alarm") if name in limits]
    if lows and highs and max(lows) >= min(highs):
        return {}
    return dict(limits)
