"""What the federal infrastructure atlas asks and no plant says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.entities import Criticality


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the atlas names; all three are required there."""

    name: str
    telephone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasSettings:
    """What the atlas asks and no plant says. ``exempt_from``: places at least so critical are marked as exempt."""

    contact: Contact
    is_owner: bool = True
    funding: str = "3000"
    exempt_from: Criticality | None = None
