"""``/api/v1/redundancy``: how separate the two ways of each site are, as a list and on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from planner.geojson import GEOJSON, MEDIA_TYPE
from planner.models import Out
from topology.grades import Common
from topology.report_diversity import worst_text

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.network import Network
    from topology.grades import Graded


Why = Literal["nothing", "one_way", "cable", "trench", "near", "entry", "risk"]
WHY: dict[Common, Why] = {
    Common.NOTHING: "nothing",
    Common.ONE_WAY: "one_way",
    Common.CABLE: "cable",
    Common.TRENCH: "trench",
    Common.NEAR: "near",
    Common.ENTRY: "entry",
    Common.RISK: "risk",
}


class GradeOut(Out):
    """How separate the two best ways of a site are, from 0 to 5, and why no more.

    ``things`` are what both ways share or where they come too near; ``common_m`` metres of that, ``apart_m`` how near.
    ``minutes_a_year`` is what takes both ways at once. Not ``proven``: a route is not documented, and the grade is the
    best that could be. ``first`` and ``second`` are the links of both ways; one way only leaves the second empty.
    """

    code: str
    name: str
    grade: int
    why: Why
    text: str
    things: list[str]
    common_m: float
    apart_m: float | None
    minutes_a_year: float
    proven: bool
    first: list[str]
    second: list[str]


class GradesOut(Out):
    """One page of graded sites, the worst first."""

    total: int
    offset: int
    items: list[GradeOut]


def redundancy_routes(router: APIRouter, desk: Desk) -> None:
    """Two ways to ask; the first question of a large city takes seconds, and is remembered."""

    @router.get("/redundancy", summary="Redundancy grades of the sites, the worst first, page by page")
    def grades(
        limit: Annotated[int, Query(ge=1, le=1000)] = 200, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    ) -> GradesOut:
        found = list(desk.redundancy.all().values())
        items = [_out(desk.network, graded) for graded in found[offset : offset + limit]]
        return GradesOut(total=len(found), offset=offset, items=items)

    @router.get("/redundancy/geojson", summary="Sites with their grade", responses=GEOJSON, response_class=Response)
    def geojson(request: Request) -> Response:
        return desk.documents.get("redundancy", "", desk.redundancy.geojson, MEDIA_TYPE).answer(request)


def _out(network: Network, graded: Graded) -> GradeOut:
    return GradeOut(
        code=graded.site,
        name=network.label(graded.site),
        grade=int(graded.grade),
        why=WHY[graded.why],
        text=worst_text(network.plant, graded),
        things=list(graded.things),
        common_m=graded.common_m,
        apart_m=graded.apart_m,
        minutes_a_year=graded.minutes,
        proven=graded.is_proven,
        first=list(graded.first),
        second=list(graded.second),
    )
