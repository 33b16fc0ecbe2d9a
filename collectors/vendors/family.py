"""What belongs to one vendor, and how a device finds its vendor."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from collectors.vendors.modules import ModuleTable
    from collectors.vendors.port_lists import PortList
    from collectors.vendors.row import Table

ENTERPRISES = "1.3.6.1.4.1."
PORTS_PER_SLOT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Tables below a root of the model's own, which follows from its sysObjectID: so a new model needs no new row.

    ``pattern`` is matched against the sysObjectID below 1.3.6.1.4.1, ``root`` made of its groups, below the same.
    """

    pattern: str
    root: str
    tables: Callable[[str], tuple[Table, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The tables of a vendor's devices. ``model`` are scalars or columns that hold the model's name, best first.

    ``slot_ports`` begins the names that stand for a port's place inside the box (``swp``): what is printed on the
    front is in the ifIndex then, the slot in its hundreds.
    """

    vendor: str
    tables: tuple[Table, ...] = ()
    modules: tuple[ModuleTable, ...] = ()
    ports: tuple[PortList, ...] = ()
    slot_ports: str = ""
    model: tuple[str, ...] = ()
    own: tuple[Own, ...] = ()
    cisco_sensors: bool = False
    arista_limits: bool = False

    def front_name(self, if_name: str, if_index: int) -> str:
        """The name printed on the front, slot and number, where ``if_name`` is a place inside the box; else itself."""
        number = if_name.removeprefix(self.slot_ports)
        if not self.slot_ports or number == if_name or not number.isdecimal():
            return if_name
        slot, place = divmod(if_index, PORTS_PER_SLOT)
        return f"{slot}/{place:02d}"


def family_of(families: Mapping[str, Family], object_id: str) -> Family | None:
    """The family of the longest prefix of a sysObjectID."""
    rest = object_id.lstrip(".")
    if not rest.startswith(ENTERPRISES):
        return None
    arcs = rest.removeprefix(ENTERPRISES).split(".")
    for length in range(len(arcs), 0, -1):
        if family := families.get(".".join(arcs[:length])):
            return _with_own_tables(family, rest.removeprefix(ENTERPRISES))
    return None


def _with_own_tables(family: Family, place: str) -> Family:
    """The family with the tables of this very model."""
    tables = list(family.tables)
    for own in family.own:
        if match := re.match(own.pattern, place):
            tables.extend(own.tables(ENTERPRISES + match.expand(own.root)))
    return replace(family, tables=tuple(tables)) if family.own else family
