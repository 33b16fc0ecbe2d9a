"""The shape of a vendor's table of pluggable modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleTable:
    """Columns by what they hold: vendor, model, serial, revision, type, connector, date, wavelength_nm, distance_m.

    The index is the ifIndex (at ``if_index_at``) or, with ``entity``, the entPhysicalIndex.
    """

    mib: str
    root: str
    columns: Mapping[str, str]
    if_index_at: int = 0
    entity: bool = False
    wavelength_factor: float = 1.0
    distance_factor: float = 1.0
