"""How sites stand while links are down: cut off, on their last path, or as built. Pure."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from topology.graph import GroupKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.entities import Code
    from topology.cut_index import CutIndex


class Standing(IntEnum):
    """The numbers of ``REDUNDANCY.standing``."""

    CUT_OFF = 0
    LAST_PATH = 1
    AS_BUILT = 2


def standing(index: CutIndex, down_links: Collection[Code]) -> dict[Code, Standing]:
    """The sites that do not stand as built while these links are down.

    On its last path is a site that more single trenches now take down than when all is well: most houses have one
    entry, so one trench alone is no news. Links the index does not know are left out. Cost: an index of what is left.
    """
    down = {link for link in down_links if link in index.link_number}
    if not down:
        return {}
    sites = {site.code for site in index.plant.sites}
    lost = sites.intersection(index.lost((), down_links=sorted(down)).sites)
    before = index.exposed(GroupKind.TRENCH)
    after = index.without(down).exposed(GroupKind.TRENCH)
    weak = {code for code, times in after.items() if code in sites and times > before.get(code, 0)} - lost
    return dict.fromkeys(sorted(lost), Standing.CUT_OFF) | dict.fromkeys(sorted(weak), Standing.LAST_PATH)
