"""Parallel links that always fail together, as one: what a pair of cuts can part does not depend on their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from topology.alike import alike
from topology.net import Groups, Net, rows_of

if TYPE_CHECKING:
    from topology.graph import GroupKind
    from topology.net import Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundled:
    """A net whose links are bundles. ``bundle`` is the bundle of each link of the net it was made from."""

    net: Net
    bundle: Ints


def bundled(net: Net, kind: GroupKind) -> Bundled:
    """The net with one link for all links between the same vertices and in the same groups of this kind."""
    groups = net.groups[kind]
    held = rows_of(groups.members, groups.owners, len(net.links))
    ends = np.minimum(net.tail, net.head) * net.vertices + np.maximum(net.tail, net.head)
    same = alike(held, beside=ends)
    chosen, bundle = np.unique(same, return_index=True)[1], same
    number = np.full(len(net.links), -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    kept = np.zeros(len(net.links), dtype=np.bool_)
    kept[chosen] = True
    rows = groups.keep(kept)
    return Bundled(
        net=Net(
            codes=net.codes,
            hubs=net.hubs,
            links=tuple(net.links[link] for link in chosen.tolist()),
            near=net.near[chosen],
            far=net.far[chosen],
            tail=net.tail[chosen],
            head=net.head[chosen],
            measures=net.measures,
            groups={kind: Groups(codes=groups.codes, offsets=rows.offsets, members=number[rows.members])},
        ),
        bundle=bundle,
    )
