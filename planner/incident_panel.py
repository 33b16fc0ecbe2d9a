"""What the page says of incidents: a line in the list, and the whole story of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.incident import CAUSE_TITLES, Cause, Status
from planner.formats import clock_time, decimal, duration, length, listed
from planner.incidents import NS
from planner.lists import PAGE, Rows
from planner.trench_panel import MOST_NAMED, mention
from planner.wording import counted
from rainbow.kernel.texts import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from incidents.incident import Incident, Verdict
    from incidents.messages import Wording
    from inventory.entities import Code
    from inventory.plant import Plant
    from planner.incidents import Incidents
    from planner.network import Network
    from planner.picture import Picture
    from planner.trench_panel import Mention

STATUS_TEXTS = {
    Status.OPEN: N_("open"),
    Status.CLEARING: N_("light is back, being watched"),
    Status.CLOSED: N_("over"),
    Status.MERGED: N_("part of another incident"),
}
_STATES = {Status.OPEN: "lost", Status.CLEARING: "weak"}
"""Which mark of the page a status wears; what is over wears the calm one."""
_SURE = 0.995
_LIKELY = 0.01
"""A rarer explanation is not worth a line."""
_IN_THE_GROUND = {Cause.CUT, Cause.PATH}
_SAYS_NOTHING_OF_LIGHT = {Cause.SILENT, Cause.COLLECTOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident in the list. ``state`` is the mark it wears, ``takes`` who is or was without service by it."""

    number: int
    title: str
    state: str
    status_text: str
    when: str
    takes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the story."""

    time: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPanel:
    """The panel, ready to be shown. ``sections`` and ``nodes`` are what the map looks at, ``dig`` the trenches to open.

    ``reported``: a trench of it that is cut by the simulation's own word, so that it can be repaired from here.
    """

    number: int
    title: str
    place: str
    state: str
    status_text: str
    is_live: bool
    when: str
    verdict: str
    groups: str
    lost: tuple[Mention, ...]
    last_path: tuple[Mention, ...]
    dig: tuple[Code, ...]
    sure: str
    others: tuple[str, ...]
    story: tuple[Moment, ...]
    taken_by: str
    sections: tuple[Code, ...]
    nodes: tuple[Code, ...]
    reported: Code | None


def incident_rows(incidents: Incidents, network: Network, picture: Picture, *, page: int = 1) -> Rows[IncidentRow]:
    """Open ones first, the most critical before all; then what is over, the newest first.

    Raises:
        StoreError: they cannot be read.
    """
    live = incidents.live()
    total = incidents.count(live_only=False)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    found = incidents.page(live_only=False, limit=PAGE, offset=(page - 1) * PAGE)
    shown = [*(live if page == 1 else ()), *(item for item in found if not item.is_live)]
    now_ns = picture.readings.taken_ns
    items = tuple(_row(item, incidents.words, network, now_ns) for item in shown)
    return Rows(items=items, page=page, pages=pages, total=total, query="")


def headline(network: Network, words: Wording, item: Incident) -> str:
    """What happened where, with the nearest site of a cut: places in the ground have codes, not names."""
    said = words.verdict(item.verdict)
    near = _near(network, trenches(network.plant, item.verdict)) if item.cause in _IN_THE_GROUND else ""
    return listed(filter(None, (said, near)))


def _row(item: Incident, words: Wording, network: Network, now_ns: int) -> IncidentRow:
    harm = item.harm if item.is_live else item.worst
    return IncidentRow(
        number=item.number,
        title=headline(network, words, item),
        state=_STATES.get(item.status, "fine"),
        status_text=_(STATUS_TEXTS[item.status]),
        when=when(item, now_ns),
        takes=counted(network, (*harm.sites, *harm.structures)),
    )


def when(item: Incident, now_ns: int) -> str:
    """Since when and how long, or from when to when."""
    begin = clock_time(int(item.bad_s * NS), now_ns=now_ns)
    ended_s = item.closed_s
    if item.is_live or ended_s is None:
        lasted_s = max(0.0, now_ns / NS - item.bad_s)
        return _("since {time}, for {duration}").format(time=begin, duration=duration(lasted_s))
    end = clock_time(int(ended_s * NS), now_ns=now_ns)
    return _("{begin} to {end}, {duration}").format(begin=begin, end=end, duration=duration(ended_s - item.bad_s))


def incident_panel(incidents: Incidents, network: Network, picture: Picture, number: int) -> IncidentPanel:
    """The whole story of one.

    Raises:
        InputError: there is none of this number.
        StoreError: they cannot be read.
        TopologyError: the plant has no hub.
    """
    item, words = incidents.one(number), incidents.words
    harm = item.harm if item.is_live else item.worst
    lost = [*harm.sites, *harm.structures]
    now_ns = picture.readings.taken_ns
    dig = trenches(network.plant, item.dig) if item.dig is not None else ()
    return IncidentPanel(
        number=item.number,
        title=words.verdict(item.verdict),
        place=_place(network, dig),
        state=_STATES.get(item.status, "fine"),
        status_text=_(STATUS_TEXTS[item.status]),
        is_live=item.is_live,
        when=when(item, now_ns),
        verdict=_verdict(network, item, lost),
        groups=_groups(words, harm.user_groups) if lost else "",
        lost=tuple(mention(network, node) for node in lost),
        last_path=tuple(mention(network, node) for node in harm.last_path),
        dig=dig,
        sure=_sure(item.verdict),
        others=tuple(
            _("{what} ({share})").format(what=words.verdict(other), share=_percent(other.share))
            for other in item.alternatives
            if other.share >= _LIKELY
        ),
        story=tuple(_story(network, item, now_ns)),
        taken_by=item.acknowledged_by,
        sections=dig or trenches(network.plant, item.verdict),
        nodes=tuple(dict.fromkeys([*lost, *harm.last_path, *nodes(network.plant, item.verdict)])),
        reported=next((code for code in dig if code in picture.reported), None),
    )


def trenches(plant: Plant, verdict: Verdict) -> tuple[Code, ...]:
    """The trenches of what a verdict names: themselves, or those a cable, a duct or a link runs through."""
    found: dict[Code, None] = {}
    for code in verdict.codes:
        if code in plant.section:
            found[code] = None
        elif (route := plant.cable.get(code) or plant.duct.get(code)) is not None:
            found.update(dict.fromkeys(route.route))
        elif code in plant.link:
            found.update(dict.fromkeys(plant.sections_of(plant.link[code])))
    return tuple(found)


def nodes(plant: Plant, verdict: Verdict) -> tuple[Code, ...]:
    """The sites and structures of what a verdict names: themselves, or where a switch or a port stands."""
    found: dict[Code, None] = {}
    for code in verdict.codes:
        if code in plant.nodes:
            found[code] = None
        elif code in plant.device:
            found[plant.device[code].node] = None
        elif code in plant.interface:
            found[plant.node_of(code)] = None
    return tuple(found)


def _place(network: Network, dig: tuple[Code, ...]) -> str:
    if not dig:
        return ""
    metres = sum(network.plant.section[code].length_m for code in dig)
    return listed(filter(None, (length(metres), _near(network, dig))))


def _near(network: Network, sections: tuple[Code, ...]) -> str:
    """The site nearest to the middle one."""
    if not sections:
        return ""
    site = network.nearest_site(network.plant.section[sections[len(sections) // 2]])
    return _("near {site}").format(site=site.label) if site is not None else ""


def _verdict(network: Network, item: Incident, lost: list[Code]) -> str:
    if lost:
        text = _("Without service: {who}.") if item.is_live else _("Without service meanwhile: {who}.")
        return text.format(who=counted(network, lost))
    if item.cause in _SAYS_NOTHING_OF_LIGHT:
        return _("Nothing is known to be down.")
    return _("Nobody is without service.") if item.is_live else _("Nobody was without service.")


def _groups(words: Wording, groups: Iterable[Code]) -> str:
    names = listed((words.group(code) for code in groups), most=MOST_NAMED)
    return _("User groups: {groups}.").format(groups=names) if names else ""


def _sure(verdict: Verdict) -> str:
    return _("{cause}, {share} sure").format(cause=_(CAUSE_TITLES[verdict.cause]), share=_percent(verdict.share))


def _percent(share: float) -> str:
    return _("over 99 %") if share > _SURE else f"{decimal(share * 100, 0)}\N{NO-BREAK SPACE}%"


def _story(network: Network, item: Incident, now_ns: int) -> Iterator[Moment]:
    """Readings, service lost and back, and what was judged of it, as they followed each other."""
    links = ngettext("{count} link", "{count} links", len(item.links)).format(count=len(item.links))
    told = [(item.good_s, 0, _("last good reading"))]
    told.append((item.bad_s, 1, _("first bad reading") + (f", {links}" if item.links else "")))
    told += [(note.at_s, 3, note.text) for note in item.notes]
    gone, back = _outages(item)
    told += [(at_s, 2, _("without service: {who}").format(who=counted(network, who))) for at_s, who in gone.items()]
    told += [(at_s, 2, _("in service again: {who}").format(who=counted(network, who))) for at_s, who in back.items()]
    for at_s, _order, text in sorted(told, key=lambda one: (int(one[0]), one[1])):
        yield Moment(time=clock_time(int(at_s * NS), now_ns=now_ns), text=text)


def _outages(item: Incident) -> tuple[dict[float, list[Code]], dict[float, list[Code]]]:
    """Who lost service and who got it back, by when."""
    gone: dict[float, list[Code]] = {}
    back: dict[float, list[Code]] = {}
    for outage in item.outages:
        gone.setdefault(outage.from_s, []).append(outage.code)
        if outage.to_s is not None:
            back.setdefault(outage.to_s, []).append(outage.code)
    return gone, back
