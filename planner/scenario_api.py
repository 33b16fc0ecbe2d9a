"""Saved what-ifs over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query, Response

from planner.models import CODE_LENGTH, RenameIn, ScenarioIn, ScenarioOut, ScenariosOut
from planner.whatif import Base, Question

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.scenarios import Scenario

ScenarioId = Annotated[str, Path(max_length=CODE_LENGTH)]


def scenario_routes(router: APIRouter, desk: Desk) -> None:
    """List, save, read, forget."""

    @router.get("/scenarios", summary="Saved what-ifs, the newest first, page by page")
    def scenarios(
        limit: Annotated[int, Query(ge=1, le=1000)] = 200, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    ) -> ScenariosOut:
        found = desk.scenarios.all()
        items = [scenario_out(scenario) for scenario in found[offset : offset + limit]]
        return ScenariosOut(total=len(found), offset=offset, items=items)

    @router.post("/scenarios", summary="Save a what-if under a name; the same name replaces", status_code=201)
    def save(asked: ScenarioIn) -> ScenarioOut:
        question = Question.of(asked.codes, Base(asked.on_top_of), planned=asked.planned)
        return scenario_out(desk.scenarios.save(asked.name, question, desk.services.clock()))

    @router.get("/scenarios/{scenario}", summary="A saved what-if")
    def one(scenario: ScenarioId) -> ScenarioOut:
        return scenario_out(desk.scenarios.get(scenario))

    @router.patch("/scenarios/{scenario}", summary="Give a saved what-if another name; its links stay good")
    def rename(scenario: ScenarioId, asked: RenameIn) -> ScenarioOut:
        return scenario_out(desk.scenarios.rename(scenario, asked.name))

    @router.delete("/scenarios/{scenario}", summary="Forget a saved what-if", status_code=204)
    def delete(scenario: ScenarioId) -> Response:
        desk.scenarios.delete(scenario)
        return Response(status_code=204)


def scenario_out(scenario: Scenario) -> ScenarioOut:
    """A saved what-if as the API gives it."""
    question = scenario.question
    return ScenarioOut(
        id=scenario.id,
        name=scenario.name,
        codes=list(question.cuts),
        on_top_of="now" if question.base is Base.NOW else "all_well",
        planned=question.planned,
        saved=scenario.saved,
    )
