"""Incidents on the page: the panel of one, taking it, its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Path, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from incidents.report import to_text
from planner.asking import signed_name
from planner.incident_panel import incident_panel
from planner.incidents import MOST_NAME, NS
from planner.problems import status_of
from rainbow.kernel.errors import RainbowError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.picture import Picture
    from planner.templating import Templates

Number = Annotated[int, Path(ge=0, le=2**53)]


async def posted_name(request: Request) -> str:
    """Who takes it, as the form says.

    Raises:
        UsageError: no name, or too long a one.
    """
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=4)
    except ValueError:
        raise UsageError(_("The request is not valid.")) from None
    name = fields.get("name", [""])[0].strip()
    if not name or len(name) > MOST_NAME:
        raise UsageError(_("A name of 1 to {most} characters is needed.").format(most=MOST_NAME))
    return name


def incident_context(desk: Desk, picture: Picture, number: int) -> dict[str, object]:
    """What the panel's template needs."""
    panel = incident_panel(desk.incidents, desk.network, picture, number)
    return {"panel": panel, "can_cut": desk.services.control.available()}


def incident_parts(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the panel and what is done from it."""

    def shown(number: int) -> HTMLResponse:
        try:
            return templates.answer("parts/incident.html", incident_context(desk, desk.picture(), number))
        except RainbowError as error:
            return templates.answer("parts/error.html", {"error": error}, status=status_of(error))

    @router.get("/parts/incident/{number}")
    def incident(number: Number) -> HTMLResponse:
        return shown(number)

    @router.post("/parts/incident/{number}/take")
    def take(request: Request, number: Number, name: Annotated[str, Depends(posted_name)]) -> Response:
        desk.incidents.take(number, signed_name(name))
        if "hx-request" not in request.headers:  # a browser without scripts posted the form itself
            return RedirectResponse(f"/?incident={number}", status_code=303)
        return shown(number)

    @router.get("/incident/{number}/report", response_class=PlainTextResponse)
    def report(number: Number) -> PlainTextResponse:
        item = desk.incidents.one(number)
        return PlainTextResponse(to_text(item, desk.incidents.words, now_s=desk.services.clock() / NS))
