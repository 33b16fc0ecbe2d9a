"""An alert rule: what it asks, when it fires, how bad that is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.addresses import Uid
    from dashboards.surroundings import Surroundings

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When a value fires: ``kind`` is Grafana's evaluator, with one or two numbers."""

    kind: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; each series its query returns is an alert of its own. ``seen_on`` is the panel that shows it.

    ``placed_by`` is the tag that names the site or incident to show on the map. With ``earlier_s`` the value of so long
    ago less that of now is held against the limit. A rule that sees nothing keeps its state: silence is no repair.
    """

    uid: str
    title: str
    query: str
    limit: Limit
    window_s: int
    wait: str
    severity: str
    summary: str
    description: str
    seen_on: tuple[Uid, str]
    placed_by: str = ""
    fires_without_data: bool = False
    earlier_s: int = 0


def label(name: str) -> str:
    """Grafana's placeholder of a tag in the text of an alert."""
    return f"{{{{ $labels.{name} }}}}"


def recent_s(around: Surroundings) -> int:
    """Three rounds: one may be late, one may be lost."""
    return max(600, ceil(around.interval_s * 3))


def recent_slow_s(around: Surroundings) -> int:
    """The same of what is written slowly."""
    return max(600, ceil(around.slow_interval_s * 3))


def above(limit: float) -> Limit:
    """More than that fires."""
    return Limit(kind="gt", numbers=(limit,))


def under(limit: float) -> Limit:
    """Less than that fires."""
    return Limit(kind="lt", numbers=(limit,))


def states(first: int, last: int) -> Limit:
    """A state of these numbers fires."""
    return Limit(kind="within_range", numbers=(first - 0.5, last + 0.5))
