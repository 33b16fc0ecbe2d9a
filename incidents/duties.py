"""Duties to report an incident: three clocks, and the facts a report asks for, from the network model. Pure.

By section 168 TKG and section 32 BSIG: an early warning within 24 hours of learning of it, a report within 72 hours, a
final one within a month of the report. Whether an incident has to be reported (how considerable it is) and whether the
operator is bound at all is not judged here; the clocks only run so that nobody has to remember them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.incident import CAUSE_TITLES
from incidents.report import group_minutes, lost_minutes
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from incidents.incident import Incident
    from incidents.messages import Wording
    from inventory.entities import Code
    from inventory.plant import Plant

HOUR_S, DAY_S = 3600.0, 86400.0
CLOCKS = (
    ("early_warning", N_("early warning"), 24 * HOUR_S),
    ("report", N_("report"), 72 * HOUR_S),
    ("final", N_("final report"), 72 * HOUR_S + 30 * DAY_S),
)
"""From the moment it was learned of; the month of the last begins with the latest moment for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One duty of one incident: when it is due, and how long that is from now (below zero: it is over)."""

    name: str
    title: str
    due_s: float
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a report asks for. ``share``: the part of all sites that lost service; minutes run on while it lasts."""

    learned_s: float
    began_s: tuple[float, float]
    ended_s: float | None
    minutes: float
    cause: str
    sure: float
    sites: tuple[Code, ...]
    sites_in_all: int
    circuits: int
    services: int
    user_groups: dict[Code, float]
    box: tuple[float, float, float, float] | None

    @property
    def share(self) -> float:
        """Of all sites and structures with a device, those without service at worst."""
        return len(self.sites) / self.sites_in_all if self.sites_in_all else 0.0


def clocks(item: Incident, now_s: float) -> tuple[Clock, ...]:
    """The three, from the moment the incident was opened: that is when it was learned of."""
    return tuple(
        Clock(name=name, title=_(title), due_s=item.opened_s + after_s, left_s=item.opened_s + after_s - now_s)
        for name, title, after_s in CLOCKS
    )


def facts(item: Incident, plant: Plant, words: Wording, now_s: float) -> Facts:
    """The facts as the model knows them."""
    end_s = item.closed_s if item.closed_s is not None else now_s
    lost = tuple(dict.fromkeys((*item.worst.sites, *item.worst.structures, *lost_minutes(item, end_s))))
    points = [plant.nodes[code].point for code in lost if code in plant.nodes]
    box = None
    if points:
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        box = (min(lons), min(lats), max(lons), max(lats))
    return Facts(
        learned_s=item.opened_s,
        began_s=(item.good_s, item.bad_s),
        ended_s=item.closed_s,
        minutes=(end_s - item.bad_s) / 60,
        cause=_(CAUSE_TITLES[item.cause]),
        sure=item.verdict.share,
        sites=lost,
        sites_in_all=len(plant.devices_at),
        circuits=len(item.links),
        services=len(item.worst.services),
        user_groups=group_minutes(item, words, end_s) or dict.fromkeys(item.worst.user_groups, 0.0),
        box=box,
    )


def is_over(item: Incident, now_s: float) -> bool:
    """Whether all three are past by a month: then it is history."""
    return now_s > item.opened_s + CLOCKS[-1][2] + 30 * DAY_S


def form_text(item: Incident, found: Facts, words: Wording, now_s: float) -> str:
    """The facts as text to be pasted into the agency's form; what only people know is left open and says so."""
    groups = ", ".join(words.group(code) for code in found.user_groups) or _("none")
    place = _("nothing that lost service has a place")
    if found.box is not None:
        west, south, east, north = found.box
        place = f"{south:.4f}-{north:.4f} N, {west:.4f}-{east:.4f} E"
    lines = [
        _("Incident {number}").format(number=item.number),
        _("Learned of: {time}").format(time=words.moment(found.learned_s)),
        _("Began between {good} and {bad}").format(
            good=words.moment(found.began_s[0]), bad=words.moment(found.began_s[1])
        ),
        _("Ended: {time}").format(time=words.moment(found.ended_s) if found.ended_s is not None else _("it lasts")),
        _("Duration: {minutes:.0f} minutes").format(minutes=found.minutes),
        _("Cause: {cause}, {share:.0%} sure").format(cause=found.cause, share=found.sure),
        _(
            "Affected: {sites} of {all} sites and structures ({share:.0%}), {circuits} links, {services} services"
        ).format(
            sites=len(found.sites),
            all=found.sites_in_all,
            share=found.share,
            circuits=found.circuits,
            services=found.services,
        ),
        _("User groups: {groups}").format(groups=groups),
        _("Area (WGS 84): {place}").format(place=place),
        _("Places: {places}").format(places=", ".join(words.label(code) for code in found.sites) or _("none")),
        _("To be added by people: number of end users, effect across borders, measures, whether an act is suspected."),
    ]
    lines += [
        _("{what}: due {time}{late}").format(what=clock.title, time=words.moment(clock.due_s), late=_late(clock))
        for clock in clocks(item, now_s)
    ]
    return "\n".join(lines)


def _late(clock: Clock) -> str:
    return _(" (over)") if clock.left_s < 0 else ""
