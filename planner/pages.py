"""The page for people: whole pages, and the parts of them that htmx fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from inventory.entities import Code as PlantCode
from planner.accessibility import accessibility_page
from planner.api import act_on
from planner.cable_panel import cable_panel
from planner.dig_pages import Budget, dig_parts
from planner.formats import clock_time, date_time
from planner.head import banner_of, head_of
from planner.history import down_since_ns
from planner.incident_pages import incident_context, incident_parts
from planner.incident_panel import incident_rows
from planner.lists import grade_rows, node_rows, switch_rows, trench_rows
from planner.logical_page import logical_page
from planner.may_open import quick_opening
from planner.models import MOST_CODES
from planner.problems import status_of
from planner.redundancy import scale
from planner.scenario_pages import compare_page, scenario_parts, scenario_rows
from planner.search import find
from planner.site_panel import newest_by_port, port_view, site_panel, switch_view
from planner.trench_panel import DOWN, links_down_before, trench_panel
from planner.whatif import Question
from planner.whatif_pages import WhatIfQuery, whatif_panel, whatif_parts
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.metrics import INTERFACE, NEIGHBOUR, PORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.desk import Desk
    from planner.picture import Picture
    from planner.templating import Templates

MOST_HITS = 12
WORST = 5
"""So many of the worst trenches are named where nothing is chosen yet."""
CHART_HOURS = (1, 6, 24)
ListName = Literal["incidents", "trenches", "sites", "switches", "redundancy"]
SearchText = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
Code = Annotated[str, Query(max_length=200)]


class Place:
    """What a deep link names: an incident, a trench, a site, a cable, or a budget to dig with."""

    def __init__(
        self,
        incident: Annotated[int, Query(ge=0, le=2**53)] = 0,
        trench: Code = "",
        site: Code = "",
        cable: Code = "",
        dig: Budget | None = None,
    ) -> None:
        self.incident = incident
        self.dig = dig
        self.trench = trench
        self.site = site
        self.cable = cable


def pages(desk: Desk, templates: Templates) -> APIRouter:
    """All that a browser shows of one city."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    view = _View(desk, templates)
    _whole_pages(router, view)
    _parts(router, view)
    _panels(router, view)
    _control(router, view)
    whatif_parts(router, desk, templates)
    scenario_parts(router, desk, templates)
    compare_page(router, desk, templates)
    logical_page(router, desk, templates)
    accessibility_page(router, desk.services.settings.accessibility, templates)
    dig_parts(router, desk, templates)
    incident_parts(router, desk, templates)
    return router


