"""Light budgets by the class limits: enough light from the weakest sender, not too much from the strongest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import Direction, Status
from inventory.loss import optics_at, way_loss
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code, Link
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

MARGIN_DB = 2.0
"""Less than so much is left for ageing and repairs: planned are 3 dB."""


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on both ways of every link whose modules are known."""
    for link in (link for link in plant.links if link.status is not Status.DECOMMISSIONED):
        for direction, sender, receiver in (
            (Direction.A_TO_B, link.a, link.b),
            (Direction.B_TO_A, link.b, link.a),
        ):
            yield from _way(plant, link, direction, sender=sender, receiver=receiver)


def _way(plant: Plant, link: Link, direction: Direction, *, sender: Code, receiver: Code) -> Iterator[Finding]:
    sends, receives = optics_at(plant, sender), optics_at(plant, receiver)
    if sends is None or receives is None:
        return
    loss_db = way_loss(plant, link, direction).total_db
    margin_db = sends.tx_min_dbm - loss_db - receives.sensitivity_dbm
    if margin_db < MARGIN_DB:
        yield fault(
            plant,
            link,
            "RB-5021",
            message=_(
                "{port} may get {level:.1f} dBm and needs {need:.1f} dBm: margin {margin:.1f} dB at a loss of "
                "{loss:.1f} dB"
            ).format(
                port=receiver,
                level=sends.tx_min_dbm - loss_db,
                need=receives.sensitivity_dbm,
                margin=margin_db,
                loss=loss_db,
            ),
            cure=_("fit modules of a longer reach than {name}").format(name=sends.name),
        )
    brightest_dbm = sends.tx_max_dbm - loss_db
    if brightest_dbm > receives.overload_dbm:
        yield fault(
            plant,
            link,
            "RB-5022",
            message=_("{port} may get {level:.1f} dBm and bears {most:.1f} dBm").format(
                port=receiver, level=brightest_dbm, most=receives.overload_dbm
            ),
            cure=_("add an attenuator of {need:.0f} dB, or fit modules of a shorter reach than {name}").format(
                need=-(-(brightest_dbm - receives.overload_dbm) // 1), name=sends.name
            ),
        )
