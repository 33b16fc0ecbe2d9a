"""What a redundancy report says, as values: the same for text, JSON and the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Code, Criticality, Diversity, RouteKnown
    from rainbow.kernel.samples import UnixNs
    from topology.certificate import Certificate
    from topology.grades import Grade, Graded
    from topology.graph import GroupKind
    from topology.group_facts import GroupFacts
    from topology.light import WayLight
    from topology.loss import Loss
    from topology.rates import Rate
    from topology.ways import Level, Ways


class Verdict(StrEnum):
    """What becomes of a documented claim. A claim that holds is not reported."""

    BROKEN = "broken"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A thing a report speaks of: its code, its name and what a person reads beside it."""

    code: Code
    name: str
    criticality: Criticality | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePoint:
    """One single point of failure. ``place`` says where it is: between which nodes, how long.

    ``loss`` is None beyond the number of names a report may hold; the counts are always there.
    """

    kind: GroupKind
    code: Code
    name: str
    place: str
    hub_made: bool
    weight: int
    sites: int
    structures: int
    sirens: int
    loss: Loss | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCounts:
    """Counts of one kind of risk group. ``take_a_site`` are those of ``harmful`` that take at least one site."""

    groups: int
    harmful: int
    avoidable: int
    hub_made: int
    take_a_site: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """``single_cuts``: trenches whose cut alone takes a site down, hub-made ones included.

    ``double_cuts``: pairs of trenches that take anything down together which neither takes down alone.
    """

    sites: int
    structures: int
    sirens: int
    links: int
    dark: int
    single_cuts: int
    double_cuts: int
    kinds: Mapping[GroupKind, KindCounts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A service's diversity at one site that is not what the documents say.

    ``cuts`` alone take the site from the service; ``hub_made`` if all of them are. ``shared`` tells the trenches among
    them as stretches: how many metres, between which places. Not proven: no known cut does, but
    links of unknown route are needed to say so.
    """

    service: Code
    user_group: Code
    site: Code
    claimed: Diversity
    verdict: Verdict
    cuts: tuple[Code, ...]
    hub_made: bool
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnprovenCable:
    """A cable whose route is not documented in full, with the links in service that run through it."""

    cable: Code
    route_known: RouteKnown
    links: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayFacts:
    """One way of a site to a hub: its links, its glass in metres, the worst light on it."""

    links: tuple[Code, ...]
    metres: float
    latency_us: float
    light: WayLight


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDiversity:
    """The grade of a site's two ways, the worst stretch in words, the shorter way and the one that stands in for it."""

    graded: Graded
    worst: str
    working: WayFacts
    protection: WayFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGrade:
    """The grade of a service is that of its worst site; None where one of them has no way at all."""

    service: Code
    grade: Grade | None
    site: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """How a site stands: its separate ways by level, and the minutes a year it has none, between proved bounds.

    ``single_min`` of them are by one cut alone. A dark site has neither minutes nor diversity.
    """

    site: Code
    ways: Mapping[Level, Ways]
    least_min: float | None
    most_min: float | None
    single_min: float | None
    diversity: SiteDiversity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousPair:
    """Any of ``first`` cut with any of ``second`` takes down what neither does alone; ``lost`` names it by criticality.

    ``minutes``: how many minutes a year one of each is down at once, by the rates of the report.
    """

    first: tuple[Code, ...]
    second: tuple[Code, ...]
    weight: int
    sites: int
    structures: int
    sirens: int
    lost: tuple[Code, ...]
    minutes: float

    @property
    def risk(self) -> float:
        """Weight times minutes: what the list is ordered by."""
        return self.weight * self.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is new since an earlier report. Points are (kind, code); ``worse`` and ``better`` are sites by minutes.

    ``lower`` and ``higher`` are sites by their grade of diversity.
    """

    since: str
    new_points: tuple[tuple[GroupKind, Code], ...]
    gone_points: tuple[tuple[GroupKind, Code], ...]
    worse: tuple[Code, ...]
    better: tuple[Code, ...]
    lower: tuple[Code, ...]
    higher: tuple[Code, ...]
    same_model: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. ``names`` gives every code that occurs its name and criticality."""

    city: str
    time_ns: UnixNs
    core: tuple[Code, ...]
    counts: Counts
    single_points: tuple[SinglePoint, ...]
    dark: tuple[Code, ...]
    claims: tuple[Claim, ...]
    unproven: tuple[UnprovenCable, ...]
    pairs: tuple[DangerousPair, ...]
    sites: tuple[SiteFacts, ...]
    services: tuple[ServiceGrade, ...]
    link_groups: tuple[GroupFacts, ...]
    rates: tuple[Rate, ...]
    certificate: Certificate
    change: Change | None
    names: Mapping[Code, Named]

    @property
    def has_gap(self) -> bool:
        """Whether there is a single point of failure that need not be one."""
        return any(not point.hub_made for point in self.single_points)