class _View:
    """Gathers what templates need."""

    def __init__(self, desk: Desk, templates: Templates) -> None:
        self.desk = desk
        self.templates = templates

    def head(self, picture: Picture) -> dict[str, object]:
        newest_ns = picture.readings.newest_ns
        return {
            "head": head_of(picture),
            "newest": clock_time(newest_ns, now_ns=picture.readings.taken_ns) if newest_ns is not None else "",
            "refresh_s": self.desk.refresh_s,
        }

    def banner(self, picture: Picture) -> dict[str, object]:
        desk = self.desk
        return {
            "banner": banner_of(desk.network, picture, desk.incidents, lambda link: down_since_ns(desk.services, link))
        }

    def trench(self, picture: Picture, code: str) -> dict[str, object]:
        panel = trench_panel(self.desk.network, picture, code)
        before = links_down_before(picture, panel.code)
        after = self.desk.aftermaths.at_once(picture, (panel.code,), before)
        quick = after.opening if after is not None else quick_opening(1, is_harmful=panel.is_harmful)
        return {
            "panel": panel,
            "after": after,
            "opening": None if panel.is_down else quick,
            "cables": self.desk.layers.cables_in.get(panel.code, ()),
            "can_cut": self.desk.services.control.available(),
        }

    def aftermath(self, picture: Picture, code: str) -> dict[str, object]:
        section = self.desk.services.plant.require_section(code).code
        after = self.desk.aftermaths.of(picture, (section,), links_down_before(picture, section))
        return {"after": after, "has_opening": picture.sections[section] not in DOWN}

    def site(self, picture: Picture, code: str) -> dict[str, object]:
        panel = site_panel(self.desk.services, self.desk.network, picture, code)
        return {"panel": panel, **self.grade(panel.code, is_behind=False)}

    def grade(self, code: str, *, is_behind: bool) -> dict[str, object]:
        """A site's grade; where it takes long it comes behind the panel."""
        redundancy = self.desk.redundancy
        is_there = self.desk.network.index is not None and (is_behind or redundancy.is_quick)
        return {"grade": redundancy.line(PlantCode(code)) if is_there else None, "is_graded": is_there}

    def welcome(self) -> dict[str, object]:
        network = self.desk.network
        worst = list(network.single_cuts)[:WORST]
        rows = trench_rows(network, self.desk.picture(), only=worst).items if worst else ()
        return {"worst": rows, "has_hub": network.index is not None, "can_cut": self.desk.services.control.available()}

    def rows(self, picture: Picture, name: ListName, *, query: str = "", page: int = 1) -> dict[str, object]:
        network = self.desk.network
        match name:
            case "incidents":
                return {"rows": incident_rows(self.desk.incidents, network, picture, page=page)}
            case "trenches":
                return {"rows": trench_rows(network, picture, query=query, page=page)}
            case "sites":
                return {"rows": node_rows(network, picture, query=query, page=page)}
            case "switches":
                return {"rows": switch_rows(self.desk.services, network, picture, query=query, page=page)}
            case "redundancy":
                rows = grade_rows(network, self.desk.redundancy, query=query, page=page)
                return {"rows": rows, "scale": scale()}

    def incidents(self, picture: Picture) -> dict[str, object]:
        """The list of incidents; a file that cannot be read is said in the list's place."""
        try:
            return {"incidents": self.rows(picture, "incidents")["rows"], "trouble_of_incidents": ""}
        except RainbowError as error:
            return {"incidents": None, "trouble_of_incidents": error.message}

    def redundancy(self, picture: Picture) -> dict[str, object]:
        """The list of grades; where it takes long it is fetched when somebody opens it."""
        if self.desk.network.index is None or not self.desk.redundancy.is_quick:
            return {"grades": None, "scale": ()}
        rows = self.rows(picture, "redundancy")
        return {"grades": rows["rows"], "scale": rows["scale"]}

    def chosen(self, picture: Picture, place: Place, question: Question | None) -> dict[str, object]:
        """The panel of a deep link; a code that is not there is said, not a broken page."""
        network = self.desk.network
        panels: tuple[tuple[object, str, Callable[[], dict[str, object]]], ...] = (
            (question, "whatif", lambda: whatif_panel(self.desk, picture, question or Question())),
            (place.incident, "incident", lambda: incident_context(self.desk, picture, place.incident)),
            (place.trench, "trench", lambda: self.trench(picture, place.trench)),
            (place.site, "site", lambda: self.site(picture, place.site)),
            (place.cable, "cable", lambda: {"panel": cable_panel(network, picture, place.cable)}),
            (place.dig, "dig", lambda: {"budget": place.dig}),
            (True, "welcome", self.welcome),
        )
        name, context = next((name, context) for is_asked, name, context in panels if is_asked)
        try:
            return {"part": f"parts/{name}.html", **context()}
        except RainbowError as error:
            return {"part": "parts/error.html", "error": error}

    def part(self, name: str, context: Callable[[], dict[str, object]]) -> HTMLResponse:
        """A part, or the error in its place."""
        try:
            return self.templates.answer(f"parts/{name}.html", context())
        except RainbowError as error:
            return self.templates.answer("parts/error.html", {"error": error}, status=status_of(error))


