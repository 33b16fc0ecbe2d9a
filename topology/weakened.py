"""What survives a cut, but only just."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.graph import GroupKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.entities import Code
    from topology.cut_index import CutIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakened:
    """Nodes that still reach a hub; by criticality, then code.

    ``on_fewer_ways``: more single trenches or cables than before would now take them down. ``with_a_link_down``: the
    others that lost a link of their own and stand as firmly as before.
    """

    on_fewer_ways: tuple[Code, ...]
    with_a_link_down: tuple[Code, ...]


def weakened(index: CutIndex, groups: Iterable[Code], *, down_links: Collection[Code] = ()) -> Weakened:
    """What these cuts leave alive but weaker, on top of links that are down already. Cost: an index of what is left.

    Raises:
        TopologyError: an unknown code.
    """
    loss = index.lost(groups, down_links=down_links)
    already = set(down_links)
    before = index.without(already) if already else index
    after = index.without(set(loss.links))
    alive = set(after.net.codes) - {*loss.sites, *loss.structures, *after.dark}
    fewer: set[Code] = set()
    for kind in (GroupKind.TRENCH, GroupKind.CABLE):
        was, now = before.exposed(kind), after.exposed(kind)
        fewer |= {code for code, times in now.items() if times > was.get(code, 0)}
    gone = [index.link_number[code] for code in loss.links]
    touched = {index.net.codes[end] for ends in (index.net.near, index.net.far) for end in ends[gone].tolist()}
    rank = index.naming.rank
    return Weakened(
        on_fewer_ways=tuple(sorted(fewer & alive, key=rank)),
        with_a_link_down=tuple(sorted((touched & alive) - fewer - set(index.net.codes[: index.net.hubs]), key=rank)),
    )
