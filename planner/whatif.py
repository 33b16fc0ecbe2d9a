"""The question "what if", and its answer: these cut together, on top of now or as if all were well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from inventory.entities import Code, Criticality
from planner.formats import length, listed
from planner.harm import harm
from planner.reasons import reasons
from planner.trench_panel import MOST_NAMED, Mention, groups_text, isolated_text, mention
from planner.wording import counted, kind_title, place_of
from rainbow.kernel.texts import N_, _, ngettext
from topology.graph import KIND_TITLES, GroupKind, criticality_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.harm import Harm
    from planner.network import Network
    from planner.picture import Picture
    from topology.cut_index import CutIndex

TIERS = {
    Criticality.VITAL: N_("Vital"),
    Criticality.HIGH: N_("Important"),
    Criticality.NORMAL: N_("Normal"),
    Criticality.LOW: N_("Low"),
}
"""Criticalities in the order in which losses are told."""


class Base(StrEnum):
    """What the cuts come on top of."""

    NOW = "now"
    ALL_WELL = "all_well"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What would be cut, in the order in which it was chosen, each once. ``planned``: as if what is planned stood."""

    cuts: tuple[Code, ...] = ()
    base: Base = Base.NOW
    planned: bool = False

    @classmethod
    def of(cls, cuts: Iterable[str], base: Base, *, planned: bool) -> Question:
        """A question from an address or a request."""
        return cls(cuts=tuple(Code(code) for code in dict.fromkeys(cuts) if code), base=base, planned=planned)

    @property
    def query(self) -> str:
        """The question as the part of an address behind the question mark; equal questions give equal texts."""
        fields: list[tuple[str, str]] = [("cut", code) for code in self.cuts]
        fields += [("base", str(self.base))] if self.base is not Base.NOW else []
        fields += [("planned", "true")] if self.planned else []
        return urlencode(fields)

    def with_cut(self, code: Code) -> Question:
        """The same question with one thing more."""
        return replace(self, cuts=tuple(dict.fromkeys((*self.cuts, code))))

    def without_cut(self, code: Code) -> Question:
        """The same question with one thing less."""
        return replace(self, cuts=tuple(cut for cut in self.cuts if cut != code))

    def before(self, picture: Picture) -> tuple[Code, ...]:
        """Links that are down already."""
        return picture.down if self.base is Base.NOW else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CutItem:
    """One thing of the question. ``known``: the plant has it; ``is_node``: it is a site or lamp."""

    code: Code
    label: str
    kind: str
    place: str
    known: bool
    is_node: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LostLine:
    """Something without service, and what of the question is enough to take it down."""

    mention: Mention
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Those of one criticality that lose service."""

    title: str
    lines: tuple[LostLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page says, in the language in force when it was made.

    ``sections`` are the trenches that are cut or that a cut cable lies in; ``lost`` holds every node by code; ``why``
    what of the cuts is enough for it; ``weight`` is by criticality.
    """

    question: Question
    cuts: tuple[CutItem, ...]
    verdict: str
    groups: str
    isolated: str
    before: str
    wait: str
    tiers: tuple[Tier, ...]
    sections: tuple[Code, ...]
    lost: tuple[Code, ...]
    why: Mapping[Code, tuple[Code, ...]]
    weight: int
    links: tuple[Code, ...]

    @property
    def asked(self) -> tuple[Code, ...]:
        """The cuts that the plant knows."""
        return tuple(item.code for item in self.cuts if item.known)

    @property
    def asked_question(self) -> Question:
        """The question without what the plant does not know."""
        return replace(self.question, cuts=self.asked)


