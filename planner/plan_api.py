"""Where to dig next, and two saved what-ifs side by side, over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query
from starlette.responses import Response

from planner import answers
from planner.comparison import compare
from planner.geojson import GEOJSON, MEDIA_TYPE, collection, line_feature
from planner.models import CODE_LENGTH, NamedOut, Out, ScenarioOut
from planner.scenario_api import scenario_out

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.comparison import Side
    from planner.desk import Desk
    from topology.dig import Standing, Step

Budget = Annotated[float, Query(gt=0, le=1e9, description="EUR to spend")]
Wanted = Annotated[str, Query(max_length=CODE_LENGTH, description="A saved what-if")]


class StandingOut(Out):
    """How exposed the network is: sites that a single trench takes down, and minutes a year that sites lose by it."""

    exposed_sites: int
    site_minutes_a_year: float


class StepOut(Out):
    """A trench to dig, its length a straight line times 1.3. ``freed`` are sites that hang on one trench no more."""

    near: NamedOut
    far: NamedOut
    length_m: float
    cost_eur: float
    spent_eur: float
    freed: list[NamedOut]
    after: StandingOut


class DigOut(Out):
    """A plan within a budget; ``tried`` of ``known`` new trenches were looked at."""

    budget_eur: float
    before: StandingOut
    steps: list[StepOut]
    tried: int
    known: int


class SideOut(Out):
    """One of two what-ifs: what it takes down in numbers, and what only it takes down."""

    scenario: ScenarioOut
    sites: int
    sirens: int
    links: int
    weight: int
    only: list[NamedOut]


class ComparisonOut(Out):
    """Two what-ifs on the same picture. ``lighter``: 1 or 2 for the side that weighs less, 0 for neither."""

    sides: list[SideOut]
    both: list[NamedOut]
    lighter: int


def plan_routes(router: APIRouter, desk: Desk) -> None:
    """Digging and comparing."""

    @router.get("/dig", summary="Where to dig next within a budget; a large network is refused, the command plans it")
    def dig(budget: Budget) -> DigOut:
        plan, tried, known = desk.digging.plan(budget)
        steps = [_step(desk, step) for step in plan.steps]
        return DigOut(budget_eur=budget, before=_standing(plan.before), steps=steps, tried=tried, known=known)

    @router.get("/dig/geojson", summary="The same as lines", responses=GEOJSON, response_class=Response)
    def dig_geojson(budget: Budget) -> Response:
        plan, _tried, _known = desk.digging.plan(budget)
        nodes = desk.services.plant.nodes
        features = (
            line_feature(
                (nodes[step.candidate.near].point, nodes[step.candidate.far].point),
                {
                    "near": desk.network.label(step.candidate.near),
                    "far": desk.network.label(step.candidate.far),
                    "length_m": round(step.candidate.metres, 1),
                    "cost_eur": round(step.cost_eur),
                    "freed": [desk.network.label(code) for code in step.freed],
                },
            )
            for step in plan.steps
        )
        return Response(collection(features), media_type=MEDIA_TYPE)

    @router.get("/compare", summary="Two saved what-ifs side by side")
    def compared(first: Wanted, second: Wanted) -> ComparisonOut:
        found = compare(desk, desk.picture(), *(desk.scenarios.get(wanted) for wanted in (first, second)))
        return ComparisonOut(
            sides=[_side(desk, side) for side in found.sides],
            both=answers.named(desk.network, (item.code for item in found.both)),
            lighter=found.lighter,
        )


def _standing(standing: Standing) -> StandingOut:
    return StandingOut(exposed_sites=standing.exposed_sites, site_minutes_a_year=standing.site_minutes)


def _step(desk: Desk, step: Step) -> StepOut:
    near, far = answers.named(desk.network, (step.candidate.near, step.candidate.far))
    return StepOut(
        near=near,
        far=far,
        length_m=step.candidate.metres,
        cost_eur=step.cost_eur,
        spent_eur=step.spent_eur,
        freed=answers.named(desk.network, step.freed),
        after=_standing(step.after),
    )


def _side(desk: Desk, side: Side) -> SideOut:
    return SideOut(
        scenario=scenario_out(side.scenario),
        sites=side.sites,
        sirens=side.sirens,
        links=len(side.answer.links),
        weight=side.answer.weight,
        only=answers.named(desk.network, (item.code for item in side.only)),
    )
