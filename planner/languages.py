"""The reader's language: what the address says, else what was chosen before, else what the browser prefers."""

from __future__ import annotations

import contextlib
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders

from rainbow.kernel.texts import LANGUAGES, use

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "rainbow_language"
YEAR_S = 365 * 24 * 3600


class Languages:
    """ASGI middleware that puts a language in force for each request; a choice by ``?lang=`` is remembered."""

    def __init__(self, app: ASGIApp, *, default: str) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose, then go on in that language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        chosen = asked_for(scope.get("query_string", b""))

        async def send_with_choice(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Accept-Language, Cookie")
                if chosen:
                    answer.append("set-cookie", f"{COOKIE}={chosen}; Path=/; Max-Age={YEAR_S}; SameSite=Lax; HttpOnly")
            await send(message)

        language = chosen or remembered(headers.get("cookie", "")) or preferred(headers.get("accept-language", ""))
        with use(language or self._default):
            await self._app(scope, receive, send_with_choice)


def asked_for(query: bytes) -> str:
    """The language in the address, if it is one we have."""
    values: list[str] = []
    if b"lang=" in query:
        with contextlib.suppress(ValueError):  # more fields than anybody means
            values = parse_qs(query.decode("latin-1"), max_num_fields=50).get("lang", [])
    return values[0] if values and values[0] in LANGUAGES else ""


def remembered(cookie: str) -> str:
    """The language chosen before, if it is one we have."""
    jar: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        jar.load(cookie)
    value = jar[COOKIE].value if COOKIE in jar else ""
    return value if value in LANGUAGES else ""


def preferred(accept: str) -> str:
    """The language a browser likes best of those we have (RFC 9110, 12.5.4), or an empty text."""
    best, best_weight = "", 0.0
    for part in accept.split(","):
        name, _semicolon, parameter = part.strip().partition(";")
        short = name.split("-")[0].lower()
        weight = _weight(parameter)
        if short in LANGUAGES and weight > best_weight:
            best, best_weight = short, weight
    return best


def _weight(parameter: str) -> float:
    name, _equals, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
