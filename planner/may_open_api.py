"""May we open this, over the API: yes, no with names, or yes if something comes first; by light and by protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from planner import answers
from planner.models import CutIn, NamedOut, Out
from planner.whatif import Base, Question
from topology.may_open import may_open

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.network import Network
    from topology.may_open import First, MayOpen
    from topology.whatif import Rerouted


class JoinOut(Out):
    """Free glass from a place that would be alone to one that keeps its service, joined at the nodes of ``at``."""

    site: str
    to: str
    strands: list[str]
    at: list[str]
    length_m: float


class FirstOut(Out):
    """What would be enough to come first: links to repair or to build, or glass to join for each lost piece."""

    kind: Literal["repair", "join_strands", "build"]
    codes: list[str]
    joins: list[JoinOut]


class SteeredOut(Out):
    """What the protocol of a link group does; ``usual_s`` is how long traffic usually stands still."""

    group: str
    protocol: Literal["erps", "stp", "lag", "ospf"]
    state: Literal["whole", "protecting", "broken"]
    down: list[str]
    opened: list[str]
    usual_s: float


class WayOut(Out):
    """The way a site takes afterwards. ``margin_db`` and ``overload_db`` are those of its worst link, by the plant.

    ``room_mbps`` is the most the protocols let through, ``lit_mbps`` what light could carry; each before and after.
    """

    site: str
    links: list[str]
    length_m: float
    length_before_m: float | None
    latency_us: float
    margin_db: float | None
    overload_db: float | None
    delivered: bool
    room_before_mbps: int
    room_mbps: int
    lit_before_mbps: int
    lit_mbps: int


class MayOpenOut(Out):
    """The answer. ``isolated``: light would still lead there, and no protocol does; it is part of what is lost.

    ``protocols`` is null where the plant documents none. ``ways`` tells the most critical of ``ways_in_all``.
    """

    answer: Literal["yes", "no", "yes_if_first"]
    first: list[FirstOut]
    without_service: list[NamedOut]
    isolated: list[NamedOut]
    protocols: list[SteeredOut] | None
    ways: list[WayOut]
    ways_in_all: int


def may_open_routes(router: APIRouter, desk: Desk) -> None:
    """One question."""

    @router.post("/may-open", summary="May these be opened? Yes, no, or what has to come first; changes nothing")
    def ask(asked: CutIn) -> MayOpenOut:
        question = Question.of(asked.codes, Base(asked.on_top_of), planned=asked.planned)
        network, _aftermaths = desk.standpoint(planned=question.planned)
        later = desk.built if desk.built is not network else None
        found = may_open(
            network.require_index(),
            question.cuts,
            down=question.before(desk.picture()),
            planned=later.require_index() if later is not None else None,
        )
        return _out(network, found)


def _out(network: Network, found: MayOpen) -> MayOpenOut:
    answer = found.found
    return MayOpenOut(
        answer=found.answer.value,
        first=[_first(first) for first in found.first],
        without_service=answers.named(network, answer.without_service),
        isolated=answers.named(network, answer.isolated),
        protocols=[
            SteeredOut(
                group=each.group,
                protocol=each.protocol.value,
                state=each.state.value,
                down=list(each.down),
                opened=list(each.opened),
                usual_s=each.usual_s,
            )
            for each in answer.steered
        ]
        if answer.is_documented
        else None,
        ways=[_way(each) for each in answer.rerouted],
        ways_in_all=answer.rerouted_in_all,
    )


def _first(first: First) -> FirstOut:
    return FirstOut(
        kind=first.kind.value,
        codes=list(first.codes),
        joins=[
            JoinOut(
                site=join.site,
                to=join.to,
                strands=[str(strand) for strand in join.strands],
                at=list(join.at),
                length_m=join.metres,
            )
            for join in first.joins
        ],
    )


def _way(each: Rerouted) -> WayOut:
    return WayOut(
        site=each.site,
        links=list(each.links),
        length_m=each.route_m,
        length_before_m=each.before_m,
        latency_us=each.latency_us,
        margin_db=each.light.margin_db,
        overload_db=each.light.overload_db,
        delivered=each.is_delivered,
        room_before_mbps=each.delivered_before_mbps,
        room_mbps=each.delivered_mbps,
        lit_before_mbps=each.before_mbps,
        lit_mbps=each.most_mbps,
    )
