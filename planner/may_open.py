"""May this be opened? Yes, no with names, or yes if something comes first: in words, for whoever stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.formats import decimal, length, listed
from planner.wording import ends_of, link_ends
from rainbow.kernel.texts import N_, _, ngettext
from topology.may_open import Answer, FirstKind, may_open
from topology.protocols import PROTOCOL_TITLES, STATE_TITLES, GroupState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from inventory.entities import Code
    from planner.network import Network
    from planner.picture import Picture
    from topology.may_open import First, Join
    from topology.protocols import Steered
    from topology.weakened import Weakened

ANSWERS = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.IF_FIRST: N_("Not yet")}
MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was worked out about a question, in no language. ``steered`` is None where no protocol is documented."""

    answer: Answer
    first: tuple[First, ...]
    steered: tuple[Steered, ...] | None
    weakened: Weakened


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The answer in words. ``first``: what would be enough to come first, each by itself, the least trouble first."""

    answer: Answer
    question: str
    word: str
    lead: str
    first: tuple[str, ...]

    @property
    def is_final(self) -> bool:
        """Whether ways out were looked for, or none is needed."""
        return bool(self.lead) or self.answer is Answer.YES


def opened(network: Network, later: Network | None, cuts: Sequence[Code], before: Collection[Code]) -> Opened:
    """Ask topology. ``later`` is the network as it will be when all that is planned stands.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    planned = later.require_index() if later is not None else None
    found = may_open(network.require_index(), cuts, down=before, planned=planned)
    answer = found.found
    return Opened(
        answer=found.answer,
        first=found.first,
        steered=answer.steered if answer.is_documented else None,
        weakened=answer.impact.weakened,
    )


def quick_opening(count: int, *, is_harmful: bool) -> Opening:
    """What can be said at once: whether anything loses service. Ways out are looked for behind it."""
    return _opening(Answer.NO if is_harmful else Answer.YES, count, lead="", first=())


def opening(network: Network, picture: Picture, cuts: Sequence[Code], found: Opened) -> Opening:
    """The whole answer in words."""
    first = tuple(_first(network, picture, item) for item in found.first)
    lead = ""
    if found.answer is Answer.IF_FIRST:
        lead = ngettext("Yes, if this comes first:", "Yes, if one of these comes first:", len(first))
    elif found.answer is Answer.NO:
        lead = _("No repair, no free glass and nothing that is planned would help.")
    return _opening(found.answer, len(cuts), lead=lead, first=first)


def _opening(answer: Answer, count: int, *, lead: str, first: tuple[str, ...]) -> Opening:
    question = ngettext("May it be opened?", "May these be opened?", count)
    return Opening(answer=answer, question=question, word=_(ANSWERS[answer]), lead=lead, first=first)


def protocol_lines(network: Network, steered: Iterable[Steered] | None) -> tuple[str, ...]:
    """What each ring, tree and aggregation does; those that do the same in one line."""
    alike: dict[tuple[object, ...], list[Steered]] = {}
    for each in steered or ():
        alike.setdefault((each.protocol, each.state, len(each.down), bool(each.opened)), []).append(each)
    return tuple(_steered(network, same) for same in alike.values())


def _steered(network: Network, same: Sequence[Steered]) -> str:
    first = same[0]
    groups = listed((network.label(each.group) for each in same), most=MOST_NAMED)
    title = _(PROTOCOL_TITLES[first.protocol])
    parts = [_(STATE_TITLES[first.state])]
    down = ngettext("{count} link down", "{count} links down", len(first.down)).format(count=len(first.down))
    parts.append(down if len(same) == 1 else _("{down} each").format(down=down))
    if ends := dict.fromkeys(link_ends(network, link) for each in same for link in each.opened):
        parts.append(_("opens {links}").format(links=listed(ends, most=MOST_NAMED)))
    if first.state is GroupState.PROTECTING:
        seconds = decimal(first.usual_s, 2 if first.usual_s < 1 else 0)
        parts.append(_("traffic usually stands still for {seconds} s").format(seconds=seconds))
    return _("{protocol} {groups}: {what}").format(protocol=title, groups=groups, what="; ".join(parts))


def _first(network: Network, picture: Picture, first: First) -> str:
    match first.kind:
        case FirstKind.REPAIR:
            return _("Repair {what}.").format(what=listed(_broken(network, picture, first.codes), most=MOST_NAMED))
        case FirstKind.BUILD:
            ends = listed((link_ends(network, code) for code in first.codes), most=MOST_NAMED)
            return _("Build what is planned: {links}.").format(links=ends)
        case FirstKind.JOIN:
            return " ".join(_joined(network, join) for join in first.joins)


def _broken(network: Network, picture: Picture, links: Collection[Code]) -> Iterator[str]:
    """What to mend: the trenches that explain the links, and links that none explains."""
    left = set(links)
    for suspect in picture.explanation.suspects:
        if left.isdisjoint(suspect.links):
            continue
        left -= suspect.links
        if suspect.is_certain:
            yield _("trench {trench}").format(trench=listed(map(network.label, suspect.sections)))
        else:
            near, far = ends_of(network, suspect.alike)
            yield _("the cut between {near} and {far}").format(near=near, far=far)
    yield from (_("the link {ends}").format(ends=link_ends(network, code)) for code in sorted(left))


def _joined(network: Network, join: Join) -> str:
    said = _("Join free glass from {site} to {to}: {strands}, {length}").format(
        site=network.label(join.site),
        to=network.label(join.to),
        strands=listed(map(str, join.strands), most=MOST_NAMED),
        length=length(join.metres),
    )
    if not join.at:
        return f"{said}."
    nodes = listed(map(network.label, join.at), most=MOST_NAMED)
    return _("{what}, joined at {nodes}.").format(what=said, nodes=nodes)
