"""The web application: one city, its page and its API. Making it reads and opens nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from planner.access import Access
from planner.api import api, health
from planner.desk import Desk
from planner.etags import Etags
from planner.failures import Failures
from planner.guard import LOOPBACK_NAMES, Guard
from planner.languages import Languages
from planner.pages import pages
from planner.templating import Templates
from rainbow import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

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
    app.add_middleware(Etags)
    if services.tokens is not None:
        app.add_middleware(Access, tokens=services.tokens, clock=services.clock)
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES | {services.settings.host})
    app.add_middleware(Languages, default=services.language)
    Failures(templates).answer_for(app)
    return app


def _warmed(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The server answers from the moment it can answer quickly."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(desk.warm)
        yield

    return lifespan
