"""What the page says of one trench: how it is, who loses service if it is cut, what runs through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Site
from planner.formats import length, listed
from planner.harm import harm
from planner.picture import LinkCondition, SectionState
from planner.wording import LINK_CONDITIONS, SECTION_STATES, counted, kind_title, link_ends, place_of
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.entities import Code
    from planner.harm import Harm
    from planner.network import Network
    from planner.picture import Picture
    from topology.loss import Loss

MOST_NAMED = 12
"""So many names in one sentence; the lists below it have all."""
DOWN = {SectionState.CUT, SectionState.SUSPECT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A site or structure named in a panel."""

    code: Code
    label: str
    kind: str
    is_site: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """A link in a trench: its ends, its user group, how it is."""

    code: Code
    ends: str
    user_group: str
    condition: LinkCondition
    condition_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrenchPanel:
    """The panel, ready to be shown. Texts are in the language in force when it was made.

    ``verdict`` is the sentence that matters. ``is_down``: cut by all that is known; ``is_reported``: by the
    simulation's own word.
    """

    code: Code
    title: str
    place: str
    state: SectionState
    state_text: str
    verdict: str
    groups: str
    isolated: str
    is_down: bool
    is_harmful: bool
    suspicion: str
    lost: tuple[Mention, ...]
    links: tuple[LinkLine, ...]
    is_reported: bool


def links_down_before(picture: Picture, code: Code) -> tuple[Code, ...]:
    """The links on top of whose loss a cut is judged: those that are down now, unless this very cut took them."""
    return () if picture.sections[code] in DOWN else picture.down


def trench_panel(network: Network, picture: Picture, code: str) -> TrenchPanel:
    """Ask the index about one trench, on top of the links that are down now.

    Raises:
        InputError: there is no such trench.
        TopologyError: the plant has no hub.
    """
    section = network.plant.require_section(code)
    state = picture.sections[section.code]
    before = links_down_before(picture, section.code)
    found = harm(network, (section.code,), before)
    is_down = state in DOWN
    return TrenchPanel(
        code=section.code,
        title=section.name or section.code,
        place=listed((length(section.length_m), place_of(network, section))),
        state=state,
        state_text=_(SECTION_STATES[state]),
        verdict=_verdict(network, found, is_down=is_down, on_top=bool(before)),
        groups=groups_text(network, found.loss),
        isolated=isolated_text(network, found.isolated),
        is_down=is_down,
        is_harmful=bool(found.nodes),
        suspicion=_suspicion(network, picture, section.code),
        lost=tuple(mention(network, node) for node in found.nodes),
        links=tuple(_link_lines(network, picture, network.plant.links_in.get(section.code, ()))),
        is_reported=section.code in picture.reported,
    )


def mention(network: Network, code: Code) -> Mention:
    """A node by its name and kind."""
    node = network.plant.nodes[code]
    return Mention(code=code, label=node.label, kind=kind_title(node), is_site=isinstance(node, Site))


def _verdict(network: Network, found: Harm, *, is_down: bool, on_top: bool) -> str:
    if not found.nodes:
        if is_down:
            return _("Nothing loses service: all reroute.")
        return _("If this is cut, nothing loses service.")
    lost = [node for node in found.nodes if node not in found.isolated]
    if not lost:
        return ""
    who = counted(network, lost)
    if is_down:
        text = _("Without service through this cut: {who}.")
    elif on_top:
        text = _("If this is cut too, these lose service: {who}.")
    else:
        text = _("If this is cut, these lose service: {who}.")
    return text.format(who=who)


def groups_text(network: Network, loss: Loss) -> str:
    """The user groups that lose service somewhere."""
    names = listed((network.label(group) for group in loss.user_groups), most=MOST_NAMED)
    return _("User groups: {groups}.").format(groups=names) if loss and names else ""


def isolated_text(network: Network, isolated: Sequence[Code]) -> str:
    """Whom light still reaches while the switches let nothing pass."""
    text = _("Cut off by the protocols alone, for light would still lead there: {who}.")
    return text.format(who=counted(network, isolated)) if isolated else ""


def _suspicion(network: Network, picture: Picture, code: Code) -> str:
    """Why the trench is red, or why it is not although it was reported."""
    suspect = picture.explanation.suspect_of(code)
    if suspect is None:
        if code in picture.reported:
            return _("Cut in the simulation. The switches have not shown it yet.")
        return ""
    down = ngettext("{count} link is down", "{count} links are down", len(suspect.links)).format(
        count=len(suspect.links)
    )
    if suspect.reported:
        return _("Cut in the simulation; the switches confirm it: {down}.").format(down=down)
    if suspect.is_certain:
        return _("This trench alone explains it: {down}.").format(down=down)
    others = [network.label(other) for other in suspect.alike if other != code]
    return _(
        "One of {count} trenches in a row, which light alone cannot tell apart: {down}. The others: {others}."
    ).format(count=len(suspect.alike), down=down, others=listed(others, most=MOST_NAMED))


def _link_lines(network: Network, picture: Picture, codes: Iterable[Code]) -> Iterable[LinkLine]:
    plant = network.plant
    for code in codes:
        condition = picture.links.get(code)
        if condition is None:
            continue
        link = plant.link[code]
        yield LinkLine(
            code=code,
            ends=link_ends(network, code),
            user_group=network.label(link.user_group) if link.user_group is not None else "",
            condition=condition,
            condition_text=_(LINK_CONDITIONS[condition]),
        )
