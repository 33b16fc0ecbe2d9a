"""What the page says of one cable: its strands, who uses each, in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.entities import StrandRef
from planner.formats import length, listed
from planner.planned import is_planned
from planner.wording import LINK_CONDITIONS, link_ends
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from inventory.colours import ColourUse, StrandColours
    from inventory.entities import Cable, Code
    from planner.network import Network
    from planner.picture import LinkCondition, Picture

ARROWS = {True: "→", False: "←", None: "↔"}
"""Which way a colour shines: along the cable, against it, both ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourLine:
    """One colour on a strand. ``display`` is the user group's own colour, a number of the style sheet's classes."""

    wavelength: str
    group: str
    group_number: int
    arrow: str
    link: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandLine:
    """One strand: free, or the links that run on it and how they are."""

    number: int
    colours: tuple[ColourLine, ...]
    whole: tuple[str, ...]
    condition: LinkCondition | None
    condition_text: str
    free: str

    @property
    def is_free(self) -> bool:
        """Whether no link runs on it."""
        return not self.colours and not self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CablePanel:
    """The panel, ready to be shown. Runs of free strands are told in one line (``free_runs``)."""

    code: Code
    title: str
    ends: str
    facts: str
    is_planned: bool
    used: int
    total: int
    strands: tuple[StrandLine, ...]
    free_runs: str
    sections: tuple[Code, ...]
    group_numbers: tuple[int, ...]


def cable_panel(network: Network, picture: Picture, code: str) -> CablePanel:
    """All about a cable.

    Raises:
        InputError: there is no such cable.
    """
    cable = require_cable(network, code)
    links = network.links_on.get(cable.code, {})
    numbers = sorted(number for number in links if 1 <= number <= cable.strand_count)
    strands = tuple(_strand(network, picture, StrandRef(cable.code, number)) for number in numbers)
    return CablePanel(
        code=cable.code,
        title=cable.label,
        ends=_("{near} to {far}").format(near=network.label(cable.from_node), far=network.label(cable.to_node)),
        facts=_facts(network, cable),
        is_planned=is_planned(cable.status),
        used=len(numbers),
        total=cable.strand_count,
        strands=strands,
        free_runs=_runs([number for number in range(1, cable.strand_count + 1) if number not in links]),
        sections=cable.route,
        group_numbers=tuple(sorted({colour.group_number for strand in strands for colour in strand.colours})),
    )


def require_cable(network: Network, code: str) -> Cable:
    """The cable of this code.

    Raises:
        InputError: there is none; the cure names the nearest ones.
    """
    for cable in network.plant.cables:
        if cable.code == code:
            return cable
    near = get_close_matches(code, [cable.code for cable in network.plant.cables], n=3, cutoff=0.5)
    raise InputError(
        _("{city} has no cable {code}").format(city=network.plant.city, code=code),
        cure=_("did you mean {near}?").format(near=", ".join(near)) if near else _("see the search"),
    )


def _facts(network: Network, cable: Cable) -> str:
    metres = sum(network.plant.section[section].length_m for section in cable.route)
    strands = ngettext("{count} strand", "{count} strands", cable.strand_count).format(count=cable.strand_count)
    return listed([text for text in (cable.fibre_type, strands, length(metres) if metres else "") if text])


def _strand(network: Network, picture: Picture, strand: StrandRef) -> StrandLine:
    plan = network.colours.get(strand)
    links = network.links_on[strand.cable][strand.number]
    conditions = [picture.links[link] for link in links if link in picture.links]
    condition = min(conditions, key=list(LINK_CONDITIONS).index, default=None)
    in_colours = {use.link for use in plan.uses} if plan is not None else set()
    return StrandLine(
        number=strand.number,
        colours=tuple(_colour(network, use) for use in plan.uses) if plan is not None else (),
        whole=tuple(_whole(network, link) for link in links if link not in in_colours),
        condition=condition,
        condition_text=_(LINK_CONDITIONS[condition]) if condition is not None else "",
        free=_free(plan),
    )


def _colour(network: Network, use: ColourUse) -> ColourLine:
    return ColourLine(
        wavelength=_("{nm} nm").format(nm=use.wavelength_nm),
        group=network.label(use.user_group),
        group_number=network.group_number.get(use.user_group, 0),
        arrow=ARROWS[use.along],
        link=use.link,
    )


def _whole(network: Network, code: Code) -> str:
    """A link that takes its strand whole, by its ends."""
    link = network.plant.link[code]
    group = network.label(link.user_group) if link.user_group is not None else ""
    return listed([text for text in (link_ends(network, code), group) if text])


def _free(plan: StrandColours | None) -> str:
    if plan is None or not plan.uses or plan.whole:
        return ""
    count = len(plan.free)
    if not count:
        return _("no colour is free")
    return ngettext("{count} colour free: {nm} nm", "{count} colours free: {nm} nm", count).format(
        count=count, nm=listed((str(nm) for nm in plan.free), most=6)
    )


def _runs(numbers: list[int]) -> str:
    """Numbers as runs: 5, 7-12, 14."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return listed(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
