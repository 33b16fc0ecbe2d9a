"""The values of this room: an incident, why it was judged so, and what it does to the city. All frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from incidents.fading.fade import Fade  # noqa: TC001 - a saved incident is read by its annotations
from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.entities import Code


class Cause(StrEnum):
    """What happened, as far as it can be told."""

    CUT = "cut"
    PATH = "path_loss"
    PATCH = "patch"
    MODULE = "module"
    POWER = "power"
    REBOOT = "reboot"
    SILENT = "silent"
    COLLECTOR = "collector"
    FLAPPING = "flapping"
    MAINTENANCE = "maintenance"
    DEGRADATION = "degradation"


CAUSE_TITLES = {
    Cause.CUT: N_("cut"),
    Cause.PATH: N_("path interrupted"),
    Cause.PATCH: N_("patch unplugged or broken"),
    Cause.MODULE: N_("module or single strand"),
    Cause.POWER: N_("power failure or switch off"),
    Cause.REBOOT: N_("restart"),
    Cause.SILENT: N_("does not answer"),
    Cause.COLLECTOR: N_("collector blind"),
    Cause.FLAPPING: N_("flapping"),
    Cause.MAINTENANCE: N_("maintenance"),
    Cause.DEGRADATION: N_("loss rising"),
}
"""The causes as a person reads them; translate where they are shown."""


class Status(StrEnum):
    """Life of an incident. CLEARING: all is well again, but not yet for long enough."""

    OPEN = "open"
    CLEARING = "clearing"
    CLOSED = "closed"
    MERGED = "merged"


STATUS_TITLES = {
    Status.OPEN: N_("open"),
    Status.CLEARING: N_("all well, not yet for long"),
    Status.CLOSED: N_("over"),
    Status.MERGED: N_("part of another"),
}
"""The same as a person reads it; translate where it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One explanation. ``codes`` are trenches, cables, links, sites or devices that cannot be told apart.

    ``score`` is the logarithm of its odds against "nothing happened, all bad readings are wrong";
    ``share`` its probability among the explanations thought of.
    """

    cause: Cause
    codes: tuple[Code, ...]
    score: float
    share: float = 0.0


WAYS = (Cause.CUT, Cause.PATH, Cause.PATCH)
"""Causes by which a site that runs on is cut off."""
_DOUBTFUL = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Without power or cut off: the likeliest of each, and how likely it is the power."""

    power: Verdict
    way: Verdict
    power_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What the city suffers by an incident on top of all others; by criticality. ``last_path``: one failure from it.

    ``must_hold``: trenches that must not fail now, for they would take such a site; those that take most first.
    """

    sites: tuple[Code, ...] = ()
    structures: tuple[Code, ...] = ()
    sirens: tuple[Code, ...] = ()
    user_groups: tuple[Code, ...] = ()
    services: tuple[Code, ...] = ()
    last_path: tuple[Code, ...] = ()
    must_hold: tuple[Code, ...] = ()
    weight: int = 0
    criticality: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A node without service, from when to when; ``to_s`` is None while it lasts."""

    code: Code
    from_s: float
    to_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of an incident's story: what was seen or decided, and on what ground."""

    at_s: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One event and all it did. ``good_s`` and ``bad_s`` bracket its beginning: last good and first bad reading.

    ``links`` and ``devices`` are its evidence, ``restored`` the links of them that are back, ``behind`` the devices
    that are or were only unreachable because of it. ``alternatives`` are the other explanations, the likeliest first.
    ``fade`` is what rises slowly, found in daily means: such an incident takes nothing down and holds no link.
    ``harm`` is that of now, ``worst`` the heaviest it ever did, ``outages`` who was without service and how long.
    """

    number: int
    status: Status
    verdict: Verdict
    opened_s: float
    good_s: float
    bad_s: float
    changed_s: float
    alternatives: tuple[Verdict, ...] = ()
    links: tuple[Code, ...] = ()
    devices: tuple[Code, ...] = ()
    restored: tuple[Code, ...] = ()
    behind: tuple[Code, ...] = ()
    harm: Harm = Harm()
    worst: Harm = Harm()
    outages: tuple[Outage, ...] = ()
    well_since_s: float | None = None
    closed_s: float | None = None
    merged_into: int | None = None
    times_down: int = 1
    acknowledged_by: str = ""
    notes: tuple[Note, ...] = ()
    fade: Fade | None = None

    @property
    def cause(self) -> Cause:
        """The cause of the verdict in force."""
        return self.verdict.cause

    @property
    def is_live(self) -> bool:
        """Whether it is neither over nor part of another."""
        return self.status in {Status.OPEN, Status.CLEARING}

    @property
    def doubt(self) -> Doubt | None:
        """A dark site of which no reading tells whether it lost its power or its only way; None where it is clear."""
        told = (self.verdict, *self.alternatives)
        power = [item for item in told if item.cause is Cause.POWER]
        ways = [item for item in told if item.cause in WAYS]
        if not self.is_live or self.cause not in {Cause.POWER, *WAYS} or not power or not ways:
            return None
        shares = sum(item.share for item in power), sum(item.share for item in ways)
        return Doubt(power=power[0], way=ways[0], power_share=shares[0]) if min(shares) >= _DOUBTFUL else None

    @property
    def dig(self) -> Verdict | None:
        """Where to dig if it is a cut: the verdict itself or the likeliest alternative that is one."""
        return next((item for item in (self.verdict, *self.alternatives) if item.cause is Cause.CUT), None)
