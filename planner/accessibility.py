"""The statement on accessibility: what was tested, what is known to be hard, whom to tell (EU 2018/1523, BITV 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse  # noqa: TC002 - FastAPI reads the annotations

from planner.formats import day

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.settings import AccessibilitySettings
    from planner.templating import Templates


def accessibility_page(router: APIRouter, settings: AccessibilitySettings, templates: Templates) -> None:
    """Add the page."""

    @router.get("/accessibility")
    def accessibility() -> HTMLResponse:
        assessed = day(settings.assessed) if settings.assessed else ""
        return templates.answer("accessibility.html", {"named": settings, "assessed": assessed})