def _whole_pages(router: APIRouter, view: _View) -> None:
    desk = view.desk

    @router.get("/")
    def city(question: WhatIfQuery, place: Annotated[Place, Depends()], whatif: str = "") -> HTMLResponse:
        picture = desk.picture()
        asked = question if whatif or question.cuts else None
        return view.templates.answer(
            "city.html",
            {
                **view.head(picture),
                **view.banner(picture),
                **view.chosen(picture, place, asked),
                "most_cuts": MOST_CODES,
                "user_groups": desk.services.plant.user_groups,
                "grade_scale": scale(),
                **scenario_rows(desk),
                "lists": {name: view.rows(picture, name)["rows"] for name in ("switches", "sites", "trenches")},
                **view.incidents(picture),
                **view.redundancy(picture),
                "revision": picture.revision,
                "opened": date_time(desk.services.clock()),
            },
        )

    @router.get("/port/{device}/{if_name:path}")
    def port(
        device: str, if_name: str, hours: Annotated[int, Query(ge=1, le=24 * 90)] = CHART_HOURS[-1]
    ) -> HTMLResponse:
        picture = desk.picture()
        try:
            found = desk.port(device, if_name)
        except RainbowError as error:
            return view.templates.answer("failed.html", {"error": error}, status=status_of(error))
        standing = desk.device(device)
        read = newest_by_port(desk.services, INTERFACE, found.device)
        heard = newest_by_port(desk.services, NEIGHBOUR, found.device)
        written = newest_by_port(desk.services, PORT, found.device)
        context = {
            **view.head(picture),
            "switch": switch_view(desk.services, desk.network, picture, standing, with_ports=False),
            "node": standing.node,
            "node_label": desk.network.label(standing.node),
            "port": port_view(desk.network, picture, found, read=read, heard=heard, written=written),
            "hours": hours,
            "choices": CHART_HOURS,
        }
        return view.templates.answer("port.html", context)


def _parts(router: APIRouter, view: _View) -> None:
    desk = view.desk

    @router.get("/parts/head")
    def head() -> HTMLResponse:
        return view.part("head", lambda: view.head(desk.picture()))

    @router.get("/parts/banner")
    def banner() -> HTMLResponse:
        return view.part("banner", lambda: view.banner(desk.picture()))

    @router.get("/parts/list/{name}")
    def rows(name: ListName, q: SearchText = "", page: PageNumber = 1) -> HTMLResponse:
        return view.part(name, lambda: view.rows(desk.picture(), name, query=q, page=page))


def _panels(router: APIRouter, view: _View) -> None:
    desk = view.desk

    @router.get("/parts/welcome")
    def welcome() -> HTMLResponse:
        return view.part("welcome", view.welcome)

    @router.get("/parts/trench/{code:path}")
    def trench(code: str) -> HTMLResponse:
        return view.part("trench", lambda: view.trench(desk.picture(), code))

    @router.get("/parts/cable/{code:path}")
    def cable(code: str) -> HTMLResponse:
        return view.part("cable", lambda: {"panel": cable_panel(desk.network, desk.picture(), code)})

    @router.get("/parts/search")
    def search(q: SearchText = "") -> HTMLResponse:
        return view.part("search", lambda: {"hits": find(desk.network, q, most=MOST_HITS), "q": q})

    @router.get("/parts/aftermath/{code:path}")
    def aftermath(code: str) -> HTMLResponse:
        return view.part("aftermath_behind", lambda: view.aftermath(desk.picture(), code))

    @router.get("/parts/grade/{code:path}")
    def grade(code: str) -> HTMLResponse:
        return view.part("grade", lambda: {**view.grade(code, is_behind=True), "code": code})

    @router.get("/parts/site/{code:path}")
    def site(code: str) -> HTMLResponse:
        return view.part("site", lambda: view.site(desk.picture(), code))


def _control(router: APIRouter, view: _View) -> None:
    desk = view.desk

    @router.post("/parts/control/{action}/{code:path}")
    def control(request: Request, action: Literal["cut", "repair"], code: str, incident: int | None = None) -> Response:
        found = desk.services.plant.require_section(code)
        act_on(desk, action, [found.code])
        if "hx-request" not in request.headers:  # a browser without scripts posted the form itself
            return RedirectResponse(f"/?trench={quote(code)}", status_code=303)
        if incident is not None:
            return view.part("incident", lambda: incident_context(desk, desk.picture(), incident))
        return view.part("trench", lambda: view.trench(desk.picture(), found.code))
