"""What RAINBOW wants NetBox to hold: objects by their key, in the shape :mod:`held` reads them in. Pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from inventory.entities import Provenance, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.sources.netbox.held import Rows

NAMESPACE = uuid.UUID("8f1f9c1e-5a0b-5a55-9d2b-6c1d8a4f9e10")
"""Of the identities of what RAINBOW derives, and of NetBox's objects that have none yet."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Another object by its end point and key."""

    point: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a position of a front port lies on a rear port."""

    rear: Ref
    position: int
    front: int = 1


PASSIVE, END_A, END_B, ALONE = range(4)
"""Waves of cables. NetBox traces a path in the transaction that plugs a cable, and two at once would each miss the
other's. So cables without an interface come first, when there is no path yet, then the cords of all links' A ends, then
those of their B ends: in each wave no two are on one path. Cords of no link come last, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One object. ``key`` is its ``rainbow_id``, or the slug where NetBox's kind has no custom fields here.

    ``kind`` says whose direction decides; ``once`` are values for its making only, afterwards NetBox's own;
    ``rows`` are the records it carries, ``custom`` further custom fields, ``groups`` its risk groups' codes.
    ``wave`` orders cables: see :data:`ALONE`.
    """

    point: str
    key: str
    kind: str
    label: str
    values: Mapping[str, object] = field(default_factory=dict)
    once: Mapping[str, object] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    custom: Mapping[str, object] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    wave: int = 0

    @property
    def ref(self) -> Ref:
        """How others name it."""
        return Ref(self.point, self.key)


def derived(*parts: str) -> str:
    """The identity of something that follows from records: the same in every run."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


def slug(text: str) -> str:
    """A text as NetBox's slugs are; never empty."""
    umlauts = text.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    found = re.sub(r"[^a-z0-9_]+", "-", umlauts).strip("-")[:100]
    return found or uuid.uuid5(NAMESPACE, text).hex


def counted(text: str) -> list[tuple[int, str]]:
    """A key that sorts names as a person counts: KL-2 before KL-10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text) if part]


SITE_STATUS = {
    Status.PROPOSED: "planned",
    Status.PLANNED: "planned",
    Status.UNDER_CONSTRUCTION: "staging",
    Status.IN_SERVICE: "active",
    Status.OUT_OF_SERVICE: "decommissioning",
    Status.DECOMMISSIONED: "retired",
}
DEVICE_STATUS = {
    Status.PROPOSED: "planned",
    Status.PLANNED: "planned",
    Status.UNDER_CONSTRUCTION: "staged",
    Status.IN_SERVICE: "active",
    Status.OUT_OF_SERVICE: "offline",
    Status.DECOMMISSIONED: "decommissioning",
}
CABLE_STATUS = {
    Status.PROPOSED: "planned",
    Status.PLANNED: "planned",
    Status.UNDER_CONSTRUCTION: "planned",
    Status.IN_SERVICE: "connected",
    Status.OUT_OF_SERVICE: "decommissioning",
    Status.DECOMMISSIONED: "decommissioning",
}
CIRCUIT_STATUS = {
    Status.PROPOSED: "planned",
    Status.PLANNED: "planned",
    Status.UNDER_CONSTRUCTION: "provisioning",
    Status.IN_SERVICE: "active",
    Status.OUT_OF_SERVICE: "offline",
    Status.DECOMMISSIONED: "decommissioned",
}


PROVENANCE = {"source": "rainbow_source", "as_of": "rainbow_as_of", "accuracy_m": "rainbow_accuracy_m"}
"""Custom fields by what they say of where a record comes from."""


@lru_cache(maxsize=4096)
def native(as_of: str = "", source: str = "", accuracy_m: float | None = None) -> Provenance:
    """Of a record people entered into NetBox; what they say themselves counts."""
    return Provenance(source=source or "NetBox", as_of=as_of, accuracy_m=accuracy_m)


def status_of(word: str, words: Mapping[Status, str]) -> Status:
    """The status one of NetBox's words stands for; of several the likeliest."""
    found = [key for key, value in words.items() if value == word]
    return found[-1] if found else Status.IN_SERVICE
