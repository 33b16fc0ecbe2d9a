"""What the federal infrastructure atlas asks and no plant says. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the atlas names; all three are required there."""

    name: str
    telephone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasSettings:
    """What the atlas asks and no plant says."""

    contact: Contact
    is_owner: bool = True
    funding: str = "3000"
