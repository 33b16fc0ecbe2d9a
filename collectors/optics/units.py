"""Raw numbers to light levels, and what "no light" looks like."""

from __future__ import annotations

import math
from enum import Enum

MILLIWATTS_PER_W = 1000.0
DARKEST_DBM = -40.0
"""SFF-8472 ends there: modules say -40 and less for no light, some -60, -99, -100 or -32768."""
BRIGHTEST_DBM = 25.0
"""No pluggable module sends or bears more; a higher number is no level."""


class Quantity(Enum):
    """What a sensor of a transceiver measures."""

    RX = "rx"
    TX = "tx"
    BIAS = "bias"
    TEMPERATURE = "temperature"


class Unit(Enum):
    """Unit of a raw number before its scale."""

    WATT = "W"
    DBM = "dBm"
    AMPERE = "A"
    CELSIUS = "°C"


def level_dbm(raw: int, factor: float, unit: Unit) -> float | None:
    """A light level, None where there is none.

    Raw 0 is no light in every unit: in watts it is none at all, and in dBm devices send it for "no module" far more
    often than a level is exactly 0.00 dBm.
    """
    if raw == 0:
        return None
    if unit is Unit.WATT:
        if raw < 0:
            return None
        dbm = 10.0 * math.log10(raw * factor * MILLIWATTS_PER_W)
    else:
        dbm = raw * factor
    return dbm if DARKEST_DBM < dbm <= BRIGHTEST_DBM else None
