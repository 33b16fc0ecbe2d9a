"""What each route asks for. A route that is not in this table is not served: the application refuses to start.

``docs/access-matrix.md`` is made from it, and the tests ask the real application as everybody about every line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from trust.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

ANALYSE, READ, SAVE, TAKE = Permission.ANALYSE, Permission.READ, Permission.SAVE, Permission.TAKE
ANY = "*"
"""Every method, for what is mounted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``permission`` it takes. ``also``: what a parameter of the address takes besides. ``is_expensive``: has a budget.

    ``is_background``: an open page asks it by itself, so it does not show that somebody is there.
    ``needs_whole``: the answer would be wrong for who sees a part of the city, so they get none. ``told``: the action
    under which it is written down that somebody got it; empty for what everybody looks at all day.
    """

    permission: Permission
    also: Mapping[str, Permission] = field(default_factory=dict)
    is_expensive: bool = False
    is_background: bool = False
    needs_whole: bool = False
    told: str = ""


def _of(permission: Permission, *, expensive: bool = False, background: bool = False, told: str = "") -> Rule:
    return Rule(permission=permission, is_expensive=expensive, is_background=background, told=told)


RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/health/live"): _of(Permission.PUBLIC),
    ("GET", "/health/ready"): _of(Permission.PUBLIC),
    (ANY, "/static"): _of(Permission.PUBLIC),
    ("GET", "/accessibility"): _of(Permission.PUBLIC),
    ("GET", "/.well-known/security.txt"): _of(Permission.PUBLIC),
    ("GET", "/sign-in"): _of(Permission.PUBLIC),
    ("GET", "/sign-in/begin"): _of(Permission.PUBLIC),
    ("GET", "/sign-in/back"): _of(Permission.PUBLIC),
    ("GET", "/sign-in/end"): _of(Permission.PUBLIC),
    ("POST", "/sign-in/back-channel"): _of(Permission.PUBLIC),
    ("POST", "/sign-in/local"): _of(Permission.PUBLIC),
    ("POST", "/sign-out"): _of(Permission.ACCOUNT),
    ("GET", "/account"): _of(Permission.ACCOUNT),
    ("POST", "/account/sessions/{number}/end"): _of(Permission.ACCOUNT),
    ("GET", "/api/openapi.json"): _of(READ),
    ("HEAD", "/api/openapi.json"): _of(READ),
    ("GET", "/"): Rule(permission=READ, also={"whatif": ANALYSE, "cut": ANALYSE, "dig": ANALYSE}),
    ("GET", "/port/{device}/{if_name}"): _of(READ),
    ("GET", "/logical"): _of(READ),
    ("GET", "/compare"): _of(ANALYSE, expensive=True),
    ("GET", "/scenario/{wanted}"): _of(READ),
    ("GET", "/incident/{number}/report"): _of(READ, told="export"),
    ("GET", "/parts/head"): _of(READ, background=True),
    ("GET", "/parts/banner"): _of(READ, background=True),
    ("GET", "/parts/list/{name}"): _of(READ, background=True),
    ("GET", "/parts/welcome"): _of(READ),
    ("GET", "/parts/trench/{code}"): _of(READ),
    ("GET", "/parts/cable/{code}"): _of(READ),
    ("GET", "/parts/site/{code}"): _of(READ),
    ("GET", "/parts/grade/{code}"): _of(READ, expensive=True),
    ("GET", "/parts/search"): _of(READ),
    ("GET", "/parts/aftermath/{code}"): _of(READ, expensive=True),
    ("GET", "/parts/incident/{number}"): _of(READ),
    ("POST", "/parts/incident/{number}/take"): _of(TAKE),
    ("POST", "/parts/control/{action}/{code}"): _of(Permission.CONTROL),
    ("GET", "/parts/whatif"): _of(ANALYSE, expensive=True),
    ("GET", "/parts/whatif-after"): _of(ANALYSE, expensive=True),
    ("GET", "/parts/whatif-found"): _of(ANALYSE),
    ("GET", "/parts/dig"): _of(ANALYSE),
    ("GET", "/parts/dig-plan"): _of(ANALYSE, expensive=True),
    ("GET", "/parts/scenarios"): _of(READ, background=True),
    ("POST", "/parts/scenarios"): _of(SAVE),
    ("POST", "/parts/scenarios/{wanted}/rename"): _of(SAVE),
    ("POST", "/parts/scenarios/{wanted}/delete"): _of(SAVE),
    ("GET", "/api/v1/plant/sites"): _of(READ, background=True),
    ("GET", "/api/v1/plant/structures"): _of(READ, background=True),
    ("GET", "/api/v1/plant/sections"): _of(READ, background=True),
    ("GET", "/api/v1/plant/cables"): _of(READ, told="plant.read"),
    ("GET", "/api/v1/plant/layers"): _of(READ, told="plant.read"),
    ("GET", "/api/v1/status"): _of(READ, background=True),
    ("GET", "/api/v1/logical"): _of(READ, background=True),
    ("GET", "/api/v1/states"): _of(READ, background=True),
    ("GET", "/api/v1/devices"): _of(READ),
    ("GET", "/api/v1/devices/{device}"): _of(READ),
    ("GET", "/api/v1/devices/{device}/ports"): _of(READ),
    ("GET", "/api/v1/ports/{device}/{if_name}"): _of(READ),
    ("GET", "/api/v1/history/{device}/{if_name}"): _of(READ, expensive=True),
    ("POST", "/api/v1/cut"): _of(ANALYSE, expensive=True),
    ("GET", "/api/v1/cut"): _of(ANALYSE, expensive=True, told="export"),
    ("GET", "/api/v1/cut/pdf"): _of(ANALYSE, expensive=True, told="export"),
    ("GET", "/api/v1/search"): _of(READ),
    ("GET", "/api/v1/sites/{code}"): _of(READ),
    ("GET", "/api/v1/trenches/{code}"): _of(READ),
    ("GET", "/api/v1/cables/{code}"): _of(READ),
    ("GET", "/api/v1/dig"): Rule(permission=ANALYSE, is_expensive=True, needs_whole=True),
    ("GET", "/api/v1/dig/geojson"): Rule(permission=ANALYSE, is_expensive=True, needs_whole=True),
    ("GET", "/api/v1/compare"): _of(ANALYSE, expensive=True),
    ("POST", "/api/v1/may-open"): Rule(permission=ANALYSE, is_expensive=True, needs_whole=True),
    ("GET", "/api/v1/redundancy"): Rule(permission=READ, is_expensive=True, needs_whole=True),
    ("GET", "/api/v1/redundancy/geojson"): Rule(permission=READ, is_expensive=True, needs_whole=True),
    ("POST", "/api/v1/within"): _of(READ, expensive=True),
    ("GET", "/api/v1/control"): _of(READ),
    ("POST", "/api/v1/control"): _of(Permission.CONTROL),
    ("GET", "/api/v1/scenarios"): _of(READ),
    ("POST", "/api/v1/scenarios"): _of(SAVE),
    ("GET", "/api/v1/scenarios/{scenario}"): _of(READ),
    ("PATCH", "/api/v1/scenarios/{scenario}"): _of(SAVE),
    ("DELETE", "/api/v1/scenarios/{scenario}"): _of(SAVE),
    ("GET", "/api/v1/incidents"): _of(READ),
    ("GET", "/api/v1/incidents/geojson"): _of(READ),
    ("GET", "/api/v1/incidents/{number}"): _of(READ),
    ("GET", "/api/v1/incidents/{number}/geojson"): _of(READ, told="export"),
    ("POST", "/api/v1/incidents/{number}/take"): _of(TAKE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One path of the application with the rules of its methods."""

    pattern: re.Pattern[str]
    path: str
    rules: Mapping[str, Rule]


