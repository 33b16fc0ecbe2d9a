"""The page of the logical view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse  # noqa: TC002 - FastAPI reads the annotations

from planner.link_groups import group_lines
from planner.logical import logical_links

if TYPE_CHECKING:
    from fastapi import APIRouter

    from planner.desk import Desk
    from planner.templating import Templates

MOST_ROWS = 300


def logical_page(router: APIRouter, desk: Desk, templates: Templates) -> None:
    """Add the page."""

    @router.get("/logical")
    def logical() -> HTMLResponse:
        picture = desk.picture()
        links = logical_links(desk.network, picture)
        rows = sorted(links, key=lambda link: (not link.is_spur, link.ends))
        context = {
            "links": rows[:MOST_ROWS],
            "left": max(0, len(rows) - MOST_ROWS),
            "spurs": sum(link.is_spur for link in links),
            "rings": sum(not link.is_spur for link in links),
            "groups": group_lines(desk.network, picture)[:MOST_ROWS],
            "refresh_s": desk.refresh_s,
        }
        return templates.answer("logical.html", context)
