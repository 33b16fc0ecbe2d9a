"""Saved what-ifs on the page: the list, saving, deleting, and two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from planner.comparison import compare
from planner.formats import clock_time, listed
from planner.models import MOST_CODES
from planner.problems import status_of
from planner.scenarios import MOST_SCENARIOS
from planner.whatif import Base, Question
from rainbow.kernel.errors import RainbowError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.templating import Templates

MOST_COMPARED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What the form of a what-if sends."""

    name: str
    question: Question


async def posted_form(request: Request) -> Posted:
    """The form, read without a library for uploads: it has none.

    Raises:
        UsageError: it is not a form of ours.
    """
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=2 * MOST_CODES)
        base = Base(fields.get("base", [Base.NOW])[0])
    except ValueError:
        raise UsageError(_("The request is not valid.")) from None
    planned = "planned" in fields
    question = Question.of(fields.get("cut", [])[:MOST_CODES], base, planned=planned)
    return Posted(name=fields.get("name", [""])[0], question=question)


async def posted_names(request: Request) -> dict[str, list[str]]:
    """The names in the list's form; each input is called after the what-if it names."""
    return parse_qs((await request.body()).decode(errors="replace"), max_num_fields=4 * MOST_SCENARIOS)


def scenario_rows(desk: Desk) -> dict[str, object]:
    """What the list's template needs; a file that cannot be read is said in the list's place."""
    try:
        found = desk.scenarios.all()
    except RainbowError as error:
        return {"scenarios": (), "trouble": error.message, "when": {}}
    now_ns = desk.services.clock()
    when = {one.id: clock_time(int(one.saved.timestamp() * 1e9), now_ns=now_ns) for one in found}
    return {"scenarios": found, "trouble": "", "when": when}


def scenario_parts(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the list and what changes it."""

    @router.get("/parts/scenarios")
    def shown() -> HTMLResponse:
        return templates.answer("parts/scenarios.html", scenario_rows(desk))

    @router.post("/parts/scenarios")
    def save(posted: Annotated[Posted, Depends(posted_form)]) -> HTMLResponse:
        try:
            saved = desk.scenarios.save(posted.name, posted.question, desk.services.clock())
        except RainbowError as error:
            return templates.answer("parts/error.html", {"error": error}, status=status_of(error))
        made = templates.answer("parts/saved.html", {"scenario": saved})
        made.headers["hx-trigger"] = "rainbow:saved"
        return made

    _changing_parts(router, desk, templates)


def _changing_parts(router: APIRouter, desk: Desk, templates: Templates) -> None:
    def changed(change: Callable[[], object]) -> HTMLResponse:
        """The list after a change; where it was refused with the reason above it."""
        note, status = "", 200
        try:
            change()
        except RainbowError as error:
            note, status = listed(filter(None, (error.message, error.cure))), status_of(error)
        return templates.answer("parts/scenarios.html", {**scenario_rows(desk), "note": note}, status=status)

    @router.post("/parts/scenarios/{wanted}/rename")
    def rename(wanted: str, names: Annotated[dict[str, list[str]], Depends(posted_names)]) -> HTMLResponse:
        return changed(lambda: desk.scenarios.rename(wanted, names.get(f"name-{wanted}", [""])[0]))

    @router.post("/parts/scenarios/{wanted}/delete")
    def delete(wanted: str) -> HTMLResponse:
        return changed(lambda: desk.scenarios.delete(wanted))


def compare_page(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the page that shows two of them."""

    @router.get("/compare")
    def compared(with_: Annotated[list[str], Query(alias="with", max_length=20)] = []) -> Response:  # noqa: B006 - same
        try:
            found = desk.scenarios.all()
            if len(with_) != MOST_COMPARED:
                return templates.answer("compare.html", {"comparison": None, "scenarios": found})
            first, second = (desk.scenarios.get(wanted) for wanted in with_)
            comparison = compare(desk, desk.picture(), first, second)
        except RainbowError as error:
            return templates.answer("failed.html", {"error": error}, status=status_of(error))
        return templates.answer("compare.html", {"comparison": comparison, "scenarios": found})

    @router.get("/scenario/{wanted}")
    def link(wanted: str) -> Response:
        try:
            question = desk.scenarios.get(wanted).question
        except RainbowError as error:
            return templates.answer("failed.html", {"error": error}, status=status_of(error))
        return RedirectResponse(f"/?whatif=1&{question.query}", status_code=303)
