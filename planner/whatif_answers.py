"""The answer to "what if" for machines: the API's model, and GeoJSON for a GIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.entities import Site, Structure
from planner import answers
from planner.geojson import collection, marked, node_feature, section_feature
from planner.harm import harm
from planner.models import CutOut, RerouteOut
from planner.reasons import reasons
from planner.reroutes import reroutes
from planner.whatif import answer
from topology.report import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.entities import Code
    from planner.desk import Desk
    from planner.network import Network
    from planner.picture import Picture
    from planner.reroutes import Reroute
    from planner.whatif import Answer, Question


def cut_out(desk: Desk, picture: Picture, question: Question) -> CutOut:
    """All about these cuts at once.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    network, aftermaths = desk.standpoint(planned=question.planned)
    index = network.require_index()
    kinds = [index.kind_of(code) for code in question.cuts]
    before = question.before(picture)
    weaker = aftermaths.weakened(question.cuts, before)
    found = harm(network, question.cuts, before)
    why = reasons(index, question.cuts, before, (*found.loss.sites, *found.loss.structures))
    return CutOut(
        codes=list(question.cuts),
        places=[place_of(index, kind, code) for kind, code in zip(kinds, question.cuts, strict=True)],
        lost=answers.loss_out(network, found.loss),
        isolated=answers.named(network, found.isolated),
        reasons={node: list(cuts) for node, cuts in why.items()},
        fewer_ways=answers.named(network, weaker.on_fewer_ways),
        lost_a_link=answers.named(network, weaker.with_a_link_down),
        reroutes=[
            RerouteOut(ends=way.ends, way=way.way, via=list(way.via), length_m=way.length_m, weak=way.is_weak)
            for way in ways_left(desk, picture, question)
        ],
    )


def ways_left(desk: Desk, picture: Picture, question: Question) -> tuple[Reroute, ...]:
    """What stands in for the links that the cuts take.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    network, _aftermaths = desk.standpoint(planned=question.planned)
    index = network.require_index()
    before = question.before(picture)
    broken = index.links_of(question.cuts)
    lost = set(harm(network, question.cuts, before).nodes)
    return reroutes(network, picture, [link for link in broken if link not in before], {*broken, *before}, lost)


def answer_geojson(desk: Desk, picture: Picture, question: Question) -> bytes:
    """The cuts and what they take down as features with a ``role``: ``cut``, ``lost`` or ``weaker``.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    network, aftermaths = desk.standpoint(planned=question.planned)
    found = answer(network, picture, question)
    weaker = aftermaths.weakened(question.cuts, question.before(picture))
    return collection(_features(network, picture, found, (*weaker.on_fewer_ways, *weaker.with_a_link_down)))


def _features(network: Network, picture: Picture, found: Answer, weaker: Iterable[Code]) -> Iterator[dict[str, object]]:
    plant = network.plant
    for code in found.sections:
        yield marked(section_feature(network, picture, plant.section[code]), role="cut")
    cut_nodes = [code for code in found.asked if code in plant.nodes and code not in found.lost]
    for role, nodes in (("cut", cut_nodes), ("lost", found.lost), ("weaker", weaker)):
        for node in (plant.nodes[code] for code in nodes):
            if isinstance(node, Site | Structure):
                yield marked(node_feature(node, picture), role=role)
