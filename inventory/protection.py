"""How far each object of the plant may be known, and why. Pure.

Four classes: public, internal, sensitive, secret (öffentlich, intern, schutzbedürftig, geheimhaltungsbedürftig).
Without a row of its own an object has the class of its kind: the ground (places, trenches, ducts) is public, in the
coarse form :mod:`inventory.redaction` gives it; vital places and sirens, glass, equipment and users are internal. A row
of ``protection.csv`` sets another class for one object and says why; :mod:`inventory.visibility` tells what is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from inventory.entities import Code, Criticality, Record, Site, Structure
from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.plant import Plant


class Protection(IntEnum):
    """How far an object may be known; who may know a class may know those below."""

    PUBLIC = 1
    INTERNAL = 2
    SENSITIVE = 3
    SECRET = 4


PROTECTION_TITLES = {
    Protection.PUBLIC: N_("public"),
    Protection.INTERNAL: N_("internal"),
    Protection.SENSITIVE: N_("sensitive"),
    Protection.SECRET: N_("secret"),
}
"""The classes as a person reads them; translate where they are shown."""


class Decision(StrEnum):
    """What the federal agency made of a request for exemption."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionCase(Record):
    """Why one object has a class of its own; with ``ground`` the request to exempt it from the infrastructure atlas.

    ``ground`` is the number in section 79, 3, sentence 1 TKG (1 to 4). A court wants facts that belong to this object
    and can be checked (VG Köln, 25.04.2025, 1 K 6109/21): general duties of secrecy, agreements and certificates are
    none. ``evidence`` says where they are shown; ``decided`` is an ISO date.
    """

    object: Code
    protection: Protection
    ground: int | None = None
    facts: str = ""
    evidence: str = ""
    author: str = ""
    decided: str = ""
    decision: Decision = Decision.OPEN

    @property
    def lacks(self) -> tuple[str, ...]:
        """Fields without which nobody can follow why: they are the same for a class and for an exemption."""
        return tuple(name for name in ("facts", "evidence", "author", "decided") if not getattr(self, name).strip())

    @property
    def is_exempt(self) -> bool:
        """Whether the object is delivered with the mark of an exemption: asked for with reasons, and not refused."""
        return self.ground is not None and not self.lacks and self.decision is not Decision.REFUSED


_OPEN_KINDS = frozenset({"sites", "structures", "route_nodes", "sections", "ducts"})


def class_of(kind: str, record: Record, own: ProtectionCase | None) -> Protection:
    """The class of one object: its own, else that of its kind."""
    if own is not None:
        return own.protection
    if kind not in _OPEN_KINDS:
        return Protection.INTERNAL
    vital = isinstance(record, Site | Structure) and record.criticality is Criticality.VITAL
    siren = isinstance(record, Structure) and record.has_siren
    return Protection.INTERNAL if vital or siren else Protection.PUBLIC


def exempt_codes(plant: Plant) -> frozenset[Code]:
    """Objects that an exemption from the atlas was asked for, with reasons of their own, and not refused."""
    return frozenset(case.object for case in plant.protections if case.is_exempt)
