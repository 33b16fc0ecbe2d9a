"""The rules by code, and the finding that names a record with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.entities import Record
    from inventory.plant import Plant

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: dict[str, tuple[Severity, str]] = {
    "RB-2001": (ERROR, N_("a reference leads nowhere")),
    "RB-2002": (ERROR, N_("a code stands for two records")),
    "RB-2003": (ERROR, N_("an id stands for two records")),
    "RB-2004": (WARNING, N_("an id is no UUID")),
    "RB-2005": (ERROR, N_("two devices answer at one address and port")),
    "RB-2006": (ERROR, N_("an interface's code is not DEVICE:if_name")),
    "RB-2007": (WARNING, N_("a code stands for records of two kinds")),
}
"""Stable: a code is never given to another rule. The 1000s are the file reader's own."""

_FILES = {
    "Site": "sites.geojson",
    "Structure": "structures.geojson",
    "RouteNode": "route_nodes.geojson",
    "TrenchSection": "trench_sections.geojson",
    "Cable": "cables.csv",
    "UserGroup": "user_groups.csv",
    "Device": "devices.csv",
    "Interface": "interfaces.csv",
    "Link": "links.csv",
    "Channel": "channels.csv",
    "Service": "services.csv",
}


def fault(plant: Plant, record: Record, rule: str, *, message: str, cure: str) -> Finding:
    """A finding on a record; its severity is the rule's."""
    return Finding(
        code=rule,
        severity=RULES[rule][0],
        where=plant.where.get(record.code) or f"plant/{_FILES[type(record).__name__]}",
        record=record.code,
        message=message,
        cure=cure,
    )
