"""What a soak comes to: slopes by regression, and the share of what was missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JUDGED = ("collector", "page")
MOST_GROWTH = 0.02
"""Share of its mean that memory or descriptors may grow over the time judged, by regression."""
MOST_GROWTH_MB, MOST_GROWTH_DESCRIPTORS = 4.0, 2.0
"""Growth that is never called growth."""
MOST_MISSED = 0.001
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process at one moment. ``private_mb`` is what it alone has written to: no cache of files."""

    rss_mb: float
    pss_mb: float
    private_mb: float
    descriptors: int
    threads: int
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at all. Rounds, polls and their sums are since the start; ``page_failed`` is of this look."""

    at_s: float
    finished: int
    polls: int
    failed: int
    late_s: float
    round_cpu_s: float
    waiting: int
    dropped: int
    page_failed: int
    page_s: float
    load: float
    parts: Mapping[str, Part]

    def row(self) -> dict[str, float]:
        """As a row of a table."""
        own = {name: round(getattr(self, name), 3) for name in self.__slots__ if name != "parts"}
        for name, part in self.parts.items():
            own |= {f"{name}_{item}": round(getattr(part, item), 3) for item in part.__slots__}
        return own


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One figure of one process over the time judged. ``growth`` is slope times span, of the regression."""

    what: str
    mean: float
    least: float
    most: float
    per_hour: float
    growth: float
    flat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``missed_share``: rounds that should have ended and did not; ``failed_share``: of all polls of devices."""

    hours: float
    courses: tuple[Course, ...]
    rounds_due: int
    rounds_finished: int
    missed_share: float
    polls: int
    failed_share: float
    mean_late_s: float
    cpu_s_per_round: float
    most_waiting: int
    dropped: int
    page_failed: int
    page_s_median: float
    load_mean: float
    holds: bool


def verdict(looks: Sequence[Look], *, warm_up_s: float, interval_s: float) -> Verdict:
    """Judge what was seen after the warm-up."""
    judged = [look for look in looks if look.at_s >= warm_up_s]
    first, last = judged[0], judged[-1]
    courses = tuple(
        course(f"{name} {item}", [(look.at_s, getattr(look.parts[name], item)) for look in judged])
        for name in JUDGED
        for item in ("rss_mb", "private_mb", "descriptors", "threads")
    )
    due = int((last.at_s - first.at_s) / interval_s)
    finished = last.finished - first.finished
    polls = last.polls - first.polls
    missed = max(0, due - finished) / due if due else 0.0
    failed = (last.failed - first.failed) / polls if polls else 1.0
    dropped = last.dropped - first.dropped
    return Verdict(
        hours=(last.at_s - first.at_s) / HOUR_S,
        courses=courses,
        rounds_due=due,
        rounds_finished=finished,
        missed_share=missed,
        polls=polls,
        failed_share=failed,
        mean_late_s=(last.late_s - first.late_s) / max(1, finished),
        cpu_s_per_round=(last.round_cpu_s - first.round_cpu_s) / max(1, finished),
        most_waiting=max(look.waiting for look in judged),
        dropped=dropped,
        page_failed=sum(look.page_failed for look in judged),
        page_s_median=float(np.median([look.page_s for look in judged])),
        load_mean=float(np.mean([look.load for look in judged])),
        holds=all(item.flat for item in courses) and max(missed, failed) <= MOST_MISSED and not dropped,
    )


def course(what: str, points: Sequence[tuple[float, float]]) -> Course:
    """The course of one figure by least squares."""
    times, values = (np.array(row, dtype=float) for row in zip(*points, strict=True))
    slope = float(np.polyfit(times - times[0], values, 1)[0]) if len(points) > 1 else 0.0
    mean, growth = float(values.mean()), slope * float(times[-1] - times[0])
    allowed = max(MOST_GROWTH * mean, MOST_GROWTH_MB if what.endswith("_mb") else MOST_GROWTH_DESCRIPTORS)
    return Course(
        what=what,
        mean=mean,
        least=float(values.min()),
        most=float(values.max()),
        per_hour=slope * HOUR_S,
        growth=growth,
        flat=growth <= allowed,
    )
