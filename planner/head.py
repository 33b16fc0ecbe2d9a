"""The head of the page: how the network stands in one line, and the banner that says what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.formats import clock_time, duration, listed
from planner.picture import LinkCondition, NodeState
from planner.wording import counted, place_of
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Code
    from planner.network import Network
    from planner.picture import Picture
    from planner.suspects import Suspect
    from rainbow.kernel.samples import UnixNs

FEW = 6
"""So many names in one sentence of the banner."""


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
class CutLine:
    """One suspected cut in one sentence, since when (or an empty text), and the trenches to look at."""

    text: str
    since: str
    sections: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What happened: the cuts, who is without service, what no cut explains. Empty when all is well."""

    cuts: tuple[CutLine, ...]
    lost: str
    lost_names: str
    unexplained: str

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.cuts or self.lost or self.unexplained)


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


def banner_of(network: Network, picture: Picture, since: Callable[[Code], UnixNs | None]) -> Banner:
    """The sentences for one moment; ``since`` says since when a link is down. Stale readings say nothing about now."""
    if picture.readings.is_stale or not picture.has_readings:
        return Banner(cuts=(), lost="", lost_names="", unexplained="")
    explanation, loss = picture.explanation, picture.loss
    lost = [*loss.sites, *loss.structures]
    unexplained = len(explanation.unexplained)
    return Banner(
        cuts=tuple(
            CutLine(
                text=_cut_text(network, suspect),
                since=_since_text(picture, since(min(suspect.links))),
                sections=suspect.sections,
            )
            for suspect in explanation.suspects
        ),
        lost=_("Without service: {who}.").format(who=counted(network, lost)) if lost else "",
        lost_names=listed((network.label(node) for node in lost), most=2 * FEW),
        unexplained=ngettext(
            "{count} more link is down that no trench explains: look at its ports and switches.",
            "{count} more links are down that no trench explains: look at their ports and switches.",
            unexplained,
        ).format(count=unexplained)
        if unexplained
        else "",
    )


def _since_text(picture: Picture, since_ns: UnixNs | None) -> str:
    if since_ns is None:
        return ""
    return _("Light lost {time}.").format(time=clock_time(since_ns, now_ns=picture.readings.taken_ns))


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


def ends_of(network: Network, sections: tuple[Code, ...]) -> tuple[str, str]:
    """The two ends of trenches in a row: nodes that only one of them touches; else those of the first and the last."""
    plant = network.plant
    touched = [end for code in sections for end in (plant.section[code].from_node, plant.section[code].to_node)]
    single = [node for node in touched if touched.count(node) == 1]
    near, far = (single[0], single[-1]) if single else (touched[0], touched[-1])
    return network.label(near), network.label(far)
