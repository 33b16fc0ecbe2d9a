"""What cuts take service from: by light, and where light still leads, by the protocols of the link groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.loss import Loss

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code
    from planner.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What these cuts alone do: nothing of it was without service before.

    ``loss`` is what light leads to no more; its links are all that are down then. ``isolated`` is what light still
    leads to and no protocol does. ``nodes`` are both, sites first, each kind by criticality; ``weight`` is theirs.
    """

    loss: Loss
    isolated: tuple[Code, ...]
    nodes: tuple[Code, ...]
    weight: int


def harm(network: Network, cuts: Sequence[Code], before: Collection[Code]) -> Harm:
    """What these cuts do on top of links that are down before. Cost: linear.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    index = network.require_index()
    loss = index.lost(cuts, down_links=before)
    already = index.lost((), down_links=before) if before else Loss()
    dark = {*loss.sites, *loss.structures}
    own = index.naming.loss(dark - {*already.sites, *already.structures}, loss.links) if already else loss
    isolated = _isolated(network, loss, already, {*dark, *cuts})
    both = index.naming.loss({*own.sites, *own.structures, *isolated}, loss.links) if isolated else own
    return Harm(loss=own, isolated=isolated, nodes=(*both.sites, *both.structures), weight=both.weight)


def _isolated(network: Network, loss: Loss, already: Loss, told: set[Code]) -> tuple[Code, ...]:
    protocols = network.protocols
    if protocols is None or not protocols.groups:
        return ()
    found = [node for node in protocols.isolated(loss.links) if node not in told]
    before = set(protocols.isolated(already.links)) if found else set()
    return tuple(node for node in found if node not in before)
