"""Who still stands after a cut, what the protocols do, what would have to come first: apart from the verdict.

In a large city this takes seconds where the verdict takes a millisecond, so the page fetches it behind the verdict.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.formats import decimal
from planner.may_open import opened, opening, protocol_lines
from planner.picture import WEAK_MARGIN_DB
from planner.wording import named
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.entities import Code, Link
    from planner.may_open import Opened, Opening
    from planner.network import Network
    from planner.picture import Picture
    from topology.weakened import Weakened

    Question = tuple[tuple[Code, ...], tuple[Code, ...]]

AT_ONCE_LINKS, AT_ONCE_SECTIONS = 300, 3000
"""Up to so many links and trenches the answer is quick enough to be part of the first one (50 ms for 70 links)."""
KEPT = 200
MOST_NAMED = 12
"""So many names in one sentence; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """May it be opened, what the protocols do, and two sentences about what remains; empty ones have nothing to say."""

    opening: Opening
    protocols: tuple[str, ...]
    weaker: str
    light: str
    light_is_weak: bool


class Aftermaths:
    """Remembers what was worked out. For any thread; one question is worked out at a time.

    ``later`` is the network as it will be when all that is planned stands.
    """

    def __init__(self, network: Network, *, later: Network | None = None, at_once_links: int = AT_ONCE_LINKS) -> None:
        self._network = network
        self._later = later
        self._at_once_links = at_once_links
        self._kept: dict[Question, Opened] = {}
        self._lock = threading.Lock()

    def at_once(self, picture: Picture, cuts: tuple[Code, ...], before: tuple[Code, ...]) -> Aftermath | None:
        """The answer where it is known or quick, else None.

        Raises:
            TopologyError: the plant has no hub.
        """
        is_small = (
            len(self._network.links) <= self._at_once_links and len(self._network.plant.sections) <= AT_ONCE_SECTIONS
        )
        if (cuts, before) in self._kept or is_small:
            return self.of(picture, cuts, before)
        return None

    def of(self, picture: Picture, cuts: tuple[Code, ...], before: tuple[Code, ...]) -> Aftermath:
        """What remains when these are cut together while these links are down already.

        Raises:
            TopologyError: the plant has no hub, or does not know one of the cuts.
        """
        found = self._opened(cuts, before)
        gone = {*self._network.require_index().links_of(cuts), *picture.down, *before}
        light, is_weak = _light(self._network, picture, found.weakened, gone)
        return Aftermath(
            opening=opening(self._network, picture, cuts, found),
            protocols=protocol_lines(self._network, found.steered),
            weaker=_weaker(self._network, found.weakened),
            light=light,
            light_is_weak=is_weak,
        )

    def weakened(self, cuts: tuple[Code, ...], before: tuple[Code, ...]) -> Weakened:
        """Who stands on fewer ways then.

        Raises:
            TopologyError: the plant has no hub, or does not know one of the cuts.
        """
        return self._opened(cuts, before).weakened

    def _opened(self, cuts: tuple[Code, ...], before: tuple[Code, ...]) -> Opened:
        with self._lock:
            found = self._kept.get((cuts, before))
            if found is None:
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                found = self._kept[cuts, before] = opened(self._network, self._later, cuts, before)
        return found


def _weaker(network: Network, found: Weakened) -> str:
    parts = []
    if found.on_fewer_ways:
        names = named(network, found.on_fewer_ways, most=MOST_NAMED)
        parts.append(_("Still reached, but with less redundancy: {names}.").format(names=names))
    if found.with_a_link_down:
        names = named(network, found.with_a_link_down, most=MOST_NAMED)
        parts.append(_("Lose a link and stand as firmly as before: {names}.").format(names=names))
    return " ".join(parts)


def _light(network: Network, picture: Picture, found: Weakened, gone: set[Code]) -> tuple[str, bool]:
    """The least light margin on the links that the weakened nodes have left."""
    nodes = (*found.on_fewer_ways, *found.with_a_link_down)
    left = {link.code: link for node in nodes for link in network.links_at.get(node, ()) if link.code not in gone}
    known = [margin for link in left.values() if (margin := margin_db(network, picture, link)) is not None]
    if not known:
        return "", False
    least_db, is_measured = min(known)
    text = (
        _("Light on the ways that remain: margin {margin} dB or more, measured.")
        if is_measured
        else _("Light on the ways that remain: margin {margin} dB or more, by the plant's loss.")
    )
    return text.format(margin=decimal(least_db)), least_db < WEAK_MARGIN_DB


def margin_db(network: Network, picture: Picture, link: Link) -> tuple[float, bool] | None:
    """A link's margin at the worse end, and whether it is measured; by the plant's loss where nothing fresh is."""
    reading = picture.readings.links.get(link.code)
    if reading is not None and not reading.is_stale and reading.margin_db is not None:
        return reading.margin_db, True
    expected = network.expected_light(link.code)
    known = [margin for margin in (expected.margin_a_db, expected.margin_b_db) if margin is not None]
    return (min(known), False) if known else None
