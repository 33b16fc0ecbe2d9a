"""The head of the page: how the network stands in one line, and the banner that says what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.incident import Cause, Status
from planner.formats import clock_time, duration, listed
from planner.incident_panel import headline
from planner.incidents import NS
from planner.picture import LinkCondition, NodeState
from planner.wording import counted, ends_of, place_of
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from incidents.incident import Incident
    from inventory.entities import Code
    from planner.incidents import Incidents
    from planner.network import Network
    from planner.picture import Picture
    from planner.suspects import Suspect
    from rainbow.kernel.samples import UnixNs

FEW = 6
"""So many names in one sentence of the banner, and so many incidents in it."""
_CUTS = {Cause.CUT, Cause.PATH}
_NOT_URGENT = {Cause.DEGRADATION, Cause.MAINTENANCE}
"""In the list of incidents, not in everybody's face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Counts of the network. ``sites_dark`` are sites of which no switch answers; None before a reading."""

    links_up: int
    links_down: int
    links_unknown: int
    lost: int
    sites_dark: int
    age: str
    is_stale: bool
    has_readings: bool
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened in one sentence, since when (or an empty text), and what to look at.

    ``part`` is what the panel shows of it: ``incident`` or ``trench``, ``key`` which of them.
    """

    text: str
    since: str
    part: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What happened, who is without service, what nothing explains. Empty when all is well.

    ``is_loud``: something was cut or somebody is without service. ``more`` counts what is left to the list. ``stale``
    says since when nothing was read; then nothing else is said.
    """

    stale: str = ""

    lines: tuple[Line, ...] = ()
    lost: str = ""
    lost_names: str = ""
    unexplained: str = ""
    more: str = ""
    is_loud: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.stale or self.lines or self.lost or self.unexplained)


def head_of(picture: Picture) -> Head:
    """The counts of one moment."""
    readings = picture.readings
    up = picture.count(LinkCondition.UP) + picture.count(LinkCondition.WEAK)
    return Head(
        links_up=up,
        links_down=picture.count(LinkCondition.DOWN),
        links_unknown=picture.count(LinkCondition.UNKNOWN),
        lost=len(picture.loss.sites) + len(picture.loss.structures),
        sites_dark=sum(1 for state in picture.nodes.values() if state is NodeState.SILENT),
        age=duration(readings.age_s) if readings.age_s is not None else "–",
        is_stale=readings.is_stale,
        has_readings=picture.has_readings,
        trouble=readings.trouble,
    )


def banner_of(
    network: Network, picture: Picture, incidents: Incidents, since: Callable[[Code], UnixNs | None]
) -> Banner:
    """The sentences for one moment: incidents, and cuts that none of them tells of yet.

    ``since`` says since when a link is down. Stale readings say nothing about now.
    """
    newest_ns = picture.readings.newest_ns
    if newest_ns is None:
        return Banner()
    if picture.readings.is_stale:
        since_when = clock_time(newest_ns, now_ns=picture.readings.taken_ns)
        text = _("No reading since {time}: all below is as it was then. Look at the collector.")
        return Banner(stale=f"{text.format(time=since_when)} {picture.readings.ailment}".rstrip())
    told = [item for item in incidents.live() if item.cause not in _NOT_URGENT]
    known = {link for item in told for link in item.links}
    suspects = [suspect for suspect in picture.explanation.suspects if not suspect.links <= known]
    lost = [*picture.loss.sites, *picture.loss.structures]
    unexplained = len(picture.explanation.unexplained - known)
    return Banner(
        lines=(
            *(_incident_line(network, incidents, item, picture.readings.taken_ns) for item in told[:FEW]),
            *(_suspect_line(network, picture, suspect, since) for suspect in suspects),
        ),
        more=ngettext("{count} more incident is open.", "{count} more incidents are open.", len(told) - FEW).format(
            count=len(told) - FEW
        )
        if len(told) > FEW
        else "",
        lost=_("Without service: {who}.").format(who=counted(network, lost)) if lost else "",
        lost_names=listed((network.label(node) for node in lost), most=2 * FEW),
        unexplained=ngettext(
            "{count} more link is down that no trench explains: look at its ports and switches.",
            "{count} more links are down that no trench explains: look at their ports and switches.",
            unexplained,
        ).format(count=unexplained)
        if unexplained
        else "",
        is_loud=bool(lost or suspects or any(item.cause in _CUTS for item in told)),
    )


def _incident_line(network: Network, incidents: Incidents, item: Incident, now_ns: UnixNs) -> Line:
    text = _("{what}.").format(what=headline(network, incidents.words, item))
    if item.status is Status.CLEARING:
        said = _("Light is back, it is being watched.")
    else:
        said = _("Since {time}.").format(time=clock_time(int(item.bad_s * NS), now_ns=now_ns))
    taken = _("Taken by {name}.").format(name=item.acknowledged_by) if item.acknowledged_by else ""
    return Line(text=text, since=" ".join(filter(None, (said, taken))), part="incident", key=str(item.number))


def _suspect_line(network: Network, picture: Picture, suspect: Suspect, since: Callable[[Code], UnixNs | None]) -> Line:
    since_ns = since(min(suspect.links))
    lost_at = clock_time(since_ns, now_ns=picture.readings.taken_ns) if since_ns is not None else ""
    return Line(
        text=_cut_text(network, suspect),
        since=_("Light lost {time}.").format(time=lost_at) if lost_at else "",
        part="trench",
        key=suspect.sections[0],
    )


def _cut_text(network: Network, suspect: Suspect) -> str:
    plant = network.plant
    if suspect.is_certain:
        text = _("Trench {trench} cut: {place}.")
        return " ".join(
            text.format(trench=network.label(code), place=place_of(network, plant.section[code]))
            for code in suspect.sections
        )
    near, far = ends_of(network, suspect.alike)
    return _("Trench cut between {near} and {far}: one of {count} in a row ({trenches}).").format(
        near=near,
        far=far,
        count=len(suspect.alike),
        trenches=listed((network.label(code) for code in suspect.alike), most=FEW),
    )