def answer(network: Network, picture: Picture, question: Question) -> Answer:
    """Ask the index. What is without service already is no part of the answer.

    Raises:
        TopologyError: the plant has no hub.
    """
    index = network.require_index()
    cuts = tuple(_item(network, index, code) for code in question.cuts)
    asked = tuple(item.code for item in cuts if item.known)
    before = question.before(picture)
    found = harm(network, asked, before)
    lost = found.nodes
    why = reasons(index, asked, before, [node for node in lost if node not in found.isolated])
    return Answer(
        question=question,
        cuts=cuts,
        verdict=_verdict(network, asked, found),
        groups=groups_text(network, found.loss),
        isolated=isolated_text(network, found.isolated),
        before=_before(before),
        wait=_wait(network, asked, bool(lost and before)),
        tiers=_tiers(network, asked, found, why),
        sections=sections_of(network, asked),
        lost=lost,
        why=why,
        weight=found.weight,
        links=tuple(link for link in found.loss.links if link not in before),
    )


def sections_of(network: Network, cuts: Iterable[Code]) -> tuple[Code, ...]:
    """The trench sections of these trenches, cables and ducts, each once."""
    plant = network.plant
    found: dict[Code, None] = {}
    for code in cuts:
        if code in plant.section:
            found[code] = None
        elif code in plant.cable:
            found |= dict.fromkeys(plant.cable[code].route)
        elif code in plant.duct:
            found |= dict.fromkeys(plant.duct[code].route)
    return tuple(found)


def _item(network: Network, index: CutIndex, code: Code) -> CutItem:
    if code not in network.cuttable:
        text = _("not in the plant")
        return CutItem(code=code, label=code, kind=text, place="", known=False, is_node=False)
    kind = index.kind_of(code)
    node = network.plant.nodes.get(code)
    section = network.plant.section.get(code)
    place = listed((length(section.length_m), place_of(network, section))) if section is not None else ""
    return CutItem(
        code=code,
        label=network.label(code),
        kind=kind_title(node) if kind is GroupKind.NODE and node is not None else _(KIND_TITLES[kind]),
        place=place,
        known=True,
        is_node=kind is GroupKind.NODE,
    )


def _verdict(network: Network, asked: Sequence[Code], found: Harm) -> str:
    if not asked:
        return ""
    if not found.nodes:
        return ngettext("Nothing loses service by this cut.", "Nothing loses service by these cuts.", len(asked))
    lost = [node for node in found.nodes if node not in found.isolated]
    return _("Without service: {who}.").format(who=counted(network, lost)) if lost else ""


def _before(before: Sequence[Code]) -> str:
    if not before:
        return ""
    return ngettext(
        "On top of {count} link that is down now.", "On top of {count} links that are down now.", len(before)
    ).format(count=len(before))


def _wait(network: Network, asked: Sequence[Code], is_worth_asking: bool) -> str:  # noqa: FBT001 - a condition
    """What to say to somebody who can wait: the harm comes only with what is down already."""
    if not is_worth_asking or harm(network, asked, ()).nodes:
        return ""
    return _("Not now: once what is down is mended, nothing loses service by this.")


def _tiers(
    network: Network, asked: Sequence[Code], found: Harm, why: Mapping[Code, tuple[Code, ...]]
) -> tuple[Tier, ...]:
    nodes = network.plant.nodes
    lines: dict[Criticality, list[LostLine]] = {}
    for code in found.nodes:
        is_isolated = code in found.isolated
        reason = _("light leads there, no protocol does") if is_isolated else _reason(network, asked, code, why)
        lines.setdefault(criticality_of(nodes[code]), []).append(
            LostLine(mention=mention(network, code), reason=reason)
        )
    return tuple(Tier(title=_(title), lines=tuple(lines[tier])) for tier, title in TIERS.items() if tier in lines)


def _reason(network: Network, asked: Sequence[Code], node: Code, why: Mapping[Code, tuple[Code, ...]]) -> str:
    """In words what is enough to take a node down; nothing where only one thing was asked about."""
    enough = why.get(node, ())
    if node in asked:
        return _("cut itself")
    if len(asked) == 1 or not enough:
        return ""
    names = listed((network.label(code) for code in enough), most=MOST_NAMED)
    if len(enough) == 1:
        return _("by {cut} alone").format(cut=names)
    return _("by {cuts} together").format(cuts=names)