class Ways:
    """All ways into an application, in the order it looks for them itself."""

    def __init__(self, app: FastAPI) -> None:
        self._ways = tuple(_ways(app))

    def rule(self, method: str, path: str) -> Rule | None:
        """What a request asks for; None where the path or its method is not served."""
        found = (way.rules.get(method) or way.rules.get(ANY) for way in self._at(path))
        return next((rule for rule in found if rule is not None), None)

    def is_known(self, path: str) -> bool:
        """Whether the path is served by any method."""
        return next(self._at(path), None) is not None

    def _at(self, path: str) -> Iterator[Way]:
        return (way for way in self._ways if way.pattern.match(path))


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of everything an application serves."""
    for found in iter_route_contexts(app.routes):
        for method in _methods(found.original_route, found.methods):
            yield method, str(found.path)


def plain(path: str) -> str:
    """A path without the kinds of its parameters, as the table has it: ``/port/{device}/{if_name:path}``."""
    return re.sub(r":path\}", "}", path)


def _methods(route: object, methods: set[str] | None) -> tuple[str, ...]:
    return (ANY,) if isinstance(route, Mount) or not methods else tuple(sorted(methods))


def _ways(app: FastAPI) -> Iterator[Way]:
    """The ways of an application.

    Raises:
        LookupError: a route declares no permission.
    """
    for found in iter_route_contexts(app.routes):
        path, rules = plain(str(found.path)), {}
        for method in _methods(found.original_route, found.methods):
            rule = RULES.get((method, path))
            if rule is None:
                raise LookupError(f"{method} {path} declares no permission: add its line to planner/permissions.py")
            rules[method] = rule
        yield Way(pattern=found.path_regex, path=path, rules=rules)
