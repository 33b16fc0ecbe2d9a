"""The web application: one city, its page and its API. Making it reads and opens nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from planner.api import api, health
from planner.bodies import Bodies
from planner.budgets import Budgets
from planner.desk import Desk
from planner.etags import Etags
from planner.failures import Failures
from planner.gate import Gate
from planner.guard import LOOPBACK_NAMES, Guard
from planner.languages import Languages
from planner.pages import pages
from planner.permissions import Ways
from planner.proxies import Proxies
from planner.security_txt import security_txt
from planner.sights import Sights
from planner.sign_in import sign_in_pages
from planner.templating import Templates
from rainbow import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from planner.services import PlannerServices

STATIC = Path(__file__).parent / "static"
OPENAPI = "/api/openapi.json"


def create_app(services: PlannerServices) -> FastAPI:
    """The application of one city.

    Raises:
        LookupError: a route declares no permission.
    """
    desk = Desk.of(services)
    templates = Templates(title=services.title, grafana_url=services.grafana_url)
    # No documentation pages: theirs come from a foreign host. The description itself is at OPENAPI.
    app = FastAPI(
        title="RAINBOW", version=__version__, openapi_url=OPENAPI, docs_url=None, redoc_url=None, lifespan=_warmed(desk)
    )
    _answer_from(app, desk, templates)
    if services.door is not None:
        app.include_router(sign_in_pages(services.door, templates))
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    failures = Failures(templates)
    failures.answer_for(app)

    def smaller(part: Desk) -> FastAPI:
        """The same routes over a part of the city; the door stands before it already."""
        made = FastAPI(title="RAINBOW", version=__version__, openapi_url=OPENAPI, docs_url=None, redoc_url=None)
        _answer_from(made, part, templates)
        failures.answer_for(made)
        return made

    app.add_middleware(Sights, desk=desk, make=smaller)
    _fence(app, services, failures)
    return app


def _answer_from(app: FastAPI, desk: Desk, templates: Templates) -> None:
    """The routes that know the city."""
    app.include_router(health(desk))
    app.include_router(security_txt(desk.services.security_txt))
    app.include_router(api(desk))
    app.include_router(pages(desk, templates))


def _fence(app: FastAPI, services: PlannerServices, failures: Failures) -> None:
    """What stands before the routes; the last is asked first."""
    settings = services.settings
    app.add_middleware(Etags)
    app.add_middleware(Budgets, settings=services.access.budgets)
    app.add_middleware(
        Gate,
        ways=Ways(app),
        failures=failures,
        clock=services.clock,
        door=services.door,
        tokens=services.tokens,
        scopes=services.access.scopes,
    )
    app.add_middleware(Bodies)
    names = {settings.public_host} - {""} | ({settings.host} if settings.is_local else set())
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES | names, origin=settings.origin)
    app.add_middleware(Proxies, trusted=[ip_network(text) for text in settings.proxies])
    app.add_middleware(Languages, default=services.language)


def _warmed(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The server answers from the moment it can answer quickly."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(desk.warm)
        yield

    return lifespan
