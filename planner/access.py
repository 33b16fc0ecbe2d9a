"""Who may use the API. Without a token file everybody at this machine; with one only a token, or our own page.

The page listens on loopback and has no sign-in: a proxy before it has one. With a token file the API needs no sign-in
of the proxy any more: a program sends ``Authorization: Bearer TOKEN``. The page's own requests are known by a cookie
that is handed out with every page, so that whoever may see the page may use it; it lives as long as this process, and
no other site can send it (SameSite=Strict, and see :mod:`planner.guard`).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders

from planner.problems import problem, status_of
from planner.tokens import Scope
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Send
    from starlette.types import Scope as Request

    from planner.tokens import TokenFile
    from rainbow.kernel.samples import UnixNs

API = "/api/v1/"
COOKIE = "rainbow_page"
QUESTIONS = frozenset({"/api/v1/cut", "/api/v1/may-open", "/api/v1/within"})
"""Posted because they are long; they change nothing."""
CHALLENGE = {"www-authenticate": 'Bearer realm="RAINBOW"'}
REFUSED = {"www-authenticate": 'Bearer realm="RAINBOW", error="invalid_token"'}
"""RFC 6750, 3."""


class Access:
    """ASGI middleware before the API; pages pass and bring the cookie."""

    def __init__(self, app: ASGIApp, *, tokens: TokenFile, clock: Callable[[], UnixNs]) -> None:
        self._app = app
        self._tokens = tokens
        self._clock = clock
        self._page = secrets.token_urlsafe(32)

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Let pass what may; say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not scope["path"].startswith(API):
            await self._app(scope, receive, self._with_cookie(send))
        else:
            refusal = await run_in_threadpool(self._refusal, scope)
            await (refusal or self._app)(scope, receive, send)

    def _with_cookie(self, send: Send) -> Send:
        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", f"{COOKIE}={self._page}; Path={API}; HttpOnly; SameSite=Strict")
            await send(message)

        return send_with_cookie

    def _refusal(self, scope: Request) -> Response | None:
        headers = Headers(scope=scope)
        if secrets.compare_digest(_cookie(headers), self._page):
            return None
        kind, _space, secret = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret:
            return problem(
                401,
                _("This API wants a token."),
                cure=_("send Authorization: Bearer TOKEN; rainbow token add CITY NAME makes one"),
                headers=CHALLENGE,
            )
        try:
            token = self._tokens.found(secret.strip(), datetime.fromtimestamp(self._clock() / 1e9, UTC).date())
        except SettingsError as error:
            return problem(status_of(error), error.message, cure=error.cure)
        if token is None:
            return problem(401, _("This token is unknown, was revoked or has expired."), headers=REFUSED)
        needed = scope_of(scope["method"], scope["path"])
        if needed not in token.scopes:
            return problem(403, _("This needs a token with the scope {scope}.").format(scope=needed))
        return None


def scope_of(method: str, path: str) -> Scope:
    """What a request needs."""
    if method in {"GET", "HEAD", "OPTIONS"} or path in QUESTIONS:
        return Scope.READ
    return Scope.CONTROL if path.startswith("/api/v1/control") else Scope.WRITE


def _cookie(headers: Headers) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""
