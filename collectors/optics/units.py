"""What is measured at a transceiver, and in what."""

from __future__ import annotations

from enum import Enum

MILLIWATTS_PER_W = 1000.0


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
