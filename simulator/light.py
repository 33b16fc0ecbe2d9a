"""What the modules of a simulated city send and receive: the plant's expected light and each module's tolerance."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.loss import expected_light, optics_at

if TYPE_CHECKING:
    from inventory.entities import Code, Link
    from inventory.optics_classes import OpticsClass
    from inventory.plant import Plant

SENDER_DB = 0.6
"""A module's power against its class's typical one: up to so much either way."""
RECEIVER_DB = 0.4
"""A receiver's reading against the truth: far better than SFF-8472 asks (3 dB), as modules of one batch are."""
WOBBLE_DB = 0.05
"""How much a level moves over a day."""
SPREAD_DB = SENDER_DB + RECEIVER_DB + WOBBLE_DB
"""A reading is never further than this from what the plant expects."""
_DAY_S = 86_400.0
_NANOWATTS_PER_MW = 1e6
_BIAS_MA = (14.0, 32.0)
_CELSIUS = (29.0, 41.0)
_DAY_CELSIUS = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A transceiver in its port: what it sends, and what it receives while the way is whole. Levels in dBm."""

    name: str
    tx_dbm: float
    rx_dbm: float
    bias_ma: float
    celsius: float
    turn: float
    margin_db: float

    def tx_nanowatts(self, at_s: float) -> int:
        """What it sends now."""
        return _nanowatts(self.tx_dbm + self._wobble(at_s))

    def rx_nanowatts(self, at_s: float) -> int:
        """What it would receive now."""
        return _nanowatts(self.rx_dbm + self._wobble(at_s))

    def temperature_c(self, at_s: float) -> float:
        """Its temperature now."""
        return self.celsius + _DAY_CELSIUS * math.sin(math.tau * at_s / _DAY_S + self.turn)

    def _wobble(self, at_s: float) -> float:
        return WOBBLE_DB * math.sin(math.tau * at_s / _DAY_S + self.turn)


def modules(plant: Plant, seed: int) -> dict[Code, Module]:
    """The modules of all ports whose class is known and that end a link over glass, by interface."""
    found: dict[Code, Module] = {}
    for link in plant.links:
        if link.strands:
            found.update(_pair(plant, link, seed))
    return found


def _pair(plant: Plant, link: Link, seed: int) -> dict[Code, Module]:
    light = expected_light(plant, link)
    ends = (
        (link.a, link.b, light.rx_a_dbm, light.loss_b_to_a_db),
        (link.b, link.a, light.rx_b_dbm, light.loss_a_to_b_db),
    )
    found = {}
    for near, far, rx_dbm, loss_db in ends:
        kind = optics_at(plant, near)
        if kind is not None:
            # A far end of unknown class is taken to be of this one's.
            expected_dbm = rx_dbm if rx_dbm is not None else kind.tx_typical_dbm - loss_db
            found[near] = _module(kind, near, far, expected_dbm, seed)
    return found


def _module(kind: OpticsClass, near: Code, far: Code, expected_dbm: float, seed: int) -> Module:
    rng = random.Random(f"{seed}/{near}/module")
    received_dbm = expected_dbm + _tolerance_db(far, seed) + rng.uniform(-RECEIVER_DB, RECEIVER_DB)
    return Module(
        name=kind.name,
        tx_dbm=kind.tx_typical_dbm + _tolerance_db(near, seed),
        rx_dbm=received_dbm,
        bias_ma=rng.uniform(*_BIAS_MA),
        celsius=rng.uniform(*_CELSIUS),
        turn=rng.uniform(0, math.tau),
        margin_db=received_dbm - kind.sensitivity_dbm,
    )


def _tolerance_db(port: Code, seed: int) -> float:
    """How much a port's module sends beside the typical power of its class."""
    return random.Random(f"{seed}/{port}/power").uniform(-SENDER_DB, SENDER_DB)


def _nanowatts(dbm: float) -> int:
    return round(10 ** (dbm / 10) * _NANOWATTS_PER_MW)
