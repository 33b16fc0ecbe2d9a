"""Part 14: deviations that somebody accepted; what has expired is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.auditpack.pieces import Table
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row

NAME = "14_exceptions.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An exception in force for one thing."""

    name: str
    reason: str
    owner: str
    until: str


def accepted_for(ground: Ground, control: str, *about: str) -> Accepted | None:
    """The exception from a requirement that names one of these and holds today."""
    for name, item in ground.city.settings.evidence.exceptions.items():
        if item.control == control and item.about in about and item.holds(ground.today):
            return Accepted(name=name, reason=item.reason, owner=item.owner, until=item.until)
    return None


def table(ground: Ground) -> Table:
    """All of ``[evidence.exceptions]``, those that have expired too."""
    rows: list[Row] = [
        {
            "name": name,
            "control": item.control,
            "about": item.about,
            "reason": item.reason,
            "owner": item.owner,
            "approved_by": item.approved_by,
            "until": item.until,
            "holds": item.holds(ground.today),
        }
        for name, item in ground.city.settings.evidence.exceptions.items()
    ]
    return Table.of(
        NAME,
        _("Accepted deviations"),
        ("name", "control", "about", "reason", "owner", "approved_by", "until", "holds"),
        rows,
        note=_("none is recorded in [evidence.exceptions] of city.toml"),
    )
