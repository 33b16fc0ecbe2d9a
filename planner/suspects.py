"""Hints at where the ground was opened: which trenches explain the links that are down. Pure.

A trench is a candidate if a link in it is down and none in it is up; a link that nobody could ask speaks neither for
nor against it. Candidates that would take the same links cannot be told apart and form one group. As few groups as
needed explain the links: cuts that were reported come first, then one that explains all the rest is taken alone, else
the one that explains most (greedy, so with many cuts at once perhaps one group more than the least). This knows
neither likelihood nor late alarms, and a failed module looks to it like a cut: it hints, it does not prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from inventory.entities import Code

Links = frozenset["Code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One cut somewhere in ``alike`` (in the plant's order) would explain these down links.

    ``reported`` are those of them that somebody said are cut; then the others are under no suspicion.
    """

    alike: tuple[Code, ...]
    links: Links
    reported: tuple[Code, ...] = ()

    @property
    def sections(self) -> tuple[Code, ...]:
        """Where to look: what was reported, else all that cannot be told apart."""
        return self.reported or self.alike

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left to guess: it was reported, or only one trench is left."""
        return bool(self.reported) or len(self.alike) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The suspects, and the down links that no trench explains: a module, a port, a switch, or no drawing."""

    suspects: tuple[Suspect, ...] = ()
    unexplained: Links = frozenset()

    def suspect_of(self, section: Code) -> Suspect | None:
        """The suspect that a trench belongs to."""
        return next((suspect for suspect in self.suspects if section in suspect.sections), None)


def explain(
    links_in: Mapping[Code, Sequence[Code]],
    states: Mapping[Code, LinkState],
    *,
    reported: Collection[Code] = (),
) -> Explanation:
    """The fewest trenches that explain the links that are down; a link without a state is unknown.

    A reported cut that the light contradicts, or that takes no link, explains nothing and is left out.
    Cost: one pass over the sections, then the number of groups squared.
    """
    down = frozenset(link for link, state in states.items() if state is LinkState.DOWN)
    if not down:
        return Explanation()
    groups: dict[Links, list[Code]] = {}
    for section, links in links_in.items():
        taken = down.intersection(links)
        if taken and not any(states.get(link) is LinkState.UP for link in links):
            groups.setdefault(taken, []).append(section)
    said = {links: found for links, alike in groups.items() if (found := tuple(c for c in alike if c in reported))}
    chosen = _fewest(list(groups), down, tuple(said))
    explained: Links = frozenset().union(*chosen)
    return Explanation(
        suspects=tuple(
            Suspect(alike=tuple(groups[links]), links=links, reported=said.get(links, ())) for links in chosen
        ),
        unexplained=down - explained,
    )


def _fewest(candidates: list[Links], down: Links, certain: tuple[Links, ...]) -> list[Links]:
    """A cover of what can be covered, with the certain ones in it and no other superfluous."""
    left = down.difference(*certain)
    chosen = list(certain)
    while (best := _most_of(candidates, left)) & left:
        chosen.append(best)
        left -= best
    for links in chosen[len(certain) :]:
        others = [item for item in chosen if item is not links]
        if links <= frozenset().union(*others):
            chosen = others
    return chosen


def _most_of(candidates: list[Links], left: Links) -> Links:
    """The candidate that explains most of what is left; of equals the first in the plant's order."""
    return max(candidates, key=lambda links: len(links & left), default=frozenset())
