"""The web application: one city, its page and its API. Making it reads and opens nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from planner.api import api, health
from planner.desk import Desk
from planner.guard import LOOPBACK_NAMES, Guard
from planner.languages import Languages
from planner.pages import pages
from planner.problems import problem, status_of
from planner.templating import Templates
from rainbow import __version__
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from starlette.requests import Request
    from starlette.responses import Response

    from planner.services import PlannerServices

STATIC = Path(__file__).parent / "static"
OPENAPI = "/api/openapi.json"


def create_app(services: PlannerServices) -> FastAPI:
    """The application of one city. Serve it on loopback only: it has no sign-in."""
    desk = Desk.of(services)
    templates = Templates(title=services.title)
    # No documentation pages: theirs come from a foreign host. The description itself is at OPENAPI.
    app = FastAPI(
        title="RAINBOW", version=__version__, openapi_url=OPENAPI, docs_url=None, redoc_url=None, lifespan=_warmed(desk)
    )
    app.include_router(health(desk))
    app.include_router(api(desk))
    app.include_router(pages(desk, templates))
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES | {services.settings.host})
    app.add_middleware(Languages, default=services.language)
    _answer_errors(app, templates)
    return app


def _warmed(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The server answers from the moment it can answer quickly."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(desk.warm)
        yield

    return lifespan


def _answer_errors(app: FastAPI, templates: Templates) -> None:
    """Machines get problem+json, people a page that says what and what to do."""

    @app.exception_handler(RainbowError)
    def ours(request: Request, error: RainbowError) -> Response:
        status = status_of(error)
        if _is_for_people(request):
            return templates.answer("failed.html", {"error": error}, status=status)
        return problem(status, error.message, cure=error.cure)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        said = RainbowError(_("The request is not valid."), cure="; ".join(errors))
        if _is_for_people(request):
            return templates.answer("failed.html", {"error": said}, status=422)
        return problem(422, said.message, errors=errors)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        if _is_for_people(request):
            text = _("There is no such page.") if error.status_code == HTTPStatus.NOT_FOUND else str(error.detail)
            return templates.answer("failed.html", {"error": RainbowError(text)}, status=error.status_code)
        return problem(error.status_code, str(error.detail), headers=error.headers)


def _is_for_people(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", "/healthz", "/static/"))
