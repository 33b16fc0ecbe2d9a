"""The parts of the page that ask "what if": the panel, what comes behind it, the search for things to cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse  # noqa: TC002 - FastAPI reads the annotations

from planner.may_open import quick_opening
from planner.models import MOST_CODES, CodeText
from planner.planned import is_planned
from planner.problems import status_of
from planner.search import find
from planner.whatif import Base, Question, answer
from planner.whatif_answers import ways_left
from rainbow.kernel.errors import RainbowError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.picture import Picture
    from planner.templating import Templates

MOST_ROWS = 60
"""So many lines of one criticality; the rest is counted."""
MOST_FOUND = 8


def asked_question(
    cut: Annotated[list[CodeText], Query(max_length=MOST_CODES)] = [],  # noqa: B006 - FastAPI copies it
    base: Base = Base.NOW,
    *,
    planned: bool = False,
) -> Question:
    """The question in an address."""
    return Question.of(cut, base, planned=planned)


WhatIfQuery = Annotated[Question, Depends(asked_question)]


def whatif_panel(desk: Desk, picture: Picture, question: Question) -> dict[str, object]:
    """What the panel's template needs.

    Raises:
        TopologyError: the plant has no hub.
    """
    network, aftermaths = desk.standpoint(planned=question.planned)
    found = answer(network, picture, question)
    after = aftermaths.at_once(picture, found.asked, question.before(picture)) if found.asked else None
    plant = desk.services.plant
    marks = {
        "sections": found.sections,
        "nodes": [item.code for item in found.cuts if item.is_node],
        "lost": found.lost,
    }
    quick = after.opening if after is not None else quick_opening(len(found.asked), is_harmful=bool(found.lost))
    return {
        "answer": found,
        "marks": json.dumps(marks),
        "opening": quick,
        "after": after,
        "ways": ways_left(desk, picture, found.asked_question) if after is not None else (),
        "has_planned": any(is_planned(record.status) for record in (*plant.links, *plant.devices, *plant.sections)),
        "most_rows": MOST_ROWS,
    }


def whatif_parts(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the parts to the page's routes."""

    def part(name: str, context: Callable[[], dict[str, object]]) -> HTMLResponse:
        try:
            return templates.answer(f"parts/{name}.html", context())
        except RainbowError as error:
            return templates.answer("parts/error.html", {"error": error}, status=status_of(error))

    @router.get("/parts/whatif")
    def panel(request: Request, question: WhatIfQuery) -> HTMLResponse:
        made = part("whatif", lambda: whatif_panel(desk, desk.picture(), question))
        address = f"/?whatif=1&{question.query}".rstrip("&")
        there = urlsplit(request.headers.get("hx-current-url", ""))
        if f"/?{there.query}" != address:
            made.headers["hx-push-url"] = address
        return made

    @router.get("/parts/whatif-after")
    def after(question: WhatIfQuery) -> HTMLResponse:
        _network, aftermaths = desk.standpoint(planned=question.planned)
        picture = desk.picture()

        def context() -> dict[str, object]:
            before = question.before(picture)
            ways = ways_left(desk, picture, question)
            return {"after": aftermaths.of(picture, question.cuts, before), "ways": ways, "is_behind": True}

        return part("whatif_after", context)

    @router.get("/parts/whatif-found")
    def found(question: WhatIfQuery, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
        network, _aftermaths = desk.standpoint(planned=question.planned)
        hits = find(network, q, most=MOST_FOUND, only_cuttable=True) if q.strip() else ()
        return part("whatif_found", lambda: {"hits": hits, "question": question, "q": q})
