"""What a receiver says of the fibre before it: light as usual, less than usual, or none."""

from __future__ import annotations

from enum import Enum

DARK_DBM = -35.0
"""At and below this a module's reading is noise: it says that no light arrives."""
LOST_DB = 15.0
"""No splice, bend or dirt takes so much and leaves the rest."""
DROP_DB, DROP_UNSURE_DB = 1.0, 6.0
"""A drop worth the name: against the module's own past, and against a calculated level (modules are 3 dB off each)."""


class Sight(Enum):
    """What arrives. ``DIM`` is evidence of nothing that :mod:`topology.diagnosis` looks for."""

    LIT = "lit"
    DIM = "dim"
    DARK = "dark"


def sight(received_dbm: float, expected_dbm: float | None = None, *, from_baseline: bool = False) -> Sight:
    """What a received level says; ``from_baseline``: the expected one is this module's own, of better days."""
    if received_dbm <= DARK_DBM:
        return Sight.DARK
    if expected_dbm is None:
        return Sight.LIT
    drop_db = expected_dbm - received_dbm
    if drop_db >= LOST_DB:
        return Sight.DARK
    return Sight.DIM if drop_db >= (DROP_DB if from_baseline else DROP_UNSURE_DB) else Sight.LIT
