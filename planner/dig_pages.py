"""The panel "where to dig next"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request
from starlette.responses import HTMLResponse  # noqa: TC002 - FastAPI reads the annotations

from planner.problems import status_of
from rainbow.kernel.errors import RainbowError

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.templating import Templates

BUDGET_EUR = 80_000
Budget = Annotated[float, Query(gt=0, le=1e9)]


def dig_parts(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the panel, and the plan that comes behind it."""

    @router.get("/parts/dig")
    def panel(request: Request, dig: Budget = BUDGET_EUR) -> HTMLResponse:
        made: HTMLResponse = templates.answer("parts/dig.html", {"budget": dig})
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = f"/?dig={dig:.0f}"
        return made

    @router.get("/parts/dig-plan")
    def plan(dig: Budget = BUDGET_EUR) -> HTMLResponse:
        try:
            return templates.answer("parts/dig_plan.html", {"plan": desk.digging.panel(dig)})
        except RainbowError as error:
            return templates.answer("parts/error.html", {"error": error}, status=status_of(error))
