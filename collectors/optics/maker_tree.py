"""What the tree of a maker nobody has a row for shows of itself: copies of the sensor table, software others sell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.optics.sensor_table import sensor_tables
from collectors.vendors.family import ENTERPRISES
from collectors.vendors.oem import found_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from collectors.client import SnmpValue
    from collectors.vendors.row import Table


@dataclass(frozen=True, slots=True)
class MakerTree:
    """All rows below a maker's number, keyed by the rest of the OID."""

    root: str
    rows: Mapping[str, SnmpValue]

    def sensor_roots(self) -> list[str]:
        """Where tables stand with the columns of entPhySensorTable."""
        return [f"{self.root}.{place}" for place in sensor_tables(self.rows)]

    def tables(self) -> tuple[Table, ...]:
        """The tables of software that is sold under many names."""
        return found_in(f"{self.root}.{index}" for index in self.rows)


async def read_tree(walk: Callable[[str], Awaitable[Mapping[str, SnmpValue]]], object_id: str) -> MakerTree | None:
    """The maker's whole tree in one walk; None where the sysObjectID names no maker.

    Raises:
        DeviceError: from ``walk``.
    """
    rest = object_id.lstrip(".")
    number = rest.removeprefix(ENTERPRISES).partition(".")[0]
    if not rest.startswith(ENTERPRISES) or not number.isdecimal():
        return None
    root = f"{ENTERPRISES}{number}"
    return MakerTree(root, await walk(root))
